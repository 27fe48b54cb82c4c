"""Brookings: its feed is broken, but WordPress answers in JSON; the type of post is "article".

`date` is local time without an offset, `date_gmt` is UTC without saying so.
"""

from spiders.base import JsonApiSpider


class Brookings(JsonApiSpider):
    """WordPress REST API."""

    name = "brookings"
    title = "Brookings Institution"
    kind = "think_tank"
    country = "US"
    language = "en"
    homepage = "https://www.brookings.edu/"
    zone = "America/New_York"
    allow = r"^https://www\.brookings\.edu/articles/"
    endpoints = (
        "https://www.brookings.edu/wp-json/wp/v2/article?per_page=20&orderby=date&order=desc&_fields=id,date_gmt,modified_gmt,link,title,excerpt",
    )
    items = "[]"
    fields = {
        "url": "link",
        "title": "title.rendered",
        "summary": "excerpt.rendered",
        "published": "join('', [date_gmt, 'Z'])",
        "updated": "join('', [modified_gmt, 'Z'])",
    }
