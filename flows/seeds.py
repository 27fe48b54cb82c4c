"""The seed corpus: documents in, profile.json out (figures only)."""

import argparse
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from flows.fingerprint import SAMPLE_RATE, is_cjk, normalise, sample, shingles, text_hash
from flows.relevance import PROFILE_FILE, Profile, Seed, term_frequencies
from flows.tagging import LEXICON_FILE, Lexicon, Reading

TERMS_PER_SEED = 150

_SEED_ID = re.compile(r"(?:^|_)([0-9a-f]{16})$")
# Where a line like this stands, the article is over.
_END_OF_ARTICLE = re.compile(
    r"(?:source link|leave a reply|post a comment|disclaimer\b.*|tags?: .*|related (?:articles|posts|news)|"
    r"免责声明.*|免責聲明.*|责任编辑.*|責任編輯.*|相关阅读|延伸閱讀)$",
    re.IGNORECASE,
)
_CHROME = re.compile(
    r"(?:home ?[>»/›].*|首页 ?[>»/›].*|(?:\w+ )?photo ?:.*|.*all rights reserved\.?|copyright .*|©.*|"
    r"版权所有.*|powered by .*|.*scan (?:the|wechat) .*qr code.*|.*扫(?:一扫|描二维码).*|follow us .*|"
    r"https?://\S+|(?:previous|next) (?:post|article).*|.*\bsource ?:|share (?:this|on) .*|read more\b.*|"
    r"advertisement)$",
    re.IGNORECASE,
)


def clean(document: str) -> tuple[str, str]:
    """Title and text of a seed document without what its site put around them.

    Left out are navigation, credits and notices, everything after the end of the article, repeated headings,
    and standfirsts that repeat a paragraph. The title is '' where the document begins with its text.
    """
    lines: list[str] = []
    for line in filter(None, (" ".join(raw.split()) for raw in document.splitlines())):
        if _END_OF_ARTICLE.match(line):
            break
        if not _CHROME.match(line) and line not in lines:
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
    """The profile of seed documents: the same files give the same profile, in whatever order they come."""
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


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig")


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
        word_count=len(normalise(text).replace(" ", "")) if language == "zh" else len(normalise(text).split()),
        text_hash=text_hash(text),
        terms=terms,
        shingles=[f"{shingle:016x}" for shingle in sample(shingles(text, language), SAMPLE_RATE).tolist()],
        facets=reading.counts("facet"),
        topics=reading.counts("topic"),
    )


def main() -> None:
    """Build the profile of the documents in a folder."""
    parser = argparse.ArgumentParser(prog="python -m flows.seeds", description=main.__doc__)
    parser.add_argument("directory", type=Path, help="folder of .txt seed documents")
    parser.add_argument("-o", "--output", type=Path, default=PROFILE_FILE, help="default: %(default)s")
    arguments = parser.parse_args()
    documents = sorted(arguments.directory.glob("*.txt"))
    if not documents:
        parser.error(f"no .txt file in {arguments.directory}")
    arguments.output.write_text(build(documents).to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
