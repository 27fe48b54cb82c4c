"""Which versions of an article are edits by its publisher: what counts of a version, notices, the history of a page."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from xxhash import xxh3_64_intdigest, xxh3_128_hexdigest

from flows import volatile
from flows.changes import Change, between, changes, split
from flows.fingerprint import CJK, unset
from flows.spool import read_lines, write_lines
from spiders.boilerplate import SEPARATOR
from spiders.outcomes import Outcome
from spiders.urls import article_id
from warehouse.store import MAX_ROTATED, Store, Version

EXTENTS = ("headline", "teaser", "whole")
"""How much of an article a version has: the summary that a feed gave, what stands before a paywall, all of it."""
CUT = 0.5
"""Share of an earlier version from which on one that has nothing else is taken for an edit. A shorter one did not load
whole, or was cut by a paywall that was not recognised."""
REPEATED = 3
"""Other articles of a source whose pages show a line, from which on it is the source's: an advert, an appeal."""
SAME_TIME = timedelta(days=7)
"""Time between two visits to pages of a source, within which a line on both may be the source's."""
MAX_LINES = 1000
"""Lines of a version by which its source's lines are found; of more, always the same are taken."""
MAX_EDITS = 50
"""Latest edits of an article whose sentences are compared and stored; one with more is a page that rolls on."""
MAX_CHANGES = 200
"""Changed sentences of one edit that are stored."""

Cause = Literal["first", "edited", "extractor"]
Reason = Literal["headline", "teaser", "cut", "boilerplate"]
Sight = tuple[datetime, str]
"""When a page was visited and the version that it showed; "" where it was unchanged (HTTP 304)."""


# What counts -----------------------------------------------------------------------------------------------------

_SITE = re.compile(r"[^。，！？]{0,10}(?:网|網|报|報|社|台|刊|新闻|财经|频道|中心|在线|客户端)")
_OF_ANY_SITE = frozenset(
    {"the", "s", "news", "online", "www", "com", "org", "net", "gov", "edu", "co", "cn", "uk", "hk"}
)
_MIN_NAME = 4
_MIN_START = 10
# Line ends beside which the form that is compared has no space.
_JOINT = re.compile(rf"(?<=[^\w\s])\n|(?<=[{CJK}])\n|\n(?=[^\w\s]|[{CJK}])")


@dataclass(frozen=True)
class Essence:
    """What of a version counts: its title, and its lines as they stand, each with the form that is compared."""

    title: str
    lines: tuple[tuple[str, str], ...]

    @cached_property
    def said(self) -> tuple[str, str]:
        """What is the same where two versions say the same; where their paragraphs begin does not count."""
        return unset(self.title), _JOINT.sub("", "\n".join(form for _, form in self.lines)).replace("\n", " ")

    @cached_property
    def hashes(self) -> frozenset[int]:
        """Of the lines that are short enough to be their source's."""
        return frozenset(_line_hash(form) for _, form in self.lines if len(form) <= volatile.MAX_LINE)

    def without(self, hashes: Collection[int]) -> "Essence":
        """The same without some lines."""
        return replace(self, lines=tuple(line for line in self.lines if _line_hash(line[1]) not in hashes))

    def sentences(self) -> list[str]:
        """As they stand."""
        return split("\n".join(line for line, _ in self.lines))


def essence(title: str, text: str, url: str) -> Essence:
    """What of an article counts when its page is seen again.

    Left out are the site's name after the title, and lines that change by themselves (`flows.volatile`).
    """
    return Essence(_without_site(title, url), tuple((line, unset(line)) for line in volatile.without(text)))


def marks(article: Mapping[str, Any]) -> dict[str, Any]:
    """By what an article's row is compared with what its page showed before: `version`, and hashes of `lines`.

    Two versions are the same where they say the same and to the same extent.
    """
    found = essence(article["title"], article["text"], article["url"])
    version = xxh3_128_hexdigest("\0".join((*found.said, extent(article))).encode("utf-8", "replace"))
    return {"version": version, "lines": sorted(found.hashes)[:MAX_LINES]}


def extent(article: Mapping[str, Any]) -> str:
    """How much of the article a row has: one of EXTENTS."""
    if article["headline_only"]:
        return "headline"
    return "teaser" if article["paywalled"] else "whole"


def _line_hash(form: str) -> int:
    return xxh3_64_intdigest(form.encode("utf-8", "replace")) >> 1


def _without_site(title: str, url: str) -> str:
    """A title without the names of section and site after it, of which extraction cannot tell all."""
    separators = list(SEPARATOR.finditer(title))
    while separators:
        separator = separators.pop()
        name = title[separator.end() :]
        is_bar = separator[0].strip() in {"|", "｜", "_"}
        # "深度｜标题": before the bar may stand a section, and after it the title.
        if not (_is_site(name, url) or (is_bar and len(name) < separator.start())):
            break
        title = title[: separator.start()]
    return title


def _is_site(name: str, url: str) -> bool:
    """Whether a name is that of a host, or its initials are, or it ends as a Chinese outlet's does."""
    if _SITE.fullmatch(name.strip()):
        return True
    host = (urlsplit(url).hostname or "").casefold()
    words = [word for word in re.findall(r"\w+", name.casefold()) if word not in _OF_ANY_SITE]
    joined, initials = "".join(words), "".join(word[0] for word in words)
    labels = set(re.split(r"[.-]", host)) - _OF_ANY_SITE
    return (
        joined in labels
        or (len(joined) >= _MIN_NAME and joined in host.replace("-", ""))
        or (len(words) > 1 and not labels.isdisjoint({initials, initials[:-1] + words[-1]}))
    )


# Notices ---------------------------------------------------------------------------------------------------------

_PIECE = r"(?:article|story|post|headline|caption|column|blog|report|page|dispatch)"
_CHANGED = r"(?:corrected|updated|amended|clarified|edited|revised|modified|retracted|withdrawn|rewritten)"
_HAS_BEEN = r"(?:has|had|was)(?: since)?(?: been)?"
_HEADING = (
    r"corrections?|corrected|clarifications?|clarified|retraction|erratum|corrigendum|updated?|refile"
    r"|editor(?:s|['’]s|s['’]|ial)? note"
)
_WHEN = r"(?:at |on )?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? )?\d"
# At the beginning of a sentence.
_HEADED = re.compile(
    r"[\W_]{0,5}(?:"
    + "|".join(
        (
            rf"(?:{_HEADING})(?: appended| ?\([^)]{{1,40}}\))? ?(?:[:–—]|-(?!\w)|$)",
            rf"(?:{_HEADING}) {_WHEN}[^:]{{0,30}}:",
            r"(?:corrected|refile|update \d)-",
            r"updated? (?:\S+ ){0,6}?to (?:add|include|reflect|correct|clarify|remove)\b",
            r"\((?:corrects|clarifies|updates|adds|recasts|refiles)\b",
            r"(?:更正|勘误|勘誤|订正|澄清|更新|致歉)(?:说明|声明|启事)? ?[:：】]",
            r"(?:编者|编辑|編者|編輯)(?:按|注|註|更正)",
        )
    )
    + ")",
    re.IGNORECASE,
)
# Anywhere in it.
_SAID = re.compile(
    "|".join(
        (
            rf"\b(?:earlier|previous|prior|original) version of (?:this|the|our) {_PIECE}",
            rf"\b(?:this (?:[\w.]+ ){{0,3}}?{_PIECE}|the (?:article|story)) {_HAS_BEEN} {_CHANGED}\b",
            rf"\bwe (?:have |['’]ve )?(?:since )?{_CHANGED} (?:this|the|our) {_PIECE}\b|\bregrets? the error",
            r"(?:本文|本报道|本稿|此文)[^。]{0,12}(?:更正|更新|修订|修正|修改|勘误)|特此(?:更正|致歉)",
            r"(?:文章|报道|内容|标题)已(?:经|作|做)*(?:更正|更新|修改|修订)",
            r"(?:此前|早前|先前|较早|稍早)(?:的|发布的)?(?:报道|版本|文章)[^。]{0,30}(?:有误|错误|误)",
        )
    ),
    re.IGNORECASE,
)
_MAX_NOTICE = 600
"""Characters of a sentence that are looked at."""


def notices(title: str, text: str) -> list[str]:
    """Sentences that say that the article was changed: corrections, clarifications, notes of the editor."""
    return [sentence for sentence in [title, *split(text)] if _is_notice(sentence[:_MAX_NOTICE])]


def _is_notice(sentence: str) -> bool:
    # "Updated: 20 November" says only that the page has a date.
    return bool(_SAID.search(sentence) or (_HEADED.match(sentence) and not volatile.is_stamp(sentence)))


# History ---------------------------------------------------------------------------------------------------------


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
            version: {_line_hash(form) for line, form in self._essence(version).lines if not notices("", line)}
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
        return Revision(after, "edited", at, at, " ".join(new)[:_MAX_NOTICE])

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
