"""GovInfo: public laws, committee reports, printed hearings, as they are processed.

Feeds are not sorted, one night can fill all hundred entries, and their dates are those of processing, months late for
hearings: none is taken for a publication. The pages need JavaScript, so headlines are kept, and only those on topic.
"""

from dataclasses import replace

from spiders.base import FeedSpider
from spiders.dates import UNKNOWN
from spiders.discovery import Link


class Govinfo(FeedSpider):
    """RSS with links to formats as description."""

    name = "govinfo"
    title = "GovInfo"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.govinfo.gov/"
    zone = "America/New_York"
    headline_only = True
    feeds = tuple(f"https://www.govinfo.gov/rss/{feed}.xml" for feed in ("plaw", "crpt", "chrg"))
    allow = r"^https://www\.govinfo\.gov/app/details/"
    about = r"(?i)\bchin(a|ese)\b|\bAI\b|artificial intelligence|semiconductor|\bchips?\b|export control|taiwan"

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Entries without dates and without the list of formats."""
        return [replace(link, published=UNKNOWN, updated=UNKNOWN, summary="") for link in super().links(body, url)]
