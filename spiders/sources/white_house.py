"""The White House: the newest of all its sections, and orders, proclamations and memoranda once more.

/feed/ alone is refused. The feeds shorten the text, so pages are read. Nominations are no policy. The true type and
number of an order come from the Federal Register, days later.
"""

from spiders.base import FeedSpider


class WhiteHouse(FeedSpider):
    """WordPress RSS; ETag and Last-Modified are those of the whole site."""

    name = "white_house"
    title = "The White House"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.whitehouse.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://www.whitehouse.gov/news/feed/", "https://www.whitehouse.gov/presidential-actions/feed/")
    allow = r"^https://www\.whitehouse\.gov/(presidential-actions|briefings-statements|fact-sheets|releases|articles|remarks)/"
    deny_title = r"^(Nominations?|Withdrawals?)\b.{0,60}\bSent to the Senate"
