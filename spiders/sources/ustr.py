"""US Trade Representative: one Drupal feed for the whole site.

It begins with a pinned item of 2009 and mixes in pages of all kinds, so only the press office's dated paths are
articles. They stand under /about/, the listing (spare, with ETag) under /about-us/.
"""

from spiders.base import FeedSpider


class Ustr(FeedSpider):
    """RSS with escaped field HTML as summary; pages give a day, the feed the time."""

    name = "ustr"
    title = "Office of the US Trade Representative"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://ustr.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://ustr.gov/rss.xml",)
    allow = r"^https://ustr\.gov/about(-us)?/policy-offices/press-office/[a-z-]+/\d{4}/[a-z]+/"
