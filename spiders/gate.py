"""Bytes of a page → whether it could be on topic, at the speed of reading them (bulk loads only; pure)."""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType

import hyperscan

from spiders.encodings import decode

MIN_PIECE = 80
"""Bytes of text between two tags from which on it is a sentence rather than a menu."""
MAX_SENTENCES = 60_000
"""Bytes of sentences that are judged; an article of 10,000 words."""
HEAD = 65_536
"""Bytes of a page in which its title and description stand, and by which its encoding is judged."""

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_APOSTROPHE = r"(?:'|’|&#8217;|&#x2019;|&rsquo;|&#39;|&apos;)"
# What may stand between two words, and between two characters of Chinese.
_BETWEEN_WORDS = r"(?:[\s\-]|\xa0|&[^;]{1,6};|<[^<>]*>)+"
_BETWEEN_CHARACTERS = r"(?:\s|<[^<>]*>)*"
_CHINESE_REFERENCE = r"&#(?:[23]\d{4}|[xX][4-9][0-9a-fA-F]{3});"
_PROGRAM = re.compile(rb"<(?:(script)|(style)|/(script)>|/(style)>)")
_PIECE = re.compile(rb">([^<>]{%d,})" % MIN_PIECE)
_IN_HEAD = re.compile(
    rb"<title[^>]*>([^<]{1,500})|<meta\s[^>]{0,200}?(?:description|title)[^>]{0,80}?content\s*=\s*[\"']([^\"'<>]{1,1000})",
    re.IGNORECASE,
)


class Gate:
    """Admits pages that name something of every group of phrases, and of which a judge says that they may be relevant.

    In three steps, each of which most pages do not pass: in the bytes as they are; in the page's head and in what reads
    like sentences, or by a head that names the first group; by judging these. That is spared a page whose head names
    something of every group: of such pages the judge turns down hardly any. A word cut in two by a tag is missed;
    words and Chinese characters of a phrase may have tags, spaces and entities between them.
    """

    def __init__(
        self,
        groups: Mapping[str, Iterable[str]],
        judge: Callable[[str, str], bool],
        variants: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> None:
        """Compile the phrases.

        Args:
            groups: phrases by what they stand for, the rarest first; a page has to name one of each. A phrase without
                a small letter is matched by its case.
            judge: says of a title and a text whether they may be relevant.
            variants: what else may be written for a Chinese character.
        """
        self._judge = judge
        self._databases = []
        written = []
        for phrases in groups.values():
            expressions = [_expression(phrase, variants) for phrase in _singular(phrases)]
            database = hyperscan.Database()
            database.compile(
                expressions=[expression.encode() for expression in [*expressions, _CHINESE_REFERENCE]],
                ids=[*[_PHRASE] * len(expressions), _REFERENCE],
                elements=len(expressions) + 1,
                flags=[*(_flags(phrase) for phrase in _singular(phrases)), hyperscan.HS_FLAG_SINGLEMATCH],
            )
            self._databases.append(database)
            written += expressions
        self.version = hashlib.sha256("\n".join(written).encode()).hexdigest()[:8]

    def admits(self, body: bytes, content_type: str = "") -> bool:
        """Whether a page may be on topic.

        Args:
            body: the page, undone of compression.
            content_type: the HTTP header, for its encoding.
        """
        page = _as_utf8(body, content_type)
        for database in self._databases:
            found = _scanned(database, page)
            if found == {_REFERENCE}:  # Chinese written as &#20013;
                page = html.unescape(page.decode("utf-8", "replace")).encode("utf-8", "replace")
                found = _scanned(database, page)
            if _PHRASE not in found:
                return False
        head = _head(page)
        named = [_PHRASE in _scanned(database, head) for database in self._databases]
        if all(named):
            return True
        sentences = _sentences(page)
        text = head + b"\n" + sentences
        # A teaser of which the title names the first group may name the others in a link only, and is for the judge.
        if not named[0] and not all(_PHRASE in _scanned(database, text) for database in self._databases):
            return False
        return self._judge(_text(head), _text(sentences))


_PHRASE, _REFERENCE = 0, 1


def _scanned(database: hyperscan.Database, text: bytes) -> set[int]:
    """What a text has, up to the first phrase."""
    found: set[int] = set()

    def hit(what: int, *_: object) -> bool | None:
        found.add(what)
        return True if what == _PHRASE else None

    with suppress(hyperscan.ScanTerminated):
        database.scan(text, match_event_handler=hit)
    return found


def _singular(phrases: Iterable[str]) -> list[str]:
    """Phrases without those that differ from another by a plural s, which is matched anyway."""
    every = set(phrases)
    return sorted(phrase for phrase in every if phrase.removesuffix("s") not in every - {phrase})


def _expression(phrase: str, variants: Mapping[str, Iterable[str]]) -> str:
    """The pattern of a phrase, at byte level: between words, and at word boundaries."""
    if _CJK.search(phrase):
        written = ("|".join(map(re.escape, [char, *variants.get(char, ())])) for char in phrase)
        return _BETWEEN_CHARACTERS.join(f"(?:{forms})" if "|" in forms else forms for forms in written)
    words = (re.escape(word).replace("'", _APOSTROPHE) for word in re.split(r"[\s-]+", phrase) if word)
    before, after = (r"\b" if edge.isalnum() else "" for edge in (phrase[0], phrase[-1]))
    plural = "s?" if phrase[-1].isalpha() and not phrase.endswith("s") else ""
    return f"{before}{_BETWEEN_WORDS.join(words)}{plural}{after}"


def _flags(phrase: str) -> int:
    case_matters = phrase == phrase.upper() and not _CJK.search(phrase)
    caseless = 0 if case_matters else hyperscan.HS_FLAG_CASELESS
    return int(hyperscan.HS_FLAG_SINGLEMATCH | caseless)


def _as_utf8(body: bytes, content_type: str) -> bytes:
    try:
        body[:HEAD].decode()
    except UnicodeDecodeError as error:
        if error.end < HEAD - 4:  # else a character is cut in two
            return decode(body, content_type).encode("utf-8", "replace")
    return body


def _head(page: bytes) -> bytes:
    """Title and description."""
    return b"\n".join(part for found in _IN_HEAD.findall(page, 0, HEAD) for part in found if part)


def _sentences(page: bytes) -> bytes:
    """What stands between tags and is longer than a menu's entries; no programs."""
    pieces = [piece for start, end in _shown(page) for piece in _PIECE.findall(page, start, end)]
    return b"\n".join(pieces)[:MAX_SENTENCES]


def _shown(page: bytes) -> Iterator[tuple[int, int]]:
    """Where a page is neither script nor style."""
    script = style = False
    start = 0
    for edge in _PROGRAM.finditer(page):
        hidden = script or style
        if edge[1]:
            script = True
        elif edge[3]:
            script = False
        elif not script:
            style = bool(edge[2])
        if not hidden and (script or style):
            yield start, edge.start()
        elif hidden and not (script or style):
            start = edge.start()
    if not (script or style):
        yield start, len(page)


def _text(part: bytes) -> str:
    return html.unescape(part.decode("utf-8", "replace"))
