import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.fingerprint import CJK, is_cjk, normalise, pieces, sample, shingles, text_hash

WORDS = st.lists(st.text(alphabet="abcxyzéß019Ωж", min_size=1, max_size=6), min_size=1, max_size=12)
SEPARATOR = st.text(alphabet=' \t\n\u00a0\u3000,.;:!?-—_()"“”…。，', min_size=1, max_size=4)


@given(words=WORDS, data=st.data())
def test_separators_between_words_do_not_change_the_fingerprint(words: list[str], data: st.DataObject) -> None:
    plain = " ".join(words)
    decorated = data.draw(SEPARATOR) + "".join(word + data.draw(SEPARATOR) for word in words)
    assert normalise(decorated) == normalise(plain)
    assert text_hash(decorated) == text_hash(plain)
    assert pieces(decorated, "en").tolist() == pieces(plain, "en").tolist()


@given(st.text(alphabet="中国人工智能芯片出口管制", min_size=1), st.data())
def test_spaces_and_stops_in_chinese_do_not_change_the_fingerprint(text: str, data: st.DataObject) -> None:
    spaced = "".join(char + data.draw(st.sampled_from(["", " ", "\n", "，", "　"])) for char in text)
    assert text_hash(spaced) == text_hash(text)
    assert pieces(spaced, "zh").tolist() == pieces(text, "zh").tolist()


@given(st.text(st.characters()))
def test_any_text_has_a_normal_form_that_stays_itself(text: str) -> None:
    normal = normalise(text)
    assert normal == normal.strip()
    assert "  " not in normal
    assert normalise(normal) == normal


def normal_form(text: str) -> str:
    """The normal form as its description has it, without a short cut."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    joined = re.sub("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]", "", folded)
    words = " ".join(re.sub(r"[\W_]", " ", joined).split())
    return re.sub(f"(?<=[{CJK}]) | (?=[{CJK}])", "", words)


def test_the_normal_form_of_characters_of_all_scripts_is_the_one_described() -> None:
    code_points = [*range(0x3200), *range(0x3200, 0x30000, 8)]
    texts = [f"a{chr(code_point)}b 中{chr(code_point)}" for code_point in code_points]
    assert [text for text in texts if normalise(text) != normal_form(text)] == []


# What joins the character before it: accents, parts of Korean syllables, voicing marks of both widths, vowel signs.
JOINED = st.text(
    st.sampled_from("e\u0301\u0327\u1100\u1161\u11a8가\uffa1\uffc2カﾞｶ\u3099\u09c7\u09be\u200b\ufe0f中 a½ﬁİ")
)


@given(st.one_of(JOINED, st.text(st.characters())))
def test_the_normal_form_of_any_text_is_the_one_described(text: str) -> None:
    assert normalise(text) == normal_form(text)


@given(st.text(st.characters()), st.sampled_from(["en", "zh", "zh-TW", None]))
def test_hash_and_shingles_exist_for_any_text(text: str, language: str | None) -> None:
    assert len(text_hash(text)) in {0, 32}
    assert bool(len(shingles(text, language))) == bool(normalise(text))


def test_case_width_accents_and_invisible_characters_do_not_matter() -> None:
    assert normalise("ＡＩ Cafe\u0301 re\u00adport") == normalise("ai café report")


def test_space_between_latin_and_chinese_does_not_matter() -> None:
    assert normalise("发布 AI 芯片 H20") == normalise("发布AI芯片H20")


@pytest.mark.parametrize("text", ["", "  \n", "2026-11-22 10:00", "…!?", "😀"])
def test_text_without_letters_has_no_hash(text: str) -> None:
    assert text_hash(text) == ""


def test_different_texts_have_different_hashes() -> None:
    assert text_hash("Chips were sold.") != text_hash("Chips were not sold.")


def test_a_truncated_copy_is_contained_in_its_original() -> None:
    original = " ".join(f"word{number}" for number in range(400))
    head = " ".join(f"word{number}" for number in range(200))
    assert set(shingles(head, "en")) <= set(shingles(original, "en"))
    assert len(shingles(head, "en")) == 198


def test_chinese_pieces_are_five_characters() -> None:
    assert len(shingles("美国商务部发布新规", "zh")) == 5


def test_without_a_language_the_script_decides() -> None:
    for text, language in (("美国商务部发布AI新规", "zh"), ("one two three four", "en")):
        assert shingles(text, None).tolist() == shingles(text, language).tolist()
    assert is_cjk("英伟达H20芯片获准出口")
    assert not is_cjk("The word 中国 means China")


def test_sampling_takes_the_same_share_of_every_text() -> None:
    everything = shingles(" ".join(f"w{number}" for number in range(8000)), "en")
    kept = set(sample(everything, 8))
    assert kept < set(everything)
    assert 800 < len(kept) < 1200
    part = everything[::2]
    assert set(sample(part, 8)) == kept & set(part)


@given(st.lists(st.sampled_from(["chip", "chips", "export", "ban", "é", "a"]), max_size=30))
def test_pieces_are_equal_where_their_words_are(words: list[str]) -> None:
    hashes = pieces(" ".join(words), "en").tolist()
    phrases = [tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))] if words else []
    assert len(hashes) == len(phrases)
    assert len(set(zip(hashes, phrases, strict=True))) == len(set(hashes)) == len(set(phrases))


def test_traditional_and_simplified_characters_count_as_the_same() -> None:
    traditional, simplified = "美國商務部週二發佈人工智慧晶片出口管制新規", "美国商务部周二发布人工智能芯片出口管制新规"
    common = set(shingles(traditional, "zh")) & set(shingles(simplified, "zh"))
    assert len(common) == 11  # of 17; 智慧 and 晶片 are other words
