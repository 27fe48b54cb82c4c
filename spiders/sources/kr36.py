"""36Kr: its feed carries the articles; its pages set programs a puzzle, so none is ever asked for.

Dates have two spaces before the offset. The link's `?f=rss` is part of no address.
"""

from dataclasses import replace

from spiders.base import FeedSpider
from spiders.discovery import Link


class Kr36(FeedSpider):
    """RSS with the whole text as description, read from the feed."""

    name = "kr36"
    title = "36氪"
    kind = "trade_press"
    country = "CN"
    language = "zh"
    homepage = "https://36kr.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://36kr.com/feed", "https://36kr.com/feed-newsflash")
    body_from_feed = True
    allow = r"^https://(www\.)?36kr\.com/(p|newsflashes)/\d+$"

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Entries, with the addresses that people share."""
        return [replace(link, url=link.url.split("?")[0]) for link in super().links(body, url)]
