"""House Select Committee on the Chinese Communist Party: press releases, letters, reports, recommendations.

No feed. The list of press releases holds investigations too. Links may say http or still name the old host,
selectcommitteeontheccp.house.gov, which redirects.
"""

from spiders.base import ListingSpider


class HouseSelectCcp(ListingSpider):
    """Drupal lists of the template that most House sites share, with days."""

    name = "house_select_ccp"
    title = "House Select Committee on the CCP"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://chinaselectcommittee.house.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    pages = tuple(
        f"https://chinaselectcommittee.house.gov/{page}"
        for page in ("media/press-releases", "media/letters", "documents/reports", "documents/policy-recommendations")
    )
    more_pages = ("?page=1",)
    item_css = ".media-body"
    date_css = "time"
    allow = (
        r"^https?://(selectcommitteeontheccp|chinaselectcommittee)\.house\.gov"
        r"/media/(press-releases|letters|reports|investigations|policy-recommendations|bills)/[a-z0-9-]+"
    )
