from hypothesis import given
from hypothesis import strategies as st

from flows.fingerprint import pieces
from flows.overlap import overlap


@given(st.lists(st.text(alphabet="abcdefgh ", max_size=40), min_size=2, max_size=2))
def test_overlap_is_that_of_sets_whichever_text_comes_first(texts: list[str]) -> None:
    one, other = (pieces(text, "en") for text in texts)
    found, flipped = overlap(one, other), overlap(other, one)
    assert found.shared == flipped.shared == len(set(one) & set(other))
    assert (found.in_one, found.in_other) == (flipped.in_other, flipped.in_one) == (len(set(one)), len(set(other)))
    assert (found.shared > 0) == (found.longest > 0) == (found.spread > 0)


def test_overlap_tells_one_long_passage_from_scattered_phrases() -> None:
    words = [f"w{number}" for number in range(400)]
    passage = words[:100] + [f"v{number}" for number in range(300)]
    scattered = [word if number % 8 < 4 else f"v{number}" for number, word in enumerate(words)]
    original, quoting, spun = (pieces(" ".join(each), "en") for each in (words, passage, scattered))
    assert overlap(original, quoting).longest == 98
    assert overlap(original, quoting).spread < 0.3
    assert overlap(original, spun).longest == 2
    assert overlap(original, spun).spread == 1.0
    assert overlap(original, spun).mean_run == 2.0
