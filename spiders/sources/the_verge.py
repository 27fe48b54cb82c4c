"""The Verge: few items a feed; `updated` moves with every change, `published` does not.

Paid articles are cut in the feed and on the page.
"""

from spiders.base import FeedSpider


class TheVerge(FeedSpider):
    """Atom; metered pages with JSON-LD."""

    name = "the_verge"
    title = "The Verge"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.theverge.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://www.theverge.com/rss/index.xml",
        "https://www.theverge.com/rss/ai-artificial-intelligence/index.xml",
        "https://www.theverge.com/rss/policy/index.xml",
    )
