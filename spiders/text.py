"""Parsed page → the text of its article, one paragraph a line (pure)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import trafilatura
from lxml import etree
from lxml.html import HtmlElement
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Document, Extractor
from trafilatura.xml import xmltotxt
from trafilatura.xpaths import RAW_TREE_PRUNE_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

SHORT = 250
"""Characters below which a text is rarely an article, and everything is tried."""
LONG = 3000
"""Characters from which on a text needs no paragraphs that vouch for it."""
MIN_PARAGRAPH = 80
"""Characters from which on a paragraph is running text rather than a label."""
COMPLETE = 0.55
"""Share of its layout's running text from which on an extraction is taken to be whole; what is missing of those that
are lies between 0.1 and 0.4, by what is promoted between paragraphs."""
DEPTH = 5
"""Ancestors by which blocks of one layout are known."""
LINKS = 0.5
"""Share of a block in links from which on it is a list of them."""

_PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True, collect_ids=False
)
# The class of trafilatura's elements, without its parser's choice between kinds of them, which costs a twentieth.
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_NOT_WORD = re.compile(r"[\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_DIGITS = re.compile(r"\d+")
_PUNCTUATION = re.compile(r"[，。；：！？、,.!?;]")
_APART = frozenset({"a", "nav", "footer", "aside", "form", "dialog", "figure", "figcaption", "noscript", "template",
                    "button"})  # fmt: skip
_NOT_THE_ARTICLE = re.compile(r"comment|disqus|cookie|consent|newsletter|footer|copyright|placeholder", re.IGNORECASE)
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "o:p", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_NO_TEXT = frozenset({
    "aside", "audio", "button", "figcaption", "footer", "form", "head", "iframe", "nav", "noscript", "object", "script",
    "select", "style", "svg", "template", "textarea", "video",
})  # fmt: skip

Layout = tuple[str, ...]


def parse(page: str) -> HtmlElement | None:
    """The tree of a page or of a piece of one; None where there is nothing to parse."""
    # As bytes, because a declaration of an encoding in a string is refused; without what XML forbids.
    body = page.encode("utf-8", "ignore").translate(None, _CONTROLS)
    for nothing in _NO_CHARACTERS:
        body = body.replace(nothing, b"")
    try:
        tree = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError:
        return None
    return tree if tree is not None and len(tree) else None


def read(tree: HtmlElement, title: str, again: Callable[[], HtmlElement]) -> str:
    """The text of the article on a page. Uses the tree up.

    Of Chinese pages by their layout. Of others by trafilatura's own extractor, without its comparisons, which take as
    long again; where that has missed most of what the page sets in one layout, it is completed; where the layout does
    not vouch for it, trafilatura tries everything it has.

    Args:
        tree: the page.
        title: by which running text of the article is told from that of others on the page.
        again: gives the tree once more; rarely needed, and parsing costs no more than copying.
    """
    if _is_chinese(title) and _length(text := _by_layout(tree)) >= SHORT:
        return text
    paragraphs = list(_paragraphs(tree))
    text, vouched = _completed(_fast(tree), paragraphs, title)
    if _length(text) < (SHORT if vouched else LONG):
        text = max(text, _in_full(again()), key=len)
    return text


def _is_chinese(title: str) -> bool:
    return 2 * len(_CJK.findall(title)) > len(_NOT_WORD.sub("", title)) and not _KANA_OR_HANGUL.search(title)


def _length(text: str) -> int:
    """Characters, those of Chinese, Japanese and Korean three times: one says as much as three others."""
    return len(text) + 2 * len(_CJK.findall(text))


# By trafilatura ----------------------------------------------------------------------------------------------


# Of trafilatura's functions, on elements nested deeper than they can go, and with names that are none.
_FAILURES = (RecursionError, ValueError, TypeError, etree.LxmlError)


@cache
def _options() -> Extractor:
    return Extractor(fast=True, comments=False)


def _fast(tree: HtmlElement) -> str:
    """What trafilatura does with `fast`, but for measuring the whole page and trying again."""
    try:
        # It prunes before it cleans, which takes twice as long for the same text.
        tree = tree_cleaning(tree, _options())
        tree = prune_unwanted_nodes(tree, [*RAW_TREE_PRUNE_XPATH, *REMOVE_COMMENTS_AND_LISTS_XPATH])
        body, _ = extract_content(convert_tags(tree, _options()), _options())
        return xmltotxt(body, include_formatting=False)
    except _FAILURES:
        return ""


def _in_full(tree: HtmlElement) -> str:
    """Everything trafilatura has, to its simplest way at last."""
    try:
        document = trafilatura.bare_extraction(tree, include_comments=False)
    except _FAILURES:
        return ""
    if isinstance(document, Document) and document.text:
        return document.text
    return trafilatura.baseline(tree)[1]


# Completion --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Paragraph:
    text: str
    normal: str
    layout: Layout
    running: bool
    """Whether it is long enough to be text rather than a label, and not mostly links."""


def _paragraphs(tree: HtmlElement) -> Iterator[_Paragraph]:
    """Paragraphs and headings outside menus, comments and the like, with the layout they stand in."""
    layouts: dict[HtmlElement, Layout | None] = {}
    for element in tree.iter("p", "h2", "h3", "h4"):
        parent = element.getparent()
        if parent is None:
            continue
        layout = _layout(parent, layouts)
        if layout is None:
            continue
        text = " ".join("".join(map(str, element.itertext())).split())
        if text:
            linked = sum(len("".join(map(str, link.itertext()))) for link in element.iter("a"))
            running = element.tag == "p" and _length(text) >= MIN_PARAGRAPH and linked < LINKS * len(text)
            yield _Paragraph(text, _NOT_WORD.sub("", text), layout, running)


def _layout(element: HtmlElement, known: dict[HtmlElement, Layout | None]) -> Layout | None:
    """Names and first classes of an element and its ancestors; None where no article's text stands.

    Args:
        element: of the page.
        known: the layouts of elements that have been asked for, and of those around them.
    """
    inner: list[HtmlElement] = []
    ancestor: HtmlElement | None = element
    while ancestor is not None and ancestor.tag != "body" and ancestor not in known:
        inner.append(ancestor)
        ancestor = ancestor.getparent()
    layout = known.get(ancestor, ()) if ancestor is not None else ()
    for one in reversed(inner):
        classes, identifier = (one.get("class") or "").strip(), one.get("id") or ""
        if layout is None or one.tag in _APART or _NOT_THE_ARTICLE.search(f"{classes} {identifier}"):
            layout = None
        else:
            layout = (f"{one.tag}.{_DIGITS.sub('', classes.partition(' ')[0] or identifier)}", *layout)[:DEPTH]
        known[one] = layout
    return layout


def _completed(text: str, paragraphs: list[_Paragraph], title: str) -> tuple[str, bool]:
    """The text with what it lacks of its own layout, or the text of the layout that should have been taken instead.

    Returns:
        The text, and whether the page's running text vouches for it.
    """
    normal = _NOT_WORD.sub("", text)
    sizes: dict[Layout, int] = defaultdict(int)
    found: dict[Layout, int] = defaultdict(int)
    kept: list[bool] = []
    for paragraph in paragraphs:
        kept.append(paragraph.running and paragraph.normal[:50] in normal)
        if paragraph.running:
            sizes[paragraph.layout] += _length(paragraph.text)
            found[paragraph.layout] += _length(paragraph.text) * kept[-1]
    main = max(sizes, key=lambda layout: sizes[layout], default=())
    size, length = sizes.get(main, 0), _length(text)
    taken = max(found, key=lambda layout: found[layout], default=())
    if found.get(taken, 0) * 2 >= length and found[taken] >= COMPLETE * sizes[taken] and not _inside(main, taken):
        return text, True
    if size < SHORT:
        return text, False
    if not found[main] and not _inside(main, taken):
        about, others = _about(title, " ".join(p.text for p in paragraphs if p.layout == main)), _about(title, text)
        if not (size >= 3 * length and 2 * about >= others > 0) and not (size >= 1.5 * length and about > 2 * others):
            return text, False
        kept = [False] * len(paragraphs)
    elif found[main] >= COMPLETE * size:
        return text, True
    both = zip(paragraphs, kept, strict=True)
    return "\n".join(p.text for p, keep in both if p.layout == main or (keep and _akin(p.layout, main))), True


def _inside(layout: Layout, other: Layout) -> bool:
    """Whether one layout is that of an element directly inside the other, and not of another article."""
    return layout != other and layout[1:] == other[: DEPTH - 1] and not layout[0].startswith("article.")


def _akin(layout: Layout, other: Layout) -> bool:
    """Whether two layouts are of elements that stand, at most two levels up, in a common one."""
    return any(
        layout[up : up + 2] == other[down : down + 2] for up in range(3) for down in range(3) if layout[up : up + 2]
    )


def _about(title: str, text: str) -> float:
    """Share of a title's words (pairs of characters, in Chinese) that a text has."""
    words = {word for word in _NOT_WORD.split(title.casefold()) if len(word) > 3 and not _CJK.search(word)}
    characters = "".join(_CJK.findall(title))
    words |= {characters[start : start + 2] for start in range(len(characters) - 1)}
    folded = text.casefold()
    return sum(word in folded for word in words) / len(words) if words else 0.0


# By layout ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    container: HtmlElement
    text: str
    linked: float
    """Share of the text that is in links."""


def _by_layout(tree: HtmlElement) -> str:
    """The text in the element that holds most of the page's running text.

    Running text is what is long and has punctuation; what stands in one layout counts together, and the element is
    the innermost one that holds all of it. The idea is that of GeneralNewsExtractor, after Sun et al., DOM based
    content extraction via text density (SIGIR 2011).
    """
    blocks = list(_blocks(tree))
    layouts: dict[HtmlElement, Layout | None] = {}
    sizes: dict[Layout, float] = defaultdict(float)
    for block in blocks:
        layout, stops = _layout(block.container, layouts), len(_PUNCTUATION.findall(block.text))
        if layout is not None and _length(block.text) >= MIN_PARAGRAPH and block.linked < LINKS and stops:
            sizes[layout] += _length(block.text) * min(3.0, 1 + stops / 10)
    if not sizes:
        return ""
    main = max(sizes, key=lambda layout: sizes[layout])
    around = _around(
        [block.container for block in blocks if _layout(block.container, layouts) == main and block.linked < LINKS]
    )
    inside = set(around.iter())
    # Annexes to a document of a ministry are links, and part of it.
    own = (block for block in blocks if block.linked < LINKS or block.text.startswith(("附件", "附：")))
    return "\n".join(block.text for block in own if block.container in inside)


def _blocks(tree: HtmlElement) -> Iterator[_Block]:
    """Runs of text between the edges of block elements and line breaks; of a paragraph, its parent is the container."""
    pieces: list[str] = []
    linked = skipped = links = 0
    containers: list[HtmlElement] = [tree]

    def ended() -> Iterator[_Block]:
        nonlocal linked
        text = " ".join("".join(pieces).split())
        if text:
            yield _Block(containers[-1], text, linked / len(text))
        pieces.clear()
        linked = 0

    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        starts = event == "start"
        if skipped or (starts and tag in _NO_TEXT):
            skipped += 1 if starts else -1
        elif tag in _INLINE:
            links += (1 if starts else -1) * (tag == "a")
        else:
            yield from ended()
            if tag == "p":
                pass
            elif starts:
                containers.append(element)
            else:
                containers.pop()
        if skipped == 0 and (words := element.text if starts else element.tail):
            pieces.append(words)
            linked += len(words) if links else 0
    yield from ended()


def _around(elements: list[HtmlElement]) -> HtmlElement:
    """The innermost element that holds all of these, or is one of them."""
    paths = [[*reversed(list(element.iterancestors())), element] for element in elements]
    shared = [level[0] for level in zip(*paths, strict=False) if all(element is level[0] for element in level)]
    return shared[-1]
