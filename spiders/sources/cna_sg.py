"""CNA: Asia (6511) and the latest; much of it is Reuters copy, and says so in the byline."""

from spiders.base import FeedSpider


class CnaSg(FeedSpider):
    """Drupal feed with summaries."""

    name = "cna_sg"
    title = "CNA"
    kind = "media"
    country = "SG"
    language = "en"
    homepage = "https://www.channelnewsasia.com/"
    cadence_hours = 12
    zone = "Asia/Singapore"
    feeds = (
        "https://www.channelnewsasia.com/api/v1/rss-outbound-feed?_format=xml&category=6511",
        "https://www.channelnewsasia.com/api/v1/rss-outbound-feed?_format=xml",
    )
