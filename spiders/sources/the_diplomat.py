"""The Diplomat: everything, and two feeds on China that repeat a part of it."""

from spiders.base import FeedSpider


class TheDiplomat(FeedSpider):
    """WordPress RSS; metered pages."""

    name = "the_diplomat"
    title = "The Diplomat"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://thediplomat.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://thediplomat.com/feed/",
        "https://thediplomat.com/category/china-power/feed/",
        "https://thediplomat.com/countries/china/feed",
    )
