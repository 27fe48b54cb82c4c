"""The gate of bulk loads, as the lexicon makes it; apart, because every worker of a load imports it."""

from functools import cache
from pathlib import Path

from flows.seeds import tagger_with
from spiders.gate import Gate


@cache
def gate(own_seeds: Path | None = None) -> Gate:
    """The gate that the lexicon and the seeds make, those in a folder of the user's too."""
    tagger = tagger_with(own_seeds)
    groups = {facet: tagger.lexicon.phrases("facet", facet) for facet in ("ai", "china")}
    return Gate(groups, tagger.may_be_relevant)
