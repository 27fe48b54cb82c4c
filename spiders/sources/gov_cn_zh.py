"""State Council of China: newest policies, explanations of policies, news, and the policy library's overview.

Static JSON of a thousand rows, back to 2020. Some rows have no address or lead to other hosts. The policy library's
own pages refuse programs; pages of newer documents print the time of first publication with a third dash.
"""

from spiders.base import JsonApiSpider


class GovCnZh(JsonApiSpider):
    """Bare lists in JSON files, newest first, with days."""

    name = "gov_cn_zh"
    title = "中国政府网"
    kind = "government"
    country = "CN"
    language = "zh"
    homepage = "https://www.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    endpoints = tuple(
        f"https://www.gov.cn/{file}.json"
        for file in (
            "zhengce/zuixin/ZUIXINZHENGCE",
            "zhengce/jiedu/ZCJD_QZ",
            "yaowen/liebiao/YAOWENLIEBIAO",
            "zhengce/zhengceku/gwywj/TONGYONGGAILAN",
        )
    )
    items = "@"
    fields = {"url": "URL", "title": "TITLE", "summary": "SUB_TITLE", "published": "DOCRELPUBTIME"}
    body_css = "#UCAP-CONTENT"
    date_in_page = r'firstpublishedtime" content="([^"]+)"'
    allow = r"^https?://www\.gov\.cn/(zhengce|yaowen|lianbo|gongbao|xinwen)/.*content_\d+\.htm"
