"""Congressional Research Service, at EveryCRSReport.com: congress.gov itself refuses programs.

A report keeps its address through all its versions, and the feed announces each: so an entry that is newer than the
last reading is read again. Short pieces (IN, LSB) are the timely ones.
"""

from dataclasses import replace

from spiders.base import FeedSpider
from spiders.discovery import Link


class CrsReports(FeedSpider):
    """RSS; some days behind congress.gov."""

    name = "crs_reports"
    title = "Congressional Research Service"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.everycrsreport.com/"
    zone = "America/New_York"
    feeds = ("https://www.everycrsreport.com/rss.xml",)
    allow = r"^https://www\.everycrsreport\.com/reports/(R|RL|RS|IF|IN|LSB|IG|TE)\d{4,6}\.html"

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Entries of the feed, each an update of its report."""
        return [replace(link, updated=link.published) for link in super().links(body, url)]
