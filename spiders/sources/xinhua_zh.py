"""Xinhua in Chinese: hub pages name data files, and these have up to a thousand of the newest each.

Its RSS died in 2017. Times are Beijing's and do not say so. www.news.cn and www.xinhuanet.com are one; addresses from
before 2023 have another form.
"""

from spiders.base import JsonApiSpider


class XinhuaZh(JsonApiSpider):
    """JSON behind hub pages."""

    name = "xinhua_zh"
    title = "新华网"
    kind = "state_media"
    country = "CN"
    language = "zh"
    homepage = "https://www.news.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    endpoints = tuple(f"https://www.news.cn/{page}" for page in ("world/", "politics/", "tech/index.html", "xhsxw.htm"))
    pointer = r"datasource:([0-9a-f]{32})"
    pointer_to = "ds_{}.json"
    items = "datasource"
    fields = {"url": "publishUrl", "title": "title", "summary": "summary", "published": "publishTime"}
    allow = r"^https?://www\.(news\.cn|xinhuanet\.com)/([a-z]+/)?\d{8}/[0-9a-f]{32}/c\.html"
