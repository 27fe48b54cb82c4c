"""Axios: the pages are behind Cloudflare, but the feeds carry the text, so no page is ever asked for.

The feeds are on api.axios.com; /feed/axios/… is gone. The same story is in several of them.
"""

from spiders.base import FeedSpider


class Axios(FeedSpider):
    """RSS, read from the feed."""

    name = "axios"
    title = "Axios"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.axios.com/"
    cadence_hours = 12
    feeds = (
        "https://api.axios.com/feed/",
        "https://api.axios.com/feed/technology",
        "https://api.axios.com/feed/politics",
    )
    body_from_feed = True
    allow = r"^https://www\.axios\.com/([a-z-]+/)*\d{4}/\d{2}/\d{2}/"
