"""Caixin: the rolling list of its Chinese site as JSON; most articles are paid for, so headlines are kept.

Caixin Global, in English, has no feed that is known to work; Google News is asked for its headlines. Podcasts, video
and data have hosts of their own.
"""

from spiders.base import JsonApiSpider


class CaixinGlobal(JsonApiSpider):
    """JSON with times of Beijing."""

    name = "caixin_global"
    title = "Caixin"
    kind = "media"
    country = "CN"
    language = "zh"
    homepage = "https://www.caixin.com/"
    paywall = "hard"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    headline_only = True
    endpoints = ("https://gateway.caixin.com/api/dataplatform/scroll/index",)
    items = "data.articleList"
    fields = {"url": "url", "title": "title", "summary": "summary", "published": "time"}
    allow = r"^https?://[a-z]+\.caixin\.com/\d{4}-\d{2}-\d{2}/\d{9}\.html"
    deny = r"^https?://(fm|video|datanews|photos)\."
