"""China Daily: section lists; its RSS has been dead for years.

Addresses begin with // and hold the day. global. and other editions carry the same article under the same number.
"""

from spiders.base import ListingSpider


class ChinaDaily(ListingSpider):
    """Static lists with Beijing time."""

    name = "china_daily"
    title = "China Daily"
    kind = "state_media"
    country = "CN"
    language = "en"
    homepage = "https://www.chinadaily.com.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = tuple(
        f"https://www.chinadaily.com.cn/{section}/page_1.html"
        for section in ("business/tech", "opinion", "world", "china/governmentandpolicy")
    )
    more_pages = ("page_2.html",)
    item_css = "div.tw3_01_2"
    link_css = "h4 a"
    date_css = "b"
    date_in_url = r"/a/(\d{4})(\d\d)/(\d\d)/WS"
    body_css = "#Content"
    allow = r"^https?://(www|global|europe|asia|usa)\.chinadaily\.com\.cn/a/\d{6}/\d{2}/WS[0-9a-f]{24}\.html"
