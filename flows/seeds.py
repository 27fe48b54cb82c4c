"""The seed corpus: documents in, profile.json out (figures only); and the user's own seeds beside it."""

import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from flows.documents import text_of
from flows.errors import BadDocument
from flows.fingerprint import SAMPLE_RATE, is_cjk, normalise, sample, shingles, text_hash
from flows.relevance import PROFILE_FILE, Profile, Seed, Tagger, term_frequencies
from flows.tagging import LEXICON_FILE, Lexicon, Reading
from spiders.boilerplate import without

TERMS_PER_SEED = 150
MIN_WORDS = 50
"""Words (Chinese: characters) of a seed of the user's own; a shorter text resembles many by chance."""
MAX_WORDS = 50_000
"""A longer one is a book, and resembles everything."""
MAX_OWN = 200
"""Seeds of the user's own; each takes some milliseconds whenever a process starts to tag."""
SUFFIXES = (".txt", ".md", ".html", ".htm")
"""What is taken from a folder of documents."""

_UNSAFE = re.compile(r"[^\w.]+")
_SEED_ID = re.compile(r"(?:^|_)([0-9a-f]{16})$")
# Beside the lines that are no part of any article: credits of pictures, and of the desk that copied it.
_CREDIT = re.compile(r"(?:\w+ )?photo ?:.*|.*\bsource ?:", re.IGNORECASE)


def clean(document: str) -> tuple[str, str]:
    """Title and text of a seed document without what its site put around them.

    Left out are navigation, credits and notices, everything after the end of the article, repeated headings,
    and standfirsts that repeat a paragraph. The title is '' where the document begins with its text.
    """
    spaced = "\n".join(filter(None, (" ".join(raw.split()) for raw in document.splitlines())))
    lines: list[str] = []
    for line in without(spaced).splitlines():
        if line not in lines and not _CREDIT.fullmatch(line):
            lines.append(line)
    title = lines[0] if lines and _is_heading(lines[0]) else ""
    body = lines[1:] if title else lines
    texts = [line.removeprefix(title).strip() for line in body]
    kept = [
        text
        for number, text in enumerate(texts)
        if text and not any(later.startswith(text) for later in texts[number + 1 :])
    ]
    return title, "\n".join(kept)


def _is_heading(line: str) -> bool:
    return len(line) <= 200 and not line.endswith((".", "。", "!", "！"))


def build(documents: Iterable[Path]) -> Profile:
    """The profile of seed documents: the same files give the same profile, in whatever order they come.

    Raises:
        BadDocument: a file is not UTF-8.
    """
    lexicon = Lexicon.load(LEXICON_FILE)
    cleaned = {_seed_id(path, source): (path, *clean(source)) for path in documents for source in [_read(path)]}
    frequencies = {seed_id: term_frequencies(f"{title}\n{text}") for seed_id, (_, title, text) in cleaned.items()}
    seeds_with = Counter(term for terms in frequencies.values() for term in terms)
    idf = {term: _idf(count, len(cleaned)) for term, count in sorted(seeds_with.items()) if count > 1}
    idf_default = _idf(1, len(cleaned))
    return Profile(
        sample_rate=SAMPLE_RATE,
        idf=idf,
        idf_default=idf_default,
        seeds={
            seed_id: _seed(title or path.stem, text, _weights(frequencies[seed_id], idf, idf_default), lexicon)
            for seed_id, (path, title, text) in cleaned.items()
        },
    )


def own_seeds(folder: Path) -> dict[str, tuple[Path, Seed]]:
    """The user's own seeds in a folder, by id, and the document of each.

    They are derived anew by each process, so that no new lexicon or profile meets figures of an old one. How rare a
    term is, the profile that the package carries says.

    Raises:
        BadDocument: one cannot be read any more.
    """
    documents = sorted(folder.glob("*.txt"))
    if not documents:
        return {}
    lexicon, profile = _shipped()
    sources = [(path, text_of(path)) for path in documents]
    return {_seed_id(path, source): (path, _own(path, source, lexicon, profile)) for path, source in sources}


def _shipped() -> tuple[Lexicon, Profile]:
    return Lexicon.load(LEXICON_FILE), Profile.from_json(PROFILE_FILE.read_text(encoding="utf-8"))


def _own(path: Path, source: str, lexicon: Lexicon, profile: Profile) -> Seed:
    title, text = clean(source)
    weights = _weights(term_frequencies(f"{title}\n{text}"), profile.idf, profile.idf_default)
    return _seed(title or _SEED_ID.sub("", path.stem), text, weights, lexicon)


def tagger_with(own: Path | None) -> Tagger:
    """The tagger for what the package carries and the user's own seeds, in a folder of theirs.

    Raises:
        BadDocument: one of them cannot be read any more.
    """
    return Tagger.default({seed_id: seed for seed_id, (_, seed) in own_seeds(own).items()} if own else {})


def add(folder: Path, paths: Iterable[Path]) -> tuple[dict[str, Seed], list[str]]:
    """Add documents to the user's own seeds; the data folder's lock must be held.

    Args:
        folder: where the seeds are kept.
        paths: files of text or HTML, and folders of them.

    Returns:
        The seeds added, and a line about each document that cannot be one.
    """
    lexicon, profile = _shipped()
    own = own_seeds(folder)
    known = {seed.text_hash: seed.title for seed in (*profile.seeds.values(), *(seed for _, seed in own.values()))}
    added: dict[str, Seed] = {}
    problems: list[str] = []
    for path in _documents(paths):
        try:
            source = text_of(path)
        except BadDocument as error:
            problems.append(str(error))
            continue
        except OSError as error:
            problems.append(f"{path}: {error.strerror}")
            continue
        seed = _own(path, source, lexicon, profile)
        if seed.text_hash in known:
            problems.append(f"{path}: is a seed already: {known[seed.text_hash]}")
        elif not MIN_WORDS <= seed.word_count <= MAX_WORDS:
            problems.append(
                f"{path}: {seed.word_count:,} words, without what a site puts around them; a seed has "
                f"{MIN_WORDS:,} to {MAX_WORDS:,}"
            )
        elif len(own) + len(added) == MAX_OWN:
            problems.append(f"{path}: there are {MAX_OWN} seeds of your own, as many as there can be")
        else:
            seed_id = text_hash(source)[:16]
            name = _UNSAFE.sub("-", path.stem)[:60].strip("-")
            _write(folder / f"{name}_{seed_id}.txt", source)
            added[seed_id] = seed
            known[seed.text_hash] = seed.title
    return added, problems


def remove(folder: Path, seed_id: str) -> Seed:
    """Take one of the user's own seeds away; the data folder's lock must be held.

    Raises:
        FileNotFoundError: the user has no such seed.
    """
    own = own_seeds(folder)
    if seed_id not in own:
        raise FileNotFoundError(f"no seed {seed_id} of your own; `bilateral seeds list` shows them")
    path, seed = own[seed_id]
    path.unlink()
    return seed


def _documents(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        else:
            yield path


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadDocument(f"{path}: not UTF-8") from None


def _seed_id(path: Path, source: str) -> str:
    named = _SEED_ID.search(path.stem)
    return named[1] if named else text_hash(source)[:16]


def _idf(count: int, of: int) -> float:
    return round(math.log((1 + of) / (1 + count)) + 1, 4)


def _weights(frequencies: Counter[str], idf: dict[str, float], idf_default: float) -> dict[str, float]:
    weights = {term: count * idf.get(term, idf_default) for term, count in frequencies.items()}
    norm = math.sqrt(sum(weight * weight for weight in weights.values()))
    heaviest = sorted(weights, key=lambda term: (-weights[term], term))[:TERMS_PER_SEED]
    return {term: round(weights[term] / norm, 4) for term in sorted(heaviest)}


def _seed(title: str, text: str, terms: dict[str, float], lexicon: Lexicon) -> Seed:
    reading = Reading(lexicon, "", text)
    language = "zh" if is_cjk(text) else "en"
    return Seed(
        title=title,
        language=language,
        word_count=_count(text),
        text_hash=text_hash(text),
        terms=terms,
        shingles=[f"{shingle:016x}" for shingle in sample(shingles(text, language), SAMPLE_RATE).tolist()],
        facets=reading.counts("facet"),
        topics=reading.counts("topic"),
    )


def _count(text: str) -> int:
    """Words of a text, or characters of a Chinese one."""
    return len(normalise(text).replace(" ", "")) if is_cjk(text) else len(normalise(text).split())
