"""Bureau of Industry and Security: the static twin of www.bis.gov, which is a shell for JavaScript.

It has no feed. Classes are made by a style compiler and mean nothing: links are known by their address, dates by
their look. Pages hold the date as midnight in Washington, written in UTC. Rules themselves are the Federal Register's.
"""

from spiders.base import ListingSpider


class BisNews(ListingSpider):
    """List of press releases; few of them, so one page is enough."""

    name = "bis_news"
    title = "Bureau of Industry and Security"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.bis.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    pages = ("https://media.bis.gov/news-updates/all-press-releases",)
    item_css = "li"
    link_css = 'a[href*="/press-release/"]'
    date_css = ":scope"
    allow = r"^https://(media|www)\.bis\.gov/press-release/[^/]+$"
