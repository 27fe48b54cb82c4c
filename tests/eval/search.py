"""Search scored on titles whose article is known, beside a BM25 library in the same run, where it is installed.

    PYTHONPATH=. .venv/bin/python tests/eval/search.py                  # figures against the floors
    pip install bm25s PyStemmer jieba                                   # the peer; no dependency of the project

The collection are news texts in English and Chinese, indexed without their titles. A query is the title of one of them, or
a few words of it; the article it belongs to is to be among the first ten. The forty are chosen by a hash of the title, and
all titles are scored too. Of ECB+, the articles on the same event are to be found.
"""

import gzip
import hashlib
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spiders.extract import extract
from spiders.records import Position, Record
from tests.rows import START
from warehouse.store import Store

FLOORS = Path(__file__).parent / "search_floors.json"
REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))
FIRST = 10
HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Document:
    """A text, the title that it is to be found by, and the event it is about, where that is known."""

    title: str
    text: str
    event: str = ""

    @property
    def is_chinese(self) -> bool:
        return len(HAN.findall(self.title)) >= 6


def read(name: str) -> list[dict[str, Any]]:
    body = (REALDATA / name).read_bytes()
    text = (gzip.decompress(body) if name.endswith(".gz") else body).decode("utf-8", "replace")
    return [json.loads(line) for line in text.split("\n") if line]


def chinese_pages() -> list[Document]:
    found = []
    for file in sorted((REALDATA / "articles" / "chinese").glob("*.html.gz")):
        body = gzip.decompress(file.read_bytes())
        record = Record(f"https://a.example.cn/{file.name}", START, 200, "text/html", body, Position("w", 0, 0))
        article = extract(record).article
        if article and article.title and len(article.text) > 200:
            found.append(Document(article.title, article.text))
    return found


def collection() -> list[Document]:
    """All texts once; those without a title only make the others harder to find."""
    documents = [Document(row["title"], row["summary"]) for row in read("relevance/lastweekinai_2018_2023.jsonl.gz")]
    documents += [
        Document(row["headline"], row["text"] or "") for row in read("relevance/uschina_tracker_part1.jsonl.gz")
    ]
    for row in read("relevance/huawei_fulltext.jsonl"):
        documents.append(Document(row["title"], row["text"].removeprefix(row["title"])))
    documents += chinese_pages()
    documents += [Document(row["title"], row["text"], row["cluster"]) for row in read("stories/ecbplus_dev.jsonl")]
    documents += [Document("", row["text"]) for row in read("relevance/bbc_2225_offtopic.jsonl.gz")]
    distinct = {document.text: document for document in documents if len(document.text) > 100}
    return list(distinct.values())


def index(folder: Path, documents: Sequence[Document]) -> Store:
    """A store in which the texts are articles without titles."""
    path = folder / "search.duckdb"
    with Store(path) as store:
        store.rows("insert into sources values ('s', 'S', 'media', '', '', '', 'none', 24, true)")
        store.rows(
            """
            insert into articles by name
            select md5(place::varchar)::uuid as article_id, place::varchar as url, place::varchar as url_key,
                '' as canonical, 's' as source_id, '' as title, [] as authors, 'none' as published_precision,
                '' as published_source, now() as first_seen_at, now() as last_seen_at, '' as language, '' as section,
                '' as description, '' as image, text, 0 as word_count, md5(text) as text_hash, false as paywalled,
                false as headline_only, 1 as relevance, 'relevant' as decision, 'run' as run_id,
                '1' as extractor_version, '1' as tagger_version
            from (select unnest(range(len(?))) as place, unnest(?::varchar[]) as text)
            """,
            [[document.text for document in documents]] * 2,
        )
        store.rows("delete from meta where name = 'search_index'")  # so that it is indexed when it is opened
    return Store(path)


def ours(store: Store) -> Callable[[str], list[int]]:
    def search(query: str) -> list[int]:
        return [int(row["url"]) for row in store.rows("select url from search(?, results := 10)", [query])]

    return search


def peer(documents: Sequence[Document]) -> Callable[[str], list[int]] | None:
    """bm25s with an English stemmer and stop words, and Chinese cut into words; None where it is not installed."""
    try:
        import bm25s
        import jieba
        import Stemmer
    except ImportError:
        return None
    jieba.setLogLevel(60)
    stemmer = Stemmer.Stemmer("english")

    def cut(texts: Sequence[str]) -> Any:
        spaced = [" ".join(jieba.cut_for_search(text)) if HAN.search(text) else text for text in texts]
        # Its own pattern drops words of one letter, which are words in Chinese.
        return bm25s.tokenize(
            spaced, stopwords="en", stemmer=stemmer, token_pattern=r"(?u)\b\w\w+\b|[\u4e00-\u9fff]", show_progress=False
        )

    retriever = bm25s.BM25(k1=1.2, b=0.75)
    retriever.index(cut([document.text for document in documents]), show_progress=False)

    def search(query: str) -> list[int]:
        found, scores = retriever.retrieve(cut([query]), k=FIRST, show_progress=False)
        return [int(place) for place, score in zip(found[0], scores[0], strict=True) if score > 0]

    return search


def few_words(title: str) -> str:
    """Four words of a title, or six Chinese characters in a row, always the same."""
    runs = re.findall(r"[\u4e00-\u9fff]{6,}", title)
    if runs:
        return max(runs, key=len)[:6]
    words = [word for word in re.findall(r"\w+", title) if len(word) > 3]
    return " ".join(random.Random(title).sample(words, min(4, len(words))))


def main() -> None:
    documents = collection()
    by_hash = sorted(
        (place for place, document in enumerate(documents) if len(document.title) > 8 and not document.event),
        key=lambda place: hashlib.sha256(documents[place].title.encode()).digest(),
    )
    chinese = [place for place in by_hash if documents[place].is_chinese]
    english = [place for place in by_hash if not documents[place].is_chinese]
    forty = english[:20] + chinese[:20]
    print(f"{len(documents)} texts; {len(english)} English and {len(chinese)} Chinese titles")
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, index(Path(folder), documents) as store:
        searches = {"ours": ours(store)}
        if other := peer(documents):
            searches["bm25s"] = other
        else:
            print("bm25s, PyStemmer and jieba are not installed: no peer")

        def show(name: str, cases: Sequence[tuple[str, set[int]]]) -> None:
            for who, search in searches.items():
                began = time.perf_counter()
                found = [len(set(search(query)) & wanted) / min(len(wanted), FIRST) for query, wanted in cases]
                recall = sum(found) / len(found)
                figures[f"{name}, {who}"] = recall
                milliseconds = 1000 * (time.perf_counter() - began) / len(cases)
                print(
                    f"{name:32} {who:6} recall@10 {recall:.3f} on {len(cases)}, {milliseconds:.0f} ms a query",
                    flush=True,
                )

        show("forty titles", [(documents[place].title, {place}) for place in forty])
        show("few words of forty titles", [(few_words(documents[place].title), {place}) for place in forty])
        for language, places in (("English", english[:400]), ("Chinese", chinese)):
            show(f"{language} titles", [(documents[place].title, {place}) for place in places])
            show(f"few words, {language}", [(few_words(documents[place].title), {place}) for place in places])
        events: dict[str, set[int]] = {}
        for place, document in enumerate(documents):
            if document.event:
                events.setdefault(document.event, set()).add(place)
        show("ECB+ events", [(documents[min(places)].title, places) for places in events.values()])
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    low = {name: value for name, value in figures.items() if value < floors.get(name, 0)}
    behind = {
        name: value
        for name, value in figures.items()
        if name.endswith("ours") and value < figures.get(name.replace("ours", "bm25s"), 0) and name.startswith("forty")
    }
    sys.exit(f"below the floor: {low}; behind the peer: {behind}" if low or behind else 0)


if __name__ == "__main__":
    main()
