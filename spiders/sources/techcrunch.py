"""TechCrunch: everything, and AI. The spare is /news-sitemap.xml."""

from spiders.base import FeedSpider


class Techcrunch(FeedSpider):
    """WordPress RSS with excerpts."""

    name = "techcrunch"
    title = "TechCrunch"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://techcrunch.com/"
    cadence_hours = 12
    zone = "America/Los_Angeles"
    feeds = ("https://techcrunch.com/feed/", "https://techcrunch.com/category/artificial-intelligence/feed/")
