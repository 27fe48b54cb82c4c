"""China's Ministry of Industry and Information Technology: policy documents and their explanations, by its search.

Without a Referer it answers 403; it may also want a cookie, which we do not keep. Dates are milliseconds, of days.
Titles may hold marks for what was searched, and addresses are relative.
"""

from urllib.parse import quote

from spiders.base import JsonApiSpider

_NEWEST = '[{"name":"deploytime","type":"desc"}]'
_ASK = (
    "https://www.miit.gov.cn/search-front-server/api/search/info?websiteid=110000000000000&scope=basic&q=&pg=20&p=1"
    "&pos=title_text,infocontent,titlepy&level=6&dateField=deploytime&group=distinct"
    "&selectFields=title,content,deploytime,url,columnname,filenumbername,publishgroupname,publishtime,jsearch_date"
    f"&sortFields={quote(_NEWEST)}&cateid="
)


class Miit(JsonApiSpider):
    """JSON of the site's own search, newest first."""

    name = "miit"
    title = "工业和信息化部"
    kind = "government"
    country = "CN"
    language = "zh"
    homepage = "https://www.miit.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    headers = {"Referer": "https://www.miit.gov.cn/search/zcwjk.html"}
    endpoints = (f"{_ASK}196", f"{_ASK}58")
    items = "data.searchResult.dataResults[].groupData[0].data"
    fields = {"url": "url", "title": "title", "summary": "filenumbername", "published": "deploytime || jsearch_date"}
    allow = r"^https://www\.miit\.gov\.cn/.+/art/\d{4}/art_[0-9a-f]{32}\.html"
