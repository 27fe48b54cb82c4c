"""The gate of bulk loads, as the lexicon makes it; apart, because every worker of a load imports it."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from flows.fingerprint import simple_characters
from flows.seeds import tagger_with
from spiders.gate import Gate


@cache
def gate(own_seeds: Path | None = None) -> Gate:
    """The gate that the lexicon and the seeds make, those in a folder of the user's too."""
    tagger = tagger_with(own_seeds)
    groups = {facet: tagger.lexicon.phrases("facet", facet) for facet in ("ai", "china")}
    return Gate(groups, tagger.may_be_relevant, _traditional())


def _traditional() -> Mapping[str, list[str]]:
    """By simplified character, the traditional ones that it stands for."""
    written = defaultdict(list)
    for traditional, code in simple_characters().items():
        written[chr(code)].append(chr(traditional))
    return written
