"""Japan Times: one feed for the whole site."""

from spiders.base import FeedSpider


class JapanTimes(FeedSpider):
    """RSS with summaries; metered pages."""

    name = "japan_times"
    title = "The Japan Times"
    kind = "media"
    country = "JP"
    language = "en"
    homepage = "https://www.japantimes.co.jp/"
    paywall = "metered"
    cadence_hours = 12
    zone = "Asia/Tokyo"
    feeds = ("https://www.japantimes.co.jp/feed/",)
