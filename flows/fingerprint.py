"""Normal forms, hashes and shingles by which copies of a text are recognised."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from xxhash import xxh3_128_hexdigest

CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"

_SHORT = 60
"""Characters below which a dictionary is faster than an array."""
_FIRST_CJK = 0x3040
_CJK_CHARACTER = re.compile(f"[{CJK}]")
_NO_PART_OF_WORDS = re.compile(r"[^\w ]|_")
_SPACE_BESIDE_CJK = re.compile(f"(?<=[{CJK}]) | (?=[{CJK}])")
# Accents left over from decomposition, soft hyphens and zero-width characters sit inside words: to turn
# them into spaces would split the word.
_INSIDE_WORDS = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")

_ZERO_WIDTH = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")

# The quick way to the same normal form for texts that are ASCII but for these.
_SIGNS = tuple("\u2019\u2018\u201c\u201d\u2014\u2013\u2026\u00a0\u00a3\u20ac\u2022")
_LETTERS = bytes(ord(chr(byte).lower()) if byte < 128 and chr(byte).isalnum() else ord(" ") for byte in range(256))

# Signs that differ between two settings of one text.
_SETTING = (
    dict.fromkeys("'’‘‚‛`´′‵“”„‟″«»‹›「」『』", '"') | dict.fromkeys("‐‑‒–—―−─", "-") | {"。": ".", "、": ",", "•": "·"}
)
_SET_SIGN = re.compile(f"[{''.join(_SETTING)}]")
_REPEATED_SIGN = re.compile(r"([-\".])\1+")
_SPACE_AFTER_SIGN = re.compile(r"([^\w\s]) ")
_SPACE_BEFORE_SIGN = re.compile(r" ([^\w\s])")

WORDS_IN_SHINGLE = 3
CHARACTERS_IN_SHINGLE = 5
SAMPLE_RATE = 8
"""One shingle in so many is kept in the warehouse, and of the seeds."""
TRADITIONAL_FILE = Path(__file__).parent / "traditional.txt"

Hashes = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint32]
"""Figures of code points."""
Units = npt.NDArray[np.unsignedinteger[Any]]
"""Code points, in one byte each where all are of ASCII."""

_SPACE = ord(" ")
_NOTHING, _NOT_ALONE = 1, 2
"""What a character may become in the normal form besides a letter, a digit or a space."""
_JAMO = frozenset(map(chr, range(0x1160, 0x1200)))
"""What a syllable of Korean is composed of, behind the first sound: the only letters that join the one before them."""
_VARIANTS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Marks that join nothing: they choose one of a character's forms."""
_ALPHABETIC, _OF_CJK = 2, 4
"""Bits of a character's script, to which 1 is added."""

# Odd constants of xxHash and MurmurHash3; each place in a shingle has its own, so that order matters.
_PLACES = np.array(
    [0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5], np.uint64
)
_BYTES: Hashes = np.random.Generator(np.random.PCG64(7)).integers(1, 2**64, 256, np.uint64)
_BASE = 0x9E3779B97F4A7C15
_MIX = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_SHIFT = np.uint64(33)


def normalise(text: str) -> str:
    """The form in which two copies of a text are equal.

    Compatibility forms and case are folded, everything but letters and digits becomes a single space, and
    no space is kept beside a Chinese, Japanese or Korean character, where publishers set it at will.
    """
    units = _units(text)
    return units.tobytes().decode("ascii" if units.dtype == np.uint8 else "utf-32-le")


def unset(text: str) -> str:
    """The form in which what differs in spaces, line ends, quotes, dashes and Unicode composition only is equal.

    Unlike `normalise` it keeps whatever changes what a text says: case, and every sign, such as a minus or a comma.
    """
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text  # a word, as most of what is compared; it has no sign, and no space
    folded = text if text.isascii() else unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", text))
    signs = _REPEATED_SIGN.sub(r"\1", _SET_SIGN.sub(lambda sign: _SETTING[sign[0]], " ".join(folded.split())))
    words = _SPACE_BEFORE_SIGN.sub(r"\1", _SPACE_AFTER_SIGN.sub(r"\1", signs))
    return words if words.isascii() else _SPACE_BESIDE_CJK.sub("", words)


class ByCodePoint:
    """A figure of each character: those of a text at once, kept, for the whole of Unicode would take a while.

    Args:
        figure: from 1 to 2^32 - 1.
    """

    def __init__(self, figure: Callable[[str], int]) -> None:
        self._figure = figure
        self._known = np.zeros(0x110000, np.uint32)

    def of(self, code_points: Units) -> Codes:
        """The figure of each."""
        figures: Codes = self._known.take(code_points)
        if not figures.all():
            for code_point in np.unique(code_points[figures == 0]).tolist():
                self._known[code_point] = self._figure(chr(code_point))
            figures = self._known.take(code_points)
        return figures


def code_points(text: str) -> Units:
    """Those of a text, half characters among them."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _units(text: str) -> Units:
    """The code points of the normal form; in one byte each where the text is ASCII, but for common signs."""
    if not text.isascii():
        for sign in _SIGNS:
            text = text.replace(sign, " ")
    if text.isascii():
        return _one_space(np.frombuffer(text.encode("ascii").translate(_LETTERS), np.uint8))
    units: Units = _FOLDED.of(code_points(text))
    if _NOT_ALONE in units:
        units = code_points(_folded(text))
    units = _one_space(units[units != _NOTHING])
    if units.max(initial=0) < _FIRST_CJK:
        return units
    beside = np.zeros(len(units) + 2, np.bool_)
    beside[1:-1] = _SCRIPTS.of(units) & _OF_CJK
    kept: Units = units[(units != _SPACE) | ~(beside[:-2] | beside[2:])]
    return kept


def _one_space(units: Units) -> Units:
    """Without the spaces at both ends, and of several in a row all but one."""
    is_letter = units != _SPACE
    is_kept = is_letter.copy()
    is_kept[1:] |= is_letter[:-1]
    if not is_letter[-1:].all():
        is_kept[np.flatnonzero(is_kept)[-1:]] = False
    kept: Units = units[is_kept]
    return kept


def _folded(text: str) -> str:
    """The normal form but for spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _NO_PART_OF_WORDS.sub(" ", _INSIDE_WORDS.sub("", folded))


def _folded_alone(char: str) -> int:
    """The one unit that a character becomes, or whether it is none, or depends on what stands beside it."""
    parts = unicodedata.normalize("NFKC", char)
    if any(unicodedata.category(part)[0] == "M" or part in _JAMO for part in parts) and char not in _VARIANTS:
        return _NOT_ALONE
    folded = _folded(char)
    if not folded.strip():
        return _SPACE if folded else _NOTHING
    return ord(folded) if len(folded) == 1 else _NOT_ALONE


def _script(char: str) -> int:
    return 1 | (char.isalpha() and _ALPHABETIC) | (bool(_CJK_CHARACTER.match(char)) and _OF_CJK)


_FOLDED = ByCodePoint(_folded_alone)
_SCRIPTS = ByCodePoint(_script)


def text_hash(text: str) -> str:
    """128-bit hash of the normal form as 32 hex digits; '' for a text without any letter."""
    normal = normalise(text)
    return xxh3_128_hexdigest(normal.encode()) if any(map(str.isalpha, normal)) else ""


def is_cjk(text: str) -> bool:
    """Whether most letters of a text are Chinese, Japanese or Korean."""
    return not text.isascii() and _is_cjk(code_points(text))


def _is_cjk(units: Units) -> bool:
    if units.max(initial=0) < _FIRST_CJK:
        return False
    scripts = _SCRIPTS.of(units)
    of_cjk = np.count_nonzero(scripts & _OF_CJK)
    return bool(of_cjk) and bool(2 * of_cjk > np.count_nonzero(scripts & _ALPHABETIC))


def pieces(text: str, language: str | None) -> Hashes:
    """64-bit hashes of the overlapping pieces of a text, in its order: three words, or five characters of CJK.

    Traditional and simplified Chinese characters count as the same. A text shorter than one piece is one piece.
    Without a language the script of the text decides.
    """
    units = _units(text)
    if language.split("-")[0] in {"zh", "ja", "ko"} if language else units.dtype != np.uint8 and _is_cjk(units):
        return _rolled(_simplified().take(units[units != _SPACE]), CHARACTERS_IN_SHINGLE)
    words = units.tobytes()
    return _phrases(words if units.dtype == np.uint8 else words.decode("utf-32-le").encode(), WORDS_IN_SHINGLE)


def _phrases(text: bytes, words: int) -> Hashes:
    """Hashes of every so many words in a row of a text whose words are parted by one space.

    With S[i] the sum of byte j times P^j over all j < i, the hash of the bytes from s to e is (S[e] - S[s]) P^-s: the
    same wherever they stand.
    """
    if not text:
        return np.zeros(0, np.uint64)
    characters = np.frombuffer(text + b" ", np.uint8)
    ends = np.flatnonzero(characters == _SPACE)
    powers, inverses = _powers(1 << max(14, len(characters).bit_length()))
    sums = np.zeros(len(characters) + 1, np.uint64)
    np.add.accumulate(_BYTES.take(characters) * powers[: len(characters)], out=sums[1:])
    starts = np.zeros(max(1, len(ends) - words + 1), np.int64)
    starts[1:] = ends[: len(starts) - 1] + 1
    hashes: Hashes = (sums[ends[-len(starts) :]] - sums[starts]) * inverses[starts]
    return _mixed(hashes)


@lru_cache(maxsize=4)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """P^0, P^1 … and their inverses modulo 2^64, so many of each."""
    powers, inverses = np.full(size, _BASE, np.uint64), np.full(size, pow(_BASE, -1, 2**64), np.uint64)
    powers[0] = inverses[0] = 1
    return np.multiply.accumulate(powers), np.multiply.accumulate(inverses)


def _rolled(units: Hashes, size: int) -> Hashes:
    """Hashes of every so many units in a row."""
    if not len(units):
        return units
    count = max(1, len(units) - size + 1)
    rolled: Hashes = units[:count] * _PLACES[0]
    for place in range(1, min(size, len(units))):
        rolled += units[place : place + count] * _PLACES[place]
    return _mixed(rolled)


def _mixed(hashes: Hashes) -> Hashes:
    """Spread what tells hashes apart over all their bits, as MurmurHash3 does at its end."""
    for factor in _MIX:
        hashes ^= hashes >> _SHIFT
        hashes *= factor
    hashes ^= hashes >> _SHIFT
    return hashes


def simplified(text: str) -> str:
    """A text with every traditional Chinese character replaced by the simplified one that stands for it."""
    if text.isascii():
        return text
    if len(text) < _SHORT:
        return text.translate(simple_characters())
    code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    if code_points.max() < _FIRST_CJK:
        return text
    return _simplified().take(code_points).astype(np.uint32).tobytes().decode("utf-32-le", "surrogatepass")


@cache
def simple_characters() -> dict[int, int]:
    """By the code point of each traditional Chinese character, that of the simplified one."""
    lines = TRADITIONAL_FILE.read_text(encoding="utf-8").splitlines()
    return {ord(line[0]): ord(line[1]) for line in lines if line and not line.startswith("#")}


@cache
def _simplified() -> Hashes:
    """By code point, that of the simplified character."""
    table = np.arange(0x110000, dtype=np.uint64)
    table[list(simple_characters())] = list(simple_characters().values())
    return table


def shingles(text: str, language: str | None) -> Hashes:
    """The distinct pieces of a text, in ascending order."""
    return distinct(pieces(text, language))


def sample(shingles: Hashes, rate: int = SAMPLE_RATE) -> Hashes:
    """The share 1/rate of the hashes that every text samples alike: the smallest ones.

    This is FracMinHash (Irber et al. 2022, doi:10.1101/2022.01.11.475838): unlike MinHash it estimates containment,
    whatever the lengths of the two texts.
    """
    return shingles[shingles < np.uint64(2**64 // rate)]


def distinct(hashes: Hashes) -> Hashes:
    """The distinct ones, in ascending order."""
    ordered = np.sort(hashes)
    kept = np.ones(len(ordered), np.bool_)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept]


def among(hashes: Hashes, ordered: Hashes) -> npt.NDArray[np.bool_]:
    """Which of these hashes are among others that are distinct and in ascending order."""
    if not len(ordered):
        return np.zeros(len(hashes), np.bool_)
    found: npt.NDArray[np.bool_] = ordered[np.minimum(np.searchsorted(ordered, hashes), len(ordered) - 1)] == hashes
    return found
