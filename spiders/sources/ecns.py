"""China News Service in English: one feed; times are Beijing's, and do not say so."""

from spiders.base import FeedSpider


class Ecns(FeedSpider):
    """RSS with summaries."""

    name = "ecns"
    title = "China News Service (English)"
    kind = "state_media"
    country = "CN"
    language = "en"
    homepage = "https://www.ecns.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = ("https://www.ecns.cn/rss/rss.xml",)
    allow = r"^https?://www\.ecns\.cn/.+/\d{4}-\d{2}-\d{2}/detail-[a-z0-9]+\.shtml"
