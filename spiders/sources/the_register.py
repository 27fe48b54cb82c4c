"""The Register: one Atom feed of headlines, some of whose links go through go.theregister.com.

Those name the article behind them, so it is asked for and known by its own address.
"""

import re
from dataclasses import replace

from spiders.base import FeedSpider
from spiders.discovery import Link


class TheRegister(FeedSpider):
    """Atom with standfirsts; an entry's only date is `updated`."""

    name = "the_register"
    title = "The Register"
    kind = "trade_press"
    country = "GB"
    language = "en"
    homepage = "https://www.theregister.com/"
    cadence_hours = 12
    zone = "Europe/London"
    feeds = ("https://www.theregister.com/headlines.atom",)

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Entries, with the addresses that their links lead to."""
        redirect = r"^https://go\.theregister\.com/feed/(?=www\.theregister\.com/)"
        return [replace(link, url=re.sub(redirect, "https://", link.url)) for link in super().links(body, url)]
