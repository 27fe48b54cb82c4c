"""The gate of bulk loads, as the lexicon makes it; apart, because every worker of a load imports it."""

from functools import cache

from flows.relevance import Tagger
from spiders.gate import Gate


@cache
def gate() -> Gate:
    """The gate that the lexicon and the seed profile make."""
    tagger = Tagger.default()
    groups = {facet: tagger.lexicon.phrases("facet", facet) for facet in ("ai", "china")}
    return Gate(groups, tagger.may_be_relevant)
