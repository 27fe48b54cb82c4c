"""Financial Times: pages are paid for, so headlines only. Any section's page is a feed with ?format=rss."""

from spiders.base import FeedSpider


class Ft(FeedSpider):
    """RSS with the standfirst; the same story in several sections has the same address."""

    name = "ft"
    title = "Financial Times"
    kind = "media"
    country = "GB"
    language = "en"
    homepage = "https://www.ft.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "Europe/London"
    feeds = (
        "https://www.ft.com/technology?format=rss",
        "https://www.ft.com/artificial-intelligence?format=rss",
        "https://www.ft.com/china?format=rss",
        "https://www.ft.com/us-foreign-policy?format=rss",
        "https://www.ft.com/rss/home",
    )
    headline_only = True
    allow = r"^https://www\.ft\.com/content/"
