"""How long an analyst waits on a big snapshot, how long the index takes to learn a day, and what publishing costs.

    make bench-search                                                           # 1,000,000 articles: 15 GB, half an hour
    PYTHONPATH=. .venv/bin/python tests/bench_search.py --articles 100000
    PYTHONPATH=. .venv/bin/python tests/bench_search.py --data DIR              # DIR is kept, and used again

Articles have the lengths of real ones and sentences whose words are drawn by their frequencies in the real data, English
and Chinese, with names that hardly any other article has. Everything is measured on two threads and 2 GB, as the median
of seven rounds, each query beside what it takes to scan the texts for the same words.
"""

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from tests import rows
from tests.eval.copies import chinese
from warehouse.snapshot import connect
from warehouse.store import Store, publish

REALDATA = Path(os.environ.get("BILATERAL_REALDATA", Path(__file__).parents[2] / "shared" / "realdata"))
SENTENCES = 1_000_000
PORTION = 50_000
ROUNDS = 7
DAY = 3_000
SPAN = 1_000
"""Days over which the articles appeared."""
COUNTRIES = ("US", "CN", "GB", "JP", "DE")
KINDS = ("government", "state_media", "media", "trade_press", "think_tank")
TOPICS = ("export_controls", "ai_chips", "race_narrative", "military_ai", "ai_safety", "rare_earths", "investment")

QUERIES = (
    ("semiconductor",), ("nvidia",), ("芯片",),
    ("export", "controls"), ("huawei", "chips"), ("人工", "智能"),
    ("rare", "earth", "export"), ("chinese", "government", "technology"), ("美国", "芯片", "公司"),
    ("new", "chips", "china", "ban"), ("artificial", "intelligence", "safety", "rules"), ("出口", "管制", "美国", "企业"),
    ("said", "year", "people", "government"),
)  # fmt: skip

VIEWS = {
    "today": "from today limit 50",
    "relevant_articles": "select title, source, url from relevant_articles limit 50",
    "articles_on_topic": "select country, count(*) from articles_on_topic group by all",
    "story_timeline": "from story_timeline where story_id = ?",
    "syndication": "select * from syndication where first_publisher = 'Source 7' and hours_later < 12 limit 50",
    "topic_trends": "from topic_trends limit 50",
    "entity_trends": "from entity_trends where entity_id = 'entity12'",
    "frames_by_country": "from frames_by_country limit 50",
    "source_mix": "from source_mix limit 50",
    "source_health": "from source_health",
    "primary_sources": "from primary_sources limit 50",
    "review_queue": "from review_queue limit 50",
    "revision_diff": "from revision_diff where number_changed and not with_notice limit 50",
    "removed_articles": "from removed_articles limit 50",
    "versions_seen": "from versions_seen limit 50",
    "coverage_gaps": "from coverage_gaps limit 50",
    "named_entities": "select title, offices from named_entities where entity_id = 'entity12' limit 50",
    "dictionary": "from dictionary",
    "about": "from about('Entity 12') limit 50",
    "as_of": "select source, count(*) from as_of('2026-01-01') group by all",
    "similar_to": "from similar_to((select article_id from articles where language = 'en' limit 1))",
    "snippet": "select snippet(article.text, 'export controls') from search('export controls', results := 10) "
    "join articles as article using (article_id)",
}  # fmt: skip


def real_texts() -> tuple[list[str], list[str]]:
    """English and Chinese texts of the real data."""

    def lines(name: str) -> Iterable[dict[str, Any]]:
        body = (REALDATA / name).read_bytes()
        text = (gzip.decompress(body) if name.endswith(".gz") else body).decode("utf-8", "replace")
        return (json.loads(line) for line in text.split("\n") if line)

    english = [f"{row.get('title') or ''} {row['text']}" for row in lines("relevance/bbc_2225_offtopic.jsonl.gz")]
    english += [f"{row['title']} {row['summary'] or ''}" for row in lines("relevance/lastweekinai_2018_2023.jsonl.gz")]
    english += [f"{row['headline']} {row['text'] or ''}" for row in lines("relevance/uschina_tracker_part1.jsonl.gz")]
    huawei = [row["text"] for row in lines("relevance/huawei_fulltext.jsonl")]
    english += [text for text in huawei if text.isascii()]
    return english, [text for text in huawei if not text.isascii()] + chinese(REALDATA)


def words() -> dict[str, list[str]]:
    """The words of the real data as they run, Chinese in pieces of four characters."""
    english, han = real_texts()
    runs = [run for text in han for run in re.findall(r"[\u4e00-\u9fff]{4,}", text)]
    return {
        "en": re.findall(r"[A-Za-z0-9][\w'’.-]*[\w]|[A-Za-z0-9]", " ".join(english)),
        "zh": [run[place : place + 4] for run in runs for place in range(0, len(run) - 3, 4)],
    }


def generate(path: Path, articles: int) -> None:
    """Fill a database with so many articles, everything but the index for search."""
    with Store(path) as store:
        run = store.rows
        for language, found in words().items():
            run(f"create table words_{language} as select unnest(?::varchar[]) as word", [found])
            run(f"create table numbered_{language} as select row_number() over () - 1 as n, word from words_{language}")
        for language, separator, length, share in (("en", " ", 20, 0.7), ("zh", "", 8, 0.3)):
            run(f"""
                create table sentences_{language} as
                select sentence, string_agg(word, '{separator}' order by place)
                    || case when sentence % 3 = 0 then ' N' || to_base((hash(sentence) % 1500000)::bigint, 36) else '' end
                    || case when '{language}' = 'en' then '.' else '。' end as text
                from (
                    select sentence, place, (hash(sentence, place) % (select count(*) from numbered_{language}))::bigint as n
                    from range({int(SENTENCES * share)}) as s (sentence), range({length}) as p (place)
                )
                join numbered_{language} using (n)
                group by sentence
            """)
        run("""
            insert into sources select 'source' || n, 'Source ' || n, ?[1 + n % 5], ?[1 + n // 5 % 5], 'en',
            'https://source' || n || '.example/', 'none', 24, true from range(100) as r (n)
        """, [list(KINDS), list(COUNTRIES)])  # fmt: skip
        run(
            "insert into runs by name select 'run' as run_id, 'ingest' as kind, timestamptz '2026-11-21 00:00:00+00' as started_at, "
            "started_at + interval 1 hour as finished_at, 'ok' as status, '1' as version"
        )
        run("""
            insert into entities
            select 'entity' || n, 'Entity ' || n, 'company', ?[1 + n % 5], '', ['Alias ' || n] from range(600) as r (n)
        """, [list(COUNTRIES)])  # fmt: skip
        for first in range(0, articles, PORTION):
            _portion(run, first, min(articles, first + PORTION), articles)
        run("""
            insert into stories
            select story_id, any_value(title), min(published_at), max(published_at), count(*), count(distinct source_id)
            from articles group by story_id
        """)
        run("drop table words_en; drop table words_zh; drop table numbered_en; drop table numbered_zh")
        run("drop table sentences_en; drop table sentences_zh")
        run("delete from meta where name = 'search_index'")  # so that all of it is indexed when it is opened next


def _portion(run: Callable[..., Any], first: int, last: int, articles: int) -> None:
    # Lengths in sentences of 20 words are log-normal, with the mean of BBC news: 390 words, half of them under 300.
    run(f"""
        create or replace temp table planned as
        select
            n,
            md5('article' || n)::uuid as article_id,
            if(hash(n, 1) % 10 < 7, 'en', 'zh') as language,
            greatest(2, least(200, exp(2.7 + 0.7 * sqrt(-2 * ln((1 + hash(n, 2) % 1000000) / 1000001))
                * cos(2 * pi() * (hash(n, 3) % 1000000) / 1000000))))::integer as sentences,
            timestamptz '2026-11-21 00:00:00+00' - to_seconds(86400.0 * {SPAN} * ({articles} - n) / {articles}) as moment,
            case when hash(n, 4) % 100 < 30 then 'relevant' when hash(n, 4) % 100 < 50 then 'review' else 'off_topic' end
                as decision,
            md5('article' || (n - n % 3))::uuid as story_id
        from range({first}, {last}) as r (n)
    """)
    for language in ("en", "zh"):
        run(f"""
            create or replace temp table texts_{language} as
            with placed as (
                select
                    n, place,
                    (hash(n, place, 7) % (select count(*) from sentences_{language}))::bigint as sentence
                from (select n, unnest(range(sentences)) as place from planned where language = '{language}')
            )

            select n, string_agg(if(place % 4 = 0 and place > 0, chr(10), '') || text, ' ' order by place) as text
            from placed join sentences_{language} using (sentence) group by n
        """)
    run("""
        create or replace temp table made as
        select *, md5(text) as text_hash, text[1:if(language = 'en', 80, 25)] as title,
            'https://source' || n % 100 || '.example/' || n as url
        from planned join (from texts_en union all from texts_zh) using (n)
    """)
    run("""
        insert into articles by name
        select article_id, url, url as url_key, '' as canonical, 'source' || n % 100 as source_id, title, [] as authors,
            moment as published_at, 'instant' as published_precision, 'meta' as published_source,
            moment + interval 1 hour as first_seen_at, moment + interval 1 hour as last_seen_at, language, '' as section,
            '' as description, '' as image, text, len(text) // 6 as word_count, text_hash,
            n % 20 = 7 as paywalled, false as headline_only, hash(n, 5) % 1000 / 1000 as relevance, decision, story_id,
            'run' as run_id, '1' as extractor_version, '1' as tagger_version, text_hash as version
        from made order by n
    """)
    run("""
        insert into revisions by name
        select article_id, 1 as revision, moment + interval 1 hour as seen_at, title, text, text_hash, text_hash as version,
            'first' as cause, moment + interval 1 day as last_seen_at, '' as notice, 'whole' as extent, ['1'] as extractors
        from made order by n
    """)
    run("""
        insert into revisions by name
        select article_id, 2 as revision, moment + interval 2 day as seen_at, title, text, text_hash, text_hash as version,
            'edited' as cause, moment + interval 3 day as last_seen_at, '' as notice, 'whole' as extent, ['1'] as extractors
        from made where n % 30 = 0 order by n
    """)
    run("""
        insert into edits
        select article_id, 2, change, 'text', 'changed', change, change, text[1:120], text[100:220], ['one'], ['two'], n % 60 = 0
        from made, range(3) as c (change) where n % 30 = 0 order by n, change
    """)
    run("""
        insert into fetches by name
        select 'run' as run_id, 'source' || n % 100 as source_id, 'article' as role, url, url as url_key, url as link_key,
            if(n % 50 = 0, 'gone', 'article') as outcome, 200 as http_status, len(text) as bytes,
            moment + interval 1 hour as fetched_at, 'run-' || n // 1000 || '.warc.gz' as warc_file, n * 4096 as warc_offset,
            4096 as warc_length, text_hash as version
        from made order by n
    """)
    run(f"""
        insert into tags
        select article_id, 'topic', list_extract({list(TOPICS)}, 1 + (hash(n, k, 8) % {len(TOPICS)})::integer), 0.5
        from made, range(2) as r (k) where decision != 'off_topic' group by all
        union all
        select article_id, 'entity', 'entity' || floor(600 * pow(hash(n, k, 9) % 1000000 / 1000000, 2))::integer, 0.5
        from made, range(6) as r (k) group by all
        union all
        select article_id, 'frame', if(n % 2 = 0, 'confrontation', 'cooperation'), 0.5
        from made where decision = 'relevant' and n % 3 = 0
        union all
        select article_id, 'facet', unnest(['ai', 'china', 'us']), 0.5 from made where decision != 'off_topic'
        order by 1
    """)
    run("""
        insert into evidence
        select article_id, if(k < 4, 'topic', 'entity'), 'export_controls', 'rule', 10 * k, 10 * k + 8,
            text[10 * k + 1:10 * k + 150], null
        from made, range(8) as r (k) where decision != 'off_topic' order by n, k
    """)
    run("""
        insert into copies by name
        select article_id, md5('article' || (n - n % 3))::uuid as original_id, 'repost' as relation,
            0.9 as containment_in_original, 0.8 as containment_of_original, 300 as shared_shingles,
            original_id as matched_id, 250 as longest_passage, true as is_hidden
        from made where n % 12 = 1 order by n
    """)
    run("""
        insert into fetches by name
        select 'run' || k as run_id, 'source' || s as source_id, 'discovery' as role, url, url as url_key, url as link_key,
            'discovery' as outcome, 200 as http_status, 10000 as bytes, moment as fetched_at, '' as version
        from (select min(moment)::date as first, max(moment)::date as last from made) as days,
            lateral (select unnest(generate_series(first, last - interval 1 day, interval 1 day)) as moment),
            range(100) as t (s),
            lateral (select 'https://source' || s || '.example/feed' as url, datediff('day', date '2020-01-01', moment::date) as k)
    """)
    run("insert into texts select n, text_hash, len(text) // 6, len(text) // 48 from made order by n")
    run("insert into fingerprints select (hash(n, unnest(range(len(text) // 48))) % 4294967296)::uinteger, n from made")


def median(act: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and seconds of processor time: the medians of some rounds after one to warm up."""
    act()
    taken = []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        act()
        taken.append((time.perf_counter() - began, time.process_time() - worked))
    walls, processors = zip(*taken, strict=True)
    return statistics.median(walls), statistics.median(processors)


def analysts(snapshot: Path, articles: int) -> None:
    """Time what analysts ask."""
    with connect(snapshot) as connection:

        def ask(sql: str, parameters: list[object] | None = None) -> list[Any]:
            return connection.execute(sql, parameters or []).fetchall()

        story = ask("select story_id from stories order by article_count desc, story_id limit 1")[0]
        for name, sql in VIEWS.items():
            given = list(story) if "?" in sql else []
            seconds, processor = median(partial(ask, sql, given))
            print(f"{name:<20} {seconds:6.3f} s, {processor:.2f} s of processor time", flush=True)
        scans = {}
        for query in QUERIES:
            text = ("" if query[0] > "z" else " ").join(query)
            seconds, processor = median(partial(ask, "from search(?)", [text]))
            (found,) = ask("select count(*) from search(?, results := 2000000)", [text])[0]
            if len(query) not in scans:
                # The same without the index: count the occurrences of each word in the texts that are not hidden.
                began = time.perf_counter()
                ask(
                    """
                    select article_id, list_sum([len(regexp_extract_all(lower(text), word)) for word in ?]) as score
                    from articles
                    where decision != 'off_topic' and not paywalled and article_id not in (select article_id from copies)
                    order by score desc limit 100
                    """,
                    [list(query)],
                )
                scans[len(query)] = time.perf_counter() - began
            ratio = scans[len(query)] / seconds
            print(
                f"search {text:<36} {seconds:6.3f} s, {found:>7} found, scanning takes {ratio:5.0f} times that",
                flush=True,
            )


class Timed(Store):
    """A store that notes the seconds of each load: all but the index, the index."""

    def __init__(self, path: Path) -> None:
        self.taken: list[float] = []
        super().__init__(path)

    def _run(self, *scripts: str) -> None:
        index = [script for script in scripts if script.startswith(("search", "hidden"))]
        for part in ([script for script in scripts if script not in index], index):
            began = time.perf_counter()
            super()._run(*part)
            self.taken.append(time.perf_counter() - began)


def day(master: Path, folder: Path, articles: int) -> None:
    """Time what the index takes of loading a day's articles, new ones and edited ones."""
    with Timed(master) as store:
        store.taken.clear()  # what opening took
        texts = [row["text"] for row in store.rows("select text from articles where hash(url) % 50 = 0 limit ?", [DAY])]
        batch = [
            rows.article(
                f"https://source{n % 100}.example/new/{articles}/{n}",
                f"{text} Update {n}.",
                rows.START + timedelta(seconds=n),
                title=text[:60],
                source_id=f"source{n % 100}",
            )
            for n, text in enumerate(texts)
        ]
        rows.load(store, folder, batch)
        edited = [
            row | {"text": row["text"] + " Edited.", "seen_at": row["seen_at"] + timedelta(days=1)} for row in batch
        ]
        rows.load(
            store,
            folder,
            [
                rows.article(**{k: row[k] for k in ("url", "text", "seen_at", "title", "source_id")})
                for row in edited[:300]
            ],
        )
    print(
        f"a day of {len(batch)} new articles: index {store.taken[1]:.1f} s, all else of the load {store.taken[0]:.1f} s"
    )
    print(f"300 edited articles: index {store.taken[3]:.1f} s, all else of the load {store.taken[2]:.1f} s", flush=True)


def publishing(master: Path, folder: Path) -> None:
    """Time publishing beside a plain copy with sync."""
    for _ in range(3):
        began = time.perf_counter()
        publish(master, folder / "snapshot.duckdb")
        ours = time.perf_counter() - began
        began = time.perf_counter()
        subprocess.run(
            ["dd", f"if={master}", f"of={folder / 'copy'}", "bs=4M", "conv=fsync", "status=none"], check=True
        )
        peer = time.perf_counter() - began
        (folder / "copy").unlink()
        print(f"publishing {master.stat().st_size / 1e9:.2f} GB: {ours:.1f} s; dd with fsync {peer:.1f} s", flush=True)


def stored(folder: Path, articles: int) -> Path:
    """The master in this folder, generated and indexed where there is none yet."""
    folder.mkdir(parents=True, exist_ok=True)
    master = folder / "master.duckdb"
    if not master.exists():
        began = time.perf_counter()
        generate(master.with_suffix(".new"), articles)
        master.with_suffix(".new").replace(master)
        print(f"{articles} articles generated in {time.perf_counter() - began:.0f} s", flush=True)
        began = time.perf_counter()
        with Store(master) as store:
            (size,) = store.rows("select count(*) as postings from search_postings")
        print(f"indexed in {time.perf_counter() - began:.0f} s: {size['postings']} postings", flush=True)
    return master


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.data or Path(temporary)
        master = stored(folder, arguments.articles)
        publishing(master, folder)
        analysts(folder / "snapshot.duckdb", arguments.articles)
        day(master, Path(temporary), arguments.articles)
        publishing(master, folder)
        analysts(folder / "snapshot.duckdb", arguments.articles)


if __name__ == "__main__":
    main()
