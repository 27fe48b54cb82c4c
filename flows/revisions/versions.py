"""What counts of a version of an article: its title and its lines, without those that change by themselves (pure)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from xxhash import xxh3_64_intdigest, xxh3_128_hexdigest

from flows.fingerprint import CJK, unset
from flows.revisions import volatile
from flows.revisions.changes import split
from spiders.boilerplate import SEPARATOR

EXTENTS = ("headline", "teaser", "whole")
"""How much of an article a version has: the summary that a feed gave, what stands before a paywall, all of it."""
MAX_LINES = 1000
"""Lines of a version by which its source's lines are found; of more, always the same are taken."""

_SITE = re.compile(r"[^。，！？]{0,10}(?:网|網|报|報|社|台|刊|新闻|财经|频道|中心|在线|客户端)")
_OF_ANY_SITE = frozenset(
    {"the", "s", "news", "online", "www", "com", "org", "net", "gov", "edu", "co", "cn", "uk", "hk"}
)
_MIN_NAME = 4
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
        return frozenset(line_hash(form) for _, form in self.lines if len(form) <= volatile.MAX_LINE)

    def without(self, hashes: Collection[int]) -> "Essence":
        """The same without some lines."""
        return replace(self, lines=tuple(line for line in self.lines if line_hash(line[1]) not in hashes))

    def sentences(self) -> list[str]:
        """As they stand."""
        return split("\n".join(line for line, _ in self.lines))


def essence(title: str, text: str, url: str) -> Essence:
    """What of an article counts when its page is seen again.

    Left out are the site's name after the title, and lines that change by themselves (`flows.revisions.volatile`).
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


def line_hash(form: str) -> int:
    """The hash by which a line is found in other versions and pages."""
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
