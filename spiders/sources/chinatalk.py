"""ChinaTalk, on Substack: free posts stand whole in the feed, paid ones end early in a link "Read more".

Podcast episodes are mixed in and kept for the text beside them.
"""

from spiders.base import FeedSpider


class Chinatalk(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "chinatalk"
    title = "ChinaTalk"
    kind = "newsletter"
    country = "US"
    language = "en"
    homepage = "https://www.chinatalk.media/"
    paywall = "metered"
    feeds = ("https://www.chinatalk.media/feed",)
    body_from_feed = True
    allow = r"^https://www\.chinatalk\.media/p/"
