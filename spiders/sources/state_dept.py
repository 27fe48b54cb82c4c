"""Department of State: press releases, the Secretary's remarks and briefings, ten entries each with the whole text.

The site answers programs that say "Mozilla/5.0 (compatible; …)", as ours does, and has refused others; so the text
is read from the feed, and a page is asked for only where the feed leaves it out.
"""

from spiders.base import FeedSpider


class StateDept(FeedSpider):
    """WordPress RSS, read from the feed."""

    name = "state_dept"
    title = "Department of State"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.state.gov/"
    cadence_hours = 6
    zone = "America/New_York"
    feeds = tuple(
        f"https://www.state.gov/rss-feed/{feed}/feed/"
        for feed in ("press-releases", "secretarys-remarks", "department-press-briefings")
    )
    body_from_feed = True
    allow = r"^https://www\.state\.gov/([a-z0-9-]+/)+"
