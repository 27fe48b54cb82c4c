"""China's Ministry of Commerce: announcements (export controls, unreliable entities), spokespersons, conferences.

The column of announcements is a shell that fills its list by a call of the government's jpaas system; its parameters
are read from the page, because they change. The other columns are static. One document may stand in two columns: its
announcement number (商务部公告2026年第99号) tells. The host is slow from abroad.
"""

from spiders.base import ListingSpider
from spiders.discovery import jpaas_units


class MofcomZh(ListingSpider):
    """Lists in HTML, some of them inside JSON, with days; addresses have the year only."""

    name = "mofcom_zh"
    read_always = True
    title = "中华人民共和国商务部"
    kind = "government"
    country = "CN"
    language = "zh"
    homepage = "https://www.mofcom.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = tuple(
        f"https://www.mofcom.gov.cn/{column}"
        for column in ("zwgk/zcfb/", "xwfb/xwfyrth/index.html", "xwfb/rcxwfb/index.html", "xwfb/sjfzrfb/index.html")
    )
    html_in = "data.html"
    item_css = "li"
    link_css = "a[href*='art_']"
    date_css = ":scope"
    encoding = "utf-8"
    allow = r"^https?://(www|aqygzj)\.mofcom\.gov\.cn/[a-z/]+/art/\d{4}/art_[0-9a-f]{32}\.html"

    @classmethod
    def further(cls, body: bytes, url: str) -> list[str]:
        """The call that fills a column's list; other calls fill menus and sidebars."""
        return jpaas_units(body, url, "列表|list")
