"""War on the Rocks: everything, and China. Pages for members end early."""

from spiders.base import FeedSpider


class WarOnTheRocks(FeedSpider):
    """WordPress RSS; metered pages."""

    name = "war_on_the_rocks"
    title = "War on the Rocks"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://warontherocks.com/"
    paywall = "metered"
    zone = "America/New_York"
    feeds = ("https://warontherocks.com/feed/", "https://warontherocks.com/tag/china/feed/")
