"""NIST, for its Center for AI Standards and Innovation: one feed for all of the institute.

Most of it is about other sciences, so only what names AI or chips is taken. The centre's own page has no feed.
"""

from spiders.base import FeedSpider


class NistCaisi(FeedSpider):
    """Drupal RSS with summaries."""

    name = "nist_caisi"
    title = "National Institute of Standards and Technology (AI)"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.nist.gov/caisi"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://www.nist.gov/news-events/news/rss.xml",)
    allow = r"^https://www\.nist\.gov/(news-events/news|blogs/[a-z-]+|caisi|artificial-intelligence)/"
    about = r"(?i)\bAI\b|CAISI|artificial intelligence|machine learning|semiconductor|\bchips?\b|microelectronic"
