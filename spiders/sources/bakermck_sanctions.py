"""Baker McKenzie on sanctions and export controls: a law firm's notes on new rules."""

from spiders.base import FeedSpider


class BakermckSanctions(FeedSpider):
    """WordPress RSS."""

    name = "bakermck_sanctions"
    title = "Global Sanctions and Export Controls Blog"
    kind = "trade_press"
    country = "US"
    language = "en"
    homepage = "https://sanctionsnews.bakermckenzie.com/"
    zone = "America/New_York"
    feeds = ("https://sanctionsnews.bakermckenzie.com/feed/",)
