"""Import AI, on Substack: weekly. The same issue stands at jack-clark.net, which is not read a second time."""

from spiders.base import FeedSpider


class ImportAi(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "import_ai"
    title = "Import AI"
    kind = "newsletter"
    country = "US"
    language = "en"
    homepage = "https://importai.substack.com/"
    feeds = ("https://importai.substack.com/feed",)
    body_from_feed = True
    allow = r"^https://importai\.substack\.com/p/"
