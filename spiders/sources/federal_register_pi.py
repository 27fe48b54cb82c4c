"""Federal Register, public inspection: documents as filed, days before they are printed.

Regular filings come at 8:45 in Washington, special ones up to 18:00; export rules are seen here first. There is no
text but a PDF, and the page answers programs with a robot check: headlines only. The printed document, the second
stage of the same number, is `federal_register`'s. Withdrawn filings have null in many places.
"""

from spiders.base import JsonApiSpider

_AGENCIES = (
    '"industry-and-security-bureau","investment-security-office","foreign-assets-control-office",'
    '"trade-representative-office-of-united-states","national-institute-of-standards-and-technology",'
    '"state-department","defense-department","international-trade-administration"'
)
_AGENCY = "join(', ', agencies[].[name || raw_name][])"


class FederalRegisterPi(JsonApiSpider):
    """JSON API without a key, one answer for all that is on file; times with offset."""

    name = "federal_register_pi"
    title = "Federal Register public inspection"
    kind = "government"
    country = "US"
    language = "en"
    homepage = "https://www.federalregister.gov/public-inspection/current"
    cadence_hours = 6
    zone = "America/New_York"
    headline_only = True
    allow = r"^https://www\.federalregister\.gov/public-inspection/"
    endpoints = ("https://www.federalregister.gov/api/v1/public-inspection-documents/current.json",)
    items = f"results[?type == 'Presidential Document' || agencies[?contains(`[{_AGENCIES}]`, slug)]]"
    fields = {
        "url": "html_url",
        "title": "title",
        "summary": f"join('', [type, ' of ', {_AGENCY}, ', to be printed ', publication_date || 'later'])",
        "published": "filed_at",
    }
