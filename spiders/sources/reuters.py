"""Reuters: the pages refuse programs (401), and robots.txt carries a notice against collecting them: headlines only.

feeds.reuters.com is dead. The index at /arc/outboundfeeds/news-sitemap-index/ lists this sitemap and older ones.
"""

from spiders.base import NewsSitemapSpider


class Reuters(NewsSitemapSpider):
    """News sitemap, read without summaries; addresses end in the day."""

    name = "reuters"
    title = "Reuters"
    kind = "media"
    country = "GB"
    language = "en"
    homepage = "https://www.reuters.com/"
    paywall = "hard"
    cadence_hours = 12
    sitemaps = ("https://www.reuters.com/arc/outboundfeeds/news-sitemap/?outputType=xml",)
    headline_only = True
    allow = r"^https://www\.reuters\.com/.+-\d{4}-\d{2}-\d{2}/"
    deny = "/(video|pictures)/"
