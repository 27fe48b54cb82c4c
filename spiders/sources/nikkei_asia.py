"""Nikkei Asia: pages are paid for, so headlines only.

The feed says neither when an article was published nor what it says: an article's first sighting must do as its date.
"""

from spiders.base import FeedSpider


class NikkeiAsia(FeedSpider):
    """RSS 1.0 (RDF): titles and links."""

    name = "nikkei_asia"
    title = "Nikkei Asia"
    kind = "media"
    country = "JP"
    language = "en"
    homepage = "https://asia.nikkei.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "Asia/Tokyo"
    feeds = ("https://asia.nikkei.com/rss/feed/nar",)
    headline_only = True
