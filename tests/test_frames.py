from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.frames import FRAMED_SENTENCES, FRAMES_FILE, KINDS, Frames
from flows.relevance import Tagger
from flows.speakers.text import SPEAKER_LIMIT, Speakers, quotations
from flows.tagging import LEXICON_FILE, SENTENCE_LIMIT, Evidence, Lexicon, LexiconError, Reading, sentences
from tests.speakers_dev import CHINESE, ENGLISH, LATER, MORE

FRAMES = Frames.default()
LEXICON = Lexicon.load(LEXICON_FILE)

PIECES = st.sampled_from(
    [
        *(
            "Lin Jian said",
            " said Dr. Wu",
            ", she added",
            "According to the ministry",
            "X: ",
            "The company warned",
            "Reuters, citing officials, ",
            "Xi, Trump urge ",
            "X's claim is ",
            "U.S. ",
        ),
        *(
            "the AI race",
            "Cold War",
            "dialogue",
            "rejects ",
            "not ",
            "containment",
            " leads nowhere",
            "China",
            "Washington",
        ),
        *(
            "林剑表示，",
            "该发言人说：",
            "据路透社报道，",
            "新华社北京3月5日电 （记者王明）",
            "网友“甲乙”写道，",
            "在会议“专场”上",
            "遭美方否认",
            "中方",
            "美方",
            "零和博弈",
            "不是",
            "而是",
            "合作",
            "打壓",
            "行不通",
            "對話",
        ),
        *("“", "”", "‘", "’", '"', "「", "」", "『", "』", "。", ". ", "，", ", ", "：", "\n", "\n\n", " ", "?", "…"),
        *("e\u0301", "😀", "👩‍💻", "\u200b", "İ", "ß", "\ud800", "\x01", "한국", "Ζ", "\u0301", "’s"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(st.characters(), max_size=80))


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in quotations(text)]


def speakers_of(text: str) -> list[str | None]:
    spans = sentences(text)
    speakers = Speakers(text, spans)
    return [speakers.name(number) for number in range(len(spans))]


def frames_of(sentence: str) -> set[str]:
    return {phrase.frame for phrase in FRAMES.find(sentence)}


def rows_of(title: str, text: str) -> list[Evidence]:
    reading = Reading(LEXICON, title, text)
    return list(FRAMES.add(title, text, reading, ())[1])


# -------------------- quotations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He said “no,” then “yes.”", ["“no,”", "“yes.”"]),
        ('He said "no," then "yes."', ['"no,"', '"yes."']),
        ("“One. Two!” she said.", ["“One. Two!”"]),
        ("他说：“不行。绝不。”她说：「好『吗』？」", ["“不行。绝不。”", "「好『吗』？」"]),
        ("‘It’s China’s turn,’ he said. China’s ‘small yard’ isn’t small.", ["‘It’s China’s turn,’", "‘small yard’"]),
        ("“Never closed.\nNext line.", ["“Never closed."]),
        ("“First paragraph.\n“Second,” he said.", ["“First paragraph.", "“Second,”"]),
        ("“One “two” three", ["“One ", "“two”"]),
        ('A 14" screen, "good" he said.', ['"good"']),
        ("rock ’n’ roll", []),
        ("", []),
    ],
)
def test_quotations_are_found_with_their_marks(text: str, found: list[str]) -> None:
    assert quoted(text) == found


@given(TEXTS)
def test_quotations_are_in_order_and_never_leave_their_line(text: str) -> None:
    end = 0
    for start, stop in quotations(text):
        assert end <= start < stop
        assert "\n" not in text[start:stop]
        end = stop


# -------------------- speakers


def speaker_behind(context: str, sentence: str) -> str | None:
    """The first speaker of a sentence in the line behind its context."""
    text = f"{context}\n{sentence}" if context else sentence
    before = len(speakers_of(context)) if context else 0
    return next((name for name in speakers_of(text)[before:] if name), None)


@pytest.mark.parametrize(("context", "sentence", "speaker"), [*(row[:3] for row in ENGLISH + CHINESE), *MORE])
def test_a_sentence_is_attributed_as_a_reader_would(context: str, sentence: str, speaker: str | None) -> None:
    assert speaker_behind(context, sentence) == speaker


def test_the_character_that_stands_for_quoted_ones_may_stand_in_a_text() -> None:
    assert speakers_of("\x01") == [None]
    assert speakers_of("“No,” \x01 said Lin Jian.") == ["Lin Jian"]


def test_hundreds_of_sentences_of_all_manners_are_attributed_as_a_reader_would() -> None:
    found = [(context, sentence, speaker_behind(context, sentence)) for context, sentence, _ in LATER]
    assert [one for one, right in zip(found, LATER, strict=True) if one != right] == []


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("“One. Two. Three,” Ana Ruiz said.", ["Ana Ruiz"] * 3),
        ("Ana Ruiz said: “One. Two.” China grew.", ["Ana Ruiz", "Ana Ruiz", None]),
        ("“One,” Ana Ruiz said. “Two.”\n“Three.”\nChina grew.", ["Ana Ruiz", "Ana Ruiz", "Ana Ruiz", None]),
        ("Ana Ruiz: One. Two.\nThree.", ["Ana Ruiz", "Ana Ruiz", None]),
        ("林剑说：“一。二！”三。", ["林剑", "林剑", None]),
        ("“一。二。”林剑说。", ["林剑", "林剑", "林剑"]),
        ("We told them. I think so.", [None, None]),
        ("我们认为可以。", [None]),
        ("He said no.", [None]),
        ("HONG KONG, Nov 20 - Ana Ruiz said no.", ["Ana Ruiz"]),
        ("They call it so. Nvidia did not say when.", [None, None]),
    ],
)
def test_quotations_and_transcripts_hand_on_their_speaker(text: str, speakers: list[str | None]) -> None:
    assert speakers_of(text) == speakers


@given(TEXTS)
def test_a_speaker_is_a_piece_of_the_text_whatever_is_asked_first(text: str) -> None:
    spans = sentences(text)
    speakers, backwards = Speakers(text, spans), Speakers(text, spans)
    for number in reversed(range(len(spans))):
        backwards.span(number)
    for number in range(len(spans)):
        span = speakers.span(number)
        assert span == backwards.span(number)
        if span:
            assert 0 <= span[0] < span[1] <= len(text)
            assert span[1] - span[0] <= SPEAKER_LIMIT
            assert text[span[0] : span[1]] == speakers.name(number)


@pytest.mark.parametrize(
    "piece",
    [
        "“",
        "”",
        '"',
        ' "a',
        "‘",
        "‘a’b",
        "「",
        "“a” ",
        "“a.” “b.” ",
        "X said ",
        "said, ",
        ", ",
        "X: ",
        "表示",
        "林剑表示，",
        "据",
        "he said. ",
        "A B ",
    ],
)
def test_hostile_pages_are_read_in_one_go(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    spans = sentences(text)
    speakers = Speakers(text, spans)
    assert all(len(speakers.name(number) or "") <= SPEAKER_LIMIT for number in range(len(spans)))
    assert sum(1 for _ in FRAMES.find(text)) <= len(text)


# -------------------- frames


@pytest.mark.parametrize(("sentence", "frame"), [row[1::2] for row in ENGLISH + CHINESE])
def test_a_sentence_has_the_frame_a_reader_sees(sentence: str, frame: str | None) -> None:
    assert frame in frames_of(sentence) if frame else not frames_of(sentence)


@pytest.mark.parametrize(
    ("sentence", "frames"),
    [
        ("Beijing rejects a Cold War mentality.", {"cooperation"}),
        ("Decoupling serves no one.", {"cooperation"}),
        ("AI is not a zero-sum game but an arms race.", {"cooperation", "confrontation"}),
        ("China opposes containment.", {"confrontation"}),
        ("Washington rules out dialogue.", {"confrontation"}),
        ("He opposes decoupling and calls for dialogue.", {"cooperation"}),
        ("It is a cold war. No. Cold war.", {"confrontation"}),
        ("We reject U.S. decoupling.", {"cooperation"}),
        ("这不是零和博弈。", {"cooperation"}),
        ("这不是合作，而是对抗。", {"confrontation"}),
        ("脱钩行不通。", {"cooperation"}),
        ("脫鉤行不通。", {"cooperation"}),
        ("不仅要合作。", {"cooperation"}),
        ("The model has 410 billion parameters.", set()),
    ],
)
def test_who_rejects_a_frame_takes_the_other(sentence: str, frames: set[str]) -> None:
    assert frames_of(sentence) == frames


def test_simplified_and_traditional_give_the_same_frames() -> None:
    simplified = "中方反对打压和脱钩，主张对话合作，反制霸权，人工智能竞赛没有赢家，共同应对挑战。"
    traditional = "中方反對打壓和脫鉤，主張對話合作，反制霸權，人工智慧競賽沒有贏家，共同應對挑戰。"
    rules = [[(p.frame, p.rule_id, p.start, p.end) for p in FRAMES.find(text)] for text in (simplified, traditional)]
    assert rules[0] == rules[1]
    assert len(rules[0]) >= 8


def test_only_sentences_about_the_two_countries_and_those_after_them_are_framed() -> None:
    about = "Nordland called for dialogue. Then came an arms race. China grew. Rivals spoke of an arms race. Then of dialogue."
    assert [row.sentence for row in rows_of("", about)] == ["Rivals spoke of an arms race."]
    assert [row.sentence for row in rows_of("China grows", about)] == [
        "Rivals spoke of an arms race.",
        "Nordland called for dialogue.",
    ]


def test_a_frame_says_who_frames_and_how_strongly() -> None:
    text = (
        "China's Ministry of Commerce accused Washington of bullying. “This is hegemony,” a spokesperson said. "
        "The United States calls for dialogue, said Ana Ruiz."
    )
    reading = Reading(LEXICON, "US-China AI race heats up", text)
    tags, rows = FRAMES.add("US-China AI race heats up", text, reading, ())
    assert [(tag.kind, tag.tag) for tag in tags] == [("frame", "confrontation"), ("frame", "cooperation")]
    assert tags[0].score > tags[1].score > 0
    assert [(row.tag, row.speaker) for row in rows] == [
        ("confrontation", None),
        ("confrontation", "China's Ministry of Commerce"),
        ("confrontation", "spokesperson"),
        ("cooperation", "Ana Ruiz"),
    ]
    assert rows[0].start_char is None
    assert rows[0].sentence == "US-China AI race heats up"


def test_evidence_of_other_tags_is_given_its_speaker() -> None:
    text = "China adds chips. “Huawei is next,” Ana Ruiz said."
    reading = Reading(LEXICON, "", text)
    rows = [row for tag in reading.tags() for row in reading.evidence(tag)]
    _, spoken = FRAMES.add("", text, reading, reading.tags())
    assert [replace(row, speaker=None) for row in spoken] == rows
    assert {row.sentence: row.speaker for row in spoken} == {
        "China adds chips.": None,
        "“Huawei is next,” Ana Ruiz said.": "Ana Ruiz",
    }


def test_off_topic_articles_have_no_frames_and_others_do() -> None:
    tagger = Tagger.default()
    off = tagger.assess("Trade", "China and Canada hold talks on wheat, and a dialogue on fish. " * 5, "en")
    on = tagger.assess(
        "US and China open AI dialogue",
        "Washington and Beijing agreed on a dialogue on artificial intelligence, Ana Ruiz said. " * 5,
        "en",
    )
    assert off.decision == "off_topic"
    assert not [row for row in off.evidence if row.kind == "frame" or row.speaker]
    assert on.decision == "relevant"
    assert [tag.tag for tag in on.tags if tag.kind == "frame"] == ["cooperation"]
    assert {row.speaker for row in on.evidence if row.start_char is not None} == {"Ana Ruiz"}


@given(TEXTS, TEXTS)
def test_evidence_is_bounded_and_equals_its_text(title: str, text: str) -> None:
    reading = Reading(LEXICON, title, text)
    tags, rows = FRAMES.add(title, text, reading, reading.tags())
    framed = [row for row in rows if row.kind == "frame"]
    assert {tag.tag for tag in tags if tag.kind == "frame"} == {row.tag for row in framed}
    assert all(0 < tag.score <= 1 for tag in tags)
    for row in framed:
        assert len(row.sentence) <= SENTENCE_LIMIT
        rule = row.rule_id.removesuffix(".rejected")
        if row.start_char is None:
            assert row.end_char is None
            assert row.sentence == title[:SENTENCE_LIMIT]
            assert rule in {hit.rule.rule_id for hit in FRAMES.lexicon.find(title)}
        else:
            phrase = text[row.start_char : row.end_char]
            assert phrase in row.sentence
            assert rule in {hit.rule.rule_id for hit in FRAMES.lexicon.find(phrase)}
    for row in rows:
        assert row.speaker is None or row.speaker in (title if row.start_char is None else text)


def test_many_framed_sentences_count_but_only_the_first_are_evidence() -> None:
    text = "China called for dialogue. " * 500
    reading = Reading(LEXICON, "", text)
    (tag,), rows = FRAMES.add("", text, reading, ())
    assert tag.score == 1
    assert len(rows) == FRAMED_SENTENCES


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('[turns.sympathy.r]\nen = ["a b"]\nzh = ["甲"]', ["turns.sympathy"]),
        ('[mood.cooperation.r]\nen = ["a b"]\nzh = ["甲"]', ["mood"]),
        ('[topic.x.r]\nen = ["a b"]\nzh = ["甲"]', ["topic"]),
        ('[cue.rejection.r]\nen = ["a b"]', ["cue.rejection.r", "zh"]),
        ('[holds.confrontation.r]\nen = ["甲"]\nzh = ["乙"]', ["holds.confrontation.r", "甲", "en"]),
    ],
)
def test_wrong_frames_are_refused_with_file_rule_and_phrase(body: str, words: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "my.toml"
    wrong.write_text("version = 1\n" + body, encoding="utf-8")
    with pytest.raises(LexiconError) as refusal:
        Lexicon.load(wrong, KINDS)
    for word in ["my.toml, line ", *words]:
        assert word in str(refusal.value)


def test_the_tagger_is_another_when_the_frames_change() -> None:
    tagger = Tagger.default()
    changed = Frames(Lexicon(FRAMES_FILE.read_text(encoding="utf-8") + "\n# changed", "changed", KINDS))
    assert Tagger(tagger.lexicon, tagger.profile, tagger.entities, changed).version != tagger.version
