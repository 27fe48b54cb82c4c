"""What extraction makes of a record; apart from it, for it takes a while to load and runs in processes of its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from spiders import dates
from spiders.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Article:
    """One article as one fetch showed it. Times are aware UTC.

    `published_at` with precision "day" is the start of that day in the source's time zone. With `headline_only`
    the text is the summary that discovery gave; the page was not fetched. `canonical` is what the page gives as its
    own address, where that is not the one it was fetched from.
    """

    article_id: UUID
    url: str
    url_key: str
    canonical: str
    source_id: str
    title: str
    authors: tuple[str, ...]
    published_at: datetime | None
    published_precision: dates.Precision
    published_source: str
    updated_at: datetime | None
    language: str
    section: str
    description: str
    image: str
    text: str
    word_count: int
    paywalled: bool
    headline_only: bool
    seen_at: datetime
    extractor_version: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What became of a record: an outcome, the article where there is one, and why not where there is none."""

    outcome: Outcome
    article: Article | None = None
    error: str = ""
