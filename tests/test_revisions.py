"""What is an edit and what only looks like one, what an edit changed, and when pages are visited again."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, count, pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.fingerprint import unset
from flows.ingest import Request, ingest
from flows.revisions import versions, volatile
from flows.revisions.changes import MAX_SENTENCE, Change, changes, split
from flows.revisions.history import History, Page
from flows.revisions.notices import notices
from flows.spool import Data
from spiders.revisits import EARLY, MAX_AGE, MAX_OF_SOURCE, SOONEST, due, is_due
from tests import rows
from tests.rows import START, article
from warehouse import store as warehouse_store
from warehouse.snapshot import Visited, query, visited
from warehouse.store import Store, Version

CHECKS = sorted((Path(__file__).parent.parent / "warehouse" / "checks").glob("*.sql"))
DAY = timedelta(days=1)

ENGLISH_TITLE = "Commerce Department tightens licensing for AI chips bound for China"
ENGLISH = """\
By Dana Whitlock | November 20, 2026 | 4 min read
The Commerce Department on Friday tightened licensing for advanced artificial intelligence chips bound for China, closing what officials called a gap in rules that date from 2023.
Under the interim final rule, chips with a memory bandwidth above 1,400 gigabytes per second will need a licence even where they fall below the older threshold of computing power.
Licences for civilian data centers will be reviewed case by case. Those for customers on the Entity List will be denied, the rule says.
"This is a narrow rule aimed at a narrow problem," said Margaret Oyelaran, an under secretary of commerce. "We strongly condemn attempts to get around it."
China's commerce ministry said on Saturday that it would take necessary measures to protect its companies, and urged Washington to stop politicising trade.
Shares of two American chip designers fell 3.5% in early trading. One of them, Brightforge, said the rule would cost it $93 million in the fourth quarter.
The rule takes effect on 15 December. Comments will be accepted until 19 January.
Analysts disagreed about its reach. Some 40 firms in eleven provinces buy chips of the kind that it covers, according to a survey that the Meridian Institute published in October.
Beijing has meanwhile told state-funded data centers to remove foreign accelerators, people familiar with the matter said, a step that would shrink the market for whatever licences are granted.
Lawmakers of both parties welcomed the rule, and said that a bill to require chips to report their location would follow before the end of the year."""

CHINESE_TITLE = "商务部新闻发言人就美国收紧人工智能芯片出口管制答记者问"
CHINESE = """\
来源：商务部新闻办公室 2026-11-21 10:30
有记者问：美国商务部近日宣布收紧对华人工智能芯片出口许可，请问中方对此有何评论？
发言人表示，中方注意到有关情况。美方泛化国家安全概念，滥用出口管制措施，中方对此强烈谴责并坚决反对。
发言人指出，美方将十四家中国企业列入实体清单，严重破坏正常的国际经贸秩序，损害企业合法权益。
人工智能芯片是全球性产业，供应链高度融合。单边限制不仅损害中国企业利益，也给包括美国企业在内的全球产业带来约六十亿美元的损失。
据统计，今年前十个月中国进口集成电路4500亿块，同比增长8.2%。
中方敦促美方立即纠正错误做法，停止对中国企业的无理打压，为两国经贸合作营造良好氛围。
中方将采取必要措施，坚决维护中国企业的正当权益。
发言人最后强调，中美双方应当通过对话解决分歧，共同维护全球产业链供应链的稳定。
双方工作层将于12月4日在日内瓦举行下一轮磋商。"""

URL = "https://harbor-wire.example/2026/chips"

_folders = count()


@dataclass(frozen=True)
class Kind:
    """A kind of edit: what is put in the place of what, and what it is to be taken for.

    `removed` and `added` are the words of its changed sentences, `number` whether a number changed.
    """

    name: str
    replace: tuple[tuple[str, str], ...] = ()
    title: str = ""
    chinese: bool = False
    is_edit: bool = True
    notice: bool = False
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    number: bool = False

    @property
    def before(self) -> tuple[str, str]:
        return (CHINESE_TITLE, CHINESE) if self.chinese else (ENGLISH_TITLE, ENGLISH)

    @property
    def after(self) -> tuple[str, str]:
        title, text = self.before
        for old, new in self.replace:
            assert old in text
            text = text.replace(old, new)
        return self.title or title, text


def edit(name: str, old: str, new: str, removed: str = "", added: str = "", **fields: Any) -> Kind:
    words = {"removed": tuple(filter(None, [removed])), "added": tuple(filter(None, [added]))}
    return Kind(name, ((old, new),), **words | fields)


def noise(name: str, *replacements: tuple[str, str], **fields: Any) -> Kind:
    return Kind(name, replacements, is_edit=False, **fields)


LAWMAKERS = ENGLISH.splitlines()[-1]
ANALYSTS = ENGLISH.splitlines()[8]
CORRECTION = (
    "Correction: An earlier version of this article misstated the loss that Brightforge expects. It is $39 million."
)
MARKET = ENGLISH.splitlines()[9]

KINDS = (
    # Edits, silent.
    edit("typo", "politicising", "politicizing", "politicising", "politicizing"),
    edit("letter left out", "accelerators, people", "acelerators, people", "accelerators", "acelerators"),
    edit("number changed", "$93 million", "$39 million", "93", "39", number=True),
    edit("decimal point moved", "3.5%", "35%", "3.5", "35", number=True),
    edit("number in words changed", "eleven provinces", "twelve provinces", "eleven", "twelve", number=True),
    edit("sign changed", "fell 3.5%", "fell -3.5%", "", "-"),
    edit("currency changed", "$93 million", "€93 million", "$", "€"),
    edit("date of an event changed", "15 December", "16 December", "15", "16", number=True),
    edit("name changed", "Brightforge", "Brightfield", "Brightforge", "Brightfield"),
    edit("quote softened", "We strongly condemn attempts", "We are aware of attempts", "strongly condemn", "are aware of"),
    edit("hedge added", "said the rule would cost", "said the rule could cost", "would", "could"),
    edit("negation added", "will be denied", "will not be denied", "", "not"),
    edit("attribution removed", ", people familiar with the matter said", "", "people familiar with the matter said,"),
    edit("scare quotes added", "necessary measures", '"necessary" measures'),
    edit("case of a name", "Entity List", "entity list", "Entity List", "entity list"),
    edit("paragraph removed", "\n" + MARKET, "", MARKET),
    edit("sentence removed", " Comments will be accepted until 19 January.", "", "Comments will be accepted until 19 January."),
    edit("last paragraph removed", "\n" + LAWMAKERS, "", LAWMAKERS),
    edit("sentence added", "until 19 January.", "until 19 January. Three firms have asked for more time.", "", "Three firms have asked for more time."),
    edit("paragraph added", "\n" + LAWMAKERS, "\nBrightforge declined to comment.\n" + LAWMAKERS, "", "Brightforge declined to comment."),
    edit("paragraph moved", f"{ANALYSTS}\n{MARKET}", f"{MARKET}\n{ANALYSTS}"),
    Kind("headline changed", title="Commerce Department loosens licensing for AI chips bound for China", removed=("tightens",), added=("loosens",)),
    Kind("headline hedged", title=f"{ENGLISH_TITLE} – report", added=("– report",)),
    Kind("edit among adverts", (("$93", "$39"), (ANALYSTS, f"Advertisement: Brightforge laptops\n{ANALYSTS}")), removed=("93",), added=("39",), number=True),
    # Edits with a notice.
    Kind("correction appended", (("$93 million", "$39 million"), (LAWMAKERS, f"{LAWMAKERS}\n{CORRECTION}")), notice=True, number=True),
    edit("correction without another change", LAWMAKERS, f"{LAWMAKERS}\n{CORRECTION}", notice=True),
    edit("clarification", LAWMAKERS, f"{LAWMAKERS}\nClarification: the rule applies to exports only.", "", "Clarification: the rule applies to exports only.", notice=True),
    edit("editor's note", "The Commerce Department on Friday", "Editor’s note: The headline has been changed since.\nThe Commerce Department on Friday", notice=True),
    edit("this article has been updated", LAWMAKERS, f"{LAWMAKERS}\nThis article has been updated to include the ministry's reply.", notice=True),
    edit("agency's correction", "By Dana", "(Corrects loss in paragraph 7)\nBy Dana", "", "(Corrects loss in paragraph 7)", notice=True),
    Kind("corrected in the headline", title=f"CORRECTED-{ENGLISH_TITLE}", notice=True, added=("CORRECTED-",)),
    edit("the word correction in the text", "its reach", "its reach after the correction of the draft", "", "after the correction of the draft"),
    edit("an update of a rule in the text", "Lawmakers of both", "The department updated the rule on Sunday. Lawmakers of both", "", "The department updated the rule on Sunday."),
    # Edits, Chinese.
    edit("数字改动", "8.2%", "2.8%", "8.2", "2.8", chinese=True, number=True),
    edit("汉字数字改动", "十四家", "十五家", "四", "五", chinese=True, number=True),
    edit("错字", "供应链高度融合", "供应链高度溶合", "融", "溶", chinese=True),
    edit("措辞软化", "强烈谴责并坚决反对", "表示关切", "强烈谴责并坚决反对", "表示关切", chinese=True),
    edit("删去一段", "\n中方将采取必要措施，坚决维护中国企业的正当权益。", "", "中方将采取必要措施，坚决维护中国企业的正当权益。", chinese=True),
    edit("日期改动", "12月4日", "12月6日", "4", "6", chinese=True, number=True),
    edit("更正说明", "磋商。", "磋商。\n更正：此前报道中实体清单企业数量有误，应为十四家。", "", "更正：此前报道中实体清单企业数量有误，应为十四家。", chinese=True, notice=True),
    edit("编者按", "有记者问", "编者按：本文标题已作修改。\n有记者问", chinese=True, notice=True),
    Kind("标题改动", title=CHINESE_TITLE.replace("收紧", "放宽"), chinese=True, removed=("收紧",), added=("放宽",)),
    # What is no edit.
    noise("nothing"),
    noise("date of the page", ("November 20, 2026", "November 21, 2026")),
    noise("stamp added", ("By Dana", "Updated: November 21, 2026 at 3:15 p.m. ET\nBy Dana")),
    noise("stamp at the end", (LAWMAKERS, f"{LAWMAKERS}\nThis article was last updated on 21 November 2026, 14:05 GMT")),
    noise("age of the page", ("By Dana", "Published 2 hours ago\nBy Dana")),
    noise("reading time", ("4 min read", "5 min read")),
    noise("counters", (LAWMAKERS, f"{LAWMAKERS}\n1,234 views\n12 comments | 56 shares")),
    noise("typographic quotes", ('"This is', "“This is"), ('problem,"', "problem,”"), ("China's", "China’s")),
    noise("dashes and spaces", ("state-funded", "state‑funded"), ("$93 million", "$93\u00a0million"), ("The rule", "The  rule")),
    noise("paragraphs joined", (f"{ANALYSTS}\n{MARKET}", f"{ANALYSTS} {MARKET}")),
    noise("advert", (MARKET, f"Advertisement\n{MARKET}")),
    noise("sponsored link", (MARKET, f"Sponsored: Ten laptops that outlast your commute\n{MARKET}")),
    noise("newsletter", (MARKET, f"Sign up for our weekly newsletter on technology and power\n{MARKET}")),
    noise("related link", (ANALYSTS, f"Related: What the memory rule means for Malaysia\n{ANALYSTS}")),
    noise("read more", (ANALYSTS, f"READ MORE: Inside the licensing backlog\n{ANALYSTS}")),
    noise("site's name", title=f"{ENGLISH_TITLE} | Harbor Wire"),
    noise("site's name after a dash", title=f"{ENGLISH_TITLE} - Harbor Wire"),
    noise("更新时间", ("有记者问", "更新时间：2026年11月22日 09:15\n有记者问"), chinese=True),
    noise("来源一行的时间", ("2026-11-21 10:30", "2026-11-22 08:00"), chinese=True),
    noise("阅读量", ("磋商。", "磋商。\n阅读量：3.4万\n评论数 128"), chinese=True),
    noise("全角与半角", ("，", ","), ("8.2%", "８.２％"), chinese=True),
    noise("中英文之间的空格", ("4500亿", "4500 亿"), ("12月4日", "12 月 4 日"), chinese=True),
    noise("广告", ("中方将", "【广告】双十二芯片优惠\n中方将"), chinese=True),
    noise("相关阅读", ("中方将", "相关阅读：日内瓦磋商前瞻\n中方将"), chinese=True),
    noise("公众号", ("磋商。", "磋商。\n欢迎关注“商务微新闻”微信公众号"), chinese=True),
    noise("网站名称", title=f"{CHINESE_TITLE}_新闻_商务部网", chinese=True),
)  # fmt: skip


def seen(url: str, hours: float, title: str, text: str, **fields: Any) -> dict[str, Any]:
    """An article as its page showed it some hours after the start."""
    return article(url, text, START + timedelta(hours=hours), title=title, published_at=START, **fields)


def version(row: dict[str, Any]) -> Version:
    same = ("source_id", "url", "version", "seen_at", "title", "text")
    return Version(
        article_id=str(row["article_id"]),
        **{name: row[name] for name in same},
        extent=versions.extent(row),
        extractors=frozenset({row["extractor_version"]}),
        lines=tuple(row["lines"]),
    )


def page(*visits: dict[str, Any]) -> Page:
    return Page(map(version, visits), [(row["seen_at"], row["version"]) for row in visits])


def history(*visits: dict[str, Any]) -> History:
    return page(*visits).history({})


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    found = page(before, after).changes(before["version"], after["version"], {})
    return [change for _, change in found]


def words(changed: list[Change], side: str) -> tuple[str, ...]:
    return tuple(run for change in changed for run in getattr(change, side))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_of_edit_is_taken_for_what_it_is(kind: Kind) -> None:
    visits = [seen(URL, hours, *what) for hours, what in ((0, kind.before), (24, kind.after))]
    found = history(*visits)
    assert [revision.cause for revision in found.revisions] == ["first", "edited"][: 1 + kind.is_edit]
    if not kind.is_edit:
        return
    assert bool(found.revisions[-1].notice) == kind.notice
    changed = changes_between(*visits)
    assert changed
    if kind.removed or kind.added:
        assert (words(changed, "words_removed"), words(changed, "words_added")) == (kind.removed, kind.added)
    assert any(change.number_changed for change in changed) == kind.number


def test_there_are_thirty_kinds_of_edit_and_more() -> None:
    assert len(KINDS) >= 60
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert min(len(ENGLISH.splitlines()), len(CHINESE.splitlines())) >= 8


def test_a_notice_is_told_in_its_own_words() -> None:
    (correction,) = [kind for kind in KINDS if kind.name == "correction appended"]
    found = history(
        seen("https://a.example/1", 0, *correction.before), seen("https://a.example/1", 24, *correction.after)
    )
    assert "misstated the loss that Brightforge expects" in found.revisions[1].notice


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "Correction: The rule takes effect in December."),
        ("", "UPDATE: The ministry has replied."),
        ("", "An earlier version of this story misspelled a name."),
        ("", "This story has been corrected to say that the firm is based in Austin."),
        ("", "We have since updated this article with a statement."),
        ("", "Editors' note: the quote was removed."),
        ("", "The Ledger regrets the error."),
        ("UPDATE 2-Chip rule published", ""),
        ("", "勘误：应为十四家。"),
        ("", "本文已于11月21日更正。"),
        ("", "编者注：译文有删节。"),
        ("", "特此更正。"),
        ("", "此前的报道有误。"),
    ],
)
def test_notices_are_recognised(title: str, sentence: str) -> None:
    assert notices(title, f"Shares fell on Friday.\n{sentence}")


@pytest.mark.parametrize(
    "sentence",
    [
        "The correction in chip shares went on for a third day.",
        "Officials updated the Entity List on Friday.",
        "Updated: November 20, 2026",
        "The clarification that Beijing asked for did not come.",
        "The report was revised by the ministry in October.",
        "Updated guidance from 2023: firms need a licence.",
        "The post was withdrawn after two years in Beijing.",
        "更新换代的速度加快。",
        "更新时间：2026年11月20日",
        "双方同意更新合作协议。",
        "市场出现修正。",
    ],
)
def test_other_sentences_are_no_notices(sentence: str) -> None:
    assert notices("Chip rule published", f"Shares fell on Friday.\n{sentence}") == []


@pytest.mark.parametrize(
    "line",
    [
        "中方高度关注美国对通讯企业的限制措施。",
        "Join US allies in limiting chip sales, the memo says.",
        "Ad-free tiers make up a third of the market.",
        "More — much more — is needed, the institute says.",
        "Start-ups that offer an app for loans must register.",
        "May 3: the first licence is granted.",
        "The hearing is set for 20 November 2026.",
        "By November 20, 2026 the firms must answer.",
        "Shares of 12 firms fell.",
        "三家企业关注新规。",
    ],
)
def test_lines_of_the_article_are_not_taken_for_the_pages(line: str) -> None:
    lines = ENGLISH.splitlines()
    assert line in volatile.without("\n".join([*lines[:5], line, *lines[5:]]))


@pytest.mark.parametrize(
    ("title", "url", "without"),
    [
        ("Chips stay at home - Reuters", "https://www.reuters.com/a", "Chips stay at home"),
        ("Chips stay at home – BBC News", "https://www.bbc.com/a", "Chips stay at home"),
        ("Chips stay at home - South China Morning Post", "https://www.scmp.com/a", "Chips stay at home"),
        ("Chips stay at home - The New York Times", "https://www.nytimes.com/a", "Chips stay at home"),
        ("芯片出口管制升级-新华网", "http://www.news.cn/a", "芯片出口管制升级"),
        ("芯片出口管制升级_科技_中国政府网", "https://www.gov.cn/a", "芯片出口管制升级"),
        ("深度｜芯片出口管制为何一再升级", "https://www.yicai.com/a", "深度｜芯片出口管制为何一再升级"),
        ("Chips stay at home – for now", "https://www.reuters.com/a", "Chips stay at home – for now"),
        ("Chip rules ease – US", "https://www.business.example/a", "Chip rules ease – US"),
        ("Opinion | The chip war is over", "https://www.nytimes.com/a", "Opinion | The chip war is over"),
    ],
)
def test_names_of_sites_are_no_part_of_a_title(title: str, url: str, without: str) -> None:
    assert versions.essence(title, "", url).title == without


# Properties --------------------------------------------------------------------------------------------------------

SETTINGS = {
    '"': ['"', "“", "”", "„", "«"],
    "'": ["'", "’", "‘"],
    "-": ["-", "\u2010", "\u2011", "–"],
    "%": ["%", "\uff05"],
    "，": ["，", ",", "， "],
    "。": ["。", "．", "。\u3000"],
    " ": [" ", "  ", "\u00a0", "\u2009", " \t"],
    "\n": ["\n", "\n\n", " \n ", "\r\n"],
    "é": ["é", "e\u0301"],
    "i": ["i", "i", "i", "i\u00ad", "\u200bi"],
}


@given(
    st.sampled_from([ENGLISH.replace("Comments", "Café owners' comments"), CHINESE]), st.randoms(use_true_random=False)
)
@settings(max_examples=15, deadline=None)
def test_another_setting_of_a_text_is_the_same_version(text: str, random) -> None:
    # The line of authors stays as it is: where it would be broken, its parts were lines of their own.
    head, body = text.split("\n", 1)
    again = head + "\n" + "".join(random.choice(SETTINGS.get(character, [character])) for character in body)
    if random.random() < 0.5:
        again = unicodedata.normalize(random.choice(["NFC", "NFD"]), again)
    before, after = (versions.marks(seen("https://a.example/1", 0, ENGLISH_TITLE, each)) for each in (text, again))
    assert before["version"] == after["version"]


@given(st.sampled_from([ENGLISH, CHINESE]), st.data())
@settings(max_examples=15, deadline=None)
def test_any_other_letter_or_digit_is_another_version(text: str, data) -> None:
    body = text.index("\n")
    place = data.draw(st.sampled_from([n for n, character in enumerate(text) if n > body and character.isalnum()]))
    other = data.draw(st.sampled_from([c for c in "xq7政" if c != text[place]]))
    after = text[:place] + other + text[place + 1 :]
    visits = seen(URL, 0, "T", text), seen(URL, 9, "T", after)
    assert causes(history(*visits)) == ["first", "edited"]
    assert changes_between(*visits)


def applied(before: list[str], found: list[Change]) -> list[str]:
    """The later text, made from the earlier one and the changes."""
    gone = {change.place_before for change in found}
    kept = iter([sentence for place, sentence in enumerate(before, 1) if place not in gone])
    put = {change.place_after: change.sentence_after for change in found if change.place_after}
    length = len(before) + sum((change.kind == "added") - (change.kind == "removed") for change in found)
    return [put[place] if place in put else next(kept) for place in range(1, length + 1)]


sentences = st.lists(
    st.one_of(
        st.sampled_from(split(ENGLISH)[:6] + split(CHINESE)[:4]),
        st.lists(st.sampled_from(["chips", "rules", "93", "中", "国", "fell", "-", '"']), min_size=1, max_size=6).map(
            " ".join
        ),
    ),
    max_size=14,
)


@given(sentences, sentences)
@settings(max_examples=60, deadline=None)
def test_changes_lead_from_the_one_text_to_the_other(before: list[str], after: list[str]) -> None:
    found = changes(before, after)
    assert list(map(unset, applied(before, found))) == list(map(unset, after))
    assert [change.kind for change in changes(after, after)] == []
    for change in found:
        assert all(run in change.sentence_before for run in change.words_removed)
        assert all(run in change.sentence_after for run in change.words_added)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a.", "b."] * 5000, ["b.", "a.", "a."] * 4000),
        ([f"{n}." for n in range(20000)], [f"{n}." for n in range(20000)][::-1]),
        ([f"{n}." if n % 190 == 0 else "ab"[n * n % 7 % 2] for n in range(6000)], [f"{n}." if n % 190 == 0 else "ab"[n % 3 % 2] for n in range(6000)]),
        (["a " * 400_000], ["b " * 400_000]),
        (["中国" * 4 * MAX_SENTENCE], ["国中中" * 3 * MAX_SENTENCE]),
        (["中国" * (MAX_SENTENCE // 2)], ["国中中" * (MAX_SENTENCE // 3)]),
    ],
)  # fmt: skip
def test_hostile_texts_are_compared_in_time(before: list[str], after: list[str]) -> None:
    assert list(map(unset, applied(before, changes(before, after)))) == list(map(unset, after))


@pytest.mark.parametrize(
    "piece", ["1 views ", "1,,", "views: 1 ", "Subscribe to newsletter ", "may 1 ", "| ", "“ ", "\u200b "]
)
def test_hostile_lines_are_judged_in_time(piece: str) -> None:
    line = (piece * 300)[:299] + "x"
    assert versions.marks(seen(URL, 0, line, f"{line}\n" * 20))["version"]
    assert notices(line, line * 1000) == []


# Like with like ----------------------------------------------------------------------------------------------------

WHOLE = (ENGLISH_TITLE, ENGLISH)
EDITED = (ENGLISH_TITLE, ENGLISH.replace("$93", "$39"))
TEASER = (ENGLISH_TITLE, "\n".join(ENGLISH.splitlines()[:3]) + "\nSubscribe to continue reading.")


def causes(found: History) -> list[str]:
    return [revision.cause for revision in found.revisions]


def reasons(found: History) -> list[str]:
    return [reason for reason, _ in found.others.values()]


def test_a_text_changed_by_another_extractor_is_no_edit() -> None:
    read_better = (ENGLISH_TITLE, ENGLISH + "\nPhotographs by A. Nwosu show the plant in Johor.")
    found = history(seen(URL, 0, *WHOLE), seen(URL, 24, *read_better, extractor_version="2"))
    assert causes(found) == ["first", "extractor"]


def test_edits_are_found_again_once_the_new_extractor_has_read_both() -> None:
    new = {"extractor_version": "2"}
    found = history(seen(URL, 0, *WHOLE), seen(URL, 24, *WHOLE, **new), seen(URL, 48, *EDITED, **new))
    # Version rows are joined by the stage; here the one that the new extractor read stands for both.
    assert causes(found)[-1] == "edited"


@pytest.mark.parametrize("flag", ["paywalled", "headline_only"])
def test_a_teaser_after_the_whole_text_is_no_edit_and_one_before_is_no_version(flag: str) -> None:
    found = history(seen(URL, 0, *WHOLE), seen(URL, 24, *TEASER, **{flag: True}), seen(URL, 48, *WHOLE))
    assert causes(found) == ["first"]
    assert found.revisions[0].last_seen_at == START + 2 * DAY
    assert reasons(found) == ["teaser" if flag == "paywalled" else "headline"]
    before = history(seen(URL, 0, *TEASER, **{flag: True}), seen(URL, 24, *WHOLE))
    assert causes(before) == ["first"]
    assert before.revisions[0].seen_at == START + DAY


def test_teasers_are_compared_with_each_other() -> None:
    reworded = (ENGLISH_TITLE.replace("tightens", "loosens"), TEASER[1])
    found = history(seen(URL, 0, *TEASER, paywalled=True), seen(URL, 24, *reworded, paywalled=True))
    assert causes(found) == ["first", "edited"]


@pytest.mark.parametrize("lines", [1, 3, 4])
def test_a_text_cut_off_is_no_edit(lines: int) -> None:
    cut = "\n".join(ENGLISH.splitlines()[:lines])
    torn = cut[: len(cut) - 20] + " …"
    for text in (cut, torn):
        found = history(seen(URL, 0, *WHOLE), seen(URL, 24, ENGLISH_TITLE, text), seen(URL, 48, *EDITED))
        assert causes(found) == ["first", "edited"]
        assert reasons(found) == ["cut"]


def test_a_text_replaced_by_a_notice_of_its_removal_is_an_edit() -> None:
    found = history(
        seen(URL, 0, *WHOLE), seen(URL, 24, ENGLISH_TITLE, "This article has been withdrawn by the editors.")
    )
    assert causes(found) == ["first", "edited"]
    assert found.revisions[1].notice


def test_a_short_report_that_grows_is_an_edit() -> None:
    first = "\n".join(ENGLISH.splitlines()[:3])
    assert causes(history(seen(URL, 0, ENGLISH_TITLE, first), seen(URL, 24, *WHOLE))) == ["first", "edited"]


def test_an_edit_that_is_taken_back_is_two() -> None:
    found = history(seen(URL, 0, *WHOLE), seen(URL, 24, *EDITED), seen(URL, 48, *WHOLE))
    assert causes(found) == ["first", "edited", "edited"]


# Through the warehouse ---------------------------------------------------------------------------------------------


def tables(store: Store) -> dict[str, list[str]]:
    # Not copies and stories: which lines a copy is compared without may depend on what was stored before.
    names = ("articles", "revisions", "other_versions", "edits", "tags", "fetches", "sources")
    return {name: sorted(map(str, store.rows(f"from {name}"))) for name in names}


def check_all(store: Store) -> None:
    for check in CHECKS:
        assert store.rows(check.read_text(encoding="utf-8")) == [], check.name


def test_every_kind_of_edit_is_told_by_the_view(tmp_path: Path) -> None:
    # A source each: of one that prints the same article sixty times every line would be its own.
    urls = {kind.name: f"https://harbor-wire-{number}.example/a" for number, kind in enumerate(KINDS)}
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [seen(urls[kind.name], 0, *kind.before) for kind in KINDS])
        counted = rows.load(store, tmp_path, [seen(urls[kind.name], 26, *kind.after) for kind in KINDS])
        check_all(store)
        revised = {row["source_id"] for row in counted if row["revised"]}
        assert revised == {urls[kind.name].split("/")[2] for kind in KINDS if kind.is_edit}
        told = store.rows("from revision_diff")
        for kind in KINDS:
            mine = [row for row in told if row["url"] == urls[kind.name]]
            assert bool(mine) == kind.is_edit, kind.name
            assert {row["with_notice"] for row in mine} <= {kind.notice}, kind.name
            assert {(row["revision"], row["hours_between"]) for row in mine} <= {(2, 26.0)}
            assert any(row["number_changed"] for row in mine) == kind.number, kind.name
            if kind.removed or kind.added:
                found = tuple(
                    tuple(run for row in mine for run in row[side]) for side in ("words_removed", "words_added")
                )
                assert found == (kind.removed, kind.added), kind.name


PROMO = "Our app brings you the news before everybody else has it."
OTHER_PROMO = "Half the price for a whole year, and cancel whenever you like."


def stories(hours: float, promo: str, numbers: range, edited: int = -1) -> list[dict[str, Any]]:
    """Articles of one source, each of its own text, with the same line in the middle of all."""
    found = []
    for number in numbers:
        lines = [
            f"Paragraph {n} of article {number} is on chips that {number * n + 7} firms may not buy." for n in range(9)
        ]
        lines.insert(5, promo)
        if number == edited:
            lines[2] = lines[2].replace("may not", "may")
        found.append(seen(f"https://harbor-wire.example/{number}", hours, f"Article {number}", "\n".join(lines)))
    return found


def test_lines_that_a_source_repeats_are_no_edit(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, stories(0, PROMO, range(5)))
        rows.load(store, tmp_path, stories(24, OTHER_PROMO, range(5), edited=2))
        found = store.rows("select url, words_removed, words_added from revision_diff")
        assert found == [{"url": "https://harbor-wire.example/2", "words_removed": ["not"], "words_added": []}]
        assert len(store.rows("from other_versions where reason = 'boilerplate'")) == 4
        known = store.rows(
            "select url[-1:] as number, has_changed_since from as_of(?, everything := true)", [START + DAY / 2]
        )
        assert [row["number"] for row in known if row["has_changed_since"]] == ["2"]
        check_all(store)


def test_a_line_that_few_pages_have_is_the_articles(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, stories(0, PROMO, range(3)))
        rows.load(store, tmp_path, stories(24, OTHER_PROMO, range(3)))
        assert len(store.rows("from revisions where cause = 'edited'")) == 3


def test_what_was_taken_for_an_edit_is_none_once_more_pages_show_it(tmp_path: Path) -> None:
    visits = [*stories(0, PROMO, range(1)), *stories(20, PROMO, range(1, 5)), *stories(24, OTHER_PROMO, range(1))]
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, visits)
        assert len(store.rows("from revisions where cause = 'edited'")) == 1
        rows.load(store, tmp_path, stories(30, OTHER_PROMO, range(5, 9)))
        assert store.rows("from revisions where cause = 'edited'") == []
        check_all(store)


@st.composite
def many_visits(draw) -> list[dict[str, Any]]:
    """Visits to a few pages, some in one hour with others, never two of one page."""
    found = []
    for page in range(draw(st.integers(1, 3))):
        for hour in draw(st.sets(st.integers(0, 6), min_size=1, max_size=5)):
            title, text, fields = draw(
                st.sampled_from(
                    [
                        (*WHOLE, {}),
                        (*EDITED, {}),
                        (ENGLISH_TITLE, ENGLISH.replace("20, 2026", "21, 2026"), {}),
                        (ENGLISH_TITLE, ENGLISH + "\nClarification: exports only.", {}),
                        (*TEASER, {"paywalled": True}),
                        (*WHOLE, {"extractor_version": "2"}),
                        (*EDITED, {"extractor_version": "2"}),
                    ]
                )
            )
            url = f"https://harbor-wire-{page}.example/a"
            found.append(seen(url, 24 * hour, title, text, **fields))
    return found


@given(many_visits(), st.randoms(use_true_random=False), st.integers(1, 4))
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_revisions_do_not_depend_on_order_batches_or_repetition(tmp_path: Path, visits, random, size: int) -> None:
    number = next(_folders)
    with Store(rows.empty(tmp_path / f"{number}-once.duckdb")) as once:
        rows.load(once, tmp_path, visits)
        expected = tables(once)
        check_all(once)
    shuffled = random.sample(visits, len(visits))
    with Store(rows.empty(tmp_path / f"{number}-parts.duckdb")) as parts:
        for start in range(0, len(shuffled), size):
            rows.load(parts, tmp_path, shuffled[start : start + size])
        rows.load(parts, tmp_path, shuffled[:size])
        assert tables(parts) == expected
        check_all(parts)


def test_days_loaded_one_by_one_or_at_once_or_again_give_the_same(tmp_path: Path) -> None:
    cut = "\n".join(ENGLISH.splitlines()[:4])
    days = [
        [*stories(0, PROMO, range(5)), seen(URL + "/x", 0, *WHOLE)],
        [*stories(24, OTHER_PROMO, range(3), edited=1), seen(URL + "/x", 24, ENGLISH_TITLE, cut)],
        [*stories(48, OTHER_PROMO, range(6)), seen(URL + "/x", 48, *EDITED)],
        [*stories(72, PROMO, range(2)), seen(URL + "/x", 72, ENGLISH_TITLE, cut)],
    ]
    found = []
    for number, batches in enumerate(
        [[list(chain(*days))], days, [days[0] + days[1], days[2], days[2] + days[3], days[0]]]
    ):
        with Store(rows.empty(tmp_path / f"{number}.duckdb")) as store:
            for batch in batches:
                rows.load(store, tmp_path, batch)
            check_all(store)
            found.append(tables(store))
    assert found[0] == found[1] == found[2]


def test_a_teaser_or_a_cut_text_does_not_replace_the_article(tmp_path: Path) -> None:
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [seen(URL, 0, *WHOLE)])
        rows.load(store, tmp_path, [seen(URL, 24, *TEASER, paywalled=True)])
        rows.load(store, tmp_path, [seen(URL, 48, ENGLISH_TITLE, "\n".join(ENGLISH.splitlines()[:2]))])
        assert store.rows("select text, paywalled from articles") == [{"text": ENGLISH, "paywalled": False}]
        assert [row["reason"] for row in store.rows("from other_versions order by seen_at")] == ["teaser", "cut"]
        rows.load(store, tmp_path, [seen(URL, 72, *EDITED)])
        assert store.rows("select text from articles") == [{"text": EDITED[1]}]
        assert len(store.rows("from revision_diff")) == 1
        check_all(store)


def test_a_database_from_before_knows_its_articles_again(tmp_path: Path) -> None:
    row = seen(URL, 0, *WHOLE)
    with duckdb.connect(str(tmp_path / "m.duckdb")) as old:
        old.execute("create table migrations (version integer primary key, name varchar, applied_at timestamptz)")
        for file in sorted((warehouse_store.HERE / "migrations").glob("000[12]*.sql")):
            old.execute(file.read_text(encoding="utf-8"))
            old.execute("insert into migrations values (?, ?, now())", [int(file.name[:4]), file.stem])
        sql = "select column_name from duckdb_columns() where table_name = 'articles'"
        columns = {name for (name,) in old.execute(sql).fetchall()} - {"version"}
        values = row | {"first_seen_at": START, "last_seen_at": START, "story_id": row["article_id"]}
        values = {name: value for name, value in values.items() if name in columns}
        old.execute(
            f"insert into articles ({', '.join(values)}) values ({', '.join('?' * len(values))})", list(values.values())
        )
        old.execute(
            "insert into revisions values (?, 1, ?, ?, ?, ?)", [row["article_id"], START, *WHOLE, row["text_hash"]]
        )
        old.execute("insert into stories values (?, ?, ?, ?, 1, 1)", [row["article_id"], ENGLISH_TITLE, START, START])
        old.execute(
            "insert into fetches (run_id, source_id, role, url, url_key, link_key, outcome, fetched_at, version) "
            "select 'run', source_id, 'article', url, url_key, url_key, 'article', first_seen_at, md5(title || chr(0) || text_hash) from articles"
        )
        old.execute(
            "insert into sources values (?, 'Harbor Wire', 'media', 'US', 'en', '', 'none', 24)", [row["source_id"]]
        )
    with Store(rows.empty(tmp_path / "m.duckdb")) as store:
        rows.load(store, tmp_path, [seen(URL, 24, *WHOLE)])
        assert [each["cause"] for each in store.rows("from revisions")] == ["first"]
        check_all(store)
        rows.load(store, tmp_path, [seen(URL, 48, *EDITED)])
        assert [each["cause"] for each in store.rows("from revisions order by revision")] == ["first", "edited"]
        check_all(store)


def test_demo_has_one_edit_and_visits_the_pages_that_may_have_one(demo: Path) -> None:
    def rows_of(sql: str) -> list[tuple]:
        return query(Data(demo).snapshot, sql).rows

    assert rows_of(
        "select part, kind, words_removed, number_changed, with_notice from revision_diff order by change"
    ) == [
        ("text", "changed", ["93"], True, False),
        ("text", "changed", ["This was a pipeline, and everyone along it knew exactly where it ended"], False, False),
    ]
    assert rows_of("from other_versions") == []
    visits = rows_of(
        """
        with visits as (
            select url_key, count(*) as visits from fetches where outcome = 'article' group by url_key
        )

        select decision, visits, count(*)
        from articles join visits using (url_key)
        where first_seen_at < '2026-11-20'
        group by all
        order by all
        """
    )
    assert {(decision, times) for decision, times, _ in visits} == {("off_topic", 1), ("relevant", 2), ("review", 2)}
    assert sum(articles for *_, articles in visits) == 29


# Visits --------------------------------------------------------------------------------------------------------------

moments = st.timedeltas(timedelta(0), 365 * DAY).map(lambda since: START + since)
spans = st.timedeltas(timedelta(0), timedelta(days=60))


@given(moments, spans, spans)
@settings(max_examples=100, deadline=None)
def test_visits_become_rarer_with_age_and_end(first: datetime, until_last: timedelta, since: timedelta) -> None:
    last, now = first + until_last, first + until_last + since
    if is_due(first, last, now):
        assert since >= SOONEST
        assert since >= EARLY * until_last
        assert now - first <= MAX_AGE
        assert is_due(first, last, now - timedelta(seconds=1)) or since - timedelta(seconds=1) < max(
            SOONEST, until_last
        )
    else:
        assert since < SOONEST or since < EARLY * until_last or now - first > MAX_AGE
    assert not is_due(first, last, last - timedelta(seconds=1)), "a clock that was set back"


@given(moments, st.lists(st.timedeltas(timedelta(hours=22), timedelta(hours=26)), min_size=45, max_size=45))
@settings(max_examples=30, deadline=None)
def test_daily_runs_visit_a_page_five_or_six_times(first: datetime, between_runs: list[timedelta]) -> None:
    now = last = first
    visits = []
    for pause in between_runs:
        now += pause
        if is_due(first, last, now):
            visits.append(now - last)
            last = now
    assert 4 <= len(visits) <= 6
    assert all(later > earlier / 2 for earlier, later in pairwise(visits))


def page_seen(number: int, **fields: Any) -> Visited:
    url = f"https://news.example/{number}"
    empty = dict(title="T", authors=[], announced_at=None, announced_precision="none", etag="", last_modified="")
    same = dict(source_id="alpha", url_key=url, link_key=url, article_url=url, answered_url=url)
    return Visited(**empty | same | dict(first_seen_at=START, last_tried_at=START) | fields)


def test_visits_are_bounded_by_source_and_run_and_the_youngest_come_first() -> None:
    pages = [page_seen(n, first_seen_at=START + timedelta(minutes=n), source_id="ab"[n % 2]) for n in range(400)]
    pages = [replace(page, last_tried_at=page.first_seen_at) for page in pages]
    found = due(pages, START + 2 * DAY)
    assert {source: len(visits) for source, visits in found.items()} == {"a": MAX_OF_SOURCE, "b": MAX_OF_SOURCE}
    assert found["b"][0].url_key.endswith("/399")
    assert sum(map(len, due(pages, START + 2 * DAY, of_run=7).values())) == 7


@pytest.mark.parametrize(
    ("page", "asked", "identity", "detour"),
    [
        (page_seen(1), "https://news.example/1", "https://news.example/1", ""),
        (page_seen(1, article_url="http://www.news.example/1", answered_url="http://www.news.example/1"),
         "http://www.news.example/1", "http://www.news.example/1", ""),
        # Redirected.
        (page_seen(1, link_key="https://short.example/x"), "https://news.example/1", "https://short.example/x", ""),
        # Read from elsewhere than its own page.
        (page_seen(1, answered_url="https://api.example/1.html"),
         "https://api.example/1.html", "https://news.example/1", "https://api.example/1.html"),
    ],
)  # fmt: skip
def test_a_page_is_asked_for_where_it_answered(page: Visited, asked: str, identity: str, detour: str) -> None:
    ((found,),) = due([page], START + DAY).values()
    assert (found.address, found.link.url, found.link.fetch_url) == (asked, identity, detour)


class _Newsroom(BaseHTTPRequestHandler):
    pages: dict[str, tuple[int, bytes, dict[str, str]]]
    asked: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        status, body, headers = self.pages.get(self.path, (404, b"", {}))
        if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def newsroom() -> Iterator[tuple[str, type[_Newsroom]]]:
    handler = type("Handler", (_Newsroom,), {"pages": {}, "asked": []})
    serving = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{serving.server_port}", handler
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()


SPIDER = """
from spiders.base import FeedSpider
class S_{name}(FeedSpider):
    name = title = {name!r}
    kind, country, language, homepage = "media", "US", "en", {feed!r}
    feeds = ({feed!r},)
    {more}
"""


def test_pages_are_visited_again_and_what_became_of_each_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("same", "edited", "tagged", "removed", "cooking")
    titles = {name: f"{name}: {ENGLISH_TITLE}" for name in (*names, "headline")} | {
        "cooking": "cooking: soup for eight"
    }
    soup = "\n".join(f"Stir the soup for {minutes} minutes more." for minutes in range(12))

    def put(name: str, text: str = ENGLISH, **headers: str) -> None:
        paragraphs = "".join(f"<p>{line} ({name})</p>" for line in text.splitlines()[1:])
        head = f"<title>{titles[name]} | The Wire</title>"
        page = f"<html><head>{head}</head><body><article><h1>{titles[name]}</h1>{paragraphs}</article></body></html>"
        room.pages[f"/{name}"] = (200, page.encode(), headers)

    with newsroom() as (address, room):
        for name in names:
            put(name, soup if name == "cooking" else ENGLISH)
        put("tagged", ETag='"v1"')
        put("headline")
        for feed, links in {"wire": names, "paper": ("headline",)}.items():
            items = "".join(
                f"<item><title>{titles[name]}</title><link>{address}/{name}</link></item>" for name in links
            )
            room.pages[f"/{feed}.xml"] = (200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), {})
        (tmp_path / "revisited_sources.py").write_text(
            SPIDER.format(name="wire", feed=f"{address}/wire.xml", more="")
            + SPIDER.format(name="paper", feed=f"{address}/paper.xml", more="headline_only = True"),
            encoding="utf-8",
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        data = tmp_path / "data"

        def told(sql: str) -> list[tuple]:
            return query(Data(data).snapshot, sql).rows

        def run(after: timedelta) -> dict[str, str]:
            """What was asked for, some time after the start, and how each ended."""
            room.asked.clear()
            report = ingest(
                Request(
                    data,
                    sources=("wire", "paper"),
                    spider_modules=("revisited_sources",),
                    guard_allow=("127.0.0.1",),
                    clock=START + after,
                    settings={"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False},
                )
            )
            sql = "select url, outcome from fetches where role = 'article' and run_id = ?"
            found = {
                url.rpartition("/")[2]: outcome
                for url, outcome in query(Data(data).snapshot, sql, [report.run_id]).rows
            }
            return {name: found.get(name, "") for path, _ in room.asked if (name := path[1:]) in {*names, "headline"}}

        assert run(timedelta(0)) == dict.fromkeys(names, "article")
        put("edited", EDITED[1])
        room.pages["/removed"] = (410, b"<html><body>Gone</body></html>", {})
        assert run(DAY) == {"same": "article", "edited": "article", "tagged": "unchanged", "removed": "gone"}
        (conditional,) = [headers for path, headers in room.asked if path == "/tagged"]
        assert conditional["If-None-Match"] == '"v1"'
        assert run(DAY + timedelta(hours=1)) == {}, "asked again within the day"
        (edited,) = told("select title[:6], words_removed, words_added, with_notice, hours_between from revision_diff")
        assert edited == ("edited", ["93"], ["39"], False, 24.0)
        # A visit that found the page unchanged counts as one; the next reads it, whatever its site says.
        ((last_seen_at,),) = told(
            "select revisions.last_seen_at from revisions join articles using (article_id) where articles.title like 'tagged%'"
        )
        assert last_seen_at - START >= DAY
        etags = {page.title[:4]: page.etag for page in visited(Data(data).snapshot, ["wire"], START)}
        assert etags == {"same": "", "edit": "", "tagg": "", "remo": ""}
        assert told("select title[:7], outcome, http_status from removed_articles") == [("removed", "gone", 410)]
        assert told("select count(*) from articles") == [(6,)]
        for check in CHECKS:
            assert told(check.read_text(encoding="utf-8")) == [], check.name


def test_an_article_that_moves_for_good_within_its_site_stays_the_same_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("moved", "renamed", "lent", "abroad", "merged", "left", "right")

    def page(name: str, canonical: str = "", text: str = ENGLISH) -> tuple[int, bytes, dict[str, str]]:
        paragraphs = "".join(f"<p>{line} ({name})</p>" for line in text.splitlines()[1:])
        head = f"<title>{name}: {ENGLISH_TITLE}</title><link rel='canonical' href='{canonical}'>"
        body = f"<html><head>{head}</head><body><article><h1>{name}: {ENGLISH_TITLE}</h1>{paragraphs}</article></body>"
        return 200, body.encode(), {}

    with newsroom() as (address, room):

        def announce(*names: str) -> None:
            items = "".join(
                f"<item><title>{name}: {ENGLISH_TITLE}</title><link>{address}/{name}</link></item>" for name in names
            )
            room.pages["/feed.xml"] = (200, f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), {})

        def redirect(name: str, status: int, to: str) -> None:
            room.pages[f"/{name}"] = (status, b"", {"Location": to})

        (tmp_path / "moving_sources.py").write_text(
            SPIDER.format(name="wire", feed=f"{address}/feed.xml", more=""), encoding="utf-8"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        data = tmp_path / "data"

        def run(after: timedelta) -> list[str]:
            room.asked.clear()
            ingest(
                Request(
                    data,
                    spider_modules=("moving_sources",),
                    guard_allow=("127.0.0.1",),
                    clock=START + after,
                    settings={"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False},
                )
            )
            return [path[1:] for path, _ in room.asked]

        def told(sql: str) -> list[tuple]:
            return query(Data(data).snapshot, sql).rows

        for name in names:
            room.pages[f"/{name}"] = page(name)
        announce(*names)
        run(timedelta(0))
        # The next day one has moved, one names another address, one is shown elsewhere for a while, one is on another
        # site, one is on a page that is announced as an article itself, and two are on one page.
        redirect("moved", 301, "/moved-a")
        redirect("moved-a", 308, "/moved-b")
        room.pages["/moved-b"] = page("moved", f"{address}/moved-b", EDITED[1])
        room.pages["/renamed"] = page("renamed", f"{address}/renamed-b", EDITED[1])
        redirect("lent", 302, "/lent-b")
        room.pages["/lent-b"] = page("lent")
        redirect("abroad", 301, f"{address.replace('127.0.0.1', 'localhost')}/abroad-b")
        room.pages["/abroad-b"] = page("abroad")
        redirect("merged", 301, "/merged-b")
        room.pages["/merged-b"] = page("merged")
        redirect("left", 301, "/joint")
        redirect("right", 301, "/joint")
        room.pages["/joint"] = page("left")
        announce(*names, "merged-b")
        run(DAY)
        found = {key.rpartition("/")[2]: url for key, url in told("select url_key, url from articles")}
        assert set(found) == {*names, "lent-b", "abroad-b", "merged-b", "joint"}
        assert found["moved"] == f"{address}/moved-b"
        assert f"{address}/joint" in {found["left"], found["right"]} != {f"{address}/joint"}
        edited = {name for (name,) in told("select split_part(title, ':', 1) from revision_diff")}
        assert edited - {"left", "right"} == {"moved", "renamed"}
        # Announced at its new address, it is not read as a new one; and it is visited there.
        announce("moved-b")
        room.pages["/moved-b"] = page("moved", text=ENGLISH.replace("$93", "$45"))
        assert [name for name in run(3 * DAY) if name.startswith("moved")] == ["moved-b"]
        assert told("select count(*) from articles") == [(11,)]
        assert told(
            "select max(revision) from revisions join articles using (article_id) where url_key like '%/moved'"
        ) == [(3,)]
        for check in CHECKS:
            assert told(check.read_text(encoding="utf-8")) == [], check.name


def test_an_entry_that_is_edited_in_a_feed_with_whole_articles_is_a_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsroom() as (address, room):

        def announce(text: str, now: datetime) -> None:
            item = f"<title>{ENGLISH_TITLE}</title><link>{address}/chips</link><pubDate>{START:%a, %d %b %Y %T} GMT</pubDate>"
            body = escape("".join(f"<p>{line}</p>" for line in text.splitlines()[1:]))
            entry = f"<item>{item}<description>{body}</description></item>"
            feed = f"<rss version='2.0'><channel><lastBuildDate>{now}</lastBuildDate>{entry}</channel></rss>"
            room.pages["/letter.xml"] = (200, feed.encode(), {})

        (tmp_path / "letters.py").write_text(
            SPIDER.format(name="letter", feed=f"{address}/letter.xml", more="body_from_feed = True"), encoding="utf-8"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        told = []
        for after, text in ((timedelta(0), ENGLISH), (timedelta(hours=1), ENGLISH), (DAY, EDITED[1])):
            announce(text, START + after)
            ingest(
                Request(
                    tmp_path / "data",
                    sources=("letter",),
                    spider_modules=("letters",),
                    guard_allow=("127.0.0.1",),
                    clock=START + after,
                    settings={"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False},
                )
            )
            sql = "select count(*), (select count(*) from articles) from fetches where role = 'article'"
            told += query(Data(tmp_path / "data").snapshot, sql).rows
        assert told == [(1, 1), (1, 1), (2, 1)], "read a second time when it is due, not before"
        sql = "select words_removed, words_added, hours_between from revision_diff"
        assert query(Data(tmp_path / "data").snapshot, sql).rows == [(["93"], ["39"], 24.0)]
        assert {path for path, _ in room.asked} == {"/robots.txt", "/letter.xml"}
