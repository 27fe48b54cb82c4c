"""CGTN: feeds by section, whose articles live on several hosts (news., newsus., newseu., newsaf., www.): keep them.

An address that ends in /index.html is an article, not a section. Pages print Beijing time without saying so. The
news sitemap (https://www.cgtn.com/sitemap_news.xml) is the spare if the feeds die.
"""

from spiders.base import FeedSpider


class Cgtn(FeedSpider):
    """RSS with nearly the whole text; transcripts and video pages have little."""

    name = "cgtn"
    title = "CGTN"
    kind = "state_media"
    country = "CN"
    language = "en"
    homepage = "https://www.cgtn.com/"
    cadence_hours = 12
    zone = "Asia/Shanghai"
    feeds = tuple(
        f"https://www.cgtn.com/subscribe/rss/section/{section}.xml"
        for section in ("china", "world", "business", "tech-sci", "opinion")
    )
    allow = r"^https?://[a-z]+\.cgtn\.com/news/\d{4}-\d{2}-\d{2}/[A-Za-z0-9-]+/(index|p)\.html"
