"""Senate Committee on Commerce, Science, and Transportation: press releases of both parties.

Their paths are named after the parties, so that majority and minority change places and paths do not. Its RSS is gone.
The lists' dates differ from page to page: the pages' own are taken.
"""

from spiders.base import ListingSpider


class SenateCommerce(ListingSpider):
    """Static lists."""

    name = "senate_commerce"
    title = "Senate Committee on Commerce, Science, and Transportation"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.commerce.senate.gov/"
    zone = "America/New_York"
    pages = (
        "https://www.commerce.senate.gov/press/republican-news/",
        "https://www.commerce.senate.gov/press/democratic-news/",
    )
    link_css = "a[href*='/release/']"
    date_in_page = r"Date:\s*(?:[A-Z][a-z]+, )?([A-Z][a-z]+ \d{1,2}, \d{4})"
    allow = r"^https://www\.commerce\.senate\.gov/press/(rep|dem)/release/[^/]+"
