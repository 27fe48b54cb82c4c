"""MIT Technology Review: everything, and AI."""

from spiders.base import FeedSpider


class MitTechReview(FeedSpider):
    """WordPress RSS; metered pages."""

    name = "mit_tech_review"
    title = "MIT Technology Review"
    kind = "media"
    country = "US"
    language = "en"
    homepage = "https://www.technologyreview.com/"
    paywall = "metered"
    cadence_hours = 12
    zone = "America/New_York"
    feeds = (
        "https://www.technologyreview.com/feed/",
        "https://www.technologyreview.com/topic/artificial-intelligence/feed",
    )
