import json
import tomllib
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.entities import ENTITIES_FILE, TYPES, Entities
from flows.errors import LexiconError
from flows.relevance import Tagger
from flows.spool import write_lines
from flows.tagging import ENTITIES_PER_ARTICLE, EVIDENCE_PER_TAG
from tests import rows
from warehouse.store import Store

TAGGER = Tagger.default()
ENTITIES = Entities.load(ENTITIES_FILE)

SMALL = """version = 1
[context]
chips = ["chip", "芯片"]
banks = ["central bank"]
"""
NVIDIA = '[company.nvidia]\nname = "Nvidia"\ncountry = "US"\nen = ["Nvidia"]\nzh = ["英伟达"]\n'


def found(text: str, title: str = "") -> list[tuple[str, str]]:
    """Each name in a text, with the entity that it is."""
    return [(text[hit.start : hit.end], hit.rule.tag) for hit in ENTITIES.find(title, text)[1]]


def how(text: str, title: str = "") -> dict[str, str]:
    """By name how it was recognised."""
    hits = ENTITIES.find(title, text)[1]
    return {text[hit.start : hit.end]: hit.rule.rule_id.rpartition(".")[2] for hit in hits}


def ids(text: str, title: str = "") -> set[str]:
    return {entity_id for _, entity_id in found(text, title)}


def small(body: str) -> Entities:
    return Entities(SMALL + body, "my.toml")


# ---------- what is known


def test_there_are_enough_entities_of_every_kind() -> None:
    kinds = [entity.type for entity in ENTITIES.entities.values()]
    assert len(kinds) >= 400
    assert {kind: kinds.count(kind) >= 10 for kind in kinds} == dict.fromkeys(kinds, True)
    assert {"person", "agency", "company", "organisation", "law", "model", "chip"} <= set(kinds)


def test_most_entities_have_a_chinese_name() -> None:
    tables = tomllib.loads(ENTITIES_FILE.read_text(encoding="utf-8"))
    entities = [entity for kind in TYPES for entity in tables[kind].values()]
    assert sum(bool(entity["zh"]) for entity in entities) / len(entities) > 0.9


def test_no_ambiguous_name_is_its_own_context() -> None:
    tables = tomllib.loads(ENTITIES_FILE.read_text(encoding="utf-8"))
    for kind in TYPES:
        for entity in tables[kind].values():
            for item in entity.get("ambiguous", []):
                words = {
                    word
                    for context in item.get("near", []) + item.get("text", [])
                    for word in tables["context"][context]
                }
                assert not words & set(item["alias"]), (entity["name"], words & set(item["alias"]))


def test_wikidata_items_are_of_one_entity_each() -> None:
    items = [entity.wikidata for entity in ENTITIES.entities.values() if entity.wikidata]
    assert len(items) >= 100
    assert len(set(items)) == len(items)


def holders(office: str, day: date) -> set[str]:
    return {
        entity.name
        for entity in ENTITIES.entities.values()
        for held in entity.offices
        if held.office == office and held.held_from <= day and (held.held_to is None or day <= held.held_to)
    }


@pytest.mark.parametrize(
    ("office", "day", "holder"),
    [
        ("Under Secretary of Commerce for Industry and Security", date(2023, 10, 17), "Alan Estevez"),
        ("Under Secretary of Commerce for Industry and Security", date(2025, 9, 29), "Jeffrey Kessler"),
        ("Secretary of Commerce", date(2019, 5, 15), "Wilbur Ross"),
        ("Secretary of Commerce", date(2022, 10, 7), "Gina Raimondo"),
        ("Secretary of Commerce", date(2025, 8, 11), "Howard Lutnick"),
        ("President of the United States", date(2025, 1, 13), "Joe Biden"),
        ("President of the United States", date(2025, 1, 21), "Donald Trump"),
        ("Minister of Foreign Affairs", date(2023, 7, 1), "Qin Gang"),
        ("Minister of Commerce", date(2020, 9, 19), "Zhong Shan"),
        ("Chair of the House Select Committee on the CCP", date(2023, 12, 1), "Mike Gallagher"),
    ],
)
def test_it_is_known_who_held_an_office_on_a_day(office: str, day: date, holder: str) -> None:
    assert holders(office, day) == {holder}


def test_days_known_to_the_month_or_year_cover_all_of_it() -> None:
    offices = 'offices = [{office = "Head", from = "2020", to = "2021-02"}, {office = "Guest", from = "2024-02-29"}]'
    entities = small(f'[person.a_b]\nname = "A. Bee"\ncountry = ""\nen = []\nzh = []\n{offices}\n')
    head, guest = entities.entities["a_b"].offices
    assert (head.held_from, head.held_to) == (date(2020, 1, 1), date(2021, 2, 28))
    assert (guest.held_from, guest.held_to) == (date(2024, 2, 29), None)


# ---------- names


@pytest.mark.parametrize(
    ("text", "entity_id"),
    [
        ("The Bureau of Industry and Security acted.", "bureau_of_industry_and_security"),
        ("The U.S. Commerce Department acted.", "department_of_commerce"),
        ("added to the entity list", "entity_list"),
        ("on the Unreliable Entity List", "unreliable_entity_list"),
        ("GPT‑4o and others", "gpt_4o"),
        ("Deepseek shook markets", "deepseek"),
        ("NVIDIA and HUAWEI", "nvidia"),
        ("said Openai", "openai"),
        ("Ascend 910C chips", "ascend_910c"),
        ("sold RTX5090s to China", "rtx_5090"),
        ("Maroš Šefčovič said", "maros_sefcovic"),
        ("商务部发言人何咏前表示", "ministry_of_commerce"),
        ("美国商务部公布新规", "department_of_commerce"),
        ("輝達執行長黃仁勳", "nvidia"),
        ("輝達執行長黃仁勳", "jensen_huang"),
        ("列入實體清單", "entity_list"),
        ("使用H100训练芯片", "h100"),
        ("川普與習近平會晤", "donald_trump"),
        ("《反外国制裁法》", "anti_foreign_sanctions_law"),
    ],
)
def test_names_are_found_in_either_language_and_script(text: str, entity_id: str) -> None:
    assert entity_id in ids(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nvidiaesque and unNvidia",
        "the trump card",
        "a rubber arm, an apple, a meta level",
        "GPT-4.5x",
        "Huaweis-like 5Huawei",
        "EUR and FBIs2 and SECs9",
        "Xi'an is a city in China",
        "高通胀持续",
        "三星堆遗址",
        "Melania Trump and Ivanka Trump",
        "the U.S. chamber of commerce",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert ids(text) - {"us_chamber_of_commerce"} == set()


def test_the_longest_name_is_meant() -> None:
    assert found("the House Select Committee on the Chinese Communist Party") == [
        ("House Select Committee on the Chinese Communist Party", "house_select_committee_on_the_ccp")
    ]
    assert found("GPT-4.5 beats GPT-4") == [("GPT-4.5", "gpt_4_5"), ("GPT-4", "gpt_4")]


# ---------- context, condition by condition


@pytest.mark.parametrize(
    ("text", "entity_id"),
    [
        ("Exports need a license, BIS said; the Commerce Department agreed.", "bureau_of_industry_and_security"),
        ("Commerce Secretary Raimondo and Commerce said so.", "department_of_commerce"),
        ("The H20, which Nvidia made for China, is a weak chip.", "h20"),
        ("Apple makes the iPhone.", "apple"),
        ("Meta, which owns Facebook, laid off staff.", "meta_platforms"),
        ("Google released Gemini, a chatbot.", "gemini"),
        ("Anthropic's Claude writes code.", "claude"),
        ("Meta Platforms opened Llama, a language model.", "llama"),
        ("SoftBank owns Arm, the chip designer.", "arm"),
        ("Huawei sells the Ascend as a rival.", "ascend"),
        ("Moonshot AI released Kimi.", "kimi"),
        ("Manus, an AI agent by Butterfly Effect, went viral.", "butterfly_effect"),
        ("The U.S. State Department spokesman spoke.", "department_of_state"),
        ("The bill passed Congress, Republican Senator Tom Cotton said.", "us_congress"),
        ("苹果公司与富士康的iPhone供应链，苹果股价上涨", "apple"),
        ("参议员科顿致信", "tom_cotton"),
        ("She said so in a post on X on Friday.", "x"),
        ("联发科和紫光也会发布5G芯片", "tsinghua_unigroup"),
    ],
)
def test_an_ambiguous_name_counts_in_its_context(text: str, entity_id: str) -> None:
    assert entity_id in ids(text)


@pytest.mark.parametrize(
    ("text", "entity_id"),
    [
        (
            "BIS, the Bank for International Settlements, raised its export control forecast.",
            "bureau_of_industry_and_security",
        ),
        ("BIS stands for many things.", "bureau_of_industry_and_security"),
        ("The chamber of Commerce met; Commerce grew.", "department_of_commerce"),
        ("Take the H20 to Lyon.", "h20"),
        ("An Apple fell on Newton.", "apple"),
        ("Meta is a prefix in Greek.", "meta_platforms"),
        ("He was born under Gemini.", "gemini"),
        ("Claude Monet painted.", "claude"),
        ("A Llama spat.", "llama"),
        ("Arm in hand they went.", "arm"),
        ("Ascend the stairs.", "ascend"),
        ("Kimi Raikkonen won with a language model of car.", "kimi"),
        ("Manus is Latin for hand.", "butterfly_effect"),
        ("The State of the Union and the Secretary of State.", "department_of_state"),
        ("The Indian National Congress lost.", "us_congress"),
        ("吃苹果，看手机", "tim_cook"),
        ("科顿是一种棉花", "tom_cotton"),
        ("X marks the spot, and X on the map.", "x"),
        ("紫光灯下看芯片", "tsinghua_unigroup"),
        ("The Federal Reserve Bank of New York is one of twelve.", "federal_reserve"),
    ],
)
def test_an_ambiguous_name_is_nothing_elsewhere(text: str, entity_id: str) -> None:
    assert entity_id not in ids(text)


CONDITIONS = """[agency.bureau]
name = "Bureau"
country = "US"
en = []
zh = []
ambiguous = [
  {alias = ["Near"], near = ["chips"]},
  {alias = ["Text"], text = ["chips"]},
  {alias = ["Unless"], unless = ["banks"]},
  {alias = ["Before"], before = ["Secretary of"]},
  {alias = ["After"], after = ["said", "'s"]},
  {alias = ["Both"], text = ["chips"], unless = ["banks"]},
]
"""


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Near a chip", True),
        ("Near " + "x " * 150 + "chips", False),
        ("芯片 Near", True),
        ("Near a chipmunk", False),
        ("Text " + "x " * 150 + "chips", True),
        ("Text", False),
        ("Unless", True),
        ("Unless a central bank does", False),
        ("Secretary of Before", True),
        ("Secretary for Before", False),
        ("After said", True),
        ("After's list", True),
        ("After  said", False),
        ("After", False),
        ("Both chips", True),
        ("Both chips of a central bank", False),
        ("Both", False),
    ],
)
def test_every_condition_decides(text: str, counts: bool) -> None:
    assert bool(small(CONDITIONS).find("", text)[1]) == counts


def test_the_title_is_context_of_the_text_and_the_text_of_the_title() -> None:
    entities = small(CONDITIONS)
    assert entities.find("A chip", "Text")[1]
    assert entities.find("Text", "A chip")[0]


# ---------- who was named before


def test_a_surname_stands_for_whom_the_text_has_named_in_full() -> None:
    assert found("Liang stayed away. Then Liang Wenfeng came, and Liang spoke.") == [
        ("Liang Wenfeng", "liang_wenfeng"),
        ("Liang", "liang_wenfeng"),
    ]
    assert found("Huang said no.") == []
    assert how("Jensen Huang came. Huang spoke.")["Huang"] == "surname"


def test_a_surname_stands_for_whom_the_text_named_last() -> None:
    text = "Wang Yi spoke. Wang left. Wang Wentao spoke. Wang left."
    assert [entity_id for name, entity_id in found(text) if name == "Wang"] == ["wang_yi", "wang_wentao"]


def test_a_surname_of_somebody_unknown_stands_for_nobody() -> None:
    text = "Jensen Huang spoke. Jason Huang disagreed. Huang, his brother, left. Jensen Huang stayed. Huang smiled."
    assert [text[: text.index(name)].count("Huang") for name, _ in found(text) if name == "Huang"] == [0]
    assert len([1 for name, _ in found(text) if name == "Huang"]) == 1
    assert found("Wang Yi met Wang Xiaohong. Wang smiled.") == [("Wang Yi", "wang_yi")]


def test_a_title_lets_a_surname_stand_alone() -> None:
    assert how("Secretary Lutnick will go.") == {"Lutnick": "context"}
    assert how("Nvidia CEO Huang will go.") == {"Nvidia": "name", "Huang": "context"}
    assert ids("Foreign Minister Wang and Commerce Minister Wang") == {"wang_yi", "wang_wentao"}


def test_a_western_surname_may_come_before_the_full_name() -> None:
    assert ids("Cotton objects. Senator Tom Cotton, a Republican, wrote a letter.") == {"tom_cotton"}


def test_a_surname_in_the_title_stands_for_whom_the_text_names_first() -> None:
    in_title, _ = ENTITIES.find("Wang warns Washington", "Wang Wentao spoke after Wang Yi.")
    assert [hit.rule.tag for hit in in_title] == ["wang_wentao"]
    assert ENTITIES.find("Wang warns Washington", "Somebody spoke.")[0] == []


def test_a_title_in_title_case_has_surnames_too() -> None:
    assert [hit.rule.tag for hit in ENTITIES.find("Trump Praises Huang Again", "Jensen Huang went.")[0]] == [
        "donald_trump",
        "jensen_huang",
    ]


def test_a_short_form_needs_the_full_name_and_means_the_last_of_two() -> None:
    assert ids("The select committee met.") == set()
    assert how("The House Select Committee on China met. The select committee voted.")["select committee"] == "short"
    text = "美国国务院发言人表示，国务院将继续关注。国务院总理李强说，国务院决定。"
    assert [entity_id for name, entity_id in found(text) if name == "国务院"] == [
        "department_of_state",
        "state_council",
    ]


def test_one_name_of_two_people_goes_to_whom_was_named() -> None:
    assert ids("英特尔首席执行官帕特·基辛格说，基辛格离任") == {"intel", "pat_gelsinger"}
    assert ids("前国务卿基辛格访华") == {"henry_kissinger"}


# ---------- damaged names


@pytest.mark.parametrize("name", ["Krazios", "Kratzios", "Kratsoos", "Kratsois", "Kratsio"])
def test_a_damaged_surname_is_recognised_after_its_first_name_and_marked(name: str) -> None:
    expected = {} if name == "Kratsio" else {f"Michael {name}": "fuzzy"}
    assert how(f"Policy Director Michael {name} said") == expected


def test_a_damaged_surname_is_recognised_alone_once_its_owner_was_named() -> None:
    text = "Director Michael Krazios spoke. Kratzios left, Kratsooth stayed, and Kratsios went."
    assert how(text) == {
        "Michael Krazios": "fuzzy",
        "Kratzios": "fuzzy",
        "Kratsooth": "fuzzy",
        "Kratsios": "name",
    }
    assert ids("Kratzios left, Kratsooth stayed.") == set()


@pytest.mark.parametrize(
    ("text", "entity_id"),
    [
        ("Treasury Secretary Scott Bessant met", "scott_bessent"),
        ("Secretary Lutnik met", "howard_lutnick"),
        ("Secretary Hegesth met", "pete_hegseth"),
        ("Rep. Raja Krishnamurthi met", "raja_krishnamoorthi"),
        ("Huawei grew. Huwaei shrank.", "huawei"),
        ("Chipmaker Nvidea grew.", "nvidia"),
    ],
)
def test_damaged_names_are_recognised_in_context(text: str, entity_id: str) -> None:
    rules = {hit.rule.rule_id for hit in ENTITIES.find("", text)[1]}
    assert f"{entity_id}.fuzzy" in rules


@pytest.mark.parametrize(
    "text",
    [
        "Michael Kratos said. Director Kramer said.",
        "Michael Kratsios spoke. Kratos fell, and Kratzer rose.",
        "Scott Bennett of the Secretary Bennett fund. Scott Bessemer",
        "Mike Johnston is no speaker.",
        "Howard Lutkin and Secretary Luttwak",
        "Emmanuel Macron met Micron. Marcon left.",
        "Gina Raymond and Gina Ramondo-Smith",
        "Nvidia's Nvidias and Nvidian rivals",
        "John Moolman and Jake Sullivans",
        "Alibaba met Alibi and Ali Baba.",
        "Secretary Austen, Secretary Rossi",
    ],
)
def test_ordinary_similar_names_are_not_taken_for_damaged_ones(text: str) -> None:
    assert "fuzzy" not in how(text).values()


# ---------- tags and evidence


def test_entities_are_tagged_with_their_evidence() -> None:
    text = "Nothing here. Howard Lutnick spoke. Lutnick left with Secretary Hegesth."
    assessment = TAGGER.assess("Nvidia waits", text, "en")
    tags = {tag.tag: tag.score for tag in assessment.tags if tag.kind == "entity"}
    assert tags.keys() == {"nvidia", "howard_lutnick", "pete_hegseth"}
    evidence = {
        (row.rule_id, text[row.start_char : row.end_char] if row.start_char is not None else None, row.sentence)
        for row in assessment.evidence
        if row.kind == "entity"
    }
    assert evidence == {
        ("nvidia.name", None, "Nvidia waits"),
        ("howard_lutnick.name", "Howard Lutnick", "Howard Lutnick spoke."),
        ("howard_lutnick.surname", "Lutnick", "Lutnick left with Secretary Hegesth."),
        ("pete_hegseth.fuzzy", "Hegesth", "Lutnick left with Secretary Hegesth."),
    }


def test_a_page_that_names_everything_is_tagged_with_what_it_names_most() -> None:
    names = [entity.name for entity in ENTITIES.entities.values()]
    text = "\n".join(names * 2) + "\nHuawei" * 30
    assessment = TAGGER.assess("", text, "en")
    tags = [tag for tag in assessment.tags if tag.kind == "entity"]
    assert len(tags) == ENTITIES_PER_ARTICLE
    assert "huawei" in {tag.tag for tag in tags}
    assert len([row for row in assessment.evidence if row.kind == "entity"]) <= ENTITIES_PER_ARTICLE * EVIDENCE_PER_TAG


def test_the_country_of_an_entity_does_not_change_relevance() -> None:
    text = "SIPRI and the Lowy Institute met Ngozi Okonjo-Iweala. Wassenaar Arrangement talks went on."
    without = Tagger(TAGGER.lexicon, TAGGER.profile)
    assert TAGGER.assess("", text, "en").signals == without.assess("", text, "en").signals


PIECES = st.sampled_from(
    [
        *("Huawei", "Xi Jinping", "Xi", "Secretary Lutnick", "BIS", "Commerce", "Apple", "iPhone", "chips", "H20"),
        *("华为", "華為", "黃仁勳", "美國商務部", "國務院", "参议员科顿", "AI", "GPT‑4", "Nvidia’s", "Kratzios"),
        *("Michael Krazios", "İ", "ß", "ﬁ", "e\u0301", "😀", "👩‍💻", "\u200b", "\ud800", "한국", "ΑΣ", "𝐇uawei"),
        *(". ", "。", "\n", " ", "-", "'", "“", "\u00a0", "\u3000", "", "the ", "Jensen Huang", "Huang"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(st.characters(), max_size=80))


@given(TEXTS, TEXTS)
def test_every_hit_lies_in_its_text_and_none_overlaps_another(title: str, text: str) -> None:
    for part, hits in zip((title, text), ENTITIES.find(title, text), strict=True):
        end = 0
        for hit in hits:
            assert end <= hit.start < hit.end <= len(part)
            assert part[hit.start : hit.end].strip() == part[hit.start : hit.end]
            assert hit.rule.rule_id.startswith(f"{hit.rule.tag}.")
            assert hit.rule.tag in ENTITIES.entities
            end = hit.end


@given(TEXTS, TEXTS)
def test_every_evidence_span_is_its_text_in_its_sentence(title: str, text: str) -> None:
    for row in TAGGER.assess(title, text, None).evidence:
        if row.start_char is None:
            assert row.sentence == title[: len(row.sentence)]
            continue
        phrase = text[row.start_char : row.end_char]
        assert phrase
        assert phrase in row.sentence
        if row.kind == "entity" and row.rule_id.endswith(".name"):
            assert row.rule_id in {hit.rule.rule_id for hit in ENTITIES.find("", phrase)[1]}


@given(
    st.lists(st.sampled_from(["Huawei", "华为", "Nvidia", "英伟达"]), min_size=1), st.sampled_from("😀é\u0301한中 ,\n")
)
def test_names_are_found_beside_emoji_marks_and_other_scripts(names: list[str], between: str) -> None:
    text = f" {between} ".join(names)
    assert [text[hit.start : hit.end] for hit in ENTITIES.find("", text)[1]] == names


@pytest.mark.parametrize("piece", ["Xi ", "H20 chip ", "Michael Krazios ", "Kratzios ", "国务院", "BIS ", "Secretary "])
def test_endless_names_take_no_endless_time(piece: str) -> None:
    import time

    start = time.perf_counter()
    ENTITIES.find("", "Michael Krazios " + piece * (400_000 // len(piece)))
    assert time.perf_counter() - start < 20


# ---------- the warehouse


def test_the_warehouse_knows_entities_and_offices_as_the_file_has_them(tmp_path: Path) -> None:
    def register(store: Store, *entities: dict) -> None:
        write_lines(tmp_path / "entities.jsonl.gz", entities)
        store.register_entities(tmp_path / "entities.jsonl.gz")

    one = {"entity_id": "a_b", "name": "A. Bee", "type": "person", "country": "US", "wikidata": "Q1"}
    one |= {"aliases": ["A. Bee", "甲乙"]}
    two = {"entity_id": "cee", "name": "Cee", "type": "chip", "country": "", "wikidata": "", "offices": []}
    office = {"office": "Head", "held_from": "2020-01-01", "held_to": None}
    with Store(rows.empty(tmp_path / "master.duckdb")) as store:
        register(store, one | {"offices": [office, office | {"held_to": "2021-12-31"}]}, two)
        register(store, one | {"name": "Anne Bee", "offices": [office]})
        assert store.rows("from entities") == [one | {"name": "Anne Bee"}]
        assert store.rows("from offices") == [
            {"entity_id": "a_b", "office": "Head", "held_from": date(2020, 1, 1), "held_to": None}
        ]


def test_an_article_shows_the_offices_that_were_held_when_it_was_published(tmp_path: Path) -> None:
    people = [ENTITIES.entities["alan_estevez"], ENTITIES.entities["nvidia"]]
    write_lines(tmp_path / "entities.jsonl.gz", map(asdict, people))
    tags = [{"kind": "entity", "tag": person.entity_id, "score": 0.5} for person in people]
    days = [datetime(year, 10, 17, tzinfo=UTC) for year in (2021, 2023, 2025)]
    with Store(rows.empty(tmp_path / "master.duckdb")) as store:
        store.register_entities(tmp_path / "entities.jsonl.gz")
        rows.load(
            store, tmp_path, [rows.article(f"https://a.example/{day.year}", "Text.", day, tags=tags) for day in days]
        )
        found = store.rows("select * from named_entities where entity_id = 'alan_estevez' order by published_at")
        assert [row["offices"] for row in found] == [
            None,
            ["Under Secretary of Commerce for Industry and Security"],
            None,
        ]
        assert store.rows("select count(*) as n from named_entities where name = 'Nvidia' and type = 'company'") == [
            {"n": 3}
        ]


# ---------- wrong files


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = ["A Inc"]\n', 5, ["company.a", "zh"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nzh = []\n', 5, ["company.a", "en"]),
        ('[company.a]\ncountry = ""\nen = []\nzh = []\n', 5, ["company.a", "name"]),
        (NVIDIA + 'fr = ["Nvidia"]\n', 10, ["company.nvidia", "fr"]),
        (NVIDIA + '[company.b]\nname = "Bee"\ncountry = ""\nen = [\n  "Bee",\n  "nvidia"]\nzh = []\n', 15, ["company.b", "nvidia", "company.nvidia"]),
        (NVIDIA + '[company.b]\nname = "Bee"\ncountry = ""\nen = []\nzh = ["英偉達"]\n', 14, ["company.b", "英偉達", "company.nvidia"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = ["A Inc", "a inc"]\nzh = []\n', 8, ["a inc", "twice"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = ["华为"]\nzh = []\n', 8, ["华为", "en"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = []\nzh = ["Huawei"]\n', 9, ["Huawei", "zh"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = [" A Inc"]\nzh = []\n', 8, ["' A Inc'"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = ["A"]\nzh = []\n', 8, ["'A'"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = [7]\nzh = []\n', 8, ["7"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nen = "A Inc"\nzh = []\n', 8, ["en", "no list"]),
        ('[company.a]\nname = "A Inc"\ncountry = "usa"\nen = []\nzh = []\n', 7, ["country", "usa"]),
        ('[company.a]\nname = "A Inc"\ncountry = ""\nwikidata = "12"\nen = []\nzh = []\n', 8, ["wikidata", "12"]),
        (NVIDIA + 'wikidata = "Q1"\n[chip.b]\nname = "Bee"\ncountry = ""\nwikidata = "Q1"\nen = []\nzh = []\n', 14, ["chip.b", "Q1", "company.nvidia"]),
        (NVIDIA + '[chip.nvidia]\nname = "Bee"\ncountry = ""\nen = []\nzh = []\n', 10, ["chip.nvidia", "identifier"]),
        ('[company.A-b]\nname = "A Inc"\ncountry = ""\nen = []\nzh = []\n', 5, ["company.A-b", "identifier"]),
        (NVIDIA + 'ambiguous = [{alias = ["N"], text = ["chips"]}]\n', 10, ["'N'"]),
        (NVIDIA + 'ambiguous = [{alias = ["NV"], text = ["chops"]}]\n', 10, ["chops", "no context"]),
        (NVIDIA + 'ambiguous = [{alias = ["NV"]}]\n', 10, ["NV", "near"]),
        (NVIDIA + 'ambiguous = [{alias = ["NV"], if = ["chips"]}]\n', 10, ["if"]),
        (NVIDIA + 'ambiguous = "NV"\n', 10, ["ambiguous", "no list"]),
        (NVIDIA + 'except = ["Nvidia"]\n', 10, ["Nvidia", "exception"]),
        (NVIDIA + 'offices = [{office = "Head", from = "2020"}]\n', 10, ["offices", "no person"]),
        ('[company.a]\nname = "Bee"\ncountry = ""\nen = ["Bee"]\nzh = []\ndamaged = true\n', 10, ["damaged", "'Bee'"]),
        ('[person.a]\nname = "Bee"\ncountry = ""\nen = []\nzh = []\noffices = [{office = "Head", from = "20"}]\n', 10, ["'20'"]),
        ('[person.a]\nname = "Bee"\ncountry = ""\nen = []\nzh = []\noffices = [{office = "Head", from = "2020-13"}]\n', 10, ["2020-13"]),
        ('[person.a]\nname = "Bee"\ncountry = ""\nen = []\nzh = []\noffices = [\n  {office = "Head", from = "2020", to = "2019"}]\n', 11, ["Head", "before"]),
        ('[person.a]\nname = "Bee"\ncountry = ""\nen = []\nzh = []\noffices = [{office = "Head"}]\n', 10, ["from"]),
        ("[robot.a]\nname = 3\n", 5, ["robot"]),
        ("[company]\na = 3\n", 6, ["company.a"]),
        ("x = ?\n", 5, []),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_name_line_and_term(body: str, line: int, words: list[str]) -> None:
    with pytest.raises(LexiconError) as refusal:
        small(body)
    for word in ["my.toml", f"line {line}", *words]:
        assert word in str(refusal.value)


def test_wrong_contexts_and_versions_are_refused() -> None:
    for source, words in [
        ('version = 1\n[context]\nchips = ["chip", "Chip"]\n', ["line 3", "Chip", "twice"]),
        ("version = 1\ncontext = 3\n", ["line 2", "context"]),
        ("version = 1\ncompany = 3\n", ["line 2", "company"]),
        ("version = 2\n", ["line 1", "version"]),
    ]:
        with pytest.raises(LexiconError) as refusal:
            Entities(source, "my.toml")
        for word in ["my.toml", *words]:
            assert word in str(refusal.value)


def test_a_wrong_file_changes_nothing_and_is_one_line_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from flows import relevance
    from flows.cli import main

    wrong = tmp_path / "wrong.toml"
    wrong.write_text(SMALL + NVIDIA + 'colour = "green"\n', encoding="utf-8")
    monkeypatch.setattr(relevance, "ENTITIES_FILE", wrong)
    relevance.Tagger._of_the_package.cache_clear()
    data = tmp_path / "data"
    said = CliRunner().invoke(main, ["ingest", "--no-prefect", "--source", "cset", "--data", str(data)])
    assert said.exit_code == 1
    assert "wrong.toml, line 10: [company.nvidia] has 'colour'" in said.stderr.replace("\n", " ")
    assert "Traceback" not in said.stderr
    assert not list(data.rglob("*.duckdb"))


def test_explain_shows_entities(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from flows.cli import main

    draft = tmp_path / "draft.txt"
    draft.write_text("Nvidia waits\n\nDirector Michael Krazios spoke.\n", encoding="utf-8")
    said = CliRunner().invoke(main, ["explain", str(draft), "--data", str(tmp_path)]).stdout
    assert "entity nvidia" in said
    assert "michael_kratsios.fuzzy “Michael Krazios”" in said
    assert "Director Michael Krazios spoke." in said
    evidence = json.loads(CliRunner().invoke(main, ["explain", "--json", str(draft), "--data", str(tmp_path)]).stdout)[
        "evidence"
    ]
    assert {row["tag"] for row in evidence if row["kind"] == "entity"} == {"nvidia", "michael_kratsios"}
