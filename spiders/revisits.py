"""Which articles' pages are visited again, and when: soon at first, then ever more rarely (pure)."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from spiders.dates import UNKNOWN, Moment
from spiders.discovery import Link
from spiders.urls import BadUrl, url_key
from warehouse.snapshot import Visited

SOONEST = timedelta(hours=20)
"""Between two visits to a page; less than a day, so that a daily run which starts a little early does not miss one."""
EARLY = 0.9
"""Share of the time between its first sight and the last visit after which a page is due, for the same reason."""
MAX_AGE = timedelta(days=30)
"""Since an article was first seen, after which its page is not visited again."""
MAX_OF_SOURCE = 50
"""Pages of a source that are visited again in one run; each costs it a second or more."""
MAX_OF_RUN = 1500
"""Pages that are visited again in one run."""


@dataclass(frozen=True, slots=True)
class Revisit:
    """A page to visit again: the address that answered, what discovery would say of it, whose article it is.

    By `etag` and `last_modified` its site may say that it has not changed.
    """

    address: str
    link: Link
    url_key: str
    etag: str
    last_modified: str


def is_due(first_seen_at: datetime, last_tried_at: datetime, now: datetime) -> bool:
    """Whether a page is to be visited again: after a day, then when the article is twice as old as at the last visit.

    With a daily run that is after 1, 2, 4, 8 and 16 days.
    """
    since = now - last_tried_at
    return now - first_seen_at <= MAX_AGE and since >= max(SOONEST, EARLY * (last_tried_at - first_seen_at))


def due(
    visited: Iterable[Visited], now: datetime, of_source: int = MAX_OF_SOURCE, of_run: int = MAX_OF_RUN
) -> dict[str, list[Revisit]]:
    """By source the pages to visit again, the youngest articles first, for those are edited most."""
    found: dict[str, list[Revisit]] = defaultdict(list)
    for page in sorted(visited, key=lambda page: (page.first_seen_at, page.url_key), reverse=True):
        if of_run and len(found[page.source_id]) < of_source and is_due(page.first_seen_at, page.last_tried_at, now):
            found[page.source_id].append(_revisit(page))
            of_run -= 1
    return dict(found)


def _revisit(page: Visited) -> Revisit:
    asked, answered = _key(page.article_url), _key(page.answered_url)
    # The address as discovered identifies the page; where it is neither of these, it was redirected.
    detour = asked == page.link_key != answered
    address = page.article_url if detour else page.answered_url if answered == page.link_key else page.link_key
    link = Link(
        address,
        title=page.title,
        published=Moment(page.announced_at, page.announced_precision) if page.announced_at else UNKNOWN,
        fetch_url=page.answered_url if detour else "",
        authors=tuple(page.authors),
    )
    return Revisit(page.answered_url, link, page.url_key, page.etag, page.last_modified)


def _key(url: str) -> str:
    with suppress(BadUrl):
        return url_key(url)
    return ""
