"""The gate of bulk loads, as the lexicon makes it; apart, because every worker of a load imports it."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from flows.fingerprint import simple_characters
from flows.relevance import PROFILE_FILE, Profile, Tagger
from flows.tagging import LEXICON_FILE, Lexicon
from spiders.gate import Gate


@cache
def gate() -> Gate:
    """The gate that the lexicon makes. Seeds play no part: every page is taken to be as similar to one as can be."""
    lexicon = Lexicon.load(LEXICON_FILE, weak=False)
    tagger = Tagger(lexicon, Profile.from_json(PROFILE_FILE.read_text(encoding="utf-8")))
    groups = {facet: lexicon.phrases("facet", facet) for facet in ("ai", "china")}
    return Gate(groups, tagger.may_be_relevant, _traditional())


def _traditional() -> Mapping[str, list[str]]:
    """By simplified character, the traditional ones that it stands for."""
    written = defaultdict(list)
    for traditional, code in simple_characters().items():
        written[chr(code)].append(chr(traditional))
    return written
