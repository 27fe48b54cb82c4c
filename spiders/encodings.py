"""Bytes of a web page → its text, whatever its encoding and whatever it says of it (pure)."""

import codecs
import re
from contextlib import suppress
from functools import lru_cache

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]+")
_LETTERS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Encodings that pages name and do not mean: GB2312 stands for all of GB18030, Latin-1 for Windows' extension of it.
_MEANT = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_DOUBLE_BYTE = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
# The characters that make up two fifths of any Chinese, a third of any Japanese and Korean text. Bytes read in the
# wrong one of these encodings give characters from all over their tables instead.
_FREQUENT = frozenset(
    "的一是不了在人有我他这中大来上个国和也子时道说出而要于就下得可你年生自会那后能对着事其里所去行过家十用发天如然作方成者多日都"
    "三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从新业为政部市美民实加工产经济术机关月第报以及记市场企"
    "這來個國時說於會後對著裡過發無麼經當與學進種將還見從業為實產濟術機關報記場華們電網點據體題議員應該開間長門問頭書東車動"
    "のにはをがとでたしるれさまなもこっアイスンルドリト다이의에는을가를고한지사로은대자기하도"
)
MANY_SLIPS = 0.05
"""Share of broken characters from which on a text is taken to be in another encoding than UTF-8."""
PLAUSIBLE = 0.12
"""Share of frequent characters from which on a text is taken to be rightly decoded; wrong ones stay below 0.05."""
SAMPLE = 100_000
"""Bytes by which an encoding is judged."""


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page.

    By its byte order mark; else as UTF-8, if it can be; else in the encoding that it or its HTTP header names, if that
    makes sense; else in the one that makes most sense. What cannot be read becomes U+FFFD.

    Args:
        body: the page, undone of compression.
        content_type: the HTTP header of that name, or the name of an encoding that is known to be meant.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_encoding(body, content_type), "replace")


def _encoding(body: bytes, content_type: str) -> str:
    """The encoding of a page that is not valid UTF-8."""
    first = _HIGH.search(body)
    start = first.start() if first else 0  # programs and styles before it tell nothing, and may be long
    sample = body[start : start + SAMPLE]
    high = _HIGH.findall(sample)
    if sample.decode("utf-8", "replace").count("\ufffd") <= MANY_SLIPS * sum(map(len, high)):
        return "utf-8"
    declared = [name for name in (_named(content_type), _declared(body)) if name and not name.startswith("utf")]
    if 2 * sum(len(run) for run in high if len(run) > 1) <= sum(map(len, high)):
        # Letters with an accent stand alone: a Latin alphabet.
        return next((name for name in declared if name not in _DOUBLE_BYTE), "cp1252")
    shares = {name: _share(sample, name) for name in dict.fromkeys([*declared, *_DOUBLE_BYTE])}
    likely = max(shares, key=lambda name: shares[name])  # the first of equals: a declared one
    if shares[likely] >= PLAUSIBLE:
        return likely
    return next(iter(declared), "") or _guessed(sample)


def _share(sample: bytes, encoding: str) -> float:
    """The share of frequent characters among the letters that the bytes come to."""
    text = sample.decode(encoding, "replace")
    return sum(map(_FREQUENT.__contains__, text)) / max(1, len(_LETTERS.findall(text)) + text.count("\ufffd"))


def _declared(body: bytes) -> str:
    found = _DECLARED.search(body, 0, 4096)
    return _codec((found[1] or found[2]).decode("ascii", "ignore")) if found else ""


def _named(content_type: str) -> str:
    found = _IN_HEADER.search(content_type)
    return _codec(found[1] if found else content_type)


@lru_cache(maxsize=256)
def _codec(name: str) -> str:
    """Python's name of an encoding; "" where there is none of this name."""
    with suppress(LookupError, UnicodeError, ValueError):
        codec = codecs.lookup(name)
        "".encode(codec.name)  # "rot13" is a codec and no encoding
        return _MEANT.get(codec.name, codec.name)
    return ""


def _guessed(sample: bytes) -> str:
    best = from_bytes(sample[:10_000]).best()
    return best.encoding if best else "cp1252"
