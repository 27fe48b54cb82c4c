"""Judge the stored articles again when the lexicon, the seeds or the weights have changed, and say what changes."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nlargest
from pathlib import Path
from uuid import UUID

from flows import stages
from flows.journal import Journal
from flows.judging import Job, Judged, Row, heaviest, judge
from flows.relevance import Profile, Tagger
from flows.runs import Step, begin, plainly
from flows.seeds import own_seeds
from flows.spool import Data, Spool, new_run_id, write_lines
from spiders.bounded import Failure, Workers
from warehouse.store import EXAMPLES, Retagged, Store, exclusive, publish

BATCH = 4_000
"""Articles that are judged and stored in one transaction; a retag that is killed goes on after the last one."""
PORTION = 50
"""Articles that a worker judges at a time."""
SECONDS = 60.0
"""Wall time for a portion, or for one article of a portion that failed; 50 of 1,000 words take a tenth of a second."""
TERMS = 15
"""Seed terms in the report."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the seeds: its highest weight, the seed that has it, and in how many relevant articles it occurs.

    `own`: that seed is the user's.
    """

    term: str
    weight: float
    articles: int
    seed_id: str
    own: bool


@dataclass(frozen=True, slots=True)
class Report:
    """What a retag did.

    `articles` were judged anew, `others` were by this tagger already; `decisions` says how many articles went from
    which decision to which, labels respected; `topics` how many gained and lost each; `examples` are articles with
    another decision, those first whose relevance changed most; `terms` are the seeds' terms that count most in
    relevant articles, by weight times articles; `errors` name articles that could not be judged and are as before.
    """

    run_id: str
    status: str
    started_at: datetime
    finished_at: datetime
    tagger_version: str
    articles: int
    others: int
    decisions: Sequence[Row]
    topics: Sequence[Row]
    examples: Sequence[Row]
    terms: Sequence[Term]
    errors: Sequence[str]
    snapshot: str

    def summary(self) -> str:
        """One line for people."""
        changed = sum(row["articles"] for row in self.decisions if row["former_decision"] != row["decision"])
        return f"{self.articles:,} articles judged by tagger {self.tagger_version}, {changed:,} decisions changed"


def retag(root: Path, step: Step = plainly, batch: int = BATCH) -> Report:
    """Judge every stored article that another tagger has judged, and publish.

    What a person has said (labels) stays. The texts are not touched.

    Args:
        root: the data folder.
        step: how to call a stage.
        batch: articles in a transaction.

    Raises:
        FileNotFoundError: nothing is stored.
        Locked: another run is using the data folder.
        BadDocument: a seed of the user's cannot be read.
    """
    data = Data(root.absolute())
    if not data.master.exists():
        raise FileNotFoundError(f"no {data.master}: run `bilateral ingest` first, or name its folder with --data")
    started_at = datetime.now(UTC)
    run_id = new_run_id(started_at)
    changes = _Changes()
    with exclusive(data.root, f"retag {run_id}"), Workers(judge, seconds=SECONDS) as workers:
        own = own_seeds(data.seeds)
        tagger = Tagger.default({seed_id: seed for seed_id, (_, seed) in own.items()})
        spool = data.spool(run_id)
        journal = Journal(step, spool.journal, run_id)
        begin(data, spool, run_id, "retag", started_at, tagger)
        with Store(data.master) as warehouse:
            total, stored = warehouse.tagged_otherwise(tagger.version)
        after, done = UUID(int=0), 0
        while done < total:
            name = f"tag articles {done + 1} to {min(done + batch, total)} of {total}"
            after, count = journal(name, _batch, data, spool, tagger.version, after, batch, workers, changes)
            done += count
        journal("stories", stages.settle, data, spool)
        status = "failed" if changes.errors else "ok"
        finished_at = datetime.now(UTC)
        with Store(data.master) as warehouse:
            warehouse.finish_run(run_id, finished_at, status, 0, changes.errors, journal.stages)
        journal("publish", publish, data.master, data.snapshot)
    return Report(
        run_id,
        status,
        started_at,
        finished_at,
        tagger.version,
        articles=total - len(changes.errors),
        others=stored - total,
        decisions=changes.decisions(),
        topics=changes.topics(),
        examples=changes.examples,
        terms=_drivers(tagger.profile, changes.terms, own.keys()),
        errors=changes.errors,
        snapshot=str(data.snapshot),
    )


class _Changes:
    """What has changed so far, of whatever number of articles."""

    def __init__(self) -> None:
        self.examples: list[Row] = []
        self.terms: Counter[str] = Counter()
        self.errors: list[str] = []
        self._decisions: Counter[tuple[str, str]] = Counter()
        self._gained: Counter[str] = Counter()
        self._lost: Counter[str] = Counter()

    def add(self, batch: Retagged) -> None:
        for row in batch.decisions:
            self._decisions[row["former_decision"], row["decision"]] += row["articles"]
        for row in batch.topics:
            self._gained[row["topic"]] += row["gained"]
            self._lost[row["topic"]] += row["lost"]
        self.examples = nlargest(
            EXAMPLES, [*self.examples, *batch.examples], key=lambda row: abs(row["relevance"] - row["former_relevance"])
        )

    def decisions(self) -> list[Row]:
        return [
            {"former_decision": before, "decision": after, "articles": count}
            for (before, after), count in sorted(self._decisions.items())
        ]

    def topics(self) -> list[Row]:
        return [
            {"topic": topic, "gained": self._gained[topic], "lost": self._lost[topic]}
            for topic in sorted(self._gained.keys() | self._lost.keys())
        ]


def _batch(
    data: Data, spool: Spool, version: str, after: UUID, size: int, workers: Workers[Job, Judged], changes: _Changes
) -> tuple[UUID, int]:
    """Read → tag → store.

    Returns:
        The last article_id, and how many articles there were.
    """
    with Store(data.master) as warehouse:
        articles = warehouse.to_retag(version, after, size)
    write_lines(spool.tagged, _assessments(workers, data.seeds, articles, version, changes))
    with Store(data.master) as warehouse:
        changes.add(warehouse.retag(spool.tagged))
    return articles[-1]["article_id"], len(articles)


def _assessments(
    workers: Workers[Job, Judged], seeds: Path, articles: Sequence[Row], version: str, changes: _Changes
) -> Iterator[Row]:
    portions = [Job(seeds, articles[start : start + PORTION]) for start in range(0, len(articles), PORTION)]
    alone: list[Job] = []
    for job, result in workers.run(portions):
        if isinstance(result, Failure):
            alone += [Job(seeds, [article]) for article in job.articles]
        else:
            changes.terms.update(result.terms)
            yield from result.assessments
    for job, result in workers.run(alone):
        if isinstance(result, Failure):
            (article,) = job.articles
            changes.errors.append(f"{article['url']}: not judged by tagger {version}: {result.error}")
        else:
            changes.terms.update(result.terms)
            yield from result.assessments


def _drivers(profile: Profile, articles: Counter[str], own: Set[str]) -> list[Term]:
    """The terms with the highest weight times the number of relevant articles in which they occur."""
    terms = [
        Term(term, weight, articles[term], seed_id, seed_id in own)
        for term, (weight, seed_id) in heaviest(profile).items()
        if articles[term]
    ]
    return sorted(terms, key=lambda term: (-term.weight * term.articles, term.term))[:TERMS]
