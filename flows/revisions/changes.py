"""What changed between two texts: sentences added, removed and changed, and the words of each (pure)."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from flows.fingerprint import CJK, unset
from flows.tagging import sentences

MAX_PRODUCT = 40_000
"""Of the lengths of two sequences that are compared item by item; difflib takes up to the cube of a length."""
MAX_PAIRED = 400
"""Of the numbers of sentences, in one place of each text, among which those are sought that were only changed."""
MAX_SENTENCE = 10_000
"""Characters of a sentence that is compared word by word; a longer one was added or removed as a whole."""
MIN_KEPT = 0.4
"""Share of the words of the longer of two sentences from which on it is taken for the other one, changed."""

_TOKEN = re.compile(rf"[{CJK}]|(?:(?![{CJK}])\w)+(?:[.,'’](?:(?![{CJK}])\w)+)*|[^\w\s]")
_NUMBER = re.compile(
    r"\d[\d.,]*|[一二三四五六七八九十百千万亿两〇零萬億]{2,}|[二三四五六七八九百千万亿两萬億]|十(?!分)|"
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|trillions?|dozens?)\b",
    re.IGNORECASE,
)
_BY_CHANCE = re.compile(r"[^\W\d]+|[,;:]")


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence that is not the same in two texts.

    `place_before` and `place_after` count the sentences of each text from 1; the one is None for a sentence that was
    added, the other for one that was removed. Words are runs of words, as they stand.
    """

    kind: Literal["added", "removed", "changed"]
    place_before: int | None
    place_after: int | None
    sentence_before: str = ""
    sentence_after: str = ""
    words_removed: tuple[str, ...] = ()
    words_added: tuple[str, ...] = ()

    @property
    def number_changed(self) -> bool:
        """Whether a number of a changed sentence is another now."""
        return self.kind == "changed" and _numbers(self.sentence_before) != _numbers(self.sentence_after)


def changes(before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Between two texts as lists of sentences; the sentences of both that no change names are the same, in order.

    What differs in setting only is the same. Takes time in proportion to the texts, but for a factor that is bounded.
    """
    found: list[Change] = []
    for old, new in _gaps(_matches([unset(each) for each in before], [unset(each) for each in after])):
        found += _in_place(before, after, old, new)
    return found


def split(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in sentences(text)]


def between(before: str, after: str) -> Change:
    """The change of one sentence, or title, into another."""
    if max(len(before), len(after)) > MAX_SENTENCE:
        return Change("changed", 1, 1, before, after, (before,), (after,))
    old, new = list(_TOKEN.finditer(before)), list(_TOKEN.finditer(after))
    matches = [
        (i, j, length)
        for i, j, length in _matches([unset(token[0]) for token in old], [unset(token[0]) for token in new])
        # One word or Chinese character that two phrases share by chance would tear both into pieces.
        if length != 1 or not _BY_CHANCE.fullmatch(old[i][0]) or i == 0 or i == len(old) - 1
    ]
    gaps = list(_gaps(matches))
    removed = tuple(before[old[i.start].start() : old[i.stop - 1].end()] for i, _ in gaps if i)
    added = tuple(after[new[j.start].start() : new[j.stop - 1].end()] for _, j in gaps if j)
    return Change("changed", 1, 1, before, after, removed, added)


def _in_place(before: Sequence[str], after: Sequence[str], old: range, new: range) -> Iterator[Change]:
    """Changes where one stretch of sentences stands for another."""
    pairs = dict(_pairs(before, after, old, new)) if len(old) * len(new) <= MAX_PAIRED else {}
    paired = set(pairs.values())
    rest = [j for j in new if j not in paired]
    for i in old:
        if (partner := pairs.get(i)) is None:
            yield Change("removed", i + 1, None, before[i], "", (before[i],))
            continue
        while rest and rest[0] < partner:
            yield _added(after, rest.pop(0))
        yield replace(between(before[i], after[partner]), place_before=i + 1, place_after=partner + 1)
    for j in rest:
        yield _added(after, j)


def _added(after: Sequence[str], place: int) -> Change:
    return Change("added", None, place + 1, "", after[place], (), (after[place],))


def _pairs(before: Sequence[str], after: Sequence[str], old: range, new: range) -> Iterator[tuple[int, int]]:
    """Sentences and what became of them, in order."""
    words = {j: _words(after[j]) for j in new}
    start = new.start
    for i in old:
        mine = _words(before[i])
        for j in range(start, new.stop):
            if mine and (mine & words[j]).total() >= MIN_KEPT * max(mine.total(), words[j].total()):
                yield i, j
                start = j + 1
                break


def _words(sentence: str) -> Counter[str]:
    return Counter(map(unset, _TOKEN.findall(sentence))) if len(sentence) <= MAX_SENTENCE else Counter()


def _matches(before: Sequence[Hashable], after: Sequence[Hashable]) -> Iterator[tuple[int, int, int]]:
    """Runs that both sequences have, in order: where in each, and how long; the last ends both, and may be empty."""
    size = min(len(before), len(after))
    head = next((n for n in range(size) if before[n] != after[n]), size)
    tail = next((n for n in range(size - head) if before[-1 - n] != after[-1 - n]), size - head)
    old, new = range(head, len(before) - tail), range(head, len(after) - tail)
    yield 0, 0, head
    for left, right in _between_anchors(before, after, old, new):
        if len(left) * len(right) <= MAX_PRODUCT:
            matcher = SequenceMatcher(
                None, before[left.start : left.stop], after[right.start : right.stop], autojunk=False
            )
            for i, j, length in matcher.get_matching_blocks():
                yield left.start + i, right.start + j, length
        if left.stop < old.stop:
            yield left.stop, right.stop, 1
    yield old.stop, new.stop, tail


def _between_anchors(
    before: Sequence[Hashable], after: Sequence[Hashable], old: range, new: range
) -> Iterator[tuple[range, range]]:
    """Stretches of both sequences, parted by items that each has exactly once, in the same order (patience diff)."""
    if len(old) * len(new) > MAX_PRODUCT:
        counts, other = Counter(before[i] for i in old), Counter(after[j] for j in new)
        places = {after[j]: j for j in new if other[after[j]] == 1}
        for i, j in _rising([(i, places[before[i]]) for i in old if counts[before[i]] == 1 and before[i] in places]):
            yield range(old.start, i), range(new.start, j)
            old, new = range(i + 1, old.stop), range(j + 1, new.stop)
    yield old, new


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of these pairs, which rise by their first members, that rises by the second too."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, (_, value) in enumerate(pairs):
        length = bisect_left(ends, value)
        ends[length:] = [value] if length == len(ends) else [value, *ends[length + 1 :]]
        last[length:] = [place] if length == len(last) else [place, *last[length + 1 :]]
        before.append(last[length - 1] if length else -1)
    chosen = []
    place = last[-1] if last else -1
    while place >= 0:
        chosen.append(pairs[place])
        place = before[place]
    return chosen[::-1]


def _gaps(matches: Iterable[tuple[int, int, int]]) -> Iterator[tuple[range, range]]:
    """What stands before, between and after matching runs, where either sequence has something."""
    i = j = 0
    for left, right, length in matches:
        if left > i or right > j:
            yield range(i, left), range(j, right)
        i, j = left + length, right + length


def _numbers(sentence: str) -> Counter[str]:
    return Counter(number.rstrip(".,").lower() for number in _NUMBER.findall(sentence))
