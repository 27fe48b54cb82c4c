"""The text of an article is what its page sets as running text in one layout, and nothing around it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders import text
from spiders.boilerplate import without

SUBJECTS = ["chip", "license", "talks", "factory", "hearing", "fund", "model", "export", "panel", "memory"]
CHINESE = "第{n}段：商务部发言人在例行记者会上表示，中方注意到有关报道，希望美方停止对中国企业的无理打压，维护全球产业链供应链稳定。"


def sentences(start: int, count: int) -> list[str]:
    return [
        f"Officials said on day {n} that the {SUBJECTS[n % 10]} would be discussed again, because nobody had "
        f"agreed on number {n * 7}, and that more of it was expected before the end of the year."
        for n in range(start, start + count)
    ]


def paragraphs(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def read(body: str, title: str = "Officials discuss the chip license") -> str:
    page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    trees = [text.parse(page), text.parse(page)]
    assert trees[0] is not None
    assert trees[1] is not None
    return text.read(trees[0], title, lambda: trees[1])


def test_an_article_in_several_boxes_of_one_layout_is_read_whole() -> None:
    """As magazines set them, with advertisements between; the extractors that were compared take the largest box."""
    boxes = [sentences(n * 6, 6) for n in range(4)]
    body = "".join(
        f"<div class='grid'><div class='grid-item body'>{paragraphs(box)}</div><div class='ad'>Advert</div></div>"
        for box in boxes
    )
    found = read(f"<article class='story'><div class='chunks'>{body}</div></article>")
    for line in [line for box in boxes for line in box]:
        assert line in found
    assert "Advert" not in found


def test_text_in_a_box_that_is_named_like_a_side_column_is_found() -> None:
    lines = sentences(0, 12)
    found = read(f"<div class='sidebar-grid'><div class='sidebar-grid__content'>{paragraphs(lines)}</div></div>")
    assert all(line in found for line in lines)


def test_other_articles_on_the_page_are_left() -> None:
    own, other = (
        sentences(0, 5),
        [f"The garden show of {n} drew many visitors to its roses and lilies." * 3 for n in range(9)],
    )
    found = read(
        f"<main><article class='story'><div class='text'>{paragraphs(own)}</div></article>"
        f"<article class='next'><div class='text'>{paragraphs(other)}</div></article></main>"
    )
    assert all(line in found for line in own)
    assert "garden" not in found


def test_chinese_text_is_found_in_paragraphs_and_between_line_breaks() -> None:
    lines = [CHINESE.format(n=n) for n in range(8)]
    for inside in (paragraphs(lines), "<br>".join(lines), "".join(f"<div>{line}</div>" for line in lines),
                   "<br/><br/>　　".join(f"<span>{line}</span>" for line in lines)):  # fmt: skip
        found = read(
            "<div class='nav'><a href='/'>首页</a><a href='/c'>财经</a></div>"
            f"<div class='main'><h1>商务部回应</h1><div class='info'>2026-11-20 来源：网</div><div id='content'>{inside}</div></div>"
            "<div class='comment-list'>" + paragraphs(["这条评论很长，说了许多与文章无关的话，只是为了凑够字数，让人误以为它也是正文的一部分。"] * 30)
            + "</div><div class='rank'>" + "".join(f"<li><a href='/{n}'>热门新闻标题第{n}条</a></li>" for n in range(30)) + "</div>",
            "商务部回应",
        )  # fmt: skip
        assert found.replace("\u3000", "").split("\n") == lines


def test_links_in_chinese_text_are_kept_and_lists_of_links_left() -> None:
    linked = CHINESE.format(n=1).replace("商务部", "<a href='/mofcom'>商务部</a>")
    found = read(
        f"<div id='c'>{paragraphs([linked, *(CHINESE.format(n=n) for n in range(2, 6))])}"
        "<p><a href='/a'>相关报道标题很长很长很长很长很长</a> <a href='/b'>另一篇相关报道的标题</a></p></div>",
        "商务部回应",
    )
    assert CHINESE.format(n=1) in found
    assert "相关报道" not in found


@pytest.mark.parametrize("depth", [300, 1500])
def test_text_in_a_deep_nest_is_found(depth: int) -> None:
    lines = sentences(0, 8)
    found = read("<div>" * depth + paragraphs(lines) + "</div>" * depth)
    assert all(line in found for line in lines)


def test_a_page_without_paragraphs_is_read_all_the_same() -> None:
    lines = sentences(0, 8)
    found = read(f"<div class='story-body'>{'<br><br>'.join(lines)}</div>")
    assert all(line in found for line in lines)


TAGS = st.sampled_from(
    ["p", "div", "article", "br", "a", "span", "section", "li", "ul", "table", "td", "h2", "nav", "script"]
)
WORDS = st.sampled_from(["", "words of it, and more. " * 6, "中文正文，有标点。" * 9, "x"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TAGS, WORDS, st.booleans()), max_size=30), st.text(max_size=10))
def test_any_page_is_read(pieces: list[tuple[str, str, bool]], title: str) -> None:
    body = "".join(f"<{tag}>{words}" + (f"</{tag}>" if closed else "") for tag, words, closed in pieces)
    page = f"<html><body>{body}</body></html>"
    trees = [text.parse(page), text.parse(page)]
    if trees[0] is not None and trees[1] is not None:
        assert isinstance(text.read(trees[0], title, lambda: trees[1]), str)


# Boilerplate -------------------------------------------------------------------------------------------------

ARTICLE = "\n".join(sentences(0, 4))


@pytest.mark.parametrize(
    "line",
    [
        "Source link", "Leave a Reply", "Related Articles", "You may also like", "Disclaimer: the author's views are his own.",
        "免责声明：本文仅代表作者个人观点。", "【免责声明】本文仅代表作者本人观点，与本网无关。", "相关阅读：", "延伸閱讀", "热门评论", "About the author",
    ],
)  # fmt: skip
def test_what_follows_the_end_of_an_article_is_left_out(line: str) -> None:
    assert without(f"{ARTICLE}\n{line}\nAnother headline\nAnd one more") == ARTICLE
    assert without(f"{line}\n{ARTICLE}") == ARTICLE, "the same line above the text takes only itself"


@pytest.mark.parametrize(
    "line",
    [
        "Home > News > Tech", "首页 > 新闻 > 科技", "© 2026 The Site", "Copyright 2026 The Site. All rights reserved.",
        "Scan the QR code to follow us on WeChat", "扫一扫关注我们", "长按二维码关注", "Follow us on Twitter and Facebook", "Advertisement",
        "(责任编辑：王小明)", "责任编辑：龙慧", "编辑 李四 校对 王五", "责编张三", "关注虎嗅微信", "更多内容请关注公众号：某某", "Sign up for our weekly newsletter", "Click here to read more about it", "点击查看更多",
        "https://example.com/a", "分享到：", "打开APP阅读全文", "上一篇：某某新闻", "Copyright Example Media Ltd", "Copyright © The Site",
        "Powered by WordPress", "扫码下载新闻客户端，随时看新闻", "微信扫码", "Copyright 2026 The Site. No part may be copied without a word from us.",
    ],
)  # fmt: skip
def test_notices_and_buttons_are_left_out_wherever_they_stand(line: str) -> None:
    first, *rest = ARTICLE.split("\n")
    assert without("\n".join([line, first, line, *rest, line])) == ARTICLE


@pytest.mark.parametrize(
    "line",
    [
        "来源：新华社", "Source: Reuters", "(Reuters) - Officials said so on Friday.", "Comments by the minister were not expected.",
        "Related industries will suffer, the paper said, and nobody disagreed with it.", "The tags on the chips were removed by hand.",
        "他说，编辑部的声明与版权声明并无不同，读者可以自己判断。", "Recommended action by the panel is expected on Monday.",
        "Copyright law does not protect works that a machine made, a court in Washington said on Friday.",
        "Copyright claims against makers of AI models were settled.", "Disclaimer labels on AI videos are to be required.",
        "Powered by Huawei's Ascend chips, the model was trained in Shenzhen.", "用户扫码支付后即可使用这一服务，监管部门要求企业保护数据。",
        "中方高度关注美方对微信采取的措施。", "编辑注：本文此前版本的数字有误。", "审核工作将于下周三完成，结果随后公布。",
    ],
)  # fmt: skip
def test_credits_and_sentences_stay(line: str) -> None:
    assert without(f"{ARTICLE}\n{line}") == f"{ARTICLE}\n{line}"


@given(st.lists(st.text(max_size=40), max_size=12))
def test_nothing_is_added_or_reordered(lines: list[str]) -> None:
    kept = iter("\n".join(lines).split("\n"))
    assert all(
        any(line.strip() == other.strip() for other in kept)
        for line in without("\n".join(lines)).split("\n")
        if line.strip()
    )
