"""Huanqiu, Global Times in Chinese: a JSON list per channel, of nodes that the channel's own tree names.

The tree is read anew each time, because nodes change. A list ends with an empty object; galleries have other
addresses and no text, and their time may be empty. Articles hold text and time in hidden text areas.
"""

import re
from urllib.parse import urljoin

from spiders.base import JsonApiSpider


class Huanqiu(JsonApiSpider):
    """JSON with milliseconds."""

    name = "huanqiu"
    read_always = True
    title = "环球网"
    kind = "state_media"
    country = "CN"
    language = "zh"
    homepage = "https://www.huanqiu.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    endpoints = tuple(f"https://{channel}.huanqiu.com/api/channel_pc" for channel in ("world", "china", "tech"))
    items = "list[?addltype == 'normal']"
    fields = {
        "url": "join('', ['https://', host, '/article/', aid])",
        "title": "title",
        "summary": "summary",
        "published": "ctime",
    }
    body_css = "textarea.article-content"
    allow = r"^https://[a-z]+\.huanqiu\.com/article/\w+"

    @classmethod
    def further(cls, body: bytes, url: str) -> list[str]:
        """One list of all leaves of the channel's tree."""
        leaves = re.findall(rb'"node"\s*:\s*"(/\w+/\w+)"', body)
        nodes = ",".join(f"%22{leaf.decode()}%22" for leaf in dict.fromkeys(leaves))
        return [urljoin(url, f"/api/list?node={nodes}&offset=0&limit=50")] if nodes else []
