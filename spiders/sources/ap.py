"""Associated Press: its robots.txt refuses programs that collect, so headlines only.

English and Spanish articles are mixed, and addresses do not tell which. feeds.apnews.com is dead.
"""

from spiders.base import NewsSitemapSpider


class Ap(NewsSitemapSpider):
    """News sitemap, read without summaries."""

    name = "ap"
    title = "Associated Press"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://apnews.com/"
    cadence_hours = 12
    zone = "America/New_York"
    sitemaps = ("https://apnews.com/news-sitemap-content.xml",)
    headline_only = True
    allow = r"^https://apnews\.com/article/.+-[0-9a-f]{32}"
