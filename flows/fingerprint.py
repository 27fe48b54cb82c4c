"""Normal forms and hashes by which copies of a text are recognised."""

import re
import unicodedata

from xxhash import xxh3_64_intdigest, xxh3_128_hexdigest

CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"

_CJK_CHARACTER = re.compile(f"[{CJK}]")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_SPACE_BESIDE_CJK = re.compile(f"(?<=[{CJK}]) | (?=[{CJK}])")
# Accents left over from decomposition, soft hyphens and zero-width characters sit inside words: to turn
# them into spaces would split the word.
_INSIDE_WORDS = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")


def normalise(text: str) -> str:
    """The form in which two copies of a text are equal.

    Compatibility forms and case are folded, everything but letters and digits becomes a single space, and
    no space is kept beside a Chinese, Japanese or Korean character, where publishers set it at will.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = _NOT_ALPHANUMERIC.sub(" ", _INSIDE_WORDS.sub("", folded)).strip()
    return words if words.isascii() else _SPACE_BESIDE_CJK.sub("", words)


def text_hash(text: str) -> str:
    """128-bit hash of the normal form as 32 hex digits; '' for a text without any letter."""
    normal = normalise(text)
    return xxh3_128_hexdigest(normal.encode()) if any(map(str.isalpha, normal)) else ""


def is_cjk(text: str) -> bool:
    """Whether most letters of a text are Chinese, Japanese or Korean."""
    return 2 * len(_CJK_CHARACTER.findall(text)) > sum(map(str.isalpha, text))


def shingles(text: str, language: str | None) -> set[int]:
    """64-bit hashes of the overlapping pieces of a text: three words, or five characters of CJK.

    A text shorter than one piece counts as one piece. Without a language the script of the text decides.
    """
    normal = normalise(text)
    if not normal:
        return set()
    if language.split("-")[0] in {"zh", "ja", "ko"} if language else is_cjk(normal):
        characters = normal.replace(" ", "")
        return {xxh3_64_intdigest(characters[i : i + 5].encode()) for i in range(max(1, len(characters) - 4))}
    words = normal.split(" ")
    if len(words) < 3:
        return {xxh3_64_intdigest(normal.encode())}
    return {xxh3_64_intdigest(" ".join(three).encode()) for three in zip(words, words[1:], words[2:], strict=False)}


def sample(shingles: set[int], rate: int) -> set[int]:
    """The share 1/rate of the hashes that every text samples alike (FracMinHash): the smallest ones."""
    limit = 2**64 // rate
    return {shingle for shingle in shingles if shingle < limit}
