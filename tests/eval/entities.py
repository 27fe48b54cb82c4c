"""Mentions of entities in the annotated full texts of `entity_mentions.jsonl`: precision and recall.

    make eval                                    # with all others
    .venv/bin/python tests/eval/entities.py      # add --show dev for the mentions of the dev half that are wrong

The texts are those of $BILATERAL_REALDATA: nine entries of the tracker (odd months, 250 to 800 words) and six articles
about Huawei (250 to 900 words), drawn with seed 6; the five texts of article-extraction-benchmark (250 to 1,600 words)
and the ten Chinese pages (300 to 4,100 characters) that are most relevant by the lexicon, which knows no entities. They
are split into a dev half, on which list and matcher were corrected, and a held half, in turn.

Each was read for every mention of an entity of entities.toml before any output of the matcher was seen; then each
difference was decided by reading. A mention is a name, a short form or a surname: "Harvard" in "Harvard President",
"Trump" in "Trump-era tariffs", a misspelt name; no pronoun or common noun ("the company", "the parliament", 全会), no
title of a person that holds an agency's name ("Commerce Secretary"), no nickname of the text's own, no model number
without its series. A name inside a longer one of another listed entity is none.

A line has the mentions of a text as quotation, its number among the places where the text has these characters, and
entity. What the matcher finds is right where it overlaps a mention of the same entity, one for one.

A figure below its floor in `entities_floors.json` is an error.
"""

import argparse
import gzip
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flows.entities import ENTITIES_FILE, Entities
from spiders.extract import extract
from spiders.records import Position, Record

HERE = Path(__file__).parent
MENTIONS = HERE / "entity_mentions.jsonl"
FLOORS = HERE / "entities_floors.json"
REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[3] / "shared" / "realdata"))

PARTS = ("title", "text")
LANGUAGES = {"en": "English", "zh": "Chinese"}


@dataclass(frozen=True, order=True)
class Mention:
    """An entity at `start:end` of a title or text."""

    start: int
    end: int
    entity: str


@cache
def rows(name: str) -> list[dict[str, Any]]:
    content = (REALDATA / "relevance" / name).read_bytes()
    if name.endswith(".gz"):
        content = gzip.decompress(content)
    return [json.loads(line) for line in content.decode().split("\n") if line]


def article(item: str) -> dict[str, str]:
    """Title and text of an item."""
    source, _, key = item.partition(":")
    if source == "tracker":
        row = next(row for row in rows("uschina_tracker_part1.jsonl.gz") if row["id"] == key)
        return {"title": row["headline"], "text": row["text"]}
    if source == "huawei":
        row = rows("huawei_fulltext.jsonl")[int(key)]
        return {"title": "" if row["title"].startswith("http") else " ".join(row["title"].split()), "text": row["text"]}
    if source == "aeb":
        truth = json.loads((REALDATA / "articles" / "aeb" / "ground-truth.json").read_text(encoding="utf-8"))
        return {"title": "", "text": truth[key]["articleBody"]}
    page = gzip.decompress((REALDATA / "articles" / "chinese" / key).read_bytes())
    url = f"https://{key.split('__')[1]}.example.cn/{key}"
    now = datetime(2026, 11, 1, tzinfo=UTC)
    found = extract(Record(url, now, 200, "text/html", page, Position("", 0, 0))).article
    if found is None:
        sys.exit(f"{item}: the extractor finds no article")
    return {"title": found.title, "text": found.text}


def true_mentions(text: str, quoted: list[tuple[str, int, str]], where: str) -> Iterator[Mention]:
    for quotation, number, entity in quoted:
        start = -1
        for _ in range(number):
            start = text.find(quotation, start + 1)
            if start < 0:
                sys.exit(f"{where} has no {quotation!r} for the {number}th time")
        yield Mention(start, start + len(quotation), entity)


def compare(found: list[Mention], true: list[Mention]) -> tuple[int, list[Mention], list[Mention]]:
    """How many are right; the wrong ones, and the missed ones."""
    missed = sorted(true)
    wrong = []
    for mention in sorted(found):
        same = next(
            (
                one
                for one in missed
                if one.entity == mention.entity and one.start < mention.end and mention.start < one.end
            ),
            None,
        )
        if same:
            missed.remove(same)
        else:
            wrong.append(mention)
    return len(found) - len(wrong), wrong, missed


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--show", choices=["dev", "held"], help="print what is wrong in one half")
    show = parser.parse_args().show
    entities = Entities.load(ENTITIES_FILE)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for line in MENTIONS.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        item = article(row["id"])
        for part, hits in zip(PARTS, entities.find(item["title"], item["text"]), strict=True):
            true = list(true_mentions(item[part], row[part], f"{row['id']}, {part}"))
            if unknown := {mention.entity for mention in true} - entities.entities.keys():
                sys.exit(f"{row['id']}: {sorted(unknown)} are no entities")
            right, wrong, missed = compare([Mention(hit.start, hit.end, hit.rule.tag) for hit in hits], true)
            for name in (row["part"], f"{row['part']}, {LANGUAGES[row['language']]}"):
                counts[name].update(right=right, found=len(hits), true=len(true))
            if show == row["part"]:
                for what, mentions in (("wrong", wrong), ("missed", missed)):
                    for one in mentions:
                        around = item[part][max(0, one.start - 40) : one.end + 30].replace("\n", " | ")
                        print(f"{row['id'][:24]} {what}: {item[part][one.start : one.end]!r} {one.entity}   {around}")
    figures = {}
    for name, count in sorted(counts.items()):
        figures[f"precision, {name}"] = count["right"] / count["found"]
        figures[f"recall, {name}"] = count["right"] / count["true"]
        print(
            f"{name:14} precision {figures[f'precision, {name}']:.3f}, recall {figures[f'recall, {name}']:.3f} "
            f"of {count['true']} mentions"
        )
    floors = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    low = {name: round(value, 3) for name, value in figures.items() if value < floors.get(name, 0)}
    sys.exit(f"below the floor: {low}" if low else 0)


if __name__ == "__main__":
    main()
