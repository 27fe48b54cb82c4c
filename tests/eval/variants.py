"""Ways in which texts are copied, as functions of a text and a random generator: for tests and figures."""

import random
import re

ENGLISH_AROUND = (
    "Sign in to continue reading this story and get unlimited access to all our coverage.",
    "This story was produced by our partner newsroom and is shown here with permission of its publisher.",
    "Photo: file picture shows people walking past the headquarters on a rainy afternoon earlier this year.",
    "Have a tip for our reporters? Write to the desk and we will get back to you as soon as we can.",
    "More from this section: markets close mixed as investors wait for the central bank to decide on rates.",
    "Our daily briefing brings the five stories that matter most to your phone every weekday morning.",
    "Comments on this article are moderated and will appear once an editor has had a look at them.",
    "The views expressed here are those of the author and do not reflect the position of this website.",
)
CHINESE_AROUND = (
    "本网站转载此文仅为传播信息之目的，不代表本站观点，如有侵权请联系我们删除。",
    "更多精彩内容请下载我们的客户端，每天早晨为您推送最重要的五条新闻。",
    "图为今年早些时候在总部大楼前走过的行人，资料图片由本报记者拍摄。",
    "欢迎读者提供新闻线索，编辑部将尽快与您联系，稿件一经采用即付稿酬。",
)
# What spinning programs do: a word for a word, whatever the sense.
_SYNONYMS = {
    "said": "stated", "says": "states", "say": "state", "has": "possesses", "have": "possess", "had": "held",
    "will": "is set to", "would": "could well", "also": "additionally", "new": "fresh", "more": "extra", "most": "the bulk of",
    "year": "twelvemonth", "years": "twelvemonths", "people": "folks", "first": "initial", "last": "final", "after": "following",
    "before": "prior to", "but": "yet", "because": "since", "about": "around", "over": "above", "many": "numerous",
    "government": "administration", "company": "enterprise", "companies": "enterprises", "market": "marketplace",
    "made": "created", "make": "create", "making": "creating", "get": "obtain", "got": "obtained", "take": "seize",
    "took": "seized", "show": "reveal", "shows": "reveals", "showed": "revealed", "told": "informed", "tell": "inform",
    "world": "globe", "country": "nation", "countries": "nations", "big": "large", "small": "little", "good": "decent",
    "bad": "poor", "best": "finest", "high": "elevated", "low": "reduced", "group": "cluster", "number": "quantity",
    "plan": "scheme", "plans": "schemes", "help": "assist", "use": "utilise", "used": "utilised", "using": "utilising",
    "work": "labour", "working": "labouring", "time": "period", "week": "seven days", "month": "thirty days", "day": "date",
    "part": "portion", "place": "spot", "home": "dwelling", "house": "residence", "money": "cash", "pay": "remit",
    "cost": "expense", "costs": "expenses", "price": "charge", "prices": "charges", "sales": "gross sales", "sale": "gross sale",
    "growth": "enlargement", "rise": "climb", "rose": "climbed", "fall": "drop", "fell": "dropped", "increase": "enhance",
    "increased": "enhanced", "report": "account", "reports": "accounts", "reported": "recounted", "found": "discovered",
    "find": "discover", "think": "consider", "believe": "reckon", "want": "desire", "wanted": "desired", "need": "require",
    "needs": "requires", "needed": "required", "against": "towards", "between": "amid", "during": "throughout",
    "under": "beneath", "still": "nonetheless", "now": "presently", "only": "solely", "other": "different", "own": "personal",
    "public": "common", "important": "necessary", "major": "main", "such": "comparable", "while": "whilst", "where": "the place",
    "when": "as soon as", "which": "that", "who": "that", "their": "the", "its": "the", "his": "the", "her": "the",
    "they": "these people", "he": "the man", "she": "the woman", "it": "this", "than": "as against", "very": "extraordinarily",
    "much": "a lot", "well": "nicely", "came": "arrived", "come": "arrive", "go": "proceed", "going": "proceeding",
    "win": "triumph", "won": "triumphed", "game": "sport", "film": "movie", "music": "tunes", "way": "method",
    "could": "might", "should": "ought to", "can": "is able to", "may": "might", "was": "had been", "were": "had been",
    "been": "lately been", "from": "out of", "with": "together with", "on": "upon", "for": "in favour of", "as": "like",
}  # fmt: skip
_CHINESE_SYNONYMS = {
    "表示": "指出", "认为": "觉得", "目前": "当前", "已经": "业已", "进行": "开展", "可以": "能够", "通过": "借助", "因为": "由于",
    "但是": "不过", "但": "然而", "同时": "与此同时", "以及": "与", "问题": "难题", "发展": "成长", "提高": "提升", "重要": "关键",
    "企业": "公司", "公司": "厂商", "今年": "本年", "去年": "上一年", "对": "针对", "和": "与", "的": "之", "在": "于", "是": "乃",
    "将": "会", "了": "", "为": "作为", "中国": "我国", "美国": "美方", "市场": "行情", "产品": "商品", "技术": "科技", "使用": "运用",
    "报道": "消息", "记者": "采访人员", "多": "众多", "大": "巨大", "新": "全新", "人": "人士", "上": "上面", "中": "当中", "不": "并不",
}  # fmt: skip
_FILLERS = (
    "notably",
    "rather",
    "indeed",
    "apparently",
    "so-called",
    "fairly",
    "basically",
    "certain",
    "actual",
    "entire",
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_WORD = re.compile(r"[A-Za-z]+")


def is_chinese(text: str) -> bool:
    return len(re.findall("[\u4e00-\u9fff]", text)) > len(text) / 3


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]


def _joined(text: str, parts: list[str]) -> str:
    return ("" if is_chinese(text) else " ").join(parts)


def boilerplate(text: str, random: random.Random) -> str:
    """What another site puts before and behind a text: about a third of it in all, on other things."""
    around = CHINESE_AROUND if is_chinese(text) else ENGLISH_AROUND
    before, behind = random.sample(around, 2), random.sample(around, min(4, len(around)))
    return "\n".join([*before, text, *behind])


def truncated(text: str, random: random.Random, share: float = 0.4) -> str:
    """The first 40 % of a text."""
    return text[: int(len(text) * share)]


def head_cut(text: str, random: random.Random) -> str:
    """A text without its first quarter."""
    return text[len(text) // 4 :]


def truncated_with_boilerplate(text: str, random: random.Random) -> str:
    return boilerplate(truncated(text, random), random)


def wire_edit(text: str, random: random.Random) -> str:
    """10 to 40 % of the sentences left out, written anew or added."""
    share = random.uniform(0.1, 0.4)
    around = CHINESE_AROUND if is_chinese(text) else ENGLISH_AROUND
    edited: list[str] = []
    for sentence in sentences(text):
        if random.random() >= share:
            edited.append(sentence)
        elif random.random() < 0.5:
            edited.append(random.choice(around))
    return _joined(text, edited)


def spun(text: str, random: random.Random) -> str:
    """Every known word replaced by what a thesaurus holds, clauses reordered, names damaged."""
    return _joined(text, [_spun_sentence(sentence, random) for sentence in sentences(text)])


def _spun_sentence(sentence: str, random: random.Random) -> str:
    if is_chinese(sentence):
        clauses = re.split("(?<=[，；])", sentence)
        if len(clauses) > 1 and random.random() < 0.4:
            clauses = [*clauses[1:], clauses[0]]
        pattern = re.compile("|".join(sorted(_CHINESE_SYNONYMS, key=len, reverse=True)))
        return pattern.sub(
            lambda found: _CHINESE_SYNONYMS[found[0]] if random.random() < 0.7 else found[0], "".join(clauses)
        )
    clauses = sentence.split(", ")
    if len(clauses) > 1 and random.random() < 0.5:
        clauses = [*clauses[1:], clauses[0]]

    def replaced(found: re.Match[str]) -> str:
        word = found[0]
        if word.lower() in _SYNONYMS and random.random() < 0.9:
            return _SYNONYMS[word.lower()]
        if word[0].isupper() and len(word) > 4 and random.random() < 0.3:
            place = random.randrange(1, len(word) - 1)
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        if len(word) > 5 and random.random() < 0.12:
            return f"{random.choice(_FILLERS)} {word}"
        return word

    return _WORD.sub(replaced, ", ".join(clauses))


KINDS = {
    "boilerplate": boilerplate,
    "truncated to 40 %": truncated,
    "head cut": head_cut,
    "truncated, boilerplate": truncated_with_boilerplate,
    "wire edit": wire_edit,
    "spun": spun,
}
