"""National Development and Reform Commission: orders, notices, announcements, releases.

Lists hold spacers and, in a box beside a title, links to explanations of it: the first link of an item is the one.
Many texts are short, with the document as PDF beside them. The pages' encoding is UTF-8 and not always declared.
"""

from spiders.base import ListingSpider


class Ndrc(ListingSpider):
    """Static lists of 25, with days."""

    name = "ndrc"
    title = "国家发展和改革委员会"
    kind = "government"
    country = "CN"
    language = "zh"
    homepage = "https://www.ndrc.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = tuple(
        f"https://www.ndrc.gov.cn/{column}/"
        for column in ("xxgk/zcfb/fzggwl", "xxgk/zcfb/tz", "xxgk/zcfb/gg", "xxgk/zcfb/ghxwj", "xwdt/xwfb", "xwdt/tzgg")
    )
    item_css = "ul.u-list > li"
    date_css = ":scope > span"
    date_in_url = r"/t(\d{4})(\d\d)(\d\d)_\d+\.html"
    encoding = "utf-8"
    allow = r"^https?://www\.ndrc\.gov\.cn/(xxgk|xwdt|fzggw)/.+/\d{6}/t\d{8}_\d+\.html"
