"""The gate of bulk loads lets nothing pass by that could be on topic, however its words are written."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.gating import gate
from spiders.gate import Gate

GATE = Gate({"ai": ["AI", "AI chip", "Nvidia", "open-source model", "人工智能", "people's AI"], "china": ["China", "华为", "PRC"]},
            lambda title, text: True)  # fmt: skip
FILLER = (
    "The minister said again that the main email about the campaign was certain to be contained in the chain of mail. "
)


def page(sentence: str, title: str = "News", head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><p>{FILLER}{sentence}</p></body></html>"


def admits(text: str, encoding: str = "utf-8") -> bool:
    return GATE.admits(text.encode(encoding))


@pytest.mark.parametrize(
    "sentence",
    [
        "China buys AI.",
        "CHINA buys Nvidia's.",
        "China's AI-chips are few.",
        "An open-source\nmodel of China",
        "An open source&nbsp;model of China",
        "An open&#160;source model of China",
        "A people’s AI in China",
        "A people&rsquo;s AI in China",
        "华为用AI做",
        "华为的人工智能",
        "(AI), says China",
        "AI\u00a0chips for China",
    ],
)
def test_phrases_are_found_however_they_are_written(sentence: str) -> None:
    assert admits(page(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "An open-<b>source</b> <i class='x'>model</i> of China",
        "An <em>AI</em> <b>chip</b> of China",
        "华为的人工<b>智能</b>",
        "华为 的 人 工 智 能",
    ],
)
def test_phrases_are_found_through_tags(sentence: str) -> None:
    """In the page as it is; whether its sentences pass is then for the pieces between the tags to say."""
    filled = "".join(
        f"<p>{FILLER} AI of China.</p>" if "AI" in sentence else f"<p>{FILLER}人工智能与华为。</p>" for _ in range(2)
    )
    assert admits(page(sentence) + filled)
    only = Gate(
        {"ai": ["open-source model", "AI chip", "人工智能"], "china": ["China", "华为"]}, lambda title, text: True
    )
    assert only.admits((page(sentence) + f"<p>{FILLER} an AI chip, China. 人工智能与华为</p>").encode())


@pytest.mark.parametrize(
    "sentence",
    [
        "China said it again.",
        "Nvidia sold more.",
        "Ai Weiwei left China.",
        "The prc of AI",
        "Indochina has AI.",
        "",
        "AI and porcelain, not Chinaware",
    ],
)
def test_what_names_one_group_only_is_turned_down(sentence: str) -> None:
    assert not admits(page(sentence))


def test_a_menu_does_not_make_a_page_pass() -> None:
    assert not admits("<a>China</a><a>AI</a>" + page("Nothing of it."))


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Nvidia darf nicht nach China liefern", ""),
        ("Nachrichten", "<meta name='description' content='Nvidia und die Ausfuhr nach China'>"),
        ("Nachrichten", '<meta property="og:title" content="Nvidia darf nicht nach China liefern">'),
    ],
)
def test_title_and_description_are_enough_in_any_language(title: str, head: str) -> None:
    assert admits(page("Die Regierung hat das mitgeteilt.", title, head))


def test_a_teaser_whose_title_names_one_group_may_name_the_other_in_a_link() -> None:
    link = "<a href='/x'>More on China</a>"
    assert admits(page("Subscribers read on.", "How a licence for AI chips is given") + link)
    assert not admits(page("Subscribers read on.", "How a licence is given") + link)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("label", ["", "<meta charset='utf-8'>", "<meta charset='gb2312'>"])
def test_chinese_is_found_in_every_encoding(encoding: str, label: str) -> None:
    text = "华为发布人工智能芯片，双方代表在会谈中就有关问题交换了意见。" * 5
    assert admits(page(text, head=label), encoding)


def test_chinese_in_character_references_is_found() -> None:
    text = "".join(
        f"&#{ord(character)};" for character in "华为发布人工智能芯片，双方代表在会谈中就有关问题交换了意见。" * 4
    )
    assert admits(page(text))
    assert admits(page("".join(f"&#x{ord(character):X};" for character in "华为发布人工智能芯片" * 6)))


def test_what_programs_hold_is_no_text() -> None:
    assert not admits(page("Nothing.") + f"<script>var a = '{FILLER} China AI >{FILLER} China, AI'</script>")


def test_a_judge_has_the_last_word_unless_the_title_names_all() -> None:
    heard: list[tuple[str, str]] = []
    doubtful = Gate({"ai": ["AI"], "china": ["China"]}, lambda title, text: heard.append((title, text)) or False)
    assert not doubtful.admits(page("China &amp; AI.", "Chips &amp; AI").encode())
    assert heard[0][0] == "Chips & AI"
    assert "China & AI." in heard[0][1]
    assert doubtful.admits(page("Nothing.", "China &amp; AI").encode())
    assert len(heard) == 1


def test_the_version_is_that_of_the_phrases() -> None:
    other = Gate({"ai": ["AI"], "china": ["China"]}, lambda title, text: True)
    assert other.version != GATE.version
    assert other.version == Gate({"ai": ["AI"], "china": ["China"]}, lambda title, text: False).version


@settings(deadline=None)
@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_bytes_are_judged(body: bytes, content_type: str) -> None:
    assert GATE.admits(body, content_type) in {True, False}


TOPIC = "The Commerce Department tightened export controls on Nvidia AI chips for China, officials in Washington said. "


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=6), st.integers(0, 5))
def test_an_article_on_topic_passes_the_real_gate_whatever_is_around_it(around: list[str], place: int) -> None:
    paragraphs = [f"<p>{html.escape(text)}</p>" for text in around]
    paragraphs[place % len(paragraphs)] += f"<p>{TOPIC * 4}</p>"
    assert gate().admits(f"<html><body>{''.join(paragraphs)}</body></html>".encode("utf-8", "replace"))
