"""Guancha (Observer Network): rolling news and what is read most, as JSON with title and address only.

Long articles are cut into pages; `_s` before the ending gives the whole. Posts of its users (风闻) have another host
and are left out. Addresses have the day, pages the time.
"""

import re
from dataclasses import replace

from spiders import dates
from spiders.base import JsonApiSpider
from spiders.discovery import Link


class Guancha(JsonApiSpider):
    """JSON without dates."""

    name = "guancha"
    title = "观察者网"
    kind = "media"
    country = "CN"
    language = "zh"
    homepage = "https://www.guancha.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    endpoints = ("https://www.guancha.cn/api/gundong.htm", "https://www.guancha.cn/api/redian.htm")
    items = "items"
    fields = {"url": "HTTP_URL", "title": "TITLE"}
    body_css = ".all-txt"
    date_in_page = r'"pubDate":\s*"([^"]+)"'
    allow = r"^https?://(www|m)\.guancha\.cn/[^/]+/\d{4}_\d{2}_\d{2}_\d+\.shtml"

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Items, with the day in their address, and the address of their one-page version."""
        return [
            replace(
                link,
                fetch_url=link.url.replace(".shtml", "_s.shtml"),
                published=dates.parse("-".join(re.findall(r"/(\d{4})_(\d\d)_(\d\d)_|$", link.url)[0]), cls.zone),
            )
            for link in super().links(body, url)
        ]
