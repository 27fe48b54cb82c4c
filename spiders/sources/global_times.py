"""Global Times: a news sitemap of the newest dozens with times, and section pages without any.

/rss/outbrain.xml is a stale set of recommendations. An address has the month only; the page prints Beijing time as
"Published: Oct 02, 2026 09:37 PM".
"""

from spiders.base import ListingSpider
from spiders.discovery import Link, parse_news_sitemap


class GlobalTimes(ListingSpider):
    """The sitemap first, because the same story of a section page has no date."""

    name = "global_times"
    title = "Global Times"
    kind = "state_media"
    country = "CN"
    language = "en"
    homepage = "https://www.globaltimes.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = (
        "https://www.globaltimes.cn/sitemap.xml",
        "https://www.globaltimes.cn/china/diplomacy/index.html",
        "https://www.globaltimes.cn/china/scitech/index.html",
        "https://www.globaltimes.cn/opinion/editorial/index.html",
        "https://www.globaltimes.cn/source/gt-voice/index.html",
    )
    link_css = "a[href*='/page/']"
    body_css = ".article_content"
    date_in_page = r"Published: ([^<]{10,40})"
    allow = r"^https?://www\.globaltimes\.cn/page/\d{6}/\d+\.shtml"

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Links of the sitemap or of a section page."""
        return parse_news_sitemap(body, url, cls.zone) if url.endswith(".xml") else super().links(body, url)
