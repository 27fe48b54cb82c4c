"""China News Service: RSS of its sections, whose entries are short.

Dates are Beijing's, with or without saying so. Photo pages have little text.
"""

from spiders.base import FeedSpider


class ChinanewsZh(FeedSpider):
    """RSS with a sentence of summary; the same story in several sections."""

    name = "chinanews_zh"
    title = "中国新闻网"
    kind = "state_media"
    country = "CN"
    language = "zh"
    homepage = "https://www.chinanews.com.cn/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = tuple(
        f"https://www.chinanews.com.cn/rss/{section}.xml"
        for section in ("china", "world", "finance", "importnews", "scroll-news")
    )
    allow = r"^https?://www\.chinanews\.com(\.cn)?/[a-z]+/\d{4}/\d{2}-\d{2}/\d+\.shtml"
    body_css = ".left_zw"
    prune_css = ".adInContent"
