"""China's Ministry of Commerce in English: press conferences, with gaps against the Chinese site.

Its certificate chain is incomplete; it is not our business to trust it all the same, so the source may be out of reach.
"""

from spiders.base import ListingSpider


class MofcomEn(ListingSpider):
    """Static list."""

    name = "mofcom_en"
    title = "Ministry of Commerce of China"
    kind = "government"
    country = "CN"
    language = "en"
    homepage = "https://english.mofcom.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = ("https://english.mofcom.gov.cn/News/PressConference/index.html",)
    item_css = "li"
    link_css = "a[href*='/News/PressConference/']:not([href*='index'])"
    date_css = ":scope"
    encoding = "utf-8"
    allow = r"^https?://english\.mofcom\.gov\.cn/News/PressConference/.+\.html"
