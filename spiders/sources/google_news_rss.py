"""Google News search: what others publish, among them those that refuse us (Reuters, AP) and sites without a feed.

At most 100 entries, by relevance. A title ends in " - Publisher". Links are opaque, and resolving them in bulk is not
wanted there: headline, publisher and date are kept. A page of consent or of refusal comes as HTML.
"""

from urllib.parse import urlencode

from spiders.base import AggregatorSpider, FeedSpider

_EN = {"hl": "en-US", "gl": "US", "ceid": "US:en"}
_ZH = {"hl": "zh-CN", "gl": "CN", "ceid": "CN:zh-Hans"}
_SEARCHES = (
    ('China ("artificial intelligence" OR AI) (policy OR regulation OR rules) when:1d', _EN),
    ("China (chips OR semiconductor OR Nvidia) (export OR sanctions OR tariff) when:1d", _EN),
    ("China (AI OR chips) site:reuters.com when:1d", _EN),
    ("China (AI OR chips) site:apnews.com when:2d", _EN),
    ("site:caixinglobal.com (AI OR chips) when:7d", _EN),
    ("中美 (人工智能 OR 芯片 OR 出口管制) when:1d", _ZH),
)


class GoogleNewsRss(AggregatorSpider, FeedSpider):
    """RSS, headlines only."""

    name = "google_news_rss"
    title = "Google News"
    kind = "aggregator"
    country = "US"
    language = "en"
    homepage = "https://news.google.com/"
    cadence_hours = 12
    custom_settings = {"DOWNLOAD_DELAY": 10}
    feeds = tuple(f"https://news.google.com/rss/search?{urlencode({'q': q, **edition})}" for q, edition in _SEARCHES)
    allow = r"^https://news\.google\.com/(rss/)?articles/"
