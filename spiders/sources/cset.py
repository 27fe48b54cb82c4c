"""CSET at Georgetown University: /feed/ has blog and news, /publications/feed/ research and translations.

Pages of reports and translations may hold an abstract only, with the text as PDF beside it.
"""

from spiders.base import FeedSpider


class Cset(FeedSpider):
    """WordPress RSS with excerpts."""

    name = "cset"
    title = "Center for Security and Emerging Technology"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://cset.georgetown.edu/"
    zone = "America/New_York"
    feeds = ("https://cset.georgetown.edu/feed/", "https://cset.georgetown.edu/publications/feed/")
    allow = r"^https://cset\.georgetown\.edu/[a-z-]+/[^/?]+/"
    deny = r"/(events?|staff|jobs?|careers)/"
