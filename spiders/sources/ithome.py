"""IThome of mainland China (ithome.com.tw is another publisher): one feed, advertisements among the news.

They have "lapin" in the address or a voucher or price in the title. 补贴, 优惠 and 京东 alone are no sign of one: chip
subsidies, tax preferences and JD.com are news. The list page prints relative dates; the article prints Beijing time.
"""

from spiders.base import FeedSpider


class Ithome(FeedSpider):
    """RSS with the whole text."""

    name = "ithome"
    title = "IT之家"
    kind = "trade_press"
    country = "CN"
    language = "zh"
    homepage = "https://www.ithome.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://www.ithome.com/rss/",)
    allow = r"^https://www\.ithome\.com/0/\d{3}/\d{3}\.htm"
    deny = "lapin"
    deny_title = r"神券|优惠券|百亿补贴|国补|立减|到手价|(京东|天猫|淘宝|拼多多|补贴|优惠).{0,40}\d\s*元"
