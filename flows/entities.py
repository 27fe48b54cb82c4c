"""People, agencies, companies, laws and other named things of the field: what is known of them, found in texts."""

import calendar
import re
import tomllib
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any, NoReturn

from flows.errors import LexiconError
from flows.fingerprint import CJK, simplified
from flows.tagging import Hit, Lines, Patterns, Rule, prepared, to_lower, to_plain

ENTITIES_FILE = Path(__file__).parent / "seed_corpus" / "entities.toml"
TYPES = ("person", "agency", "company", "organisation", "event", "law", "model", "chip", "technology")
NEAR = 200
"""Characters on either side of an ambiguous name in which a word of a `near` context must stand."""

_IS_CJK = re.compile(f"[{CJK}]")
_LONGEST_HEADING = 300

# Letters of the shortest name of which one may be wrong, missing, added or swapped, and of the shortest of which more.
_MIN_DAMAGED = 6
_LONG = 8
_DAMAGED_NAME = re.compile(r" (?:[A-Z]\.? )?([A-Z][A-Za-z]{4,15})(?![A-Za-z-])")

# A capitalised word of one or two syllables of Pinyin, after a space.
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ue|er|an|en|in|un|ia|ua|uo|[aeiou])"
)
_CHINESE_FIRST_NAME = re.compile(rf" (?=[A-Z])(?i:{_SYLLABLE}(?:[-']?{_SYLLABLE})?)(?![A-Za-z])")

# Words that stand before a surname, capitalised or in a heading, and are no first name: whoever it is was named before.
_WORDS = """
admiral advisor adviser ambassador attorney boss ceo cfo chair chairman chairwoman chief cofounder colonel commerce
commissioner congressman congresswoman coo counselor cto czar defence defense democrat democratic designate director dr
energy envoy executive founder gen general gov governor judge justice leader madam minister mr mrs ms nominee officer
official premier president prof professor rep representative republican scientist secretary sen senator sir speaker
spokesman spokesperson spokeswoman state treasury undersecretary war
a according after also although am an and are as at because before both but by can could despite did do does during
either even for from had has have how however if in into is it later like meanwhile must neither nor not now of on once
only or our over since so still such than that the their then there these they this those though through to today under
unless until was we were what when where whether which while who whom whose why will with within without would yet
monday tuesday wednesday thursday friday saturday sunday us u.s uk eu american chinese question
"""
_NO_FIRST_NAMES = frozenset(_WORDS.split())


@dataclass(frozen=True, slots=True)
class Office:
    """An office, and the first and last day on which it was held; `held_to` is None where no end is known.

    Where only the month or the year is known, these are its first and its last day.
    """

    office: str
    held_from: date
    held_to: date | None


@dataclass(frozen=True, slots=True)
class Entity:
    """One named thing. Its identifier is the tag; `country` is an ISO 3166 code, empty for what belongs to none.

    `aliases` are the names that mean it wherever they stand.
    """

    entity_id: str
    type: str
    name: str
    country: str
    wikidata: str
    aliases: tuple[str, ...]
    offices: tuple[Office, ...]


class _Word:
    """A string that is looked for, and the spellings in which it counts."""

    __slots__ = ("_ends_in_digit", "_spellings")

    def __init__(self, text: str) -> None:
        self._ends_in_digit = text[-1].isdigit()
        self._spellings: dict[str, list[int] | None] = {}
        """By spelling the places of the letters that must be capital; None where all must be as they are."""

    def written(self, text: str) -> None:
        """Add a spelling."""
        is_exact = text.isascii() and (len(text) <= 3 or text == text.upper())
        self._spellings[text] = None if is_exact else [match.start() for match in _FIRST_CAPITAL.finditer(text)]

    def fits(self, plain: str, start: int, end: int) -> bool:
        """Whether what matched in lower case also matches by case, and is no part of a longer number."""
        if self._ends_in_digit and plain[end : end + 1] == "." and plain[end + 1 : end + 2].isdigit():
            return False
        found = plain[start:end]
        return found in self._spellings or any(
            capitals is not None and all(found[place].isupper() for place in capitals)
            for capitals in self._spellings.values()
        )


_NONE: Mapping[str, Rule] = {}


class _Alias(_Word):
    """What a name may stand for."""

    __slots__ = ("conditions", "family_first", "hides", "is_surname", "rule", "short")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.rule: Rule | None = None
        self.conditions: tuple[_Condition, ...] = ()
        self.short: Mapping[str, Rule] = _NONE  # few have any, and thousands of dictionaries take a while to make
        """By entity the rule by which this stands for it where it was named in full before."""
        self.is_surname = False
        self.family_first = False
        self.hides = False


class _Cue(_Word):
    """A word of contexts."""

    __slots__ = ("contexts",)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.contexts: list[str] = []


class _Lead(_Word):
    """A first name or title, and the names, perhaps damaged, that it may stand before."""

    __slots__ = ("names",)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.names: list[tuple[_Damageable, bool]] = []
        """Each with whether this is a first name, and so a part of it."""


class _Condition:
    """When an ambiguous name stands for an entity: all that is given must hold."""

    __slots__ = ("_after", "_before", "_near", "_text", "_unless", "rule")

    def __init__(self, rule: Rule, given: dict[str, list[str]]) -> None:
        self.rule = rule
        self._near = given.get("near", [])
        self._text = given.get("text", [])
        self._unless = given.get("unless", [])
        self._before = tuple(_key(word) + " " * (not _IS_CJK.match(word[-1])) for word in given.get("before", []))
        self._after = tuple(" " * word[0].isascii() * word[0].isalnum() + _key(word) for word in given.get("after", []))

    def holds(self, part: "_Part", other: "_Part", start: int, end: int) -> bool:
        """Whether it holds at `start:end` of a part of an article; the other part is the other one."""
        if self._before and not part.folded.endswith(self._before, 0, start):
            return False
        if self._after and not part.folded.startswith(self._after, end):
            return False
        if self._near and not any(part.has_near(context, start) for context in self._near):
            return False
        if self._text and not any(context in part.cues or context in other.cues for context in self._text):
            return False
        return not any(context in part.cues or context in other.cues for context in self._unless)


@dataclass(frozen=True, slots=True, eq=False)
class _Damageable:
    """A name that is also recognised with some letters wrong."""

    rule: Rule
    name: str
    anywhere: re.Pattern[str]
    """Capitalised words that begin as it does and are about as long."""

    def resembles(self, word: str, *, named_before: bool) -> bool:
        """Whether a word is this name, damaged: inflected ("Nvidias") or cut short it is not."""
        found, right = word.lower(), self.name.lower()
        if (
            found[0] != right[0]
            or abs(len(found) - len(right)) > 1
            or found.startswith(right)
            or right.startswith(found)
        ):
            return False
        allowed = 1
        if len(right) >= _LONG and found[:3] == right[:3]:
            allowed = 3 if named_before and found[3] == right[3] else 2
        return _distance(found, right) <= allowed


class Entities:
    """The known entities, ready to be found in one pass over a text."""

    def __init__(self, source: str, name: str) -> None:
        file = _File(source, name)
        self.source = source
        self.entities = file.entities
        self._shorts = file.shorts
        self._damageable = file.damageable
        self.aliases = list(file.aliases.values())
        self.leads = list(file.leads.values())
        self.cues = list(file.cues.values())
        self.patterns = Patterns([*file.aliases, *file.leads, *file.cues])

    @classmethod
    def load(cls, path: Path) -> "Entities":
        """Read and validate a file of entities.

        Raises:
            LexiconError: The file is not a valid one.
        """
        return cls(path.read_text(encoding="utf-8"), str(path))

    def find(self, title: str, text: str) -> tuple[list[Hit], list[Hit]]:
        """The hits in the title and in the text, in order of position, none overlapping another.

        Where names overlap, the one that begins first and is longest is meant. The rule says how it was recognised:
        by its `name`, by the `context` of an ambiguous one, as a `short` form or `surname` of what was named in full
        before (for the title: in the text), or `fuzzy`, with some letters wrong.
        """
        heading, body = _Part(self, title), _Part(self, text)
        named = _Named(self._shorts)
        self._resolve(heading, body, named)
        in_text = self._resolve(body, heading, named)
        named.as_first()
        in_title = self._resolve(heading, body, named)
        for entity_id in named.entities & self._damageable.keys():
            in_title += heading.damaged(self._damageable[entity_id])
            in_text += body.damaged(self._damageable[entity_id])
        return sorted(in_title, key=_place), sorted(in_text, key=_place)

    def _resolve(self, part: "_Part", other: "_Part", named: "_Named") -> list[Hit]:
        """Decide what each name in a part of an article stands for."""
        hits = []
        early = []
        for start, minus_end, name in part.names:
            end = -minus_end
            if isinstance(name, _Damageable):
                hits.append(Hit(name.rule, start, end))
                named.add(name.rule.tag)
                continue
            if name.hides:
                continue
            if name.is_surname and part.is_of_another(start, end, family_first=name.family_first):
                named.short[name] = None
                continue
            last = named.short.get(name)
            holding = [one.rule for one in name.conditions if one.holds(part, other, start, end)]
            meant = [rule for rule in holding if rule.tag == last] or holding
            if meant:
                hits.append(Hit(meant[0], start, end))
                named.add(meant[0].tag)
            elif last and not (name.rule and name.rule.tag == last):
                hits.append(Hit(name.short[last], start, end))
            elif name.rule:
                hits.append(Hit(name.rule, start, end))
                named.add(name.rule.tag)
            elif name.is_surname and not name.family_first and name not in named.short:
                early.append((name, start, end))
        # Surnames are few in China, so that there one that comes before its full name may be that of somebody else.
        hits += [Hit(name.short[named.first[name]], start, end) for name, start, end in early if name in named.first]
        return hits


class _Part:
    """The title or the text of an article, as names are looked for in it."""

    def __init__(self, entities: Entities, text: str) -> None:
        ready = prepared(text)
        self.plain = ready.plain
        self.folded = ready.lowered
        self._entities = entities
        self._found = entities.patterns.find(ready)
        self.names = self._names()

    def _names(self) -> list[tuple[int, int, "_Alias | _Damageable"]]:
        """Start, negative end and name of what is found, none overlapping another."""
        plain, aliases, leads = self.plain, self._entities.aliases, self._entities.leads
        candidates: list[tuple[int, int, _Alias | _Damageable]] = []
        for pattern, start, end in self._found:
            if pattern < len(aliases):
                if (alias := aliases[pattern]).fits(plain, start, end):
                    candidates.append((start, -end, alias))
            elif pattern < len(aliases) + len(leads):
                candidates += self._led(leads[pattern - len(aliases)], start, end)
        candidates.sort(key=itemgetter(0, 1))
        names = []
        covered = 0
        for candidate in candidates:
            if candidate[0] >= covered:
                covered = -candidate[1]
                names.append(candidate)
        return names

    def _led(self, lead: _Lead, start: int, end: int) -> Iterator[tuple[int, int, _Damageable]]:
        """Damaged names after a first name or a title."""
        if (word := _DAMAGED_NAME.match(self.plain, end)) and lead.fits(self.plain, start, end):
            for name, is_first_name in lead.names:
                if name.resembles(word[1], named_before=False):
                    yield start if is_first_name else word.start(1), -word.end(1), name

    def damaged(self, name: _Damageable) -> list[Hit]:
        """Further places at which somebody who was named stands with some letters wrong."""
        hits = []
        for word in name.anywhere.finditer(self.plain):
            if word[0] == name.name:
                continue
            following = bisect_left(self.names, word.end(), key=itemgetter(0))
            is_free = not following or -self.names[following - 1][1] <= word.start()
            if is_free and name.resembles(word[0], named_before=True):
                hits.append(Hit(name.rule, *word.span()))
        return hits

    @cached_property
    def cues(self) -> dict[str, list[int]]:
        """Where the words of each context stand, in order; only of contexts that occur."""
        cues = self._entities.cues
        first = len(self._entities.aliases) + len(self._entities.leads)
        places = defaultdict(list)
        for pattern, start, end in self._found:
            if pattern >= first and (cue := cues[pattern - first]).fits(self.plain, start, end):
                for context in cue.contexts:
                    places[context].append(start)
        return {context: sorted(starts) for context, starts in places.items()}

    @cached_property
    def _is_in_title_case(self) -> bool:
        return len(self.plain) < _LONGEST_HEADING and all(
            word[0].isupper() or not word[0].isalpha() for word in self.plain.split() if len(word) > 4
        )

    def is_of_another(self, start: int, end: int, *, family_first: bool) -> bool:
        """Whether a surname stands beside a first name, so that it is that of somebody unknown."""
        if family_first and _CHINESE_FIRST_NAME.match(self.plain, end):
            return True
        if self.plain[start - 1 : start] != " " or self._is_in_title_case:
            return False
        before = self.plain[max(0, start - 40) : start].split()
        word = before[-1].lstrip("\"'([") if before else ""
        return (
            word[:1].isupper()
            and word[-1].isalpha()
            and (word[1:].islower() or word.isupper())
            and not word.endswith("'s")
            and word.lower().rpartition("-")[2] not in _NO_FIRST_NAMES
        )

    def has_near(self, context: str, place: int) -> bool:
        """Whether a word of a context stands within NEAR characters."""
        places = self.cues.get(context, [])
        return bisect_left(places, place - NEAR) < bisect_right(places, place + NEAR)


class _Named:
    """Who and what an article has named in full so far, and whom a short form stands for by now."""

    def __init__(self, shorts: dict[str, list[_Alias]]) -> None:
        self._shorts = shorts
        self.first: dict[_Alias, str] = {}
        self.entities: set[str] = set()
        self.short: dict[_Alias, str | None] = {}
        """None where somebody unknown of that surname was named last."""

    def add(self, entity_id: str) -> None:
        """Note that an entity was named."""
        self.entities.add(entity_id)
        for alias in self._shorts.get(entity_id, ()):
            self.short[alias] = entity_id
            self.first.setdefault(alias, entity_id)

    def as_first(self) -> None:
        """Let short forms stand for whom the article named first."""
        self.short = dict(self.first)


def _distance(one: str, other: str) -> int:
    """Number of letters to change, add, leave out, or swap with the next, to make one word the other."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        line = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (char != wanted))
            if row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]


def _place(hit: Hit) -> int:
    return hit.start


@lru_cache(maxsize=1 << 15)
def _key(text: str) -> str:
    """What is looked for: in lower case, simplified Chinese."""
    return simplified(to_lower(text))


# -------------------- reading the file

_LISTS = {"en", "zh", "short", "surnames", "titles", "except"}
_KEYS = _LISTS | {"name", "wikidata", "country", "damaged", "ambiguous", "offices"}
_CONTEXTS = {"near", "text", "unless"}
_CONDITIONS = _CONTEXTS | {"before", "after"}
_ID = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*")
_COUNTRY = re.compile(r"(?:[A-Z]{2})?")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_FIRST_CAPITAL = re.compile(r"(?<![^\W_])[A-ZÀ-ÖØ-Þ]")
_SEPARATOR = re.compile(r"(?<=\w)[- ](?=\w)")


class _File:
    """A file of entities, read and validated."""

    def __init__(self, source: str, name: str) -> None:
        self.entities: dict[str, Entity] = {}
        self.aliases: dict[str, _Alias] = {}
        self.leads: dict[str, _Lead] = {}
        self.cues: dict[str, _Cue] = {}
        self.shorts: dict[str, list[_Alias]] = defaultdict(list)
        self.damageable: dict[str, _Damageable] = {}
        self._lines = Lines(source, name)
        self._tables: dict[str, str] = {}
        self._wikidata: dict[str, str] = {}
        try:
            tables = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            raise LexiconError(f"{name}: {error}") from error
        if tables.pop("version", None) != 1:
            self._refuse("version", None, "must be 1")
        self._read_contexts(tables.pop("context", {}))
        for kind, entities in tables.items():
            if kind not in TYPES or not isinstance(entities, dict):
                self._refuse(kind, None, f"is no table of a type of entities ({', '.join(TYPES)})")
            for entity_id, given in entities.items():
                self._read_entity(kind, entity_id, given)

    def _refuse(self, table: str, term: object, why: str) -> NoReturn:
        raise LexiconError(f"{self._lines.at(table, term)} {why}")

    def _read_contexts(self, contexts: Any) -> None:
        if not isinstance(contexts, dict):
            self._refuse("context", None, "is no table of lists of words")
        self._contexts = contexts.keys()
        for context in contexts:
            for word in self._terms("context", context, contexts[context]):
                self._cue(word, word, context)
                if word[-1].isalpha() and not _IS_CJK.match(word[-1]) and not word.endswith("s"):
                    self._cue(word + "s", word if word.isupper() else word + "s", context)

    def _read_entity(self, kind: str, entity_id: str, given: Any) -> None:
        table = f"{kind}.{entity_id}"
        if not _ID.fullmatch(entity_id) or entity_id in self.entities:
            self._refuse(table, None, "needs an identifier of its own, of small letters, digits and single _")
        if not isinstance(given, dict):
            self._refuse(table, None, "is no table of an entity")
        if unknown := next((key for key in given if key not in _KEYS), None):
            self._refuse(table, unknown, f"has {unknown!r}; an entity has {', '.join(sorted(_KEYS))}")
        if missing := sorted({"name", "country", "en", "zh"} - given.keys()):
            self._refuse(table, None, f"has no {', '.join(missing)}")
        self.entities[entity_id] = Entity(
            entity_id,
            kind,
            name=self._matching(table, "name", given, re.compile(r"\S.*\S")),
            country=self._matching(table, "country", given, _COUNTRY),
            wikidata=self._matching(table, "wikidata", given, _WIKIDATA),
            aliases=(*self._terms(table, "en", given.get("en", [])), *self._terms(table, "zh", given.get("zh", []))),
            offices=tuple(self._offices(table, given.get("offices", []))),
        )
        if (item := self.entities[entity_id].wikidata) and self._wikidata.setdefault(item, table) != table:
            self._refuse(table, item, f"has {item}, which is that of [{self._wikidata[item]}]")
        lists = {key: self._terms(table, key, given.get(key, [])) for key in sorted(_LISTS)}
        self._read_names(table, lists["en"] + lists["zh"])
        for term in lists["short"] + lists["surnames"]:
            alias = self._alias(term)
            how = "surname" if term in lists["surnames"] else "short"
            alias.short = {**alias.short, entity_id: _rule(table, how)}
            self.shorts[entity_id].append(alias)
        for surname in lists["surnames"]:
            alias = self._alias(surname)
            alias.is_surname = True
            alias.family_first |= self.entities[entity_id].name.startswith(surname + " ")
            if lists["titles"]:
                alias.conditions += (_Condition(_rule(table, "context"), {"before": lists["titles"]}),)
        self._read_conditions(table, given.get("ambiguous", []))
        for term in lists["except"]:
            if self._alias(term).rule:
                self._refuse(table, term, f"has {term!r} as an exception, which is a name")
            self._alias(term).hides = True
            self._tables[_key(term)] = table
        if given.get("damaged"):
            self._read_damageable(table, lists)

    def _read_names(self, table: str, names: list[str]) -> None:
        for name in names:
            alias = self._alias(name)
            if alias.rule or alias.hides:
                self._refuse(
                    table, name, f"has {name!r}, which is a name or an exception of [{self._tables[_key(name)]}]"
                )
            alias.rule = _rule(table, "name")
            self._tables[_key(name)] = table
        for spelling in {spelling for name in names for spelling in _spellings(table, name)}:
            alias = self._alias(spelling)
            alias.rule = alias.rule or _rule(table, "name")

    def _read_conditions(self, table: str, given: Any) -> None:
        if not isinstance(given, list):
            self._refuse(table, "ambiguous", "has ambiguous that is no list")
        for item in given:
            if not isinstance(item, dict) or not {"alias"} < item.keys() <= {"alias"} | _CONDITIONS:
                self._refuse(table, "ambiguous", f"has {item!r}; it needs alias and some of {sorted(_CONDITIONS)}")
            conditions = {key: self._terms(table, key, item[key]) for key in item.keys() - {"alias"}}
            for key in _CONTEXTS & item.keys():
                if unknown := next((context for context in item[key] if context not in self._contexts), None):
                    self._refuse(table, unknown, f"has {unknown!r}, which is no context")
            condition = _Condition(_rule(table, "context"), conditions)
            for term in self._terms(table, "alias", item["alias"]):
                for spelling in _spellings(table, term):
                    self._alias(spelling).conditions += (condition,)

    def _read_damageable(self, table: str, lists: dict[str, list[str]]) -> None:
        name = next(iter(lists["surnames"] or lists["en"]), "")
        if not table.startswith(("person.", "company.")) or not name.isalpha() or len(name) < _MIN_DAMAGED:
            self._refuse(table, "damaged", f"is damaged, but {name!r} is no name of {_MIN_DAMAGED} letters")
        length = len(name) - 2
        anywhere = re.compile(rf"{name[0]}(?<![A-Za-z-]{name[0]})[A-Za-z]{{{length},{length + 2}}}(?![A-Za-z-])")
        damageable = _Damageable(_rule(table, "fuzzy"), name, anywhere)
        self.damageable[table.partition(".")[2]] = damageable
        first_names = {full.split()[0] for full in lists["en"] if full.endswith(f" {name}")}
        leads = [(first, True) for first in sorted(first_names)] + [(title, False) for title in lists["titles"]]
        for lead, is_first_name in leads:
            word = self.leads.setdefault(_key(lead), _Lead(lead))
            word.written(lead)
            word.names.append((damageable, is_first_name))

    def _offices(self, table: str, given: Any) -> Iterator[Office]:
        if not isinstance(given, list) or (given and not table.startswith("person.")):
            self._refuse(table, "offices", "has offices that are no list, or is no person")
        for item in given:
            if not isinstance(item, dict) or not {"office", "from"} <= item.keys() <= {"office", "from", "to"}:
                self._refuse(table, "offices", f"has {item!r}; an office has office and from, and may have to")
            office = self._matching(table, "office", item, re.compile(r"\S.*\S"))
            since = self._day(table, item["from"], last=False)
            until = self._day(table, item["to"], last=True) if "to" in item else None
            if until and until < since:
                self._refuse(table, item["to"], f"has {office!r} held to {until}, before {since}")
            yield Office(office, since, until)

    def _day(self, table: str, given: Any, *, last: bool) -> date:
        if parts := _DATE.fullmatch(str(given)):
            year, month = int(parts[1]), int(parts[2] or (12 if last else 1))
            with suppress(ValueError):
                return date(year, month, int(parts[3] or (calendar.monthrange(year, month)[1] if last else 1)))
        self._refuse(table, given, f'has {given!r}, which is no "YYYY", "YYYY-MM" or "YYYY-MM-DD"')

    def _matching(self, table: str, key: str, given: dict[str, Any], pattern: re.Pattern[str]) -> str:
        value = given.get(key, "")
        if not isinstance(value, str) or (key in given and not pattern.fullmatch(value)):
            self._refuse(table, value, f"has {key} = {value!r}, which is none")
        return value

    def _terms(self, table: str, key: str, terms: Any) -> list[str]:
        """A list of names or words, each plain, in its language, and once."""
        if not isinstance(terms, list):
            self._refuse(table, key, f"has {key} that is no list")
        seen = set()
        for term in terms:
            if not isinstance(term, str) or len(term) < 2 or term != to_plain(term).strip() or not term.isprintable():
                self._refuse(table, term, f"has {term!r} in {key}, which is no plain name of two letters or more")
            if key in {"en", "zh", "surnames"} and bool(_IS_CJK.search(term)) != (key == "zh"):
                self._refuse(table, term, f"has {term!r}, which does not belong in {key}")
            if _key(term) in seen and key not in {"before", "after"}:
                self._refuse(table, term, f"has {term!r} twice in {key}")
            seen.add(_key(term))
        return terms

    def _alias(self, text: str) -> _Alias:
        alias = self.aliases.get(_key(text))
        if alias is None:
            alias = self.aliases[_key(text)] = _Alias(text)
        alias.written(text)
        return alias

    def _cue(self, key: str, spelling: str, context: str) -> None:
        cue = self.cues.setdefault(_key(key), _Cue(key))
        cue.written(spelling)
        cue.contexts.append(context)


def _rule(table: str, how: str) -> Rule:
    entity_id = table.partition(".")[2]
    return Rule(f"{entity_id}.{how}", "entity", entity_id)


def _spellings(table: str, name: str) -> set[str]:
    """How a name is written: of models and chips also "GPT 4" and "GPT4" for "GPT-4", and more than one of a chip."""
    spellings = {name}
    if table.startswith(("model.", "chip.")) and name.isascii():
        spellings |= {_SEPARATOR.sub(sign, name) for sign in ("-", " ", "")}
    if table.startswith("chip.") and name.isascii():
        spellings |= {f"{spelling}s" for spelling in spellings if spelling[-1].isalnum() and spelling[-1] != "s"}
    return spellings
