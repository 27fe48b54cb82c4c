"""New York Times: it refuses collecting programs, so headlines only. The same story is in several feeds."""

from spiders.base import FeedSpider


class Nyt(FeedSpider):
    """RSS with one-line summaries."""

    name = "nyt"
    title = "New York Times"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.nytimes.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://rss.nytimes.com/services/xml/rss/nyt/Technology.xml",
        "https://rss.nytimes.com/services/xml/rss/nyt/AsiaPacific.xml",
        "https://rss.nytimes.com/services/xml/rss/nyt/Politics.xml",
        "https://www.nytimes.com/svc/collections/v1/publish/https://www.nytimes.com/topic/destination/china/rss.xml",
    )
    headline_only = True
