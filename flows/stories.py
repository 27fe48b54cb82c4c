"""Articles about the same event: a pass over the days in their order, each seen with the days around it.

On each day the articles of the last days are grouped anew by average linkage (a form of hierarchical clustering), with
the stories of the days before as they are. A group in which two events of one kind have met is then told apart by the
words that are not common to it. A day's stories are settled when it is LAG days old, so that they depend on nothing
that comes later; what is given is a function of the articles alone, in whatever order they were loaded.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.fingerprint import CJK, is_cjk, simplified

FREQUENCIES_FILE = Path(__file__).parent / "frequencies.tsv"

WINDOW = 7
"""Days after its latest article in which a settled story can be joined."""
LAG = 2
"""Days after which a day's stories are settled."""
HALF_LIFE = 7.0
"""Days between two articles at which their similarity counts half."""
TOGETHER = 0.24
"""Mean similarity from which groups are one story; on ECB+ all from 0.14 to 0.3 do nearly as well."""
CONTRAST = 3.5
"""How many times as similar the articles within two parts must be as those across, for the parts to be two stories."""
SMALLEST_PART = 4
"""Articles from which a part shows what it has in common."""
TITLE_WEIGHT = 2
NAME_WEIGHT = 2.0
MAX_TERMS = 150
"""Terms of an article that are compared, the weightiest; as many anchors."""
SHARED_ANCHORS = 2
"""Anchors that an English and a Chinese article share at least, if they are similar at all."""
DAY_WEIGHT = 0.5
MOST_SAID_NUMBER = 12
FIRST_YEAR, LAST_YEAR = 1990, 2035
"""Smaller numbers, and years, are in every text."""
MAX_CHARACTERS = 20_000
MAX_ARTICLES = 1_500
"""Of a day and the LAG days after it that are grouped; what exceeds them are stories of one article."""
MAX_SETTLED = 3_000
"""Latest articles of the WINDOW days before."""
NEW = "new "
"""Begins the name of a story that is not stored yet."""

_LATIN = r"[^\W_" + CJK + r"]+(?:[.,][0-9]+)*"
_TERM = re.compile(f"{_LATIN}|[{CJK}]+")
_NAME = re.compile(r"(?<![.!?:\"”“] )(?<!^)(?<!\n)\b[A-Z][\w'’-]+")
_SMALL = re.compile(r"\b[a-z]\w+\b")
_ENDINGS = ("ing", "ed", "ies", "es", "s")
_MONTHS = [
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
]  # fmt: skip
_ENGLISH_DAY = re.compile(rf"\b({'|'.join(_MONTHS)}) (\d{{1,2}})\b")
_CHINESE_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号號]")
_PERCENT = {"%", "％", "percent", "per cent"}
_UNITS = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "bn": 1e9, "tn": 1e12,
    "千": 1e3, "万": 1e4, "萬": 1e4, "百万": 1e6, "百萬": 1e6,
    "亿": 1e8, "億": 1e8, "万亿": 1e12, "萬億": 1e12, "兆": 1e12,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.,-])(\d{1,12}(?:,\d{3})*(?:\.\d{1,6})?) ?"
    rf"({'|'.join(sorted(_UNITS.keys() | _PERCENT, key=len, reverse=True))}|)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,30}")

Matrix = npt.NDArray[np.float64]
Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Features:
    """By what an article is compared: its words with those of its own script, its anchors with those of the other.

    Anchors are what is the same in English and Chinese: entities, sums, dates, designations.
    """

    words: Vector
    anchors: Vector
    is_cjk: bool


@dataclass(frozen=True, slots=True)
class Unit:
    """An article that copies no other, as far as stories need it; `day` is its ordinal in UTC.

    `story` is the story it is in by what is stored.
    """

    article_id: str
    day: int
    features: Features
    story: str


@cache
def _frequencies() -> tuple[dict[str, int], dict[str, int]]:
    """How many documents of a general and subject collection have a term, and how many there are by script."""
    documents: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for line in FREQUENCIES_FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            term, count = line.split("\t")
            (sizes if term in {"*latin", "*cjk"} else documents)[term] = int(count)
    return documents, sizes


def terms(text: str) -> list[str]:
    """Words without their endings, and pairs of Chinese characters in simplified form, in order."""
    found: list[str] = []
    for match in _TERM.finditer(text[:MAX_CHARACTERS]):
        term = match[0]
        if term[0] > "\u2fff":
            simple = simplified(term)
            found.extend(simple[i : i + 2] for i in range(max(1, len(simple) - 1)))
        elif len(term) > 1:
            found.append(_stem(term.lower()))
    return found


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _names(text: str) -> set[str]:
    """Terms of words with a capital inside a sentence that never stand without."""
    small = set(_SMALL.findall(text))
    return {term for name in _NAME.findall(text) if name.lower() not in small for term in terms(name)}


def features(title: str, text: str, entities: Iterable[str] = ()) -> Features:
    """What an article is compared by.

    Args:
        title: its title.
        text: its text, of which the first MAX_CHARACTERS count.
        entities: ids of those that it was found to name.
    """
    text = text[:MAX_CHARACTERS]
    cjk = is_cjk(f"{title}\n{text}")
    return Features(_words(title, text), _unit(_anchors(f"{title}\n{text}", entities, cjk=cjk)), cjk)


def _words(title: str, text: str) -> Vector:
    """The weightiest terms: TF-IDF, the title twice, names double; of length 1."""
    documents, sizes = _frequencies()
    counts = Counter(terms(text))
    for term in terms(title):
        counts[term] += TITLE_WEIGHT
    names = _names(f"{title}\n{text}")
    weights = {
        term: (1 + math.log(count)) * idf * (NAME_WEIGHT if term in names else 1.0)
        for term, count in counts.items()
        if (idf := _rarity(documents.get(term, 2), sizes["*cjk" if term[0] > "\u2fff" else "*latin"])) > 1
    }
    heaviest = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MAX_TERMS]
    return _unit(dict(heaviest))


def _anchors(text: str, entities: Iterable[str], *, cjk: bool) -> Vector:
    found = {f"entity {entity}": 1.0 for entity in entities}
    for month, day in _CHINESE_DAY.findall(text):
        found[f"day {int(month)}-{int(day)}"] = DAY_WEIGHT
    for month, day in _ENGLISH_DAY.findall(text):
        found[f"day {_MONTHS.index(month) + 1}-{int(day)}"] = DAY_WEIGHT
    for number, unit in _NUMBER.findall(_CHINESE_DAY.sub(" ", _ENGLISH_DAY.sub(" ", text))):
        value = float(number.replace(",", "")) * _UNITS.get(unit.lower(), 1.0)
        if unit in _PERCENT:
            found[f"{value:.3g} percent"] = 1.0
        elif unit or (value > MOST_SAID_NUMBER and not FIRST_YEAR <= value <= LAST_YEAR):
            found[f"number {value:.3g}"] = 1.0
    for word in _LATIN_WORD.findall(text):
        # In a Chinese text every Latin word is a name; in an English one, those that look like "H20" or "DeepSeek".
        if (cjk and len(word) > 2) or not (word.isalpha() and (word.islower() or word[1:].islower())):
            found[f"name {word.lower().replace('-', '')}"] = 1.0
    return dict(sorted(found.items())[:MAX_TERMS])


def _rarity(documents: int, of: int) -> float:
    return math.log((of + 1) / (documents + 0.5))


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {term: weight / length for term, weight in vector.items()}


def _similarities(vectors: Sequence[Vector]) -> Matrix:
    """Cosines of every two vectors."""
    postings: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for number, vector in enumerate(vectors):
        for term, weight in vector.items():
            numbers, weights = postings[term]
            numbers.append(number)
            weights.append(weight)
    found = np.zeros((len(vectors), len(vectors)))
    for numbers, weights in postings.values():
        if len(numbers) > 1:
            found[np.ix_(numbers, numbers)] += np.outer(weights, weights)
    return found


def _contrasts(vectors: Sequence[Vector]) -> Matrix:
    """Cosines of every two vectors of one group, the more a term is common to the group the less it counts."""
    documents = Counter(term for vector in vectors for term in vector)
    rarity = {term: math.log(len(vectors) / count) for term, count in documents.items() if count > 1}
    return _similarities(
        [_unit({term: weight * rarity.get(term, 0) for term, weight in vector.items()}) for vector in vectors]
    )


def _alike(of: Sequence[Features], within_scripts: Callable[[Sequence[Vector]], Matrix]) -> Matrix:
    """Similarities of every two articles: by `within_scripts` of their words, or across scripts by their anchors."""
    is_cjk = np.array([article.is_cjk for article in of])
    across = is_cjk[:, None] != is_cjk[None, :]
    words = within_scripts([article.words for article in of])
    if not across.any():
        return words
    shared = _similarities([dict.fromkeys(article.anchors, 1.0) for article in of])
    return np.where(across, _similarities([article.anchors for article in of]) * (shared >= SHARED_ANCHORS), words)


Group = list[int]


def _merge(similarity: Matrix, groups: Sequence[Group], fixed: int, least: float) -> Iterator[tuple[Group, Group]]:
    """Average linkage: the two groups that are most similar become one, until the most similar are less than `least`.

    Args:
        similarity: of every two articles.
        groups: numbers of the articles to begin with.
        fixed: how many of the groups, from the first, never become one with each other.
        least: mean similarity of two groups that become one.

    Yields:
        The two groups that become one.
    """
    members = [list(group) for group in groups]
    sizes = np.array([len(group) for group in groups], float)
    starts = np.cumsum([0, *sizes[:-1]], dtype=np.int64)
    order = [number for group in groups for number in group]
    sums = np.add.reduceat(np.add.reduceat(similarity[np.ix_(order, order)], starts, axis=0), starts, axis=1)
    is_fixed = np.arange(len(groups)) < fixed
    means = sums / np.outer(sizes, sizes)
    means[np.ix_(is_fixed, is_fixed)] = -1
    np.fill_diagonal(means, -1)
    gone = np.zeros(len(groups), bool)
    while True:
        one, other = sorted(divmod(int(means.argmax()), len(groups)))
        if means[one, other] < least:
            return
        yield list(members[one]), list(members[other])
        members[one] += members[other]
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sizes[one] += sizes[other]
        is_fixed[one] |= is_fixed[other]
        gone[other] = True
        row = sums[one] / (sizes[one] * sizes)
        row[gone] = -1
        row[one] = -1
        if is_fixed[one]:
            row[is_fixed] = -1
        means[one], means[:, one] = row, row
        means[other], means[:, other] = -1, -1


def group(articles: Sequence[Features], days: Sequence[int], stories: Sequence[Sequence[int]] = ()) -> list[Group]:
    """Numbers of the articles by story.

    Args:
        articles: what each is compared by.
        days: on which each was published.
        stories: numbers of those that are in one story already; these stay together, and apart from each other.
    """
    decayed = _alike(articles, _similarities) * 0.5 ** (np.abs(np.subtract.outer(days, days)) / HALF_LIFE)
    known = {number for story in stories for number in story}
    atoms = [*map(list, stories), *([number] for number in range(len(articles)) if number not in known)]
    found: list[Group] = []
    for part in _connected(decayed, atoms):
        grouped = {tuple(atom): atom for atom in part}
        fixed = sum(atom[0] in known for atom in part)
        for one, other in _merge(decayed, part, fixed, TOGETHER):
            del grouped[tuple(one)], grouped[tuple(other)]
            grouped[tuple(one + other)] = one + other
        for whole in grouped.values():
            inside = set(whole)
            found += _split(articles, [atom for atom in part if atom[0] in inside])
    return found


def _connected(similarity: Matrix, atoms: Sequence[Group]) -> list[list[Group]]:
    """Atoms by what average linkage can bring together at all: a chain of pairs of articles, each similar enough."""
    number = np.zeros(len(similarity), np.int64)
    for atom_number, atom in enumerate(atoms):
        number[atom] = atom_number
    left = set(range(len(atoms)))
    parts = []
    while left:
        reached, new = set(), {min(left)}
        while new:
            reached |= new
            rows = [article for atom in new for article in atoms[atom]]
            near = np.flatnonzero((similarity[rows] >= TOGETHER).any(axis=0))
            new = set(number[near].tolist()) - reached
        left -= reached
        parts.append([atoms[atom] for atom in sorted(reached)])
    return parts


def _split(articles: Sequence[Features], atoms: Sequence[Group]) -> list[Group]:
    """A group, or its parts where it is about several events of one kind."""
    whole = [number for atom in atoms for number in atom]
    if len(whole) < 2 * SMALLEST_PART or len(atoms) < 2:
        return [whole]
    place = {number: index for index, number in enumerate(whole)}
    contrast = _alike([articles[number] for number in whole], _contrasts)
    *_, parts = _merge(contrast, [[place[number] for number in atom] for atom in atoms], 0, -0.5)
    if min(map(len, parts)) < SMALLEST_PART:
        return [whole]
    within = sum((contrast[np.ix_(part, part)].sum() - len(part)) / (len(part) - 1) for part in parts) / len(whole)
    if within < CONTRAST * max(float(contrast[np.ix_(*parts)].mean()), 1e-3):
        return [whole]
    sides = [{whole[index] for index in part} for part in parts]
    return [story for side in sides for story in _split(articles, [atom for atom in atoms if atom[0] in side])]


def follow(
    changed: Iterable[int], days: Sequence[int], units: Callable[[int], Sequence[Unit]]
) -> Iterator[dict[str, str]]:
    """The pass over the days, wherever a story may have become another.

    A day's stories depend on the articles from WINDOW days before it to LAG days after it, and on the stories of those
    before: where none of them has changed, the pass goes on to the next day that has.

    Args:
        changed: days of which articles came, went or became others since the stored stories were made.
        days: all days that have articles, in ascending order.
        units: the articles of a day.

    Yields:
        For a day after the other, by article the story it is in. Two articles are in one story if the name is the same,
        be it one that was stored or a new one.
    """
    sight = _Sight(days, units)
    left = deque(sorted(set(changed)))
    position = 0
    while left:
        moved = left.popleft()
        position = max(position, bisect_left(days, moved - LAG))
        while position < len(days):
            day = days[position]
            while left and left[0] - LAG <= day:
                moved = left.popleft()
            if day > moved + WINDOW:
                break
            settled = sight.settle(day)
            if any(settled[unit.article_id] != unit.story for unit in sight.units(day)):
                moved = max(moved, day)
            yield settled
            position += 1


class _Sight:
    """The articles of the days in sight, and the stories of those that are settled."""

    def __init__(self, days: Sequence[int], load: Callable[[int], Sequence[Unit]]) -> None:
        self._days = days
        self._load = load
        self._units: dict[int, Sequence[Unit]] = {}
        self._stories: dict[str, str] = {}
        self._used: set[str] = set()

    def units(self, day: int) -> Sequence[Unit]:
        if day not in self._units:
            self._units[day] = self._load(day)
        return self._units[day]

    def _between(self, first: int, last: int) -> list[Unit]:
        inside = self._days[bisect_left(self._days, first) : bisect_right(self._days, last)]
        return [unit for day in inside for unit in self.units(day)]

    def settle(self, day: int) -> dict[str, str]:
        """By article of this day the name of its story."""
        for old in [known for known in self._units if known < day - WINDOW]:
            del self._units[old]
        before = self._between(day - WINDOW, day - 1)[-MAX_SETTLED:]
        free = self._between(day, day + LAG)[:MAX_ARTICLES]
        stories: dict[str, list[int]] = defaultdict(list)
        for number, unit in enumerate(before):
            stories[self._stories.get(unit.article_id, unit.story)].append(number)
        self._used |= stories.keys()
        names = {number: name for name, numbers in stories.items() for number in numbers}
        found: dict[str, str] = {}
        in_sight = [*before, *free]
        for numbers in group(
            [unit.features for unit in in_sight], [unit.day for unit in in_sight], list(stories.values())
        ):
            of_day = [in_sight[number] for number in numbers if in_sight[number].day == day]
            if of_day:
                old = min(numbers)
                name = names[old] if old < len(before) else self._name(of_day)
                found |= dict.fromkeys((unit.article_id for unit in of_day), name)
        for unit in self.units(day):
            found.setdefault(unit.article_id, NEW + unit.article_id)
        self._stories |= found
        return found

    def _name(self, units: Sequence[Unit]) -> str:
        """That under which most of these articles are stored, unless another story has it; else a new one."""
        (stored, _), *_ = Counter(sorted(unit.story for unit in units)).most_common(1)
        name = NEW + units[0].article_id if stored in self._used else stored
        self._used.add(name)
        return name
