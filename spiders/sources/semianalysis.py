"""SemiAnalysis, on Substack: most posts are paid for and end early in a link "Read more".

www.semianalysis.com/feed still answers, but stands still.
"""

from spiders.base import FeedSpider


class Semianalysis(FeedSpider):
    """Substack RSS, read from the feed."""

    name = "semianalysis"
    title = "SemiAnalysis"
    kind = "newsletter"
    country = "US"
    language = "en"
    homepage = "https://newsletter.semianalysis.com/"
    paywall = "hard"
    feeds = ("https://newsletter.semianalysis.com/feed",)
    body_from_feed = True
    allow = r"^https://newsletter\.semianalysis\.com/p/"
