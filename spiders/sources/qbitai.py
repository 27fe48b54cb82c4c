"""QbitAI (量子位): one feed with summaries."""

from spiders.base import FeedSpider


class Qbitai(FeedSpider):
    """WordPress RSS."""

    name = "qbitai"
    title = "量子位"
    kind = "trade_press"
    country = "CN"
    language = "zh"
    homepage = "https://www.qbitai.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://www.qbitai.com/feed",)
