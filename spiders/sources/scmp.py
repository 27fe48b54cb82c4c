"""South China Morning Post: feeds by section, the same story in several of them, links with utm parameters.

robots.txt asks for ten seconds between requests. CSS classes are hashed anew with every release: never use them.
"""

from spiders.base import FeedSpider


class Scmp(FeedSpider):
    """RSS with summaries; metered pages with JSON-LD."""

    name = "scmp"
    title = "South China Morning Post"
    kind = "media"
    country = "HK"
    language = "en"
    homepage = "https://www.scmp.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "Asia/Hong_Kong"
    custom_settings = {"DOWNLOAD_DELAY": 10}
    # Technology, China, diplomacy, China's economy, all news.
    feeds = tuple(f"https://www.scmp.com/rss/{section}/feed" for section in (36, 4, 318199, 318421, 91))
    allow = r"^https://www\.scmp\.com/([a-z0-9-]+/)+article/\d{7}/"
