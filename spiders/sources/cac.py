"""Cyberspace Administration of China: releases, rules, news, data, security; model registrations are among them.

Addresses begin with // and are not quoted. The first page of a channel has 20; the next ones need a form, and at
this cadence the first is enough. The number in an address looks like a time and is none.
"""

from spiders.base import ListingSpider


class Cac(ListingSpider):
    """Static first pages, with days; articles print Beijing time."""

    name = "cac"
    title = "国家互联网信息办公室"
    kind = "government"
    country = "CN"
    language = "zh"
    homepage = "https://www.cac.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    pages = tuple(
        f"https://www.cac.gov.cn/{channel}index_1.htm"
        for channel in (
            "wxzw/wxfb/A093702", "wxzw/zcfg/A093703", "yaowen/wxyw/A093602", "wxzw/sjzl/A093708", "wxzw/wlaq/A093705",
        )
    )  # fmt: skip
    item_css = "#loadingInfoPage > li"
    link_css = "h5 a"
    date_css = ".times"
    encoding = "utf-8"
    body_css = "#BodyLabel"
    allow = r"^https?://www\.cac\.gov\.cn/\d{4}-\d{2}/\d{2}/c_\d+\.htm"
