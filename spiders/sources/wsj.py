"""Wall Street Journal: the pages refuse programs and are paid for, so headlines only.

feeds.a.dj.com still answers, but stands still since January 2025. `mod` in a link says which feed it is from.
"""

import re
from dataclasses import replace

from spiders.base import FeedSpider
from spiders.discovery import Link


class Wsj(FeedSpider):
    """Dow Jones RSS with one line of summary."""

    name = "wsj"
    title = "Wall Street Journal"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.wsj.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://feeds.content.dowjones.io/public/rss/RSSWSJD",
        "https://feeds.content.dowjones.io/public/rss/RSSWorldNews",
        "https://feeds.content.dowjones.io/public/rss/RSSUSnews",
        "https://feeds.content.dowjones.io/public/rss/socialpoliticsfeed",
    )
    headline_only = True

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Entries, without the name of the feed in their addresses."""
        return [replace(link, url=re.sub(r"\?mod=[^&]*$", "", link.url)) for link in super().links(body, url)]
