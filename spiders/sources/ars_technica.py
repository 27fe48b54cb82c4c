"""Ars Technica: technology policy, AI and everything; texts in the feeds are cut."""

from spiders.base import FeedSpider


class ArsTechnica(FeedSpider):
    """WordPress RSS."""

    name = "ars_technica"
    title = "Ars Technica"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://arstechnica.com/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://feeds.arstechnica.com/arstechnica/tech-policy",
        "https://arstechnica.com/ai/feed/",
        "https://feeds.arstechnica.com/arstechnica/index",
    )
