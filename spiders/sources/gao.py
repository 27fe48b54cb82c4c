"""Government Accountability Office: reports, legal products, reviews of major rules, press; its pages refuse programs.

The summary in the feed, "What GAO Found", is the best there is without the PDF.
"""

from spiders.base import FeedSpider


class Gao(FeedSpider):
    """Drupal RSS, 20 to 25 entries each, headlines only."""

    name = "gao"
    title = "Government Accountability Office"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.gao.gov/"
    zone = "America/New_York"
    headline_only = True
    feeds = tuple(
        f"https://www.gao.gov/rss/{feed}.xml" for feed in ("reports", "reportslegal", "reports_majrule", "press")
    )
    allow = r"^https://www\.gao\.gov/(products|press-release)/[a-z0-9-]+"
