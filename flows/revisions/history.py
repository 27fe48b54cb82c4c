"""The history of a page: which of the versions seen there are edits by the publisher."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from flows.fingerprint import unset
from flows.revisions.changes import Change, between, changes
from flows.revisions.notices import MAX_NOTICE, notices
from flows.revisions.versions import EXTENTS, Essence, essence, extent, line_hash
from flows.spool import read_lines, write_lines
from spiders.outcomes import Outcome
from spiders.urls import article_id
from warehouse.store import MAX_ROTATED, Store, Version

CUT = 0.5
"""Share of an earlier version from which on one that has nothing else is taken for an edit. A shorter one did not load
whole, or was cut by a paywall that was not recognised."""
REPEATED = 3
"""Other articles of a source whose pages show a line, from which on it is the source's: an advert, an appeal."""
SAME_TIME = timedelta(days=7)
"""Time between two visits to pages of a source, within which a line on both may be the source's."""
MAX_EDITS = 50
"""Latest edits of an article whose sentences are compared and stored; one with more is a page that rolls on."""
MAX_CHANGES = 200
"""Changed sentences of one edit that are stored."""
_MIN_START = 10

Cause = Literal["first", "edited", "extractor"]
Reason = Literal["headline", "teaser", "cut", "boilerplate"]
Sight = tuple[datetime, str]
"""When a page was visited and the version that it showed; "" where it was unchanged (HTTP 304)."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A version that is an article's, from one visit on. `notice` is what it says of the change, "" where nothing.

    A change that came with another extractor, of which it cannot be known whether the publisher made it, has the
    cause "extractor".
    """

    version: str
    cause: Cause
    seen_at: datetime
    last_seen_at: datetime
    notice: str = ""


@dataclass(slots=True)
class History:
    """The revisions of an article in order, and versions seen that are none: why not, and since when."""

    revisions: list[Revision] = field(default_factory=list)
    others: dict[str, tuple[Reason, datetime]] = field(default_factory=dict)


class Page:
    """What was seen at an article's address: its versions, and the visits that showed them."""

    def __init__(self, versions: Iterable[Version], sights: Iterable[Sight]) -> None:
        self.versions = {version.version: version for version in versions}
        self.sights = sorted({(at, version) for at, version in sights if version in {"", *self.versions}})
        self.source_id = min((version.seen_at, version.source_id) for version in self.versions.values())[1]
        self._essences: dict[str, Essence] = {}

    def _essence(self, version: str) -> Essence:
        if version not in self._essences:
            seen = self.versions[version]
            self._essences[version] = essence(seen.title, seen.text, seen.url)
        return self._essences[version]

    def passing(self) -> dict[str, frozenset[int]]:
        """By version the lines that not all versions have, and that are no notice: they may be their source's."""
        if len(self.versions) < 2:
            return {}
        own = {
            version: {line_hash(form) for line, form in self._essence(version).lines if not notices("", line)}
            & self._essence(version).hashes
            for version in self.versions
        }
        everywhere = frozenset.intersection(*(self._essence(version).hashes for version in self.versions))
        return {version: frozenset(lines - everywhere) for version, lines in own.items()}

    def history(self, repeated: Mapping[str, Set[int]]) -> History:
        """Judge the visits in their order.

        Compared is like with like: versions of the greatest extent, read by one extractor; lines that their source
        repeats are no difference. What was an article's text stays one of its texts, even if an archive that is loaded
        late has a longer one from before.

        Args:
            repeated: by version its lines that are their source's.
        """
        found = History()
        accepted = {version for version, seen in self.versions.items() if seen.kept in {"revision", "boilerplate"}}
        whole = max((EXTENTS.index(self.versions[version].extent) for _, version in self.sights if version), default=0)
        for at, version in self.sights:
            last = found.revisions[-1] if found.revisions else None
            earlier = [] if version in accepted else [revision.version for revision in found.revisions]
            reason = self._reason(version, whole, earlier) if version else None
            if reason:
                found.others.setdefault(version, (reason, at))
                continue
            accepted.add(version)
            if last is None:
                if version:
                    found.revisions.append(Revision(version, "first", at, at))
            elif version in {"", last.version}:
                found.revisions[-1] = replace(last, last_seen_at=at)
            elif self._same(last.version, version, repeated):
                found.revisions[-1] = replace(last, last_seen_at=at)
                found.others.setdefault(version, ("boilerplate", at))
            else:
                found.revisions.append(self._changed(last.version, version, at, repeated))
        return found

    def _reason(self, version: str, whole: int, earlier: Sequence[str]) -> Reason | None:
        """Why a version cannot be a revision. `earlier`: those that it may be cut from."""
        seen = self.versions[version]
        if EXTENTS.index(seen.extent) < whole:
            return "headline" if seen.extent == "headline" else "teaser"
        if seen.kept == "cut" or any(self._is_cut(version, other) for other in earlier):
            return "cut"
        return None

    def _is_cut(self, version: str, earlier: str) -> bool:
        """Whether a version is the beginning of an earlier one, or some of its lines, and nothing else."""
        lines = [form for _, form in self._essence(version).lines]
        before = [form for _, form in self._essence(earlier).lines]
        if sum(map(len, lines)) >= CUT * sum(map(len, before)):
            return False
        known = set(before)
        torn = lines[-1].rstrip(".…") if lines else ""
        return all(line in known for line in lines[:-1]) and (
            not lines
            or lines[-1] in known
            or (len(torn) >= _MIN_START and any(line.startswith(torn) for line in before))
        )

    def _rotated(self, before: str, after: str, repeated: Mapping[str, Set[int]]) -> frozenset[int]:
        """Lines that only one of two versions has and that are their source's, where few lines differ."""
        one, other = self._essence(before).hashes, self._essence(after).hashes
        if len(one ^ other) > MAX_ROTATED:
            return frozenset()
        return ((one - other) & repeated.get(before, set())) | ((other - one) & repeated.get(after, set()))

    def _same(self, before: str, after: str, repeated: Mapping[str, Set[int]]) -> bool:
        one, other = self._essence(before), self._essence(after)
        if one.said[0] != other.said[0]:
            return False
        rotated = self._rotated(before, after, repeated)
        return one.said == other.said or (bool(rotated) and one.without(rotated).said == other.without(rotated).said)

    def _changed(self, before: str, after: str, at: datetime, repeated: Mapping[str, Set[int]]) -> Revision:
        if self.versions[before].extractors.isdisjoint(self.versions[after].extractors):
            return Revision(after, "extractor", at, at)
        known = {unset(notice) for notice in self._notices(before)}
        new = [notice for notice in self._notices(after) if unset(notice) not in known]
        return Revision(after, "edited", at, at, " ".join(new)[:MAX_NOTICE])

    def changes(self, before: str, after: str, repeated: Mapping[str, Set[int]]) -> list[tuple[str, Change]]:
        """What an edit changed, each with the part in which it did, title or text."""
        rotated = self._rotated(before, after, repeated)
        one, other = self._essence(before).without(rotated), self._essence(after).without(rotated)
        title = [] if one.said[0] == other.said[0] else [("title", between(one.title, other.title))]
        return title + [("text", change) for change in changes(one.sentences(), other.sentences())]

    def _notices(self, version: str) -> list[str]:
        return notices(self.versions[version].title, self.versions[version].text)


# The stage -------------------------------------------------------------------------------------------------------


def compare(store: Store, articles: Path, fetches: Path, revisions: Path, others: Path, edits: Path) -> None:
    """`tagged.jsonl.gz`, `fetches.jsonl.gz` → `revisions.jsonl.gz`, `others.jsonl.gz`, `edits.jsonl.gz`.

    Written is the whole history of every article that the batch shows, and of those whose last edit may be lines that,
    as the batch shows, their source repeats: whatever was loaded before or comes later, the same visits give the
    same history.

    Args:
        store: the warehouse before the batch is loaded; it is only read.
        articles: the batch's articles, tagged.
        fetches: its fetches.
        revisions: where to write one line for each revision.
        others: where to write one line for each version that is none.
        edits: where to write one line for each sentence that a revision changed.
    """
    batch = _Batch(articles, fetches)
    touched = {page.article_id for page in batch.versions} | set(batch.unchanged)
    touched |= {edited for edited, source, line in store.edited_lines(batch.sources) if (source, line) in batch.lines}
    versions: dict[str, dict[str, Version]] = defaultdict(dict)
    for seen in [*store.versions(touched), *batch.versions]:
        known = versions[seen.article_id].get(seen.version)
        versions[seen.article_id][seen.version] = seen if known is None else known.joined(seen)
    sights: dict[str, set[Sight]] = defaultdict(set, batch.sights)
    for article, at, version in store.sights(touched):
        sights[article].add((at, version))
    pages = {article: Page(seen.values(), sights[article]) for article, seen in sorted(versions.items())}
    repeated = _repeated(store, pages)
    histories = {article: page.history(repeated.get(article, {})) for article, page in pages.items()}
    write_lines(revisions, _revision_rows(histories))
    write_lines(others, _other_rows(histories))
    write_lines(edits, _edit_rows(pages, histories, repeated))


class _Batch:
    """What a batch shows: versions, visits, and lines of its sources."""

    def __init__(self, articles: Path, fetches: Path) -> None:
        answered: dict[tuple[str, str, int], datetime] = {}
        self.sights: dict[str, set[Sight]] = defaultdict(set)
        self.unchanged: set[str] = set()
        for row in read_lines(fetches):
            if row.get("warc_file") and row["role"] == "article":
                at = datetime.fromisoformat(row["fetched_at"])
                answered[row["url_key"], row["warc_file"], row["warc_offset"]] = at
                if row["outcome"] == Outcome.UNCHANGED and row["url_key"]:
                    self.unchanged.add(str(article_id(row["url_key"])))
                    self.sights[str(article_id(row["url_key"]))].add((at, ""))
        self.versions: list[Version] = []
        for row in read_lines(articles):
            place = (row["url_key"], row["warc_file"], row["warc_offset"])
            if place in answered:
                self.sights[row["article_id"]].add((answered[place], row["version"]))
                self.versions.append(_version(row, answered[place]))
        self.sources = {version.source_id for version in self.versions}
        self.lines = {(version.source_id, line) for version in self.versions for line in version.lines}


def _version(row: Mapping[str, Any], seen_at: datetime) -> Version:
    same = ("article_id", "source_id", "url", "version", "title", "text")
    return Version(
        **{name: row[name] for name in same},
        seen_at=seen_at,
        extent=extent(row),
        extractors=frozenset({row["extractor_version"]}),
        lines=tuple(row["lines"]),
    )


def _repeated(store: Store, pages: Mapping[str, Page]) -> dict[str, dict[str, set[int]]]:
    """By article and version the lines that are their source's: REPEATED other pages of it have them at the time."""
    passing = [
        (article, version, line)
        for article, page in pages.items()
        for version, lines in page.passing().items()
        for line in lines
    ]
    wanted = {(pages[article].source_id, line) for article, _, line in passing}
    shown: dict[tuple[str, int], list[tuple[str, datetime]]] = defaultdict(list)
    for source_id, line, article, at in store.showings(wanted) if wanted else ():
        if article not in pages:
            shown[source_id, line].append((article, at))
    for article, page in pages.items():
        for seen in page.versions.values():
            for line in seen.lines:
                if (page.source_id, line) in wanted:
                    shown[page.source_id, line].append((article, seen.seen_at))
    repeated: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for article, version, line in passing:
        page = pages[article]
        at = page.versions[version].seen_at
        others = {other for other, then in shown[page.source_id, line] if abs(then - at) <= SAME_TIME} - {article}
        if len(others) >= REPEATED:
            repeated[article][version].add(line)
    return repeated


def _revision_rows(histories: Mapping[str, History]) -> Iterator[dict[str, Any]]:
    for article, history in histories.items():
        for number, revision in enumerate(history.revisions, 1):
            same = ("version", "cause", "seen_at", "last_seen_at", "notice")
            yield {"article_id": article, "revision": number} | {name: getattr(revision, name) for name in same}


def _other_rows(histories: Mapping[str, History]) -> Iterator[dict[str, Any]]:
    for article, history in histories.items():
        for version, (reason, seen_at) in history.others.items():
            yield {"article_id": article, "version": version, "reason": reason, "seen_at": seen_at}


def _edit_rows(
    pages: Mapping[str, Page], histories: Mapping[str, History], repeated: Mapping[str, Mapping[str, Set[int]]]
) -> Iterator[dict[str, Any]]:
    for article, history in histories.items():
        edited = [
            (number, before.version, after.version)
            for number, (before, after) in enumerate(pairwise(history.revisions), 2)
            if after.cause == "edited"
        ]
        for number, before, after in edited[-MAX_EDITS:]:
            found = pages[article].changes(before, after, repeated.get(article, {}))
            for place, (part, change) in enumerate(found[:MAX_CHANGES], 1):
                where = {"article_id": article, "revision": number, "change": place, "part": part}
                yield where | asdict(change) | {"number_changed": change.number_changed}
