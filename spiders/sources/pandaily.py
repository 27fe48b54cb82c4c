"""Pandaily: English news of Chinese technology companies; one feed with summaries."""

from spiders.base import FeedSpider


class Pandaily(FeedSpider):
    """WordPress RSS."""

    name = "pandaily"
    title = "Pandaily"
    kind = "trade_press"
    country = "CN"
    language = "en"
    homepage = "https://pandaily.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://pandaily.com/feed/",)
