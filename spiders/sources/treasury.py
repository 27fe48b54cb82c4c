"""Treasury: sanctions actions of its Office of Foreign Assets Control, and press releases.

No feed works. robots.txt has been read as closing the press releases to programs that say who they are; it is asked
each time and kept to. OFAC's list is on another host; its addresses have the day. Outbound investment rules are the
Federal Register's.
"""

from spiders.base import ListingSpider


class Treasury(ListingSpider):
    """Drupal lists."""

    name = "treasury"
    title = "Department of the Treasury"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.treasury.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    pages = ("https://ofac.treasury.gov/recent-actions", "https://home.treasury.gov/news/press-releases")
    link_css = ".views-row a[href^='/recent-actions/'], .news-title a[href^='/news/press-releases/']"
    date_in_url = r"/recent-actions/(\d{4})(\d\d)(\d\d)"
    allow = r"^https://(home\.treasury\.gov/news/press-releases/[a-z]{2}\d{4}|ofac\.treasury\.gov/recent-actions/\d{8})"
