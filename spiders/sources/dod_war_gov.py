"""Department of War (of Defense until 2025): releases, by feed; the pages refuse programs.

Contracts are another feed and no policy. An article's number is stable, its slug is not.
"""

from spiders.base import FeedSpider


class DodWarGov(FeedSpider):
    """RSS with short descriptions, headlines only."""

    name = "dod_war_gov"
    title = "Department of War"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.war.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    headline_only = True
    feeds = ("https://www.war.gov/DesktopModules/ArticleCS/RSS.ashx?ContentType=1&Site=945&max=10",)
    allow = r"^https://www\.war\.gov/News/Releases/Release/Article/\d+/"
