"""The Guardian: feeds by topic with the first paragraphs. Whole texts are in its Open Platform API (free key)."""

from spiders.base import FeedSpider


class Guardian(FeedSpider):
    """RSS with long summaries; `dc:date` repeats the date."""

    name = "guardian"
    title = "The Guardian"
    kind = "media"
    country = "GB"
    language = "en"
    homepage = "https://www.theguardian.com/"
    cadence_hours = 12
    zone = "Europe/London"
    feeds = ("https://www.theguardian.com/world/china/rss", "https://www.theguardian.com/technology/rss")
