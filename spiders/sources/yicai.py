"""Yicai (First Financial): newest articles as JSON, with times of Beijing that do not say so.

Paid articles (AppID 0) stand elsewhere and are left out. Addresses may lead to other hosts.
"""

from spiders.base import JsonApiSpider


class Yicai(JsonApiSpider):
    """A bare list in JSON."""

    name = "yicai"
    title = "第一财经"
    kind = "media"
    country = "CN"
    language = "zh"
    homepage = "https://www.yicai.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    headers = {"Referer": "https://www.yicai.com/"}
    endpoints = tuple(f"https://www.yicai.com/api/ajax/getlatest?page={page}&pagesize=30" for page in (1, 2, 3))
    items = "[?AppID != `0`]"
    fields = {"url": "url", "title": "NewsTitle", "summary": "NewsNotes", "published": "CreateDate"}
    body_css = "#multi-text"
    allow = r"^https?://(www|m)\.yicai\.com/news/\d+\.html"
