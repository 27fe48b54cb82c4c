"""EE Times: one feed with short summaries."""

from spiders.base import FeedSpider


class EeTimes(FeedSpider):
    """WordPress RSS."""

    name = "ee_times"
    title = "EE Times"
    kind = "trade_press"
    country = "US"
    language = "en"
    homepage = "https://www.eetimes.com/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://www.eetimes.com/feed/",)
