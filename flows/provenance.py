"""Whose text an article is by its own words: datelines, credits, bylines of agencies and of other outlets."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from flows.fingerprint import CJK, simplified
from flows.tagging import Evidence, Tag

AGENCIES_FILE = Path(__file__).parent / "seed_corpus" / "agencies.toml"

FIRST_LINES = 4
LAST_LINES = 8
"""Lines of a text between which no credit is looked for."""
MAX_LINE = 300
"""Characters of a line that are read."""


@cache
def _names() -> dict[str, str]:
    """Agency by name."""
    tables = tomllib.loads(AGENCIES_FILE.read_text(encoding="utf-8"))
    return {name: agency for agency, table in tables.items() for name in table["names"]}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    """Rules by id; the group `who` is the name. Every line that one matches has one of the words beside it."""
    longest_first = sorted(_names(), key=len, reverse=True)
    latin = "|".join(re.escape(name) for name in longest_first if name.isascii() or "’" in name)
    cjk = "|".join(re.escape(name) for name in longest_first if re.search(f"[{CJK}]", name))
    who = rf"(?P<who>(?:(?:{latin})(?![A-Za-z])|{cjk}))"
    place = r"[A-Z][\w.,'’/ -]{1,60}?"
    return (
        # BEIJING, Nov. 19 (Xinhua) --   (Reuters) -   新华社北京11月19日电   【法新社华盛顿19日电】
        (
            "agency.dateline",
            re.compile(rf"(?:{place})?[(（] ?{who}(?:[ /,][^)）\n]{{0,30}})?[)）] ?(?:[-–—:：]|$)"),
            (")", "）"),
        ),
        (
            "agency.dateline",
            re.compile(rf"[(（【\[]?{who}[^\n，。]{{0,24}}?\d{{1,2}}日[^\n，。]{{0,12}}?[电讯]"),
            ("日",),
        ),
        ("agency.dateline", re.compile(rf"[(（]{who}记者[^\n，。]{{0,24}}[电讯]?[)）]"), ("记者",)),
        # Source: Xinhua   来源：新华社   （转自：环球时报）
        (
            "agency.credit",
            re.compile(rf"[(（\[]?(?:Source|Credit|Via) ?[:：] ?(?:the )?{who}.{{0,30}}", re.IGNORECASE),
            (":", "："),
        ),
        (
            "agency.credit",
            re.compile(
                r"[(（【\[]?(?:本文|新闻|信息|文章|稿件)?(?:来源|稿源|转自|转载自|来自|摘自) ?[:：|] ?"
                rf"(?P<who>{cjk}|(?:{latin})(?![A-Za-z])|[^\s:：，。；|()（）]{{2,20}}).{{0,60}}"
            ),
            (":", "：", "|"),
        ),
        # This article was originally published by Reuters.   本文首发于《环球时报》
        (
            "agency.republished",
            re.compile(
                r".{0,120}\b(?:originally|first) (?:published|appeared|posted|reported) (?:by|in|on|at) (?:the )?"
                rf"(?P<who>(?:{latin})(?![A-Za-z])|[A-Z][\w&.'’-]*(?: [A-Z][\w&.'’-]*){{0,4}}).*"
            ),
            ("originally", "first"),
        ),
        (
            "agency.republished",
            re.compile(rf".{{0,60}}(?:首发|原载|原刊|首刊)(?:于|在)? ?(?P<who>{cjk}|《[^》]{{1,20}}》).{{0,60}}"),
            ("首发", "原载", "原刊", "首刊"),
        ),
        # (Reporting by A in Beijing; Editing by B)   is how Reuters signs
        (
            "agency.signed",
            re.compile(r"\(?(?P<who>Reporting by .{3,200}; ?.{0,120}[Ee]diting by .{3,100}?)\)?\.?"),
            ("Reporting by",),
        ),
        (
            "agency.byline",
            re.compile(rf"(?:By |Written by |文[/|｜] ?)[^\n]{{0,60}}?[,/|｜ ]{who}(?:记者.{{0,20}})?"),
            ("By ", "Written by", "文"),
        ),
    )


def credited(text: str, authors: Sequence[str]) -> tuple[list[Tag], list[Evidence]]:
    """Tags of kind `agency`, and the words for each.

    An outlet that is none of the listed agencies is a tag too where the text says plainly that it comes from there.

    Args:
        text: of an article, one paragraph a line.
        authors: as extraction found them; one that is an agency is evidence without a place in the text.
    """
    found: dict[str, Evidence] = {}
    for rule, start, end, line in _credits_of_lines(text):
        name = text[start:end]
        agency = "reuters" if rule == "agency.signed" else _agency(name)
        found.setdefault(agency, Evidence("agency", agency, rule, start, end, line, None))
    for author in authors:
        for part in re.split(r"[,/|]| via ", author[:MAX_LINE]):
            agency = _names().get(simplified(part.strip()), "")
            if agency:
                found.setdefault(
                    agency, Evidence("agency", agency, "agency.author", None, None, author[:MAX_LINE], None)
                )
    return [Tag("agency", agency, 1.0) for agency in sorted(found)], [found[agency] for agency in sorted(found)]


def _agency(name: str) -> str:
    simple = simplified(name)
    return _names().get(simple) or _names().get(simple.strip("《》")) or simple.strip("《》 .").lower()


def _credits_of_lines(text: str) -> Iterator[tuple[str, int, int, str]]:
    """Rule, span of the name, and line."""
    lines = text.split("\n")
    first, last = lines[:FIRST_LINES], lines[FIRST_LINES:][-LAST_LINES:]
    offset = 0
    for number, whole in enumerate([*first, *last]):
        if number == FIRST_LINES:
            offset = len(text) + 1 - sum(len(line) + 1 for line in last)
        start, line = offset + len(whole) - len(whole.lstrip()), whole.strip()[:MAX_LINE]
        offset += len(whole) + 1
        if match := _credit(simplified(line), is_first=number < FIRST_LINES):
            rule, (begin, end) = match
            yield rule, start + begin, start + end, line


def _credit(line: str, *, is_first: bool) -> tuple[str, tuple[int, int]] | None:
    """The first rule that a line matches, and the span of the name."""
    for rule, pattern, words in _patterns():
        is_dateline = rule == "agency.dateline"
        if is_dateline and not is_first:
            continue
        for word in words:  # any() takes longer, and this is asked of lines of every text
            if word in line:
                break
        else:
            continue
        match = pattern.match(line) if is_dateline else pattern.fullmatch(line)
        if match:
            return rule, match.span("who")
    return None
