"""People's Daily Online in Chinese: the lists of its channels, which have hosts of their own and speak http.

www.people.com.cn, with the RSS, asks for 120 seconds between requests, and others refuse who asks too fast; so the
channels are asked, slowly. Old pages are GBK. Addresses have the day, pages the time in their text.
"""

from spiders.base import ListingSpider


class PeoplesDailyZh(ListingSpider):
    """Static lists of the channels for world, opinion, politics, finance."""

    name = "peoples_daily_zh"
    title = "人民网"
    kind = "state_media"
    country = "CN"
    language = "zh"
    homepage = "http://www.people.com.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    custom_settings = {"DOWNLOAD_DELAY": 6}
    pages = tuple(f"http://{channel}.people.com.cn/" for channel in ("world", "opinion", "politics", "finance"))
    link_css = "a[href*='/n1/']"
    date_in_url = r"/n1/(\d{4})/(\d\d)(\d\d)/c"
    body_css = ".rm_txt_con"
    prune_css = ".edit"
    date_in_page = r"(\d{4}年\d\d月\d\d日\s?\d\d:\d\d)"
    allow = r"^https?://[a-z]+\.people\.com\.cn/n1/\d{4}/\d{4}/c\d+-\d+\.html"
