"""Leiphone (雷峰网): one feed for the whole site."""

from spiders.base import FeedSpider


class Leiphone(FeedSpider):
    """WordPress RSS."""

    name = "leiphone"
    title = "雷峰网"
    kind = "trade_press"
    country = "CN"
    language = "zh"
    homepage = "https://www.leiphone.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://www.leiphone.com/feed",)
