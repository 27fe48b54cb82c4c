"""Xinhua in English: hub pages name data files, and these have up to a thousand of the newest each.

Its RSS answers and is of 2018. A page has many blocks; the small ones repeat the big ones. Times are Beijing's and do
not say so. english.news.cn and xinhuanet.com are one.
"""

from spiders.base import JsonApiSpider


class XinhuaEn(JsonApiSpider):
    """JSON behind hub pages."""

    name = "xinhua_en"
    title = "Xinhua"
    kind = "state_media"
    country = "CN"
    language = "en"
    homepage = "https://english.news.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    endpoints = ("https://english.news.cn/list/latestnews.htm", "https://english.news.cn/list/China-business.htm")
    pointer = r"datasource:([0-9a-f]{32})"
    pointer_to = "ds_{}.json"
    items = "datasource"
    fields = {"url": "publishUrl", "title": "title", "summary": "summary", "published": "publishTime"}
    allow = r"^https?://english\.(news\.cn|xinhuanet\.com)/([a-z]+/)?\d{8}/[0-9a-f]{32}/c\.html"
