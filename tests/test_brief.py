"""The brief says what was new on a day and why, of one day for good, bounded, and safe to open wherever it is read."""

import base64
import hashlib
import json
import random
import re
import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from flows import brief
from flows.marking import marked, marked_at
from flows.spool import Data
from tests.rows import article, empty, fetch, load, settle
from tests.test_stories import report
from warehouse.snapshot import query
from warehouse.store import Store, publish

D19, D20 = date(2026, 11, 19), date(2026, 11, 20)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def words(seed: str, count: int) -> str:
    """Invented words that no other seed has."""
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=7)) for _ in range(count))


def text_of(number: int) -> str:
    """A text that shares nothing with that of another number."""
    return f"{words(f'text {number}', 60)}."


class Desk:
    """A data folder to which runs are added, each with its articles."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = Data(folder)
        empty(self.data.master)

    def run(
        self, started_at: datetime, articles: Iterable[dict[str, Any]], *, ended: bool = True, kind: str = "ingest"
    ) -> None:
        run_id = f"{started_at:%Y%m%dT%H%M%S}-000000"
        rows = list(articles)
        with Store(self.data.master) as store:
            store.start_run(run_id, kind, "test", started_at)
            load(store, self.folder, rows)
            settle(store, self.folder)
            if ended:
                store.finish_run(run_id, started_at + HOUR, "ok", 0, [])
        publish(self.data.master, self.data.snapshot)

    def gather(self, day: date) -> dict[str, Any]:
        return brief.gather(self.data.snapshot, day)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def told(gathered: dict[str, Any]) -> set[str]:
    """Addresses of the new articles of all stories of a brief."""
    stories = [*gathered["stories"], *gathered["lines"], *gathered["old"]]
    shown = [row for story in stories for row in [story["first"], *story["others"], *story["copied_by"], story["lead"]]]
    return {row["url"] for row in shown if row["is_new"]}


def new(number: int, at: datetime, **fields: Any) -> dict[str, Any]:
    host = fields.pop("host", f"outlet{number % 7}.example")
    return article(
        f"https://{host}/{number}", text_of(number), at, **{"title": f"{number} {words(f'title {number}', 6)}"} | fields
    )


def test_every_article_is_in_one_brief_whenever_runs_begin_and_end(desk: Desk) -> None:
    midnight = datetime(2026, 11, 3, tzinfo=UTC)
    desk.run(midnight - 10 * HOUR, [new(1, midnight - 10 * HOUR)])
    # Begins before midnight and fetches after it.
    desk.run(midnight - HOUR / 6, [new(2, midnight - HOUR / 10), new(3, midnight + HOUR / 2)])
    # Killed; the next run, a day later, loads what it had fetched.
    desk.run(midnight + 12 * HOUR, [new(4, midnight + 12 * HOUR)], ended=False)
    desk.run(midnight + 48 * HOUR, [new(5, midnight + 48 * HOUR)])
    briefs = {day: told(desk.gather(date(2026, 11, day))) for day in (1, 2, 3, 4, 5, 6)}
    numbers = {day: sorted(int(url.rsplit("/", 1)[1]) for url in urls) for day, urls in briefs.items()}
    assert numbers == {1: [], 2: [1, 2, 3], 3: [], 4: [], 5: [4, 5], 6: []}
    assert desk.gather(date(2026, 11, 5))["day_before"] == date(2026, 11, 2)
    assert brief.days(desk.data.snapshot) == [date(2026, 11, 5), date(2026, 11, 2)]
    assert "No run ended on this day" in brief.as_html(desk.gather(date(2026, 11, 3)))


def test_archives_alone_have_a_brief_of_each_day_of_first_sights(desk: Desk) -> None:
    desk.run(NOON + 100 * HOUR, [new(1, NOON), new(2, NOON + 24 * HOUR)], kind="load")
    assert brief.days(desk.data.snapshot) == [date(2026, 11, 2), date(2026, 11, 1)]
    assert [len(told(desk.gather(date(2026, 11, day)))) for day in (1, 2, 3)] == [1, 1, 0]


def test_an_old_day_has_what_was_known_at_its_end(demo: Path) -> None:
    snapshot = Data(demo).snapshot
    first = brief.gather(snapshot, D19)
    known = {
        url
        for (url,) in query(snapshot, "select url from articles where first_seen_at < timestamptz '2026-11-20'").rows
    }
    assert told(first)
    assert told(first) <= known
    assert all(story["first"]["url"] in known for story in first["stories"])
    assert first["edits"] == []
    page = brief.as_html(first)
    assert "$93 million" in (demo / "published" / "brief" / "2026-11-19.html").read_text(encoding="utf-8")
    assert "$39 million" not in page  # the text of the next day
    second = brief.gather(snapshot, D20)
    assert not told(first) & told(second)
    on_topic = {url for (url,) in query(snapshot, "select url from articles where decision != 'off_topic'").rows}
    documents = {row["url"] for one in (first, second) for rows in one["documents"].values() for row in rows}
    relevant = {url for (url,) in query(snapshot, "select url from articles where decision = 'relevant'").rows}
    assert relevant <= told(first) | told(second) | documents <= on_topic


def test_a_brief_that_was_read_stays_as_it_was(demo: Path, tmp_path: Path, ask) -> None:
    shutil.copytree(demo, tmp_path / "data")
    pages = tmp_path / "data" / "published" / "brief"
    assert sorted(path.name for path in pages.iterdir()) == [
        "2026-11-19.html",
        "2026-11-19.txt",
        "2026-11-20.html",
        "2026-11-20.txt",
    ]
    before = (pages / "2026-11-19.html").read_bytes()
    (pages / "2026-11-20.html").write_text("damaged", encoding="utf-8")
    for day in ("2026-11-19", "2026-11-20"):
        assert ask("brief", "--day", day, data=tmp_path / "data").returncode == 0
    assert (pages / "2026-11-19.html").read_bytes() == before
    assert "</html>" in (pages / "2026-11-20.html").read_text(encoding="utf-8")
    text = ask("brief", "--text", "--day", "2026-11-19", data=tmp_path / "data").stdout
    assert text.rstrip() == (pages / "2026-11-19.txt").read_text(encoding="utf-8").rstrip()
    assert json.loads(ask("brief", "--json", data=tmp_path / "data").stdout)["day"] == "2026-11-20"


def test_a_run_writes_the_briefs_that_a_killed_one_did_not(desk: Desk, tmp_path: Path) -> None:
    days = (1, 4, 5, 6, 10)
    for day in days:
        desk.run(NOON + day * 24 * HOUR, [new(day, NOON + day * 24 * HOUR)])
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "2026-11-06.html").write_text("as it was", encoding="utf-8")
    brief.write_due(desk.data.snapshot, pages, date(2026, 11, 11))
    assert sorted(path.stem for path in pages.glob("*.html")) == [f"2026-11-{day:02}" for day in (5, 6, 7, 11)]
    assert (pages / "2026-11-06.html").read_text(encoding="utf-8") == "as it was"


def test_what_was_a_headline_on_the_day_is_in_its_brief_also_once_the_whole_text_is_known(desk: Desk) -> None:
    day = NOON + timedelta(days=1)
    whole = new(1, day)
    whole["evidence"] = [
        {"kind": "topic", "tag": "ai_chips", "rule_id": "x", "start_char": 0, "end_char": 7, "sentence": whole["text"], "speaker": None}
    ]  # fmt: skip
    headline = article(whole["url"], "Summary.", NOON, title="Its headline", headline_only=True)
    desk.run(NOON, [headline])
    desk.run(day, [whole])
    gathered = desk.gather(NOON.date())
    assert [story["lead"]["title"] for story in gathered["stories"]] == ["Its headline"]
    assert gathered["stories"][0]["lead"]["why"]["sentence"] == "", "the text was not known"
    assert desk.gather(day.date())["stories"] == []


def test_a_story_has_its_relevant_text_however_many_others_come_before_it(desk: Desk) -> None:
    talks = [report("talks", "geneva", number) for number in range(34)]
    articles = [
        article(f"https://outlet{number}.example/", text, NOON + HOUR * number / 60, decision="review")
        for number, text in enumerate(talks[1:])
    ]
    relevant = article("https://last.example/", talks[0], NOON + HOUR)
    desk.run(NOON, [*articles, relevant])
    (story,) = desk.gather(NOON.date())["stories"]
    assert story["articles"] == len(talks)
    assert story["lead"]["url"] == relevant["url"]


def test_a_document_of_a_government_comes_first_and_beside_the_other_side(desk: Desk) -> None:
    washington, beijing = "bureau.example", "ministry.example"
    sources = [(washington, "government", "US"), (beijing, "government", "CN"), ("wire.example", "media", "US")]
    desk.run(NOON, [new(n, NOON + n * HOUR / 100, host=host) for n, (host, _, _) in enumerate(sources)])
    with Store(desk.data.master) as store:
        for host, kind, country in sources:
            store.rows("update sources set kind = ?, country = ? where source_id = ?", [kind, country, host])
    publish(desk.data.master, desk.data.snapshot)
    gathered = desk.gather(NOON.date())
    assert [row["url"] for row in gathered["documents"]["US"]] == ["https://bureau.example/0"]
    assert [row["url"] for row in gathered["documents"]["CN"]] == ["https://ministry.example/1"]
    assert gathered["documents"]["other"] == []
    assert [story["lead"]["url"] for story in gathered["stories"]] == ["https://wire.example/2"]
    page, text = brief.as_html(gathered), brief.as_text(gathered)
    for shown in (page, text.lower()):
        places = [
            shown.index(name)
            for name in (
                "overnments published",
                f"0 {words('title 0', 2)}",
                f"1 {words('title 1', 2)}",
                f"2 {words('title 2', 2)}",
            )
        ]
        assert places == sorted(places)


def test_a_story_says_who_had_it_first_who_followed_and_who_copied(demo: Path) -> None:
    stories = {story["lead"]["title"]: story for story in brief.gather(Data(demo).snapshot, D20)["stories"]}
    talks = stories["U.S. and China agree on contact line for AI incidents, little else"]
    assert talks["first"]["title"] == "U.S., Chinese officials open AI talks in Geneva with modest aims"
    assert talks["continues"]
    assert (talks["articles"], talks["outlets"], talks["voices"]) == (4, 3, 2)
    assert [(row["source"], row["relation"], row["hours_after_original"]) for row in talks["copied_by"]] == [
        ("The Potomac Ledger", "exact", 1.25)
    ]
    hits = [piece.text for piece in talks["lead"]["why"]["pieces"] if piece.is_hit]
    assert {"United States", "China", "artificial intelligence"} <= set(hits)
    assert talks["lead"]["why"]["topics"][0] == "bilateral_dialogue"


def test_what_a_copy_copies_is_told_only_once_it_was_known(desk: Desk) -> None:
    copied = text_of(1)
    desk.run(NOON, [article("https://late.example/1", copied, NOON, title="The copy", published_at=NOON)])
    desk.run(
        NOON + 24 * HOUR,
        [article("https://first.example/1", copied, NOON + 24 * HOUR, title="The original", published_at=NOON - HOUR)],
    )
    assert query(desk.data.snapshot, "select count(*) from copies").rows == [(1,)]
    (story,) = desk.gather(NOON.date())["stories"]
    assert (story["lead"]["title"], story["copies"], story["voices"]) == ("The copy", 0, 1)


def test_edits_and_pages_taken_down_are_told_with_what_changed(demo: Path, desk: Desk) -> None:
    gathered = brief.gather(Data(demo).snapshot, D20)
    (edit,) = gathered["edits"]
    assert edit["figures_changed"]
    assert not edit["with_notice"]
    assert [piece.text for piece in edit["shown"][0]["before"] if piece.is_hit] == ["93"]
    assert [piece.text for piece in edit["shown"][0]["after"] if piece.is_hit] == ["39"]
    page = brief.as_html(gathered)
    assert "<del>93</del>" in page
    assert "<ins>39</ins>" in page
    row = new(1, NOON)
    desk.run(NOON, [row])
    with Store(desk.data.master) as store:
        store.start_run("20261102T120000-000000", "ingest", "test", NOON + 24 * HOUR)
        gone = fetch(
            row,
            run_id="20261102T120000-000000",
            outcome="gone",
            http_status=404,
            fetched_at=NOON + 24 * HOUR,
            warc_offset=7,
        )
        load(store, desk.folder, [], [gone])
        store.finish_run("20261102T120000-000000", NOON + 25 * HOUR, "ok", 0, [])
    publish(desk.data.master, desk.data.snapshot)
    assert [len(desk.gather(date(2026, 11, day))["removed"]) for day in (1, 2, 3)] == [0, 1, 0]
    assert "Taken down" in brief.as_html(desk.gather(date(2026, 11, 2)))


def test_a_source_that_gave_nothing_is_named_on_top(demo: Path) -> None:
    gathered = brief.gather(Data(demo).snapshot, D20)
    for shown in (brief.as_html(gathered), brief.as_text(gathered)):
        assert shown.index("The Chip Letter (failing)") < shown.lower().index("what the governments published")


def test_topics_are_compared_with_what_is_usual_once_there_is_a_week_to_tell(desk: Desk) -> None:
    def tagged(day: int, count: int) -> list[dict[str, Any]]:
        at = NOON + day * 24 * HOUR
        tags = [{"kind": "topic", "tag": "ai_chips", "score": 0.9}]
        return [new(100 * day + n, at + n * HOUR / 100, tags=tags) for n in range(count)]

    desk.run(NOON, tagged(0, 10))
    desk.run(NOON + 6 * 24 * HOUR, tagged(6, 2))
    desk.run(NOON + 9 * 24 * HOUR, tagged(9, 3))
    desk.run(NOON + 10 * 24 * HOUR, tagged(10, 4))
    found = [desk.gather(date(2026, 11, day))["topics_today"] for day in (7, 11)]
    # Fifteen in the nine days before, and a day since the last brief.
    assert [[(row["articles"], row["usual"]) for row in rows] for rows in found] == [[(2, None)], [(4, 1.7)]]
    assert "ai_chips" in [row["topic"] for row in found[1]]
    assert "usually 1.7" in brief.as_html(desk.gather(date(2026, 11, 11)))


def test_a_brief_of_hundreds_of_stories_is_bounded_and_says_what_it_leaves_out(desk: Desk) -> None:
    rows = [new(n, NOON + n * HOUR / 1000, host=f"outlet{n % 40}.example") for n in range(300)]
    rows += [new(300 + n, NOON, published_at=NOON - 30 * 24 * HOUR) for n in range(20)]
    for row in rows:
        row["title"] = f"{row['title']} " + "and so on " * 200
        row["evidence"] = [
            {"kind": "topic", "tag": "ai_chips", "rule_id": "x", "start_char": 4, "end_char": 12, "sentence": row["text"] * 50, "speaker": None}
        ]  # fmt: skip
        row["tags"] = [{"kind": "topic", "tag": f"topic_{n}", "score": 0.5} for n in range(30)]
    desk.run(NOON, rows)
    gathered = desk.gather(NOON.date())
    assert (len(gathered["stories"]), len(gathered["lines"]), len(gathered["old"])) == (12, 30, 8)
    assert (gathered["fresh_stories"], gathered["old_stories"]) == (300, 20)
    page, text = brief.as_html(gathered), brief.as_text(gathered)
    assert len(page.encode()) < 100_000
    assert "and 258 stories more" in page
    assert "and 258 stories more" in text
    assert "and 12 more" in page


def test_titles_addresses_and_sentences_are_text(desk: Desk) -> None:
    hostile = "<img src=x onerror=alert(1)>\"'&\u202e\x1b[31m"
    row = new(1, NOON, host="evil.example")
    row["title"], row["url"] = hostile, "javascript:alert(1)"
    row["text"] = f"{hostile} said chips. " * 30
    row["evidence"] = [
        {"kind": "topic", "tag": "<b>", "rule_id": "x", "start_char": 0, "end_char": 28, "sentence": f"{hostile} said chips.", "speaker": None}
    ]  # fmt: skip
    row["tags"] = [{"kind": "topic", "tag": "<b>", "score": 1.0}]
    desk.run(NOON, [row])
    page, text = (shown(desk.gather(NOON.date())) for shown in (brief.as_html, brief.as_text))
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "javascript:" not in page + text
    assert not {"\u202e", "\x1b"} & set(page + text)
    assert "<img src=x onerror=alert(1)>" in text


def test_page_runs_nothing_and_loads_nothing(demo: Path) -> None:
    page = (demo / "published" / "brief" / "2026-11-20.html").read_text(encoding="utf-8")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object|embed|form|base)\b|\sstyle=|\son\w+=|@import|url\(", page)
    assert set(re.findall(r"\s(src|srcset|href|action|data)=", page)) == {"href"}


def test_text_for_mail_fits_its_width(demo: Path) -> None:
    for file in (demo / "published" / "brief").glob("*.txt"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert len(lines) > 50
        assert max(cell_len(line) for line in lines if "http" not in line) <= brief.WIDTH
        assert not any(line != line.rstrip() for line in lines)


@given(st.text(alphabet="aA1 芯片,.<"), st.lists(st.text(alphabet="aA1 芯片,.<", max_size=4), max_size=4))
def test_marking_changes_no_text(text: str, phrases: list[str]) -> None:
    assert "".join(piece.text for piece in marked(text, phrases)) == text


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-3, 33), st.integers(-3, 33)), max_size=6))
def test_marking_places_marks_just_these(text: str, spans: list[tuple[int, int]]) -> None:
    pieces = marked_at(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    wanted = {place for start, end in spans if 0 <= start < end <= len(text) for place in range(start, end)}
    at, hit = 0, set()
    for piece in pieces:
        assert piece.text
        hit |= set(range(at, at + len(piece.text))) if piece.is_hit else set()
        at += len(piece.text)
    assert hit == wanted


def test_marking_takes_whole_words_and_the_longest_phrase() -> None:
    hits = [
        piece.text
        for piece in marked("AI chips said the chips-maker 芯片制造", ["AI", "chips", "AI chips", "芯片", "aid"])
        if piece.is_hit
    ]
    assert hits == ["AI chips", "chips", "芯片"]
