"""Federal Register: documents of the agencies that make AI, chip, trade and sanctions policy, and the President's.

`html_url` is what people read and cite, but it answers programs with a robot check: the text is at `body_html_url`,
and a document that has none yet is left to a later run. One question per agency, because a wrong slug is HTTP 400
for the whole answer; all of Commerce and Treasury would bring fisheries and taxes. An empty answer has no `results`.
"""

from spiders.base import JsonApiSpider

_API = "https://www.federalregister.gov/api/v1/documents.json?order=newest&per_page=100"
_FIELDS = "&fields[]=" + "&fields[]=".join(("title", "abstract", "publication_date", "html_url", "body_html_url"))
_AGENCIES = (
    "industry-and-security-bureau", "investment-security-office", "foreign-assets-control-office",
    "trade-representative-office-of-united-states", "national-institute-of-standards-and-technology",
    "state-department", "defense-department", "international-trade-administration",  # many, so last
)  # fmt: skip


class FederalRegister(JsonApiSpider):
    """JSON API without a key; days without times, Washington's; the next issue appears up to a week early."""

    name = "federal_register"
    title = "Federal Register"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.federalregister.gov/"
    cadence_hours = 12
    zone = "America/New_York"
    allow = r"^https://www\.federalregister\.gov/documents/\d{4}/\d{2}/\d{2}/"
    endpoints = (
        f"{_API}{_FIELDS}&conditions[type][]=PRESDOCU",
        *(f"{_API}{_FIELDS}&conditions[agencies][]={slug}" for slug in _AGENCIES),
    )
    items = "results[?body_html_url]"
    fields = {
        "url": "html_url", "title": "title", "summary": "abstract", "published": "publication_date",
        "fetch_url": "body_html_url",
    }  # fmt: skip
