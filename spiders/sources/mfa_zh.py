"""China's Ministry of Foreign Affairs: press conferences and written answers of its spokespersons, in Chinese.

Longer than the English and up to a day before it; the same conference has another number there. An address has the
day of posting, a title that of the conference.
"""

from spiders.base import ListingSpider


class MfaZh(ListingSpider):
    """Static lists; connections break when asked too fast."""

    name = "mfa_zh"
    title = "中华人民共和国外交部"
    kind = "government"
    country = "CN"
    language = "zh"
    homepage = "https://www.mfa.gov.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    custom_settings = {"DOWNLOAD_DELAY": 5}
    pages = (
        "https://www.mfa.gov.cn/web/fyrbt_673021/jzhsl_673025/",
        "https://www.mfa.gov.cn/web/fyrbt_673021/dhdw_673027/",
    )
    more_pages = ("index_1.shtml",)
    link_css = "ul.list1 li a"
    date_in_url = r"/t(\d{4})(\d\d)(\d\d)_\d+\.s?html"
    encoding = "utf-8"
    allow = r"^https?://www\.(mfa|fmprc)\.gov\.cn/web/(fyrbt_673021/\w+|wjdt_674879/\w+)/\d{6}/t\d{8}_\d+\.s?html"
