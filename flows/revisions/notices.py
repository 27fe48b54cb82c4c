"""Sentences by which a publisher says that an article was changed (pure)."""

import re

from flows.revisions import volatile
from flows.revisions.changes import split

MAX_NOTICE = 600
"""Characters of a sentence that are looked at."""

_PIECE = r"(?:article|story|post|headline|caption|column|blog|report|page|dispatch)"
_CHANGED = r"(?:corrected|updated|amended|clarified|edited|revised|modified|retracted|withdrawn|rewritten)"
_HAS_BEEN = r"(?:has|had|was)(?: since)?(?: been)?"
_HEADING = (
    r"corrections?|corrected|clarifications?|clarified|retraction|erratum|corrigendum|updated?|refile"
    r"|editor(?:s|['’]s|s['’]|ial)? note"
)
_WHEN = r"(?:at |on )?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? )?\d"
# At the beginning of a sentence.
_HEADED = re.compile(
    r"[\W_]{0,5}(?:"
    + "|".join(
        (
            rf"(?:{_HEADING})(?: appended| ?\([^)]{{1,40}}\))? ?(?:[:–—]|-(?!\w)|$)",
            rf"(?:{_HEADING}) {_WHEN}[^:]{{0,30}}:",
            r"(?:corrected|refile|update \d)-",
            r"updated? (?:\S+ ){0,6}?to (?:add|include|reflect|correct|clarify|remove)\b",
            r"\((?:corrects|clarifies|updates|adds|recasts|refiles)\b",
            r"(?:更正|勘误|勘誤|订正|澄清|更新|致歉)(?:说明|声明|启事)? ?[:：】]",
            r"(?:编者|编辑|編者|編輯)(?:按|注|註|更正)",
        )
    )
    + ")",
    re.IGNORECASE,
)
# Anywhere in it.
_SAID = re.compile(
    "|".join(
        (
            rf"\b(?:earlier|previous|prior|original) version of (?:this|the|our) {_PIECE}",
            rf"\b(?:this (?:[\w.]+ ){{0,3}}?{_PIECE}|the (?:article|story)) {_HAS_BEEN} {_CHANGED}\b",
            rf"\bwe (?:have |['’]ve )?(?:since )?{_CHANGED} (?:this|the|our) {_PIECE}\b|\bregrets? the error",
            r"(?:本文|本报道|本稿|此文)[^。]{0,12}(?:更正|更新|修订|修正|修改|勘误)|特此(?:更正|致歉)",
            r"(?:文章|报道|内容|标题)已(?:经|作|做)*(?:更正|更新|修改|修订)",
            r"(?:此前|早前|先前|较早|稍早)(?:的|发布的)?(?:报道|版本|文章)[^。]{0,30}(?:有误|错误|误)",
        )
    ),
    re.IGNORECASE,
)


def notices(title: str, text: str) -> list[str]:
    """Sentences that say that the article was changed: corrections, clarifications, notes of the editor."""
    return [sentence for sentence in [title, *split(text)] if _is_notice(sentence[:MAX_NOTICE])]


def _is_notice(sentence: str) -> bool:
    # "Updated: 20 November" says only that the page has a date.
    return bool(_SAID.search(sentence) or (_HEADED.match(sentence) and not volatile.is_stamp(sentence)))
