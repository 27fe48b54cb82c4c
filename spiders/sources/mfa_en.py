"""China's Ministry of Foreign Affairs in English: press conferences and written remarks of its spokespersons.

Static lists without dates: an address has the day of posting, a title that of the conference, which may be a day
earlier. In the recess of early August there are remarks only. www.fmprc.gov.cn is the same site and wants cookies.
"""

from spiders.base import ListingSpider


class MfaEn(ListingSpider):
    """Lists of seven or eight; connections break when asked too fast."""

    name = "mfa_en"
    title = "Ministry of Foreign Affairs of China"
    kind = "government"
    country = "CN"
    language = "en"
    homepage = "https://www.mfa.gov.cn/eng/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    custom_settings = {"DOWNLOAD_DELAY": 5}
    pages = ("https://www.mfa.gov.cn/eng/xw/fyrbt/lxjzh/", "https://www.mfa.gov.cn/eng/xw/fyrbt/fyrbt/")
    more_pages = ("index_1.html",)
    link_css = "a[href^='./']"
    date_in_url = r"/t(\d{4})(\d\d)(\d\d)_\d+\.s?html"
    encoding = "utf-8"
    body_css = "#News_Body_Txt_A"
    allow = r"^https?://www\.(mfa|fmprc)\.gov\.cn/(mfa_)?eng/xw/fyrbt/(lxjzh|fyrbt)/\d{6}/t\d{8}_\d+\.s?html"
