"""Foreign Policy: pages are paid for, so headlines only.

All that is kept is the excerpt, which WordPress ends with a sentence about itself.
"""

import re
from dataclasses import replace

from spiders.base import FeedSpider
from spiders.discovery import Link


class ForeignPolicy(FeedSpider):
    """WordPress RSS with excerpts."""

    name = "foreign_policy"
    title = "Foreign Policy"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://foreignpolicy.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://foreignpolicy.com/feed/",)
    headline_only = True

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Entries, with excerpts that end where their text does."""
        credit = r"\s*The post .{1,300} appeared first on .{1,40}$"
        return [replace(link, summary=re.sub(credit, "", link.summary)) for link in super().links(body, url)]
