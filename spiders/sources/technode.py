"""TechNode: its feed is not well-formed XML, and has to be read leniently."""

from spiders.base import FeedSpider


class Technode(FeedSpider):
    """WordPress RSS."""

    name = "technode"
    title = "TechNode"
    kind = "trade_press"
    country = "CN"
    language = "en"
    homepage = "https://technode.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://technode.com/feed/",)
