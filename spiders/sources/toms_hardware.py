"""Tom's Hardware: one feed for everything, advertisements for bargains among the news.

Prices alone are no sign of one: companies are bought for $20 billion.
"""

from spiders.base import FeedSpider


class TomsHardware(FeedSpider):
    """RSS with most of the text."""

    name = "toms_hardware"
    title = "Tom's Hardware"
    kind = "trade_press"
    country = "US"
    language = "en"
    homepage = "https://www.tomshardware.com/"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = ("https://www.tomshardware.com/feeds/all",)
    deny_title = r"(?i)\b(save \$\d+|\$\d+ off)\b(?! ?([bmtr]+illion|bn|m\b))|\d% off\b|\bbest .{0,40}\bdeals\b"
