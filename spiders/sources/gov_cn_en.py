"""State Council of China in English: latest releases, policy watch, news, white papers, briefings.

Addresses begin with // and have the day. /robots.txt serves the home page, which rules nothing out.
"""

from spiders.base import ListingSpider


class GovCnEn(ListingSpider):
    """Static lists of 12 to 16."""

    name = "gov_cn_en"
    title = "State Council of China"
    kind = "government"
    country = "CN"
    language = "en"
    homepage = "https://english.www.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = tuple(
        f"https://english.www.gov.cn/{section}/"
        for section in (
            "policies/latestreleases", "policies/policywatch", "news", "news/pressbriefings", "archive/whitepaper",
        )
    )  # fmt: skip
    more_pages = ("page_2.html",)
    link_css = "a[href*='/content_WS']"
    date_in_url = r"/(\d{4})(\d\d)/(\d\d)/content_WS"
    date_in_page = r"Updated:\s*([A-Z][a-z]+ \d{1,2}, \d{4} \d{1,2}:\d\d)"
    allow = r"^https?://english\.www\.gov\.cn/[\w/]+/\d{6}/\d{2}/content_WS[0-9a-f]+\.html"
