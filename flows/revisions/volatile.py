"""Lines of a page that change by themselves: its dates, counters, adverts, links to others (pure)."""

import re

from spiders import boilerplate

MAX_LINE = boilerplate.MAX_LINE
"""Characters of a line that may be one of these; longer ones are the article's."""
HEAD, FOOT = 4, 3
"""Lines at the two ends of a text among which a bare date is that of the page; in between it is one of events."""
MAX_STAMP = 120
"""Characters of a line of authors and dates."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = "|".join(
    (
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTH}(?:,?[ -]\d{{4}})?\b",
        rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?\b",
        r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}",
        r"\b\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b",
        r"(?:\d{4} ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?日",
    )
)
_TIME = "|".join(
    (
        r"T?\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\b\.?)?",
        r"\b\d{1,2} ?[ap]\.?m\b\.?",
        r"\d{1,2}[时時]\d{1,2}分",
        r"\b(?:an?|one|\d+) ?(?:sec(?:ond)?|min(?:ute)?|hr|hour|day|week|month)s? ago\b|\bjust now\b|\byesterday\b",
        r"\d+ ?(?:秒|分钟|小时|天|周|个月)前|刚刚|昨天|今天",
    )
)
# What stands beside a date or time without being one, and what says that it is the page's.
_BESIDE = "|".join(
    (
        r"\b(?:mon|tue|tues|wed|wednes|thu|thurs|fri|sat|satur|sun)(?:day)?\b|星期[一二三四五六日天]|周[一二三四五六日天]",
        r"\b(?:utc|gmt)(?:[+-]\d{1,2}(?::\d{2})?)?|\b(?:e[sd]?t|c[es]?t|cest|m[sd]t|p[sd]?t|bst|hkt|sgt|jst|ist|z)\b",
        r"[+-]\d{2}:?\d{2}\b|\b(?:local|beijing|eastern) time\b|北京时间|上午|下午|早上|晚上",
    )
)
_STAMP = "|".join(
    (
        r"\b(?:first |last |originally )?(?:published|update[ds]?|posted|modified|revised|released|created|uploaded)\b",
        r"\b(?:publication|publish|release|posting|issue) (?:date|time)\b|\b(?:date|time)(?= ?:)",
        r"\b(?:this|the) (?:article|story|page|post) (?:was|has been)\b",
        r"(?:本文)?(?:最后|最近|首次)?(?:更新|发布|发表|修改|上传|刊发|發布|發表)(?:时间|日期|時間|于|於)?",
        r"(?:时间|日期|時間)(?= ?[:：])",
    )
)
_DATES = re.compile(rf"{_DATE}|{_TIME}", re.IGNORECASE)
_STAMPS = re.compile(_STAMP, re.IGNORECASE)
_BESIDE_DATES = re.compile(rf"{_BESIDE}|\b(?:at|on|and)\b|[\W_]+", re.IGNORECASE)
_BYLINE = re.compile(r"[Bb]y [A-Z]|(?:[Ss]ource|来源|來源|作者|记者|記者|本报记者|责编|文) ?[:：|/]")
_SENTENCE = re.compile(r"[.。!！?？;；][\"”’」)）]*$")

_NUMBER = r"\d[\d,.]*(?: ?(?:[km]\b|[万亿萬]))?\+?"
_COUNTED = r"(?:page ?)?views?|comments?|shares?|likes?|reads?|reactions?|retweets?|votes?|replies|followers?"
_COUNTED_ZH = "阅读|浏览|点击|评论|点赞|转发|分享|收藏|播放|访问|参与|围观|观看|閱讀|瀏覽|點擊|評論"
# Possessive: a line of many counters and something else must not be cut up in every way.
_COUNTERS = re.compile(
    "(?:(?>"
    + "|".join(
        (
            rf"{_NUMBER} ?(?:{_COUNTED})",
            rf"(?:{_COUNTED}) ?[:：(]? ?{_NUMBER}\)?",
            r"\d+ ?-?min(?:ute)?s?(?: read)?|(?:(?:estimated )?read(?:ing)? time|time to read) ?:? ?\d+ ?min(?:ute)?s?",
            rf"(?:{_COUNTED_ZH})(?:量|数|次数|人数|數)? ?[:：(（]? ?{_NUMBER} ?[次人条]?[)）]?",
            rf"{_NUMBER} ?[次人条]?(?:{_COUNTED_ZH})",
            r"(?:全文|本文|字数)(?:共|约)? ?[:：]? ?\d+ ?字?",
            r"(?:预计|阅读)(?:约需|需要?|时间|时长) ?[:：]? ?(?:约 ?)?\d+ ?分钟",
        )
    )
    + r")(?:[\s,，/]++|$))++",
    re.IGNORECASE,
)

_ADVERT = r"ads?|advertisement|advertorial|sponsored|promoted|paid (?:post|content)|partner content"
_APPEAL = r"subscribe|sign up|register|join|follow|download|get|try|start|become"
_OFFERED = (
    r"newsletters?|inbox|e-?mail|app|podcast|free trial|subscription|membership|unlimited access"
    r"|telegram|whatsapp|twitter|facebook|linkedin|youtube|wechat"
)
_APPEAL_ZH = r"(?:欢迎|歡迎|敬请|请|立即|点击|扫码|长按){0,2}(?:关注|關注|订阅|訂閱|下载|下載|加入)"
_OFFERED_ZH = r"公众号|公眾號|客户端|客戶端|APP|微信|微博|邮件|电子报|社群"
_OTHERS = r"related|more|see also|also read|read more|read next|watch|don['’]t miss|recommended|trending|most read"
_OTHERS_ZH = r"阅读|新闻|报道|链接|文章|推荐|閱讀|新聞|報道|連結"
_SOLD = re.compile(
    "|".join(
        (
            # adverts
            rf"\[?(?:{_ADVERT})(?: (?:content|post|message|links?))?\]?(?: ?[:|–—].*| - .*)?",
            r"(?:sponsored|presented|brought to you) by .{1,60}",
            r"[【\[(（]?(?:广告|廣告|推广|推廣|赞助|贊助)(?:内容|信息)?(?: ?[:：|】].*|[\])）])?",
            # newsletters, accounts
            rf"(?:{_APPEAL}) .{{0,100}}\b(?:{_OFFERED})\b.{{0,40}}",
            r"(?:follow|join|support) (?-i:us)\b.{0,120}|support (?:our|independent|quality) journalism.{0,120}",
            r"(?:listen to|save|gift|print|share|bookmark) (?:this )?(?:article|story|post|page)|copy link|read in app",
            rf"(?:{_APPEAL_ZH}).{{0,24}}(?:{_OFFERED_ZH})[^。]{{0,24}}",
            # links to others
            rf"(?:{_OTHERS})(?: (?:stories|articles|news|coverage|reading|on this|video))? ?[:|].*",
            rf"(?:相关|延伸|推荐|更多|热门|往期|相關|推薦|熱門)(?:{_OTHERS_ZH}) ?[:：|].*",
        )
    ),
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s+[|·•]\s+|\s*[|｜]\s*")


def without(text: str) -> list[str]:
    """The lines of a text that do not change by themselves; of a line of authors what is beside its date."""
    lines = [line.strip() for line in boilerplate.without(text).split("\n") if line.strip()]
    lasting = (
        " | ".join(filter(None, (_lasting(part, amidst=HEAD <= place < len(lines) - FOOT) for part in _parts(line))))
        for place, line in enumerate(lines)
    )
    return [line for line in lasting if line]


def is_stamp(line: str) -> bool:
    """Whether a line says when the page was published or changed, and nothing else."""
    return len(line) <= MAX_STAMP and not _undated(line, amidst=False)


def _parts(line: str) -> list[str]:
    # What begins with a bar is a row of a table.
    return [line] if len(line) > MAX_STAMP or line.startswith("|") else _PARTS.split(line)


def _lasting(line: str, *, amidst: bool) -> str:
    """What of a line does not change by itself. `amidst`: it is among the paragraphs of the article."""
    if len(line) > MAX_LINE:
        return line
    if _COUNTERS.fullmatch(line) or _SOLD.fullmatch(line):
        return ""
    return _undated(line, amidst=amidst) if len(line) <= MAX_STAMP else line


def _undated(line: str, *, amidst: bool) -> str:
    dated, stamped = _DATES.search(line), _STAMPS.search(line)
    if not (dated or stamped):
        return line
    rest = _DATES.sub(" ", _STAMPS.sub(" ", line)) if stamped else _DATES.sub(" ", line)
    if not _BESIDE_DATES.sub("", rest):
        return line if amidst and not stamped else ""
    if dated and _BYLINE.match(line) and not _SENTENCE.search(line):
        return " ".join(_BESIDE_DATES.sub(" ", rest).split())
    return line
