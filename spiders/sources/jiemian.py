"""Jiemian: the list of its technology section, without dates.

It has no feed. Addresses tell nothing; the page has the time as seconds in an attribute.
"""

from spiders.base import ListingSpider


class Jiemian(ListingSpider):
    """Static list."""

    name = "jiemian"
    title = "界面新闻"
    kind = "media"
    country = "CN"
    language = "zh"
    homepage = "https://www.jiemian.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = ("https://www.jiemian.com/lists/65.html",)
    link_css = "a[href*='/article/']"
    body_css = ".article-content"
    date_in_page = r'data-article-publish-time="(\d{10})"'
    allow = r"^https?://(www|m)\.jiemian\.com/article/\d+\.html"
