import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tagging import (
    EVIDENCE_PER_TAG,
    LEXICON_FILE,
    SENTENCE_LIMIT,
    Lexicon,
    LexiconError,
    Patterns,
    Reading,
    prepared,
    sentences,
)

LEXICON = Lexicon.load(LEXICON_FILE)

PIECES = st.sampled_from(
    [
        *(
            "AI",
            "A.I.",
            "US",
            "U.S.",
            "China's",
            "export controls",
            "Export Controls",
            "GPUs",
            "Nvidia’s",
            "GPT‑4",
        ),
        *(
            "人工智能",
            "美国",
            "實體清單",
            "AI芯片",
            "出口管制",
            "。",
            "！",
            ". ",
            "? ",
            "\n",
            " ",
            "",
            "İ",
            "ß",
            "ﬁ",
        ),
        *("e\u0301", "😀", "👩‍💻", "\u200b", "us", "said", "$", "ΑΣ", "한국", "\ud800"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(st.characters(), max_size=80))


def found(text: str, tag: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in LEXICON.find(text) if hit.rule.tag == tag]


def lexicon_of(body: str) -> Lexicon:
    return Lexicon("version = 1\n" + body, "my.toml")


def topics(title: str, text: str) -> set[str]:
    return {tag.tag for tag in Reading(LEXICON, title, text).tags() if tag.kind == "topic"}


@given(TEXTS)
def test_every_hit_is_a_phrase_of_the_lexicon_where_it_says(text: str) -> None:
    for hit in LEXICON.find(text):
        again = LEXICON.find(text[hit.start : hit.end])
        assert (0, hit.end - hit.start, hit.rule) in [(other.start, other.end, other.rule) for other in again]


@given(TEXTS, TEXTS)
def test_evidence_is_bounded_and_its_span_lies_in_its_sentence(title: str, text: str) -> None:
    reading = Reading(LEXICON, title, text)
    for tag in reading.tags():
        rows = reading.evidence(tag)
        assert 0 < len(rows) <= EVIDENCE_PER_TAG
        for row in rows:
            assert len(row.sentence) <= SENTENCE_LIMIT
            if row.start_char is None:
                assert row.end_char is None
                assert row.sentence == title[:SENTENCE_LIMIT]
            else:
                assert text[row.start_char : row.end_char] in row.sentence
                assert row.rule_id in {hit.rule.rule_id for hit in LEXICON.find(row.sentence)}


@given(TEXTS)
def test_sentences_are_in_order_and_leave_out_only_white_space(text: str) -> None:
    end = 0
    for start, stop in sentences(text):
        assert not text[end:start].strip()
        assert start < stop
        end = stop
    assert not text[end:].strip()


def test_pronoun_is_not_the_country() -> None:
    assert found("They told us that this affects us all.", "us") == []
    assert found("Tell US officials, U.S. firms and the US-led group.", "us") == ["US", "U.S.", "US"]
    assert found("It cost US$5m, as USDA said.", "us") == []


def test_phrases_stand_at_word_boundaries() -> None:
    assert found("He said the campaign in Indochina and Maine failed; FAIR, AIM.", "ai") == []
    assert found("Chinatown is not a country.", "china") == []
    assert found("国内用AI做研究", "ai") == ["AI"]


def test_plural_and_possessive_are_found_without_being_listed() -> None:
    assert found("GPUs and China's chatbots", "ai") == ["GPUs", "chatbots"]
    assert found("China’s ministries", "china") == ["China"]


def test_offsets_survive_letters_whose_lower_case_is_longer() -> None:
    text = "İİİ 😀 e\u0301 China’s Artificial Intelligence İ 中国"
    assert found(text, "china") == ["China", "中国"]
    assert found(text, "ai") == ["Artificial Intelligence"]


STRONG = Lexicon.load(LEXICON_FILE, weak=False)
WEAK = sorted(
    phrase
    for topic in LEXICON.tags("topic")
    for phrase in LEXICON.phrases("topic", topic) - STRONG.phrases("topic", topic)
)[::40]


@given(st.lists(st.one_of(PIECES, st.sampled_from(WEAK)), max_size=40).map(" ".join))
def test_weak_rules_change_nothing_that_counts_for_relevance(text: str) -> None:
    whole, strong = Reading(LEXICON, text, text), Reading(STRONG, text, text)
    assert whole.marks_of_title == strong.marks_of_title
    assert whole.topics_of_title == strong.topics_of_title
    assert whole.marks_of_sentences == strong.marks_of_sentences
    assert whole.topics_of_sentences == strong.topics_of_sentences


@given(TEXTS)
def test_patterns_looked_for_together_find_what_each_finds_alone(text: str) -> None:
    lists = [["ai", "us", "芯片", "gpus"], ["u.s.", "ai", "人工智能", "e"], ["said"]]
    alone, together = [Patterns(each) for each in lists], [Patterns(each) for each in lists]
    Patterns.together(*together)
    found = [each.find(prepared(text)) for each in together]
    assert found == [each.find(prepared(text)) for each in alone]


def test_longest_of_overlapping_phrases_wins() -> None:
    assert found("the AI Action Plan", "ai_action_plan") == ["AI Action Plan"]
    assert found("《南华早报》 South China Morning Post reports", "china") == []
    assert found("美国商务部", "china") == []


def test_simplified_and_traditional_give_the_same_tags() -> None:
    simplified = Reading(LEXICON, "", "美国商务部将中国人工智能企业列入实体清单，加强出口管制。")
    traditional = Reading(LEXICON, "", "美國商務部將中國人工智慧企業列入實體清單，加強出口管制。")
    assert simplified.tags() == traditional.tags()
    assert ("topic", "export_controls") in [(tag.kind, tag.tag) for tag in simplified.tags()]


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("Commerce widens export controls on chipmakers", "export_controls"),
        ("Nvidia ships a slower accelerator", "ai_chips"),
        ("Allies ask for changes to the AI diffusion rule", "ai_diffusion_rule"),
        ("Chinese labs lead in open-source models", "open_source_models"),
        ("What the AI Action Plan leaves out", "ai_action_plan"),
        ("Shanghai hosts World Artificial Intelligence Conference", "global_ai_governance"),
        ("Biden and Xi to meet in Lima", "bilateral_dialogue"),
        ("Generals debate lethal autonomous systems", "military_ai"),
        ("Beijing doubles down on self-reliance", "self_reliance"),
        ("Visa rules drive AI researchers abroad", "talent_research"),
        ("Treasury drafts outbound investment rule", "outbound_investment"),
        ("Two men charged with smuggling GPUs", "enforcement_smuggling"),
        ("Lab accuses rival of model distillation", "distillation_ip"),
        ("State bans DeepSeek on government devices", "model_bans"),
        ("Who is winning the AI race?", "race_narrative"),
        ("Regulator opens data security inquiry", "data_security"),
        ("英伟达回应出口管制", "export_controls"),
        ("中美举行人工智能政府间对话", "bilateral_dialogue"),
        ("世界人工智能大会在上海开幕", "global_ai_governance"),
        ("國產替代加速", "self_reliance"),
    ],
)
def test_a_title_that_names_a_topic_is_tagged_with_it(title: str, topic: str) -> None:
    assert topic in topics(title, "")


def test_a_passing_mention_in_a_long_text_is_no_topic() -> None:
    once = "The firm denies smuggling."
    assert topics("", once) == {"enforcement_smuggling"}
    assert topics("", once + " The harvest was good." * 20) == set()
    assert topics("", (once + " The harvest was good." * 20) * 3) == {"enforcement_smuggling"}


def test_topics_are_three_at_most_the_strongest() -> None:
    text = (
        "Smuggling went on, and a smuggler evaded customs. Export controls and the Entity List came late. "
        "Self-reliance is the aim, and domestic chips are the means. The AI Action Plan was mentioned. "
        "Export controls and a chip ban bite. Self-reliance and domestic production cost. Shell companies pay."
    )
    assert topics("", text) == {"enforcement_smuggling", "export_controls", "self_reliance"}


NEAR = """
[facet.china.country]
en = ["China"]
zh = ["中国"]
[cue.both.together]
en = ["two sides"]
zh = ["双方"]
[topic.x.plain]
en = ["chip"]
zh = ["芯片"]
[topic.y.conditional]
en = ["talks"]
verbs = ["ban"]
zh = ["谈判"]
near = ["china.country", "both"]
"""


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("", "The two sides held talks on China.", {"y"}),
        ("", "The two sides held talks. China did not.", set()),
        ("The two sides and China", "They banned it.", {"y"}),
        ("", "中国与美国双方谈判。", {"y"}),
        ("", "中国谈判。双方同意。", set()),
        ("", "China and chips", {"x"}),
    ],
)
def test_a_condition_is_met_in_the_sentence_or_the_title(title: str, text: str, expected: set[str]) -> None:
    tags = Reading(lexicon_of(NEAR), title, text).tags()
    assert {tag.tag for tag in tags if tag.kind == "topic"} == expected


def test_a_weak_rule_gives_a_topic_and_no_figure() -> None:
    lexicon = lexicon_of(NEAR + '[topic.x.too]\nen = ["wafer"]\nzh = ["晶圆"]\nweak = true\n')
    for title, text in [("A wafer", ""), ("", "A wafer. It shone."), ("A wafer", "A wafer. A chip.")]:
        reading = Reading(lexicon, title, text)
        assert [tag.tag for tag in reading.tags() if tag.kind == "topic"] == ["x"]
        assert reading.topics_of_title == 0
        assert sum(map(bool, reading.topics_of_sentences)) == text.count("chip")


def test_a_phrase_of_a_weak_rule_hides_none_that_counts_for_relevance() -> None:
    lexicon = lexicon_of(NEAR + '[topic.x.too]\nen = ["new chip maker", "chip"]\nzh = ["晶圆"]\nweak = true\n')
    text = "A new chip maker"
    assert [(text[hit.start : hit.end], hit.rule.rule_id) for hit in lexicon.find(text)] == [
        ("new chip maker", "x.too"),
        ("chip", "x.plain"),
    ]
    assert [hit.rule.rule_id for hit in lexicon.find("A chip")] == ["x.plain"]


def test_a_weak_rule_may_ask_less_of_a_phrase_than_another() -> None:
    lexicon = lexicon_of(NEAR + '[topic.y.too]\nen = ["talks"]\nzh = ["晶圆"]\nweak = true\n')
    assert [tag.tag for tag in Reading(lexicon, "", "They held talks.").tags()] == ["y"]
    assert Reading(lexicon, "", "They held talks.").topics_of_sentences == [0]


def test_the_condition_of_a_headline_may_be_met_in_the_first_sentence_but_then_counts_not_for_relevance() -> None:
    reading = Reading(lexicon_of(NEAR), "Talks", "The two sides met in China. They ate.")
    assert [tag.tag for tag in reading.tags() if tag.kind == "topic"] == ["y"]
    assert reading.topics_of_title == 0
    later = Reading(lexicon_of(NEAR), "Talks", "They met. The two sides ate in China.")
    assert [tag.tag for tag in later.tags() if tag.kind == "topic"] == []


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("ban", ["bans", "banned", "banning"]),
        ("curb", ["curbs", "curbed", "curbing"]),
        ("regulate", ["regulates", "regulated", "regulating"]),
        ("copy", ["copies", "copied", "copying"]),
        ("outpace", ["outpaced"]),
        ("bypass", ["bypasses", "bypassed"]),
        ("debut", ["debuted"]),
    ],
)
def test_every_form_of_a_verb_is_found(verb: str, forms: list[str]) -> None:
    lexicon = lexicon_of(f'[topic.x.r]\nen = ["none"]\nverbs = ["{verb}"]\nzh = ["甲"]')
    for form in [verb, *forms]:
        assert [hit.start for hit in lexicon.find(f"they {form} it")] == [5], form


def test_cues_are_no_tags() -> None:
    tags = Reading(lexicon_of(NEAR), "The two sides", "The two sides.").tags()
    assert tags == []


def test_title_evidence_has_no_span_and_the_title_as_sentence() -> None:
    reading = Reading(LEXICON, "China replies", "Nothing to see.")
    (row,) = [row for tag in reading.tags() for row in reading.evidence(tag)]
    assert (row.tag, row.start_char, row.end_char, row.sentence) == ("china", None, None, "China replies")


def test_evidence_prefers_the_sentence_in_which_the_facets_meet() -> None:
    filler = "China grew last year. " * 8
    key = "Washington banned AI sales to China."
    reading = Reading(LEXICON, "", filler + key)
    china = next(tag for tag in reading.tags() if tag.tag == "china")
    rows = reading.evidence(china)
    assert len(rows) == EVIDENCE_PER_TAG
    assert rows[0].sentence == key


def test_evidence_of_an_endless_sentence_is_cut_around_the_hit() -> None:
    text = "so " * 900 + "China " + "on " * 900
    reading = Reading(LEXICON, "", text)
    (row,) = [row for tag in reading.tags() for row in reading.evidence(tag)]
    assert len(row.sentence) == SENTENCE_LIMIT
    assert "China" in row.sentence


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One ended. Two began! Three? Four", ["One ended.", "Two began!", "Three?", "Four"]),
        ("The U.S. Commerce Dept. acted. Mr. Wu left.", ["The U.S. Commerce Dept. acted.", "Mr. Wu left."]),
        ("It rose 3.5 percent, e.g. in May. So what.", ["It rose 3.5 percent, e.g. in May.", "So what."]),
        ("他说：“不行。”随后离开！记者问？", ["他说：“不行。”", "随后离开！", "记者问？"]),
        ("A heading\nA paragraph.\n\nAnother", ["A heading", "A paragraph.", "Another"]),
        ("She said “no.” They left.", ["She said “no.”", "They left."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == parts


@pytest.mark.parametrize("stop", ["!", ".", "。", '"', "\n", "?!", ". "])
def test_endless_punctuation_takes_no_endless_time(stop: str) -> None:
    start = time.perf_counter()
    sentences(stop * 200_000)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('[topic.x.r]\nen = ["a b"]', ["topic.x.r", "zh"]),
        ('[topic.x.r]\nen = ["a b"]\nzh = ["甲"]\nfr = ["c"]', ["topic.x.r", "nothing else"]),
        ('[topic.x.r]\nen = []\nzh = ["甲"]', ["topic.x.r", "en"]),
        ('[topic.x.r]\nen = ["甲"]\nzh = ["乙"]', ["topic.x.r", "甲", "en"]),
        ('[topic.x.r]\nen = ["a b"]\nzh = ["latin"]', ["topic.x.r", "latin", "zh"]),
        ('[topic.x.r]\nen = [" a"]\nzh = ["甲"]', ["topic.x.r", "' a'"]),
        ('[topic.x.r]\nen = [3]\nzh = ["甲"]', ["topic.x.r", "3"]),
        (
            '[topic.x.r]\nen = ["chip"]\nzh = ["甲"]\n[topic.x.s]\nen = ["Chips"]\nzh = ["乙"]',
            ["x.s", "Chips", "x.r"],
        ),
        ('[facet.weather.r]\nen = ["a"]\nzh = ["甲"]', ["facet.weather"]),
        ('[mood.x.r]\nen = ["a"]\nzh = ["甲"]', ["mood"]),
        ('[cue.ai.r]\nen = ["a"]\nzh = ["甲"]', ["cue.ai"]),
        ('[topic.x.r]\nen = ["a"]\nzh = ["甲"]\nnear = ["mars"]', ["topic.x.r", "near", "mars"]),
        ('[facet.ai.r]\nen = ["a"]\nzh = ["甲"]\nnear = ["china"]', ["facet.ai.r", "near", "china"]),
        ('[topic.x.r]\nen = ["a"]\nverbs = ["cut off"]\nzh = ["甲"]', ["topic.x.r", "cut off"]),
        ('[topic.x.r]\nen = ["a"]\nzh = ["美国", "美國"]', ["topic.x.r", "美國"]),
        ('[topic.x.r]\nen = ["a"]\nzh = ["甲"]\nweak = false', ["topic.x.r", "weak"]),
        ('[facet.ai.r]\nen = ["a"]\nzh = ["甲"]\nweak = true', ["facet.ai.r", "weak"]),
        ("topic = 3", ["topic"]),
        ("[topic]\nx = 3", ["topic.x"]),
        ("[topic.x]\nr = 3", ["topic.x.r"]),
        ("x = ?", ["line 2"]),
        ("", ["version"]),
    ],
)
def test_a_wrong_lexicon_is_refused_with_file_rule_and_phrase(body: str, words: list[str]) -> None:
    with pytest.raises(LexiconError) as refusal:
        lexicon_of(body) if body else Lexicon("", "my.toml")
    for word in ["my.toml", "line", *words]:
        assert word in str(refusal.value)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('[topic.x.r]\nen = [\n  "a b",\n  " c"]\nzh = ["甲"]', 5),
        ('[topic.x.r]\nen = ["a b"]\nzh = ["甲"]\n\n[topic.x.s]\nen = ["c",\n  "A b"]\nzh = ["乙"]', 8),
        ('[topic.x.r]\nen = ["a b"]\nzh = ["甲"]\nfr = ["c"]', 5),
        ('[topic.x.r]\nen = ["a b"]\nzh = ["甲"]\n\n[topic.x.s]\nen = ["c"]', 6),
        ("[topic.x]\nr = 3", 3),
    ],
)
def test_a_wrong_lexicon_is_refused_with_the_line(body: str, line: int) -> None:
    with pytest.raises(LexiconError, match=rf"my\.toml, line {line}:"):
        lexicon_of(body)


def test_the_same_phrase_may_serve_two_tags() -> None:
    both = lexicon_of('[topic.x.r]\nen = ["chip"]\nzh = ["甲"]\n[topic.y.r]\nen = ["chip"]\nzh = ["甲"]')
    assert [hit.rule.rule_id for hit in both.find("a chip")] == ["x.r", "y.r"]


def test_a_missing_lexicon_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.toml"):
        Lexicon.load(tmp_path / "none.toml")
