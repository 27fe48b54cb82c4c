"""Whether a text is a teaser before a paywall rather than the article (pure)."""

import re

MAX_TEASER_WORDS = 250
"""A text longer than this is worth reading whatever the page says of itself."""

_INVITATION = re.compile(
    r"(subscribe|sign in|log in|register|create an account|become a member)\b[^.\n]{0,60}\b"
    r"(to (continue|read|keep reading|unlock|access)|for full access|already a subscriber)"
    r"|this (article|post|story|content) is (only )?(for|available to) (paid |paying )?(subscribers|members)"
    r"|(订阅|登录|登錄|注册|付费)[^。\n]{0,12}(阅读全文|继续阅读|查看全文|閱讀全文)|阅读全文请",
    re.IGNORECASE,
)
_CUT = re.compile(
    rb">\s*(?:read more|continue reading|\xe9\x98\x85\xe8\xaf\xbb\xe5\x85\xa8\xe6\x96\x87)\s*</a>"
    rb"\s*(?:</(?:p|div|article|body|html)>\s*)*$",
    re.IGNORECASE,
)


def is_cut(body: bytes) -> bool:
    """Whether the body of a post in a feed ends with a link to the rest of it, as paid newsletters' do."""
    return bool(_CUT.search(body[-600:]))


def is_teaser(text: str, word_count: int, declared_free: bool | None) -> bool:
    """Short, and either declared not free by its page or ending with an invitation to subscribe."""
    if word_count > MAX_TEASER_WORDS:
        return False
    return declared_free is False or bool(_INVITATION.search(text[-600:]))
