"""Bylines → names of people (pure). A crawl reads those of feeds, and loads nothing that reads pages."""

import re

MAX_NAME = 50
"""Characters of a name; what is longer is a description."""

_BY = re.compile(
    r"(?:(?:written |posted )?by|von|por|par|autor(?:in|en)?)\s*:?\s+"
    r"|(?:作者|撰文|本报记者|记者|記者|通讯员|編輯|编辑|文)(?:\s*[:：/]\s*|\s+)",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|、|，|\band\b|\bund\b|\bog\b|\bet\b|&|\|)\s*")
_AFTER_NAMES = re.compile(r"\s+(?:published|updated|posted|last modified)\b.*|\s*发[布表].*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*[(（\[][^()（）\[\]]{0,40}[)）\]]")
_CHINESE_NAMES = re.compile(r"[\u4e00-\u9fff]{2,4}(?:\s[\u4e00-\u9fff]{2,4})+")


def people(byline: str) -> list[str]:
    """Names in a byline: no "By", no addresses, no remarks in brackets, split at commas and "and"."""
    if "://" in byline or "@" in byline or len(byline) > 200:
        return []
    byline = byline.strip()
    by = _BY.match(byline)
    byline = _AFTER_NAMES.sub("", _IN_BRACKETS.sub("", byline[by.end() :] if by else byline)).strip()
    if by and _CHINESE_NAMES.fullmatch(byline):  # without "记者" before it, it may be one Japanese name
        return byline.split()
    names = (" ".join(part.split()) for part in _BETWEEN_NAMES.split(byline))
    return [name for name in names if name and len(name) <= MAX_NAME and not name.isdigit()]
