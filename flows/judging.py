"""What tagging says of an article, and that in worker processes; apart, because each of them imports it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flows.relevance import Assessment, Profile, SeedMatch, Tagger, term_frequencies
from flows.seeds import tagger_with
from flows.tagging import Evidence, Tag

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Job:
    """Articles for a worker, and the folder of the user's own seeds."""

    seeds: Path
    articles: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a worker found: the articles' new judgements, and in how many relevant ones each seed term occurs."""

    assessments: list[Row]
    terms: Counter[str]


def assess(tagger: Tagger, article: Mapping[str, Any]) -> Row:
    """Relevance, tags and the evidence for them, as a spool line has them.

    Args:
        tagger: lexicon and seeds.
        article: its title, text, language and authors.
    """
    assessment = tagger.assess(article["title"], article["text"], article["language"], article["authors"])
    row = _row(assessment)
    return row | {name: tuple(map(_row, row[name])) for name in ("tags", "evidence", "seed_matches")}


def _row(of: Assessment | Tag | Evidence | SeedMatch) -> Row:
    """Its fields; `dataclasses.asdict` would copy every value, which takes a quarter as long as judging."""
    return {name: getattr(of, name) for name in of.__slots__}


def judge(job: Job) -> Judged:
    """Judge articles, in a process that can be killed."""
    tagger, known = _tools(job.seeds)
    assessments: list[Row] = []
    terms: Counter[str] = Counter()
    for article in job.articles:
        assessment = assess(tagger, article)
        if assessment["decision"] == "relevant":
            terms.update(term_frequencies(f"{article['title']}\n{article['text']}").keys() & known)
        assessments.append({"article_id": article["article_id"]} | assessment)
    return Judged(assessments, terms)


@cache
def _tools(seeds: Path) -> tuple[Tagger, frozenset[str]]:
    tagger = tagger_with(seeds)
    return tagger, frozenset(heaviest(tagger.profile))


def heaviest(profile: Profile) -> Mapping[str, tuple[float, str]]:
    """Every term of the seeds, with its highest weight and the seed that has it."""
    found: dict[str, tuple[float, str]] = {}
    for seed_id, seed in profile.seeds.items():
        for term, weight in seed.terms.items():
            found[term] = max(found.get(term, (0.0, "")), (weight, seed_id))
    return found
