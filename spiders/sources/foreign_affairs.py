"""Foreign Affairs: everything, and its articles on China, which stand in both feeds."""

from spiders.base import FeedSpider


class ForeignAffairs(FeedSpider):
    """Drupal RSS, which repeats titles in summaries; metered pages."""

    name = "foreign_affairs"
    title = "Foreign Affairs"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.foreignaffairs.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://www.foreignaffairs.com/rss.xml", "https://www.foreignaffairs.com/feeds/region/China/rss.xml")
