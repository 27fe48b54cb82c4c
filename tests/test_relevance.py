import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.entities import ENTITIES_FILE, Entities
from flows.frames import Frames
from flows.relevance import MODEL_FILE, PROFILE_FILE, Assessment, Profile, Tagger
from flows.seeds import build
from flows.tagging import LEXICON_FILE, Lexicon

TAGGER = Tagger.default()
LEXICON = Lexicon.load(LEXICON_FILE)
MODEL = MODEL_FILE.read_text(encoding="utf-8")

ENGLISH = """The Commerce Department in Washington widened its export controls on AI chips for China.
Officials said the rule would keep advanced processors from the Chinese military.
Nvidia said the curbs would hurt American companies and help Huawei.
China's foreign ministry accused the United States of using AI as a pretext for containment.
Analysts in Beijing expect the restrictions to speed up self-reliance in artificial intelligence."""
CHINESE = """美国商务部周一扩大对华人工智能芯片出口管制。中国外交部批评美方遏制中国人工智能发展。
英伟达表示，限制措施将损害美国企业。分析人士认为，美国的限制将推动中国算力芯片自立自强。"""
ELSEWHERE = [
    "The American bakery chain opened a shop in Chicago. The mayor cut the ribbon. Bread was free all day.",
    "China's property developers face another slow year. Prices in Shanghai fell. Banks cut mortgage rates.",
    "A hospital in Lyon uses artificial intelligence to read scans. Doctors say AI saves an hour a day.",
]


def assess(title: str, text: str = "", language: str | None = None) -> Assessment:
    return TAGGER.assess(title, text, language)


PIECES = ["AI", "US", "中国", "China", "芯片", "ban", "\ud800", "İ", "e\u0301", "😀", ". ", "。", "\n", " "]


@pytest.mark.parametrize(
    ("title", "text", "language"),
    [
        ("US tightens AI chip rules for China", ENGLISH, "en"),
        ("", ENGLISH, None),
        ("美国扩大对华芯片管制", CHINESE, "zh"),
        ("", CHINESE, None),
        ("美国商务部将中国人工智能企业列入实体清单", "", "zh"),
        ("美國商務部將中國人工智慧企業列入實體清單", "", None),
        ("中美举行人工智能政府间对话", "", "zh"),
        ("U.S. and China to hold talks on AI risks", "", "en"),
        ("DeepSeek banned from US government devices", "", "en"),
    ],
)
def test_texts_on_the_subject_are_relevant(title: str, text: str, language: str | None) -> None:
    assert assess(title, text, language).decision == "relevant"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        *[("", text) for text in ELSEWHERE],
        ("百度发布新一代大模型", ""),
        ("华为发布新手机", ""),
        ("欧盟人工智能法案生效", ""),
        ("Baidu launches a chatbot", ""),
        ("Trump and Xi discuss soybeans", ""),
        ("", ""),
        ("...", "\n\n"),
    ],
)
def test_texts_on_one_side_of_the_subject_are_off_topic(title: str, text: str) -> None:
    assert assess(title, text).decision == "off_topic"


def test_a_round_up_with_all_facets_in_different_items_does_not_pass() -> None:
    round_up = "\n".join([*ELSEWHERE, "Congress debates a ban on plastic bags.", *ELSEWHERE, *ELSEWHERE])
    assert {"ai", "china", "us"} <= {tag.tag for tag in TAGGER.assess("The week in brief", round_up, "en").tags}
    assert assess("The week in brief", round_up, "en").decision == "off_topic"


def test_a_long_press_conference_is_judged_by_the_quarter_on_the_subject() -> None:
    other = "\n".join(
        f"Reporter: What of the harvest in province {number}? It was good. Rain came late." for number in range(10)
    )
    subject = ENGLISH.replace("\n", " ")
    assert assess("Regular press conference", f"{other}\n{subject}\n{subject}", "en").decision == "relevant"
    assert (
        assess("Regular press conference", f"{other}\nAnd on AI from China? No comment.", "en").decision == "off_topic"
    )


def test_similarity_to_english_seeds_neither_helps_nor_hurts_a_chinese_text() -> None:
    assert "similarity" not in assess("", CHINESE, "zh").signals
    assert "similarity" not in assess("", CHINESE, None).signals
    assert assess("", ELSEWHERE[0], "en").signals["similarity_points"] < 0
    assert assess("", ENGLISH, "en").signals["similarity_points"] > 0


def test_the_points_of_the_signals_add_up_to_the_relevance() -> None:
    assessment = assess("US and China", ENGLISH, "en")
    points = [value for name, value in assessment.signals.items() if name.endswith("_points")]
    assert points == sorted(points, key=abs, reverse=True)
    odds = json.loads(MODEL)["bias"] + sum(points)
    assert assessment.relevance == pytest.approx(1 / (1 + math.exp(-odds)), abs=1e-3)


def test_simplified_and_traditional_characters_are_as_relevant() -> None:
    simplified = "美国扩大对华人工智能芯片出口管制，中国商务部表示反对。"
    traditional = "美國擴大對華人工智能芯片出口管制，中國商務部表示反對。"
    assert assess("", simplified, "zh").relevance == assess("", traditional, "zh").relevance > 0.5


def test_evidence_contains_the_sentence_that_made_the_text_relevant() -> None:
    text = "China grew. " * 9 + "AI helped. " * 9 + "Washington bars AI chips from China. " + "Chips fell. " * 9
    rows = [row for row in assess("", text, "en").evidence if row.kind == "facet"]
    assert {"ai", "china", "us"} <= {row.tag for row in rows if row.sentence == "Washington bars AI chips from China."}


def test_a_copied_seed_is_recognised_by_its_shingles(tmp_path: Path) -> None:
    words = [f"word{number}" for number in range(600)]
    path = tmp_path / "0123456789abcdef.txt"
    path.write_text("Heading\n" + " ".join(words) + ".", encoding="utf-8")
    tagger = Tagger(LEXICON, build([path]))
    (match,) = tagger.assess("", " ".join(words[:300]), "en").seed_matches
    assert match.seed_id == "0123456789abcdef"
    assert match.containment == 1
    assert tagger.assess("", "Something else was written here by another person.", "en").seed_matches == ()


def test_a_seed_of_the_users_own_makes_what_is_like_it_more_relevant(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("Own\n" + ENGLISH, encoding="utf-8")
    own = Tagger(LEXICON, build([path])).assess("", ENGLISH, "en")
    assert own.signals["similarity"] > assess("", ENGLISH, "en").signals["similarity"]
    assert own.relevance > assess("", ENGLISH, "en").relevance


def test_version_changes_with_lexicon_profile_and_model() -> None:
    profile = Profile.from_json(PROFILE_FILE.read_text(encoding="utf-8"))
    entities = Entities.load(ENTITIES_FILE)
    frames = Frames.default()
    versions = {
        Tagger(LEXICON, profile, entities, frames).version,
        Tagger(LEXICON, profile, entities, frames, MODEL).version,
    }
    assert versions == {TAGGER.version}
    versions.add(Tagger(Lexicon(LEXICON.source + "\n# changed", "changed"), profile, entities).version)
    versions.add(Tagger(LEXICON, Profile(profile.sample_rate, profile.idf, profile.idf_default, {}), entities).version)
    versions.add(Tagger(LEXICON, profile, Entities(entities.source + "\n# changed", "changed")).version)
    versions.add(Tagger(LEXICON, profile).version)
    versions.add(Tagger(LEXICON, profile, entities, model=MODEL + " ").version)
    assert len(versions) == 6


@given(
    st.text(st.characters(), max_size=60),
    st.lists(st.sampled_from(PIECES)).map("".join) | st.text(st.characters()),
    st.sampled_from(["en", "zh", "ja", "xx", None]),
)
def test_any_text_is_assessed_with_true_spans(title: str, text: str, language: str | None) -> None:
    assessment = assess(title, text, language)
    assert 0 <= assessment.relevance <= 1
    for row in assessment.evidence:
        if row.start_char is not None and row.kind != "entity":
            phrase = text[row.start_char : row.end_char]
            assert row.rule_id in {hit.rule.rule_id for hit in LEXICON.find(phrase)}
