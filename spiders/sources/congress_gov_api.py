"""Congress.gov API: bills that changed, and reports of the Congressional Research Service; needs a free key.

The pages that people read refuse programs, so headlines are kept, with links to them. Without `format=json` it
answers in XML; it filters and sorts by the day of the last update.
"""

from dataclasses import replace
from datetime import timedelta

from spiders.base import JsonApiSpider
from spiders.discovery import Link

_SITE, _API = "https://www.congress.gov", "https://api.congress.gov/v3/"
_KINDS = {"": "bill", "r": "bill", "res": "resolution", "jres": "joint-resolution", "conres": "concurrent-resolution"}


class CongressGovApi(JsonApiSpider):
    """JSON API; days in Washington."""

    name = "congress_gov_api"
    title = "Congress.gov"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.congress.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    headline_only = True
    api_key = "CONGRESS_API_KEY"
    items = "bills || CRSReports || CRSreports"
    fields = {"url": "url", "title": "title", "summary": "latestAction.text || contentType", "updated": "updateDate",
              "published": "latestAction.actionDate || publishDate"}  # fmt: skip
    about = r"(?i)\bchin(a|ese)\b|\bAI\b|artificial intelligence|semiconductor|\bchips?\b|export control|taiwan"

    @classmethod
    def discovery_urls(cls) -> tuple[str, ...]:  # noqa: D102
        day = f"{cls.clock() - timedelta(days=3):%Y-%m-%d}T00:00:00Z"
        query = f"?format=json&fromDateTime={day}&sort=updateDate+desc&limit=250"
        return tuple(f"{_API}{name}{query}" for name in ("bill", "crsreport"))

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:  # noqa: D102
        links = super().links(body, url)
        return [replace(link, url=_page(link.url.removeprefix(_API).split("?")[0])) for link in links]


def _page(item: str) -> str:
    """Page for people of "crsreport/R49999" or "bill/119/hr/9999"."""
    name, *rest = item.split("/")
    if name == "crsreport":
        return f"{_SITE}/crs_external_products/{rest[0].rstrip('0123456789')}/HTML/{rest[0]}.html"
    congress = rest[0] + {"1": "st", "2": "nd", "3": "rd"}.get(rest[0][-1], "th")
    chamber = "house" if rest[1].startswith("h") else "senate"
    return f"{_SITE}/bill/{congress}-congress/{chamber}-{_KINDS[rest[1][1:]]}/{rest[2]}"
