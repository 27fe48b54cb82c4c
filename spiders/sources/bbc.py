"""BBC News: an article that is edited again returns with #1, #2 … in its guid, but with the same link.

Video and live pages have no text of their own.
"""

from spiders.base import FeedSpider


class Bbc(FeedSpider):
    """RSS with one line of summary."""

    name = "bbc"
    title = "BBC News"
    kind = "media"
    country = "GB"
    language = "en"
    homepage = "https://www.bbc.com/news"
    cadence_hours = 12
    zone = "Europe/London"
    feeds = (
        "https://feeds.bbci.co.uk/news/world/asia/china/rss.xml",
        "https://feeds.bbci.co.uk/news/technology/rss.xml",
    )
    deny = "/(videos?|live)/"
