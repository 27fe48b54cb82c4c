"""Pages that are served as if they were articles and are none: walls, shells, errors, lists (pure)."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from spiders.metadata import Metadata
from spiders.outcomes import Outcome

FEW_WORDS = 150
"""Words below which a page's title may say that it is no article."""
NO_WORDS = 30
"""Words below which marks in a page's code may say so."""
HEADLINES = 25
"""Links with texts like headlines, from which on a page with little else is a list of articles."""
FEW_WORDS_OF_LIST = 60

_WALL_TITLE = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied|are you a (?:robot|human)|robot check"
    r"|(?:verify|verifying|verification|confirm).{0,30}human|human verification|checking your browser|captcha"
    r"|pardon our interruption|security (?:check|verification)|ddos-guard|before you continue|please wait"
    r"|one more step|bot detection"
    r"|安全验证|访问验证|滑动验证|人机验证|验证码|访问过于频繁|请输入验证码|安全檢查",
    re.IGNORECASE,
)
_WALL_CODE = re.compile(
    r"/cdn-cgi/challenge-platform|cf-chl-|px-captcha|captcha-delivery\.com|_Incapsula_Resource|acw_sc__v2|aliyun_waf"
    r"|__jsl_clearance|g-recaptcha|hcaptcha\.com|consent\.(?:google|yahoo|youtube)\.|guce\.|privacy-mgmt\.com|geetest"
)
_ERROR_TITLE = re.compile(
    r"(?:error ?|http ?)?(?:40[0-9]|410|50[0-4])\b(?: ?[-|:–].*| .{0,40})?|(?:404 )?not found.{0,30}"
    r"|(?:.{0,30}\b)?page (?:not|cannot be|can't be|could not be) found.{0,40}"
    r"|(?:page|article|content) (?:is )?(?:not available|unavailable|no longer available|removed|deleted).{0,40}"
    r"|(?:internal server error|service unavailable|bad gateway|gateway time-?out|site maintenance).{0,40}"
    r"|oops.{0,60}|出错了.{0,20}|系统(?:错误|维护).{0,20}"
    r"|.{0,12}(?:页面|頁面|网页|網頁|文章|内容|稿件).{0,8}(?:不存在|已删除|已刪除|找不到|未找到|丢失|走丢).{0,20}",
    re.IGNORECASE,
)
_NEEDS_BROWSER = re.compile(
    r"(?:enable|turn on|requires?|activate).{0,20}java ?script|java ?script.{0,30}(?:enabled|disabled|required)"
    r"|(?:启用|开启|开启浏览器的|打开).{0,6}java ?script",
    re.IGNORECASE,
)
_ARTICLE_KIND = re.compile(r"article|posting|report(?!er)", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def recognised(
    page: str, again: Callable[[], HtmlElement], url: str, meta: Metadata, text: str, words: int
) -> Outcome | None:
    """What a page is, if it is surely no article.

    Args:
        page: its source.
        again: gives its tree; asked for only where that decides.
        url: its address.
        meta: what it says of itself.
        text: what extraction found.
        words: how many words that has.
    """
    declared = any(map(_ARTICLE_KIND.search, meta.kinds))
    if words < FEW_WORDS and _WALL_TITLE.search(meta.title) and not declared:
        return Outcome.WALL
    if words < FEW_WORDS and _ERROR_TITLE.fullmatch(meta.title) and meta.published.at is None:
        return Outcome.ERROR_PAGE
    if words < NO_WORDS and _WALL_CODE.search(page):
        return Outcome.WALL
    if words < NO_WORDS and _is_shell(again(), text):
        return Outcome.SHELL
    if urlsplit(url).path in {"", "/", "/index.html", "/index.htm", "/index.shtml"} and not urlsplit(url).query:
        return Outcome.SECTION
    if not declared and meta.published.at is None and _is_list(again(), text, words):
        return Outcome.SECTION
    return None


def _is_shell(tree: HtmlElement, text: str) -> bool:
    """Whether a program was to fill the page: it has scripts and asks for them, or nothing but them."""
    if not any(script.get("src") or script.text for script in tree.iter("script")):
        return False
    asked = " ".join(str(part) for element in tree.iter("noscript") for part in element.itertext())
    return bool(_NEEDS_BROWSER.search(asked + text)) or not text.strip()


def _is_list(tree: HtmlElement, text: str, words: int) -> bool:
    """Whether what was taken for text is a list of headlines, or next to nothing beside one."""
    links = (" ".join("".join(map(str, link.itertext())).split()) for link in tree.iter("a"))
    headlines = {link for link in links if len(link) + 2 * len(_CHINESE.findall(link)) >= 20}
    if len(headlines) < HEADLINES:
        return False
    plain = " ".join(text.split())
    return words < FEW_WORDS_OF_LIST or 2 * sum(headline in plain for headline in headlines) >= len(headlines)
