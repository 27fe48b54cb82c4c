"""The Economist: pages are paid for and refuse some programs, so headlines only."""

from spiders.base import FeedSpider


class Economist(FeedSpider):
    """RSS with one-line rubrics."""

    name = "economist"
    title = "The Economist"
    kind = "media"
    country = "GB"
    language = "en"
    homepage = "https://www.economist.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "Europe/London"
    feeds = ("https://www.economist.com/china/rss.xml", "https://www.economist.com/asia/rss.xml")
    headline_only = True
