"""Politico Europe: the pages are behind Cloudflare, but the feed carries nearly all of the text: it is read there."""

from spiders.base import FeedSpider


class PoliticoEu(FeedSpider):
    """WordPress RSS, read from the feed."""

    name = "politico_eu"
    title = "Politico Europe"
    kind = "media"
    country = "BE"
    language = "en"
    homepage = "https://www.politico.eu/"
    cadence_hours = 12
    zone = "Europe/Brussels"
    feeds = ("https://www.politico.eu/feed/",)
    body_from_feed = True
