"""cnBeta: mostly reworked articles of others, so a source of copies; cnbeta.com is dead, the host is .com.tw."""

from spiders.base import FeedSpider


class Cnbeta(FeedSpider):
    """RSS with summaries."""

    name = "cnbeta"
    title = "cnBeta"
    kind = "trade_press"
    country = "CN"
    language = "zh"
    homepage = "https://www.cnbeta.com.tw/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://www.cnbeta.com.tw/backend.php",)
