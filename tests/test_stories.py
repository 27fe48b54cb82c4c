import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.stories import LAG, MAX_ARTICLES, SMALLEST_PART, WINDOW, Features, Unit, features, follow, group, terms
from tests import rows
from warehouse.store import Store

_folders = count()


def report(of_kind: str, of_event: str, seed: int, words: int = 80) -> str:
    """A text of which a third are words of a kind of event, a third of the event, a third of its own."""
    generator = random.Random(f"{of_kind} {of_event} {seed}")
    pools = [[f"{name}{letter}{other}" for letter in "abcde" for other in "klmno"] for name in (of_kind, of_event)]
    pools.append([f"own{seed}x{generator.randrange(10**6)}" for _ in range(40)])
    return " ".join(generator.choice(generator.choice(pools)) for _ in range(words)) + "."


def partition(labels: Mapping[str, str]) -> set[frozenset[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for article, label in labels.items():
        members[label].add(article)
    return {frozenset(story) for story in members.values()}


def test_articles_about_one_event_are_one_story_and_others_are_their_own() -> None:
    texts = [report("quake", "sumatra", n) for n in range(3)] + [report("trial", "boston", n) for n in range(3, 5)]
    found = group([features("", text) for text in texts], [0] * 5)
    assert sorted(map(sorted, found)) == [[0, 1, 2], [3, 4]]


def test_two_events_of_one_kind_are_told_apart_by_what_they_do_not_share() -> None:
    size = 2 * SMALLEST_PART
    texts = [report("quake", event, n) for n, event in enumerate(["sumatra", "iran"] * size)]
    found = group([features("", text) for text in texts], [0] * len(texts))
    assert sorted(map(sorted, found)) == [list(range(0, 2 * size, 2)), list(range(1, 2 * size, 2))]


def test_a_long_story_about_one_event_stays_whole() -> None:
    texts = [report("quake", "sumatra", n) for n in range(20)]
    assert len(group([features("", text) for text in texts], [0] * 20)) == 1


def test_settled_stories_are_joined_and_never_with_each_other() -> None:
    vectors = [features("", report("quake", "sumatra", n)) for n in range(5)]
    found = group(vectors, [0] * 5, [[0, 1], [2]])
    assert not any({0, 2} <= set(story) for story in found)
    assert any({0, 1} <= set(story) for story in found)
    assert sorted(number for story in found for number in story) == list(range(5))


ENGLISH = """The Commerce Department fined Cadence $140.6 million on July 28 over sales to a Chinese university that runs
supercomputers. The company sold EDA tools for years although its staff knew who the buyer was, prosecutors said."""
CHINESE = """美国商务部7月28日对楷登电子处以约1.406亿美元罚款，指其多年来向中国一所运营超级计算机的高校出售EDA工具。
公司表示将配合整改。分析人士认为，这是近年来金额较大的一起案件。"""
OTHER = """美国商务部7月30日对另一家企业处以3200万美元罚款，指其向中国客户转售HBM芯片。公司没有置评。"""


def test_english_and_chinese_are_one_story_where_sums_days_and_names_are_the_same() -> None:
    named = ["department_of_commerce"]
    articles = [features("", text, named) for text in (ENGLISH, CHINESE, OTHER)]
    assert {"number 1.41e+08", "day 7-28", "name eda"} <= articles[0].anchors.keys() & articles[1].anchors.keys()
    assert sorted(map(sorted, group(articles, [0, 0, 0]))) == [[0, 1], [2]]


def test_time_that_passes_parts_articles_that_are_alike() -> None:
    vectors = [features("", report("talks", "round", n)) for n in range(2)]
    assert len(group(vectors, [0, 1])) == 1
    assert len(group(vectors, [0, 30])) == 2


def test_terms_are_words_without_endings_and_pairs_of_simplified_characters() -> None:
    assert terms("Chips were banned, H20 and 5.5") == ["chip", "were", "bann", "h20", "and", "5.5"]
    assert terms("晶片禁令") == terms("晶片禁令") == ["晶片", "片禁", "禁令"]
    assert terms("輝達") == terms("辉达")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_terms_of_length_one(title: str, text: str) -> None:
    found = features(title, text)
    for weights in (found.words.values(), found.anchors.values()):
        assert not weights or abs(sum(weight * weight for weight in weights) - 1) < 1e-9


def test_more_articles_than_can_be_grouped_are_stories_all_the_same() -> None:
    units = [Unit(f"{n:05}", 0, Features({"same": 1.0}, {}, is_cjk=False), f"{n:05}") for n in range(MAX_ARTICLES + 3)]
    (settled,) = follow([0], [0], lambda _: units)
    assert len(settled) == len(units)
    assert len(set(settled.values())) == 4


# By article: its day, and the event it is about.
news = st.lists(st.tuples(st.integers(0, 3 * WINDOW), st.integers(0, 2)), min_size=2, max_size=14)


@given(news, st.randoms(use_true_random=False), st.integers(1, 6))
@settings(deadline=None)
def test_stories_made_bit_by_bit_are_those_made_at_once(history, random, size) -> None:
    vectors = [features("", report("talks", f"round{event}", n)) for n, (_, event) in enumerate(history)]

    def settle(present: Iterable[int], stored: dict[str, str], changed: Iterable[int]) -> dict[str, str]:
        by_day: dict[int, list[Unit]] = defaultdict(list)
        for n in sorted(present):
            by_day[history[n][0]].append(Unit(str(n), history[n][0], vectors[n], stored.get(str(n), str(n))))
        found = dict(stored)
        for settled in follow(changed, sorted(by_day), lambda day: by_day[day]):
            found |= settled
        # The warehouse names a story after one of its articles.
        names = {label: min(article for article in found if found[article] == label) for label in found.values()}
        return {article: names[label] for article, label in found.items()}

    everything = range(len(history))
    expected = settle(everything, {}, {day for day, _ in history})
    order = random.sample(everything, len(everything))
    stored: dict[str, str] = {}
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        stored = settle(order[: start + size], stored | {str(n): str(n) for n in batch}, {history[n][0] for n in batch})
    assert partition(stored) == partition(expected)


def test_only_days_in_reach_of_a_change_are_looked_at() -> None:
    days = list(range(0, 400, 2))
    units = {day: [Unit(str(day), day, features("", report("a", f"event{day}", day)), str(day))] for day in days}
    looked_at = [int(article) for settled in follow([200], days, units.__getitem__) for article in settled]
    assert min(looked_at) >= 200 - LAG
    assert max(looked_at) <= 200 + WINDOW


def event(name: str, n: int, day: int, **fields) -> dict:
    when = rows.START + timedelta(days=day, hours=n)
    return rows.article(f"https://outlet{n}.example/{name}{n}", report("talks", name, n), when, **fields)


def stories(store: Store) -> set[frozenset[str]]:
    found = store.rows("select story_id, list(url) as urls from articles group by story_id")
    return {frozenset(url.split("/")[-1] for url in row["urls"]) for row in found}


def test_a_story_keeps_its_name_when_articles_are_added(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [event("geneva", 0, 0), event("london", 1, 0)])
        rows.settle(store, tmp_path)
        before = {row["url"]: row["story_id"] for row in store.rows("from articles")}
        rows.load(store, tmp_path, [event("geneva", 2, 1), event("geneva", 3, 5)])
        rows.settle(store, tmp_path)
        after = {row["url"]: row["story_id"] for row in store.rows("from articles")}
        assert stories(store) == {frozenset({"geneva0", "geneva2", "geneva3"}), frozenset({"london1"})}
        assert before.items() <= after.items()
        assert store.story_days() == []


def test_copies_are_in_the_story_of_their_original_and_count_for_no_source_of_their_own(tmp_path: Path) -> None:
    original = event("geneva", 0, 0)
    copy = rows.article("https://copier.example/copy", original["text"], rows.START + timedelta(days=1))
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [original, copy, event("geneva", 1, 1)])
        rows.settle(store, tmp_path)
        (story,) = store.rows("from stories")
        assert (story["article_count"], story["independent_count"]) == (3, 2)
        assert story["title"] == original["title"]
        assert story["last_published_at"] == event("geneva", 1, 1)["published_at"]


def test_articles_of_one_agency_and_of_one_source_count_once(tmp_path: Path) -> None:
    wire = {"kind": "agency", "tag": "xinhua", "score": 1.0}
    by_wire = [event("geneva", n, 0, tags=[wire]) for n in range(2)]
    by_outlet = [event("geneva", n, 0, source_id="herald") for n in (2, 3)]
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [*by_wire, *by_outlet])
        rows.settle(store, tmp_path)
        (story,) = store.rows("from stories")
        assert (story["article_count"], story["independent_count"]) == (4, 2)


def test_one_view_says_which_agency_an_article_credits(tmp_path: Path) -> None:
    wires = [{"kind": "agency", "tag": tag, "score": 1.0} for tag in ("xinhua", "reuters")]
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [event("geneva", 0, 0, tags=wires), event("geneva", 1, 0)])
        (credited,) = store.rows("select agency, agencies from credited_agencies")
    assert credited == {"agency": "reuters", "agencies": ["reuters", "xinhua"]}


def test_an_off_topic_article_is_in_no_other_ones_story_and_leaves_it_when_it_becomes_so(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [event("geneva", n, 0) for n in range(3)])
        rows.settle(store, tmp_path)
        assert len(stories(store)) == 1
        later = rows.START + timedelta(days=2)
        rows.load(store, tmp_path, [event("geneva", 0, 0) | {"decision": "off_topic", "seen_at": later}])
        rows.settle(store, tmp_path)
        assert stories(store) == {frozenset({"geneva0"}), frozenset({"geneva1", "geneva2"})}
        assert {row["article_count"] for row in store.rows("from stories")} == {1, 2}


def test_a_story_whose_first_article_is_off_topic_now_is_named_after_another(tmp_path: Path) -> None:
    first = event("geneva", 0, 4)
    found_late = event("geneva", 1, 0) | {"seen_at": rows.START + timedelta(days=5)}  # before the days of a change
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [first, found_late])
        rows.settle(store, tmp_path)
        assert [row["title"] for row in store.rows("from stories")] == [first["title"]]
        store.label(first["article_id"], "off_topic", [], "", "me", rows.START)
        rows.settle(store, tmp_path)
        told = store.rows("select story_id, title, article_count, independent_count from stories order by title")
        assert [tuple(row.values()) for row in told] == [
            (row["article_id"], row["title"], 1, 1) for row in (first, found_late)
        ]


def test_a_story_is_named_after_an_article_that_turns_out_to_have_been_seen_first(tmp_path: Path) -> None:
    first, second = event("geneva", 0, 1), event("geneva", 1, 2)
    seen_before = second | {"seen_at": rows.START, "warc_offset": 1}
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        for batch in ([first, second], [seen_before]):
            rows.load(store, tmp_path, batch)
            rows.settle(store, tmp_path)
        told = store.rows("select story_id, title, article_count from stories")
        assert [tuple(row.values()) for row in told] == [(second["article_id"], second["title"], 2)]


@given(st.randoms(use_true_random=False), st.integers(1, 5))
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stories_and_copies_do_not_depend_on_the_order_of_loads(tmp_path: Path, random, size) -> None:
    articles = [event("geneva", n, n % 4) for n in range(4)] + [event("london", n, 2 * n) for n in range(4, 7)]
    articles += [rows.article("https://copier.example/1", articles[2]["text"], rows.START + timedelta(days=3))]
    articles += [rows.article("https://copier.example/2", articles[5]["text"], rows.START + timedelta(days=20))]
    articles += [event("geneva", 8, 25, decision="off_topic")]
    number = next(_folders)
    with Store(rows.empty(tmp_path / f"{number}-once.duckdb")) as once:
        rows.load(once, tmp_path, articles)
        rows.settle(once, tmp_path)
        expected = [sorted(map(str, once.rows(f"from {table}"))) for table in ("stories", "copies", "articles")]
    shuffled = random.sample(articles, len(articles))
    with Store(rows.empty(tmp_path / f"{number}-parts.duckdb")) as parts:
        for start in range(0, len(shuffled), size):
            rows.load(parts, tmp_path, shuffled[start : start + size])
            if random.random() < 0.7:
                rows.settle(parts, tmp_path)
        rows.settle(parts, tmp_path)
        assert [
            sorted(map(str, parts.rows(f"from {table}"))) for table in ("stories", "copies", "articles")
        ] == expected


def test_the_first_and_the_last_days_that_there_are_have_stories_too(tmp_path: Path) -> None:
    days = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [event("geneva", n, 0, published_at=day) for n, day in enumerate(days)])
        rows.settle(store, tmp_path)
        assert stories(store) == {frozenset({"geneva0"}), frozenset({"geneva1"})}
        assert store.story_days() == []


def test_days_that_a_run_did_not_come_to_are_left_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "m.duckdb"
    with Store(path) as store:
        rows.load(store, tmp_path, [event("geneva", n, 0) for n in range(2)])
    with Store(path) as store:
        assert store.story_days() == [datetime.date(rows.START)]
        assert len(stories(store)) == 2
        rows.settle(store, tmp_path)
        assert len(stories(store)) == 1
