"""Politico: www.politico.com is behind Cloudflare and refuses programs, so headlines only; Pro articles are missing."""

from spiders.base import FeedSpider


class Politico(FeedSpider):
    """RSS with summaries, whose dates name EST or EDT."""

    name = "politico"
    title = "Politico"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.politico.com/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://rss.politico.com/technology.xml",
        "https://rss.politico.com/politics-news.xml",
        "https://rss.politico.com/defense.xml",
        "https://rss.politico.com/trade.xml",
    )
    headline_only = True
