"""Who copied whom: found whatever was done to the text, in whatever order it came, and named by what was done."""

import random
import re
from collections import Counter
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.copies import repeated_lines, without
from flows.overlap import Pieces, overlap
from flows.seeds import clean
from tests import rows
from tests.eval.copies import FALSE, bbc, chinese, ecb, hard_negatives, recall
from tests.eval.variants import boilerplate, sentences, spun, truncated, wire_edit
from tests.rows import START, article
from tests.test_seeds import SEEDS, needs_seeds
from warehouse.store import Store

HOUR = timedelta(hours=1)
_numbers = count()


def words(seed: int, length: int = 260) -> str:
    """A text that shares no three words with those of other seeds."""
    generator = random.Random(seed)
    stems = ["export", "control", "chip", "model", "talks", "ministry", "rule", "firm", "data", "market"]
    chosen = [f"{generator.choice(stems)}{seed}x{generator.randrange(90)}" for _ in range(length)]
    return " ".join(word + ("." if number % 17 == 16 else "") for number, word in enumerate(chosen))


def copies(store: Store) -> dict[str, tuple[str, str]]:
    """By address of the copy that of the original, and the relation."""
    found = store.rows(
        """
        select copy.url, original.url as original, relation
        from copies
        join articles as copy using (article_id)
        join articles as original on original.article_id = copies.original_id
        """
    )
    return {row["url"]: (row["original"], row["relation"]) for row in found}


def test_relations_are_named_by_what_was_done_to_the_text(realdata: Path, tmp_path: Path) -> None:
    """84 pairs over the six relations and none, labelled by the way in which they were made."""
    generator = random.Random(5)
    texts = generator.sample([text for text in bbc(realdata) if 1500 < len(text) < 6000], 48)
    labels: dict[str, str] = {}
    articles: list[dict] = []
    for number in range(12):
        text, another, third, unrelated = texts[4 * number : 4 * number + 4]
        pairs = [
            ("exact", text.upper().replace(",", ";"), False),
            ("repost", boilerplate(text, generator), False),
            ("excerpt", truncated(text, generator), False),
            ("expansion", f"{another}\n{text}\n{third}", False),
            ("update", wire_edit(text, generator), True),
            ("rewrite", spun(text, generator), False),
            ("none", unrelated, False),
        ]
        articles.append(article(f"https://wire{number}.example/", text))
        for relation, copy, same_source in pairs:
            host = f"wire{number}" if same_source else f"{relation}{number}"
            labels[f"https://{host}.example/{relation}"] = relation
            articles.append(article(f"https://{host}.example/{relation}", copy, START + HOUR))
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, articles)
        found = copies(store)
    wrong = [(label, found.get(url)) for url, label in labels.items() if found.get(url, ("", "none"))[1] != label]
    assert len(wrong) <= 0.1 * len(labels), wrong
    assert max(Counter(label for label, _ in wrong).values(), default=0) <= 3, wrong


def test_copies_of_real_texts_are_found(realdata: Path) -> None:
    """A part of `make eval`: fewer originals, the same ways of copying, and all hard negatives."""
    english, zh = bbc(realdata), chinese(realdata)
    originals = random.Random(8).sample([text for text in english if len(text) > 700], 40)
    assert min(recall(english[:200] + originals, originals, 8).values()) >= 0.9
    assert min(recall(zh[:20], zh[:20], 8).values()) >= 0.9


def test_other_texts_on_the_subject_are_no_copies(realdata: Path) -> None:
    negatives = hard_negatives(bbc(realdata)[:1000], ecb(realdata), 200)
    wrong = sum(overlap(*map(Pieces.of, pair)).is_copy for pair in negatives)
    assert wrong <= FALSE * len(negatives)


@needs_seeds
@pytest.mark.parametrize("seed", range(6))
def test_the_spun_seed_document_is_known_for_one_when_an_original_of_its_shape_is_stored(
    tmp_path: Path, seed: int
) -> None:
    """Of the seed's shingles its real original has 22 %; the stand-in, which is made from the seed, has 19 to 30 %."""
    _, spun_seed = clean((SEEDS / "000_12627618fdde4a95.txt").read_text(encoding="utf-8"))
    generator = random.Random(seed)
    vocabulary = sorted(set(re.findall("[a-z]{4,}", spun_seed)))
    original = re.sub(
        "[A-Za-z]{4,}",
        lambda word: generator.choice(vocabulary) if generator.random() < 0.33 else word[0],
        spun(spun_seed, generator),
    )
    assert 0.18 < overlap(Pieces.of(spun_seed), Pieces.of(original)).containment < 0.3
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        # A paragraph that only the original has, as spinners leave some out.
        rows.load(store, tmp_path, [article("https://original.example/1", f"{original}\n{words(1, 60)}")])
        rows.load(store, tmp_path, [article("https://spinner.example/1", spun_seed, START + HOUR)])
        assert copies(store) == {"https://spinner.example/1": ("https://original.example/1", "rewrite")}


def test_chains_end_at_the_earliest_and_say_what_they_were_matched_with(tmp_path: Path) -> None:
    first = words(1)
    parts = sentences(first)
    second = " ".join(parts[:8]) + " " + words(2, 130)
    third = " ".join(sentences(second)[6:])
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        # The last first: the earliest is not the first that was stored.
        for number, text in ((3, third), (2, second), (1, first)):
            rows.load(store, tmp_path, [article(f"https://s{number}.example/", text, START + number * HOUR)])
        found = store.rows(
            """
            select copy.url, original.url as original, matched.url as matched
            from copies
            join articles as copy using (article_id)
            join articles as original on original.article_id = copies.original_id
            join articles as matched on matched.article_id = copies.matched_id
            order by copy.url
            """
        )
    assert [tuple(row.values()) for row in found] == [
        ("https://s2.example/", "https://s1.example/", "https://s1.example/"),
        ("https://s3.example/", "https://s1.example/", "https://s2.example/"),
    ]


def test_a_text_that_is_changed_stops_being_a_copy(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [article("https://a.example/", words(1))])
        rows.load(store, tmp_path, [article("https://b.example/", words(1), START + HOUR)])
        assert copies(store) == {"https://b.example/": ("https://a.example/", "exact")}
        rows.load(store, tmp_path, [article("https://b.example/", words(2), START + 2 * HOUR)])
        assert copies(store) == {}
        rows.load(store, tmp_path, [article("https://b.example/", words(1), START + 3 * HOUR)])
        assert copies(store) == {"https://b.example/": ("https://a.example/", "exact")}


def shown(store: Store) -> list[str]:
    """Addresses of what views and searches show, in order; both show the same."""
    found = [row["url"] for row in store.rows("select url from articles_on_topic order by url")]
    searched = store.rows("select distinct url from search('copied matter', results := 100) order by url")
    assert [row["url"] for row in searched] == found
    return found


def test_a_copy_is_shown_where_its_original_is_off_topic_or_a_teaser_or_less_relevant(tmp_path: Path) -> None:
    def seen(number: int, decision: str, length: int = 200, **fields: object) -> dict:
        """Articles that expand the same text, one an hour."""
        text = f"{words(1)} {words(2, length)}"
        url = f"https://s{number}.example/"
        return article(url, text, START + number * HOUR, title="Copied matter", decision=decision, **fields)

    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        original = seen(0, "off_topic", 0)
        rows.load(store, tmp_path, [original, seen(1, "review"), seen(2, "relevant"), seen(3, "relevant")])
        assert {found for found, _ in copies(store).values()} == {"https://s0.example/"}
        assert shown(store) == ["https://s2.example/"]  # one is enough, the first relevant one
        assert [row["url"] for row in store.rows("from relevant_articles")] == ["https://s2.example/"]
        store.label(original["article_id"], "relevant", [], "", "kim", START)
        assert shown(store) == ["https://s0.example/"]
        store.label(original["article_id"], "off_topic", [], "", "kim", START)
        assert shown(store) == ["https://s2.example/"]
    with Store(rows.empty(tmp_path / "teaser.duckdb")) as store:
        rows.load(store, tmp_path, [seen(0, "relevant", 0, paywalled=True)])
        rows.load(store, tmp_path, [seen(1, "off_topic")])
        assert shown(store) == []
        rows.load(store, tmp_path, [seen(2, "review")])
        assert shown(store) == ["https://s2.example/"]
        rows.load(store, tmp_path, [seen(0, "relevant", 0)])  # the whole text, in time
        assert shown(store) == ["https://s0.example/"]


def test_short_formulas_are_no_copies(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        same = "This page has moved. Please look for it elsewhere on our site."
        rows.load(store, tmp_path, [article(f"https://s{n}.example/", same, START + n * HOUR) for n in range(3)])
        assert copies(store) == {}


def test_what_a_source_prints_around_its_articles_makes_none_a_copy(tmp_path: Path) -> None:
    around = words(99, 70)
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        for number in range(6):
            text = f"{words(number, 90)}\n{around}"
            rows.load(store, tmp_path, [article(f"https://a.example/{number}", text, START + number * HOUR)])
        own = article("https://b.example/", f"{words(50, 90)}\n{around}", START + 9 * HOUR, source_id="a.example")
        rows.load(store, tmp_path, [own])
        assert "https://b.example/" not in copies(store)


def test_lines_of_a_source_are_those_that_three_of_its_texts_have() -> None:
    texts = [("a", f"What happened first on day {n}\nSubscribe to our letter\nAnd then {n}") for n in range(3)]
    assert repeated_lines(texts) == {"a": frozenset({"Subscribe to our letter"})}
    assert repeated_lines(texts[:2]) == {"a": frozenset()}
    assert repeated_lines([*texts[:2], texts[0]]) == {"a": frozenset()}
    assert without(texts[0][1], frozenset({"Subscribe to our letter"})) == "What happened first on day 0\nAnd then 0"
    assert without("all the same", frozenset({"all the same"})) == "all the same"


# A day: originals, and copies made in some way, by sources that each show an article once.
days = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["whole", "head", "tail", "with more"]),
        st.integers(0, 40),
        st.sampled_from(["relevant", "review", "off_topic"]),
    ),
    min_size=2,
    max_size=9,
)


@given(days, st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_copies_do_not_depend_on_order_or_batches(tmp_path: Path, day, random, size) -> None:
    made = {"whole": lambda text: text, "head": lambda text: text[: len(text) // 2], "tail": lambda text: text[900:]}
    made["with more"] = lambda text: f"{text} {words(77, 60)}"
    articles = [
        article(f"https://s{number}.example/", made[way](words(which)), START + hours * HOUR, decision=decision)
        for number, (which, way, hours, decision) in enumerate(day)
    ]
    shuffled = random.sample(articles, len(articles))
    assert stored(tmp_path, [shuffled[start : start + size] for start in range(0, len(day), size)]) == stored(
        tmp_path, [articles]
    )


def stored(folder: Path, batches: list[list[dict]]) -> list[list[dict]]:
    with Store(rows.empty(folder / f"{next(_numbers)}.duckdb")) as store:
        for batch in batches:
            rows.load(store, folder, batch)
        return [store.rows("from copies order by article_id"), store.rows("from stories order by story_id")]
