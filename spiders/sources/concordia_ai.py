"""AI Safety in China by Concordia AI, on Substack: free posts, weeks between them."""

from spiders.base import FeedSpider


class ConcordiaAi(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "concordia_ai"
    title = "AI Safety in China"
    kind = "newsletter"
    country = "CN"
    language = "en"
    homepage = "https://aisafetychina.substack.com/"
    zone = "Asia/Shanghai"
    feeds = ("https://aisafetychina.substack.com/feed",)
    body_from_feed = True
    allow = r"^https://aisafetychina\.substack\.com/p/"
