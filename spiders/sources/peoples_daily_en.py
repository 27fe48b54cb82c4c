"""People's Daily Online in English: section lists; its RSS has been dead since 2025.

The site speaks http. Addresses have the day and nothing else does.
"""

from spiders.base import ListingSpider


class PeoplesDailyEn(ListingSpider):
    """Static lists: science and technology, opinion, China, business."""

    name = "peoples_daily_en"
    title = "People's Daily Online"
    kind = "state_media"
    country = "CN"
    language = "en"
    homepage = "http://en.people.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = tuple(f"http://en.people.cn/{section}/index.html" for section in (202936, 90780, 90777, 90778))
    more_pages = ("index2.html",)
    link_css = "a[href*='/n3/']"
    date_in_url = r"/n3?/(\d{4})/(\d\d)(\d\d)/c"
    body_css = ".d2txtCon"
    allow = r"^https?://en\.people\.cn/n3?/\d{4}/\d{4}/c\d+-\d+\.html"
    deny = r"-9716018\.html"
