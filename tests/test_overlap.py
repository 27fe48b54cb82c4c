from hypothesis import given
from hypothesis import strategies as st

from flows.overlap import REWRITE, Pieces, overlap


@given(st.lists(st.text(alphabet="abcdefgh ", max_size=40), min_size=2, max_size=2))
def test_overlap_is_that_of_sets_whichever_text_comes_first(texts: list[str]) -> None:
    one, other = map(Pieces.of, texts)
    ones, others = set(one.in_order), set(other.in_order)
    found, flipped = overlap(one, other), overlap(other, one)
    assert found.shared == flipped.shared == len(ones & others)
    assert (found.in_one, found.in_other) == (flipped.in_other, flipped.in_one) == (len(ones), len(others))
    assert (found.longest > 0) == (found.containment >= REWRITE)


def test_overlap_tells_one_long_passage_from_scattered_phrases() -> None:
    words = [f"w{number}" for number in range(400)]
    passage = words[:100] + [f"v{number}" for number in range(300)]
    scattered = [word if number % 8 < 4 else f"v{number}" for number, word in enumerate(words)]
    original, quoting, spun = (Pieces.of(" ".join(each)) for each in (words, passage, scattered))
    assert overlap(original, quoting).longest == 98
    assert not overlap(original, quoting).in_phrases
    assert overlap(original, spun).longest == 2
    assert overlap(original, spun).mean_run == 2.0
    assert overlap(original, spun).spread == 1.0
    assert overlap(original, spun).order == 1.0
    assert overlap(original, spun).is_copy
