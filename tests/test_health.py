"""A source's health is judged by its own habits: weekends and holidays do not alarm, silence and failures do."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.spool import read_lines, write_lines
from tests.rows import empty
from warehouse.store import Batch, Store


def workdays(first: datetime, last: datetime) -> list[datetime]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


class History:
    """What one source did, told day by day, and the state that the view makes of it."""

    def __init__(self, folder: Path, country: str = "US", cadence: int = 24) -> None:
        self.folder, self.country, self.cadence = folder, country, cadence
        empty(folder / "m.duckdb")
        self.articles: list[dict] = []
        self.fetches: list[dict] = []

    def published(self, days: list[datetime], outcome: str = "article", precision: str = "instant") -> "History":
        for day in days:
            number = len(self.fetches)
            url = f"https://news.example/{number}"
            place = {"url": url, "url_key": url, "run_id": "run", "warc_file": "w", "warc_offset": number}
            self.fetches.append(
                place
                | {"source_id": "x", "role": "article", "link_key": url, "outcome": outcome, "http_status": 200}
                | {"bytes": 1, "fetched_at": day, "warc_length": 1, "error": ""}
            )
            if outcome == "article":
                self.articles.append(
                    place
                    | {"article_id": uuid.uuid5(uuid.NAMESPACE_URL, url), "source_id": "x", "title": url, "authors": []}
                    | {"published_at": day if precision != "none" else None, "published_precision": precision}
                    | {
                        "published_source": "",
                        "seen_at": day,
                        "language": "en",
                        "canonical": "",
                        "section": "",
                        "description": "",
                        "image": "",
                        "text": url,
                        "word_count": 9,
                    }
                    | {"text_hash": url, "version": url, "lines": [], "paywalled": False, "headline_only": False}
                    | {"relevance": 0.9, "decision": "relevant", "extractor_version": "1", "tagger_version": "1"}
                    | {"tags": [], "evidence": [], "seed_matches": []}
                )
        return self

    def read(self, day: datetime, outcome: str = "discovery") -> "History":
        self.fetches.append(
            {"source_id": "x", "role": "discovery", "run_id": f"run {day}", "url": "https://news.example/feed"}
            | {"url_key": "k", "link_key": "k", "outcome": outcome, "http_status": None, "bytes": 0}
            | {"fetched_at": day, "error": ""}
        )
        return self

    def health(self, now: datetime) -> dict:
        source = {"source_id": "x", "name": "X", "kind": "media", "country": self.country, "language": "en"}
        source |= {"homepage": "https://news.example/", "paywall": "none", "cadence_hours": self.cadence}
        write_lines(self.folder / "a", self.articles)
        write_lines(self.folder / "f", self.fetches)
        write_lines(self.folder / "s", [source])
        write_lines(self.folder / "t", [])
        files = [self.folder / name for name in "afsttttt"]
        with Store(self.folder / "m.duckdb") as store:
            store.start_run(f"now {now}", "ingest", "0", now)
            store.load(Batch("run", *files))
            (row,) = store.rows("from source_health")
            return row


MONDAY = datetime(2026, 9, 21, 9, tzinfo=UTC)
SUMMER = workdays(datetime(2026, 6, 1, 15, tzinfo=UTC), datetime(2026, 9, 18, 15, tzinfo=UTC))


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path)


def test_a_weekday_source_is_ok_on_monday_morning(history: History) -> None:
    assert history.published(SUMMER).read(MONDAY).health(MONDAY)["health"] == "ok"


def test_a_daily_source_without_news_for_a_week_is_late_and_later_silent(tmp_path: Path) -> None:
    for number, (days, state) in enumerate([(2, "ok"), (5, "late"), (12, "silent")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        now = SUMMER[-1] + timedelta(days=days)
        assert History(folder).published(SUMMER).read(now).health(now)["health"] == state, days


def test_golden_week_does_not_alarm_in_china_and_does_elsewhere(tmp_path: Path) -> None:
    days = workdays(datetime(2026, 6, 1, 2, tzinfo=UTC), datetime(2026, 9, 30, 2, tzinfo=UTC))
    now = datetime(2026, 10, 9, 1, tzinfo=UTC)
    states = {}
    for country in ("CN", "US"):
        folder = tmp_path / country
        folder.mkdir()
        states[country] = History(folder, country).published(days).read(now).health(now)["health"]
    assert states == {"CN": "ok", "US": "late"}


def test_a_source_with_little_history_is_judged_by_its_declared_cadence(tmp_path: Path) -> None:
    for cadence, state in ((24, "late"), (168, "ok")):
        folder = tmp_path / str(cadence)
        folder.mkdir()
        now = SUMMER[-1] + timedelta(days=6)
        assert History(folder, cadence=cadence).published(SUMMER[-3:]).read(now).health(now)["health"] == state


def test_failures_since_the_last_success_are_counted(history: History) -> None:
    history.published(SUMMER).read(SUMMER[-1])
    for hours in (24, 48, 72):
        history.read(SUMMER[-1] + timedelta(hours=hours), "unreachable")
    row = history.health(MONDAY)
    assert (row["health"], row["consecutive_failures"]) == ("failing", 3)
    assert row["last_success"] == SUMMER[-1]


def test_one_success_ends_the_failures(history: History) -> None:
    history.published(SUMMER).read(MONDAY - timedelta(hours=9), "fetch_timed_out").read(MONDAY)
    row = history.health(MONDAY)
    assert (row["health"], row["consecutive_failures"]) == ("ok", 0)


def test_a_refusing_source_is_told_from_a_failing_one(history: History) -> None:
    row = history.published(SUMMER).read(SUMMER[-1]).read(MONDAY, "refused").health(MONDAY)
    assert row["health"] == "refusing"


def test_a_source_never_asked_is_said_so(history: History) -> None:
    assert history.health(MONDAY)["health"] == "never tried"


def test_a_source_that_no_spider_declares_any_more_alarms_nobody(history: History) -> None:
    weeks_later = MONDAY + timedelta(days=60)
    assert history.published(SUMMER).read(MONDAY).health(weeks_later)["health"] == "silent"
    (source,) = read_lines(history.folder / "s")
    write_lines(history.folder / "s", [source | {"source_id": "renamed"}])
    with Store(history.folder / "m.duckdb") as store:
        for name in "af":
            write_lines(history.folder / name, [])
        store.load(Batch("run", *(history.folder / name for name in "afsttttt")))
        told = store.rows("select source_id, health, articles from source_health order by source_id")
        store.finish_run(f"now {weeks_later}", weeks_later, "ok", 0, [])
        late = store.rows("select value from meta where name = 'sources_late'")
    assert [tuple(row.values()) for row in told] == [
        ("renamed", "never tried", 0),
        ("x", "no longer read", len(SUMMER)),
    ]
    assert late == [{"value": ""}]


@pytest.mark.parametrize("sign", ["no text", "no date"])
def test_pages_that_suddenly_lack_text_or_date_mean_a_changed_layout(history: History, sign: str) -> None:
    history.published(SUMMER)
    after = [MONDAY - timedelta(hours=n) for n in range(20)]
    if sign == "no text":
        history.published(after, outcome="no_text")
    else:
        history.published(after, precision="none")
    row = history.read(MONDAY).health(MONDAY)
    assert row["health"] == "changed layout"
    assert row["without_text" if sign == "no text" else "without_date"] >= 0.9


def test_a_source_that_never_gave_dates_has_not_changed(history: History) -> None:
    history.published(SUMMER, precision="none").published(
        [MONDAY - timedelta(hours=n) for n in range(20)], precision="none"
    )
    assert history.read(MONDAY).health(MONDAY)["health"] == "ok"


@pytest.mark.parametrize(("days", "state"), [(2, "ok"), (5, "late"), (12, "silent")])
def test_a_source_that_never_gave_an_article_is_silent_since_it_was_first_read(
    history: History, days: int, state: str
) -> None:
    for day in range(days + 1):
        history.read(MONDAY + timedelta(days=day))
    row = history.health(MONDAY + timedelta(days=days))
    assert (row["health"], row["silent_hours"], row["articles"]) == (state, 24 * days, 0)
    assert row["newest_article"] is None


@pytest.mark.parametrize("outcome", ["no_text", "refused", "http_error", "robots", "timed_out"])
def test_a_source_none_of_whose_announced_pages_can_be_read_gives_no_articles(history: History, outcome: str) -> None:
    history.published([MONDAY - timedelta(hours=n) for n in range(60)], outcome=outcome)
    assert history.read(MONDAY).health(MONDAY)["health"] == "no articles"


def test_a_source_whose_pages_are_refused_from_one_day_on_gives_no_articles_any_more(history: History) -> None:
    history.published(SUMMER)
    history.published([MONDAY - timedelta(minutes=n) for n in range(20)], outcome="refused")
    assert history.read(MONDAY).health(MONDAY)["health"] == "no articles"


def test_one_article_among_the_pages_of_a_day_is_enough(history: History) -> None:
    history.published([MONDAY - timedelta(hours=2)])
    history.published([MONDAY - timedelta(minutes=n) for n in range(60)], outcome="not_html")
    assert history.read(MONDAY).health(MONDAY)["health"] == "ok"


def test_a_page_that_was_an_error_page_first_and_an_article_later_has_its_text(history: History) -> None:
    early = [MONDAY - timedelta(hours=n) for n in range(1, 21)]
    history.published(early, outcome="error_page")
    errors, history.fetches = history.fetches, []
    history.published([day + timedelta(minutes=30) for day in early])
    history.fetches += [error | {"run_id": "earlier", "warc_file": "v"} for error in errors]
    row = history.read(MONDAY).health(MONDAY)
    assert (row["without_text"], row["without_date"], row["health"]) == (0, 0, "ok")
