"""How an English sentence names who says it: verbs of saying, their subjects, and what these refer to.

Sentences come with every character of a quotation made QUOTED.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from flows.attribution.named import QUOTED, Named, Reference, Span


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_BASES = """
accuse acknowledge add advise allege announce argue ask assert assess assure believe blame blast boast brand caution
characterize characterise charge cite claim comment complain concede conclude condemn confirm contend counter
criticize criticise declare decry defend demand denounce deride describe disclose dismiss emphasize emphasise
estimate explain express extol hail hint insist label lambast lament liken maintain mention note object observe
oppose outline pledge praise predict press proclaim promise propose protest quip react reaffirm recall recommend
reiterate reject remark report respond reveal slam state stress suggest tout tweet urge vow warn welcome wonder call
point admonish advocate applaud appeal assail bemoan bristle champion chastise chide commend compare concur deplore
depict disagree doubt echo elaborate endorse envision exclaim exhort fault foresee fret implore interject joke laud
lecture mock muse paint plead portray question rebuke retort ridicule scoff scold signal snap speculate threaten
thunder view worry continue expect consider regard favor favour reckon surmise posit venture grumble growl fume
gloat crow sigh shrug sniff huff snort chuckle bark hiss recount retort exult intone rail gush bluster plead gripe
grouse inform remind reassure recount relay convey encourage counsel hypothesize theorize stipulate summarize
summarise conjecture dispute refute downplay rebuff belittle
"""
_IRREGULAR = """
say says said saying tell tells told telling write writes wrote writing admit admits admitted admitting deny denies
denied denying reply replies replied replying testify testifies testified testifying think thinks thought forecast
forecasts find finds found rebut rebuts rebutted rebutting hope hopes hoped fear fears feared post posted posts
know knows slammed slamming states sees shot shoots fires fired feels felt agrees agreed insists read reads
see saw quipped quipping concurred concurs snapped demurred demurs decries decried decrying clarified clarifies
shrugged opined opines regretted posting
"""
_INVERTED = _words(
    """
    say argue write warn insist said says wrote writes argued argues added adds warned warns explained explains
    noted notes asked insisted declared recalled replied responded concluded predicted stressed observed claimed
    announced quipped predicts concedes conceded admits admitted insists cautions cautioned recalls reckons reckoned
    laments lamented boasts boasted acknowledges acknowledged contends contended asserts asserted quips jokes joked
    countered counters vowed confirmed replies responds suggests suggested observes declares concludes stresses
    adds thinks asks complained complains maintains predicted explained remarked joked told tells reads read
    """
)
_PARENTHETIC = _INVERTED | _words("say warn argue tell told tells insist believe reported stated maintain add revealed")
_NOUNS_TOO = _words(
    """
    claim claims call calls report reports demand demands note notes charge charges comment comments press object
    objects state states brand brands label labels reason cite point points praise promise promises protest protests
    express hope hopes fear fears forecast forecasts post posts find finds blast counter urge answer answers
    estimate estimates hint hints outline outlines remark remarks tweet tweets vow vows pledge pledges blame blames
    stress warning thought ask charged think found known know knows proposed mention mentions posted reported
    estimated rebuke retort fault appeal lecture joke mock counsel advocate champion venture crow advocates
    champions ventures appeals echo echoes signals
    """
)


def _forms(bases: str) -> Iterator[str]:
    for base in bases.split():
        stem = base.removesuffix("e")
        yield from (base, f"{stem}ed", f"{stem}ing", base + ("es" if base.endswith(("s", "sh")) else "s"))


_VERBS = frozenset([*_forms(_BASES), *_IRREGULAR.split()]) - _words(
    """
    state know find press object report post note forecast estimate continue view question doubt
    consider regard signal compare appeal favor favour worry echo rail
    """
)
# What somebody is doing with these words is no saying.
_DOING = _words("continuing considering regarding expecting maintaining assessing appealing viewing pressing reporting")
# Those that stand before their subject only right behind what is said.
_BEHIND_A_QUOTATION = frozenset(verb for verb in _VERBS if verb.endswith(("ed", "es", "s")))
_PRESENT = _words(_BASES) | _words("say tell write admit deny think see")
_ATTITUDES = _words("adamant clear convinced confident skeptical sceptical certain blunt explicit worried wary")
# Verbs that say something only with a word behind them.
_PHRASAL = {
    **dict.fromkeys(
        _words("hit hits struck strikes fires pushed pushes lashed lashes bit push strike lash fire"),
        _words("back out"),
    ),
    **dict.fromkeys(_words("took takes take"), _words("aim issue to")),
    **dict.fromkeys(_words("spoke speaks talked talks speak talk"), _words("of out")),
    **dict.fromkeys(_words("railed rails inveighed"), _words("against at")),
    **dict.fromkeys(_words("laid made makes make lay"), _words("out clear plain the")),
    **dict.fromkeys(_words("went goes go"), _words("further")),
    **dict.fromkeys(
        _words("brushed brushes waved waves played plays ruled rules spelled spells"), _words("aside off down out that")
    ),
}
_VIEWS = _words(
    """
    view words eyes opinion telling estimation perspective standpoint account reading argument message position answer
    response point verdict conclusion stance case pitch contention
    """
)
# Those of which only the owner counts ("Sullivan's claim is that …").
_CLAIMS = _VIEWS | _words("claim finding findings advice assessment judgment judgement prediction diagnosis thesis")
_UTTERANCES = _words(
    """
    warning warnings rebuke criticism condemnation statement message call calls reply response comment comments remark
    remarks accusation accusations charge complaint complaints protest protests appeal outcry praise anger fury backlash
    objections denial threat threats
    """
)
_OPINIONS = _UTTERANCES | _CLAIMS
_UTTERED = _words("shared echoed voiced expressed issued advanced offered raised repeated written signed penned")
_TRIGGERS = (
    _UTTERED
    | _UTTERANCES
    | _VERBS
    | _ATTITUDES
    | _CLAIMS
    | _PHRASAL.keys()
    | _words("according ccording per er quoted cited put puts")
) - _DOING
# "Washington added 14 firms" says nothing; "he added that", "she maintains it was" do.
_DOING_TOO = _words(
    """
    add adds added maintain maintains maintained counter counters countered charge charges assess states continued
    continues agreed agrees read reads expects expected considered considers regards regarded feels felt signals
    signaled signalled doubts doubted worries worried compares compared questions appeals views viewed shot fires
    fired posting snaps snapped faults paints echoes lectures joke jokes shoots
    """
)
_SAYING = _words("that in it he she they on during there this back as")
_UNSAID = _words("not never can could should would must may might will cannot")
_ADJECTIVE_ENDINGS = ("ble", "ous", "ive", "al", "ful", "ic", "ent", "ant", "less", "huge", "strong", "recent")
_BE = _words("is are was were be been being am isn't wasn't aren't weren't")
_AUXILIARIES = _BE | _words("""
    has have had will would can could may might must should shall did does do not never hasn't haven't hadn't
    won't wouldn't didn't doesn't don't can't couldn't
    """)
_ADVERBS = _words("""
    first also further later then again repeatedly even still once already often long now instead meanwhile
    however recently previously earlier afterward afterwards today yesterday twice sharply just too both all
    always
    """)
_TIMES = _words("""
    monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow january february march april
    may june july august september october november december week month year day night morning afternoon evening
    weekend last this next late early mid jan feb mar apr aug sept sep oct nov dec 2023 2024 2025 2026 2027
    """)
_EVENTS = _words("""
    statement interview hearing briefing press news conference speech letter post tweet testimony remarks op-ed
    article call email e-mail panel event blog social separate joint recent written regular daily response reply
    television radio podcast message keynote session forum summit note paper report interviews turn part
    particular general front public private person addition opening closing rare televised phone telephone short
    brief weekly routine prepared memo filing commentary editorial meeting background ceremony visit same time own
    """)
_LEADING = _words("""
    there here
    but and meanwhile however still earlier later separately yet while as when after because although though if
    since so also even then now instead where what how once moreover furthermore nevertheless nonetheless
    similarly likewise or nor whereas therefore thus hence additionally accordingly until before that unless often
    """)
_INTRODUCTORY = _words("""
    in on at by for from with without during under over amid despite speaking asked responding citing quoting
    pressed writing given following according to of since after before when while as because although though if
    unlike like among between beyond besides across through throughout against about within until once whether
    where how why there here last this next late early today yesterday meanwhile however still earlier later
    separately yet moreover furthermore instead nevertheless nonetheless similarly likewise addressing testifying
    appearing even only asking calling warning arguing using noting pointing referring first second finally
    """)
_SUBORDINATORS = _words("while although though as when after before if because since whereas where until unless once")
_RELATIVES = _words("who which that whose whom where when what")
_PREPOSITIONS = _words("""
    of for from at with in on to by about over under after before during against amid among between through into
    as than via within without toward towards across despite since until because if while when although though but
    """)
_PARTICLES = _words("de van von der den du da dos bin al del della di la ten ter ibn ben")
_DETERMINERS = _words("a an the its their his her our my this that these those")
_BEFORE_NOUNS = _PREPOSITIONS | _DETERMINERS
_NO_NAMES = _LEADING | _INTRODUCTORY | _DETERMINERS
_PAST = _words("""
    seen written let lets help helps hit took made gave held went came put set met led sent kept left lost won began
    got saw spoke shot fought drew heard read told struck laid paid stood threw sought rose fell grew became wants want
    plans seeks faces needs hopes makes takes gives goes comes sees shows show showed has
    """)
_ADJECTIVES = _words("advanced united unnamed limited red appointed retired elected unidentified concerned")
_TITLES = _words(
    """
    secretary-general director-general editor-in-chief attorney-general capitalist tycoon banker academic writer
    physicist magnate sponsor vice-chair vice-chairman co-author mr mrs ms miss dr prof sen rep gov gen adm col lt
    capt amb president vice-president secretary minister premier chancellor senator representative congressman
    congresswoman chairman chairwoman chair chairperson director ambassador envoy spokesperson spokesman spokeswoman
    governor general admiral colonel professor doctor ceo cto cfo coo executive officer founder co-founder cofounder
    analyst researcher fellow economist lawyer attorney adviser advisor commissioner diplomat scientist engineer
    investor lawmaker historian scholar expert author reporter columnist editor strategist undersecretary czar tsar
    leader head chief dean partner manager speaker judge justice mayor sir dame lord republican democrat democratic
    counsel aide consultant entrepreneur billionaire mogul pioneer laureate activist campaigner critic hawk veteran
    delegate negotiator official mp mps dissident deputy president-elect
    """
)
_PLURAL_TITLES = _words(
    """
    senators representatives reps sens presidents ministers professors analysts researchers economists secretaries
    lawmakers congressmen scholars fellows authors founders co-founders executives
    """
)
_PARTIES = _words("democrats republicans conservatives liberals")
_ALL_TITLES = _TITLES | _PLURAL_TITLES
_ROLES = (
    _TITLES
    | _PLURAL_TITLES
    | _words("""
    officials people person source sources critics experts diplomats lawyers scientists engineers investors
    traders trader executive woman man witness witnesses member members staffer delegate delegates participant
    negotiators aides spokespeople advisers operator buyer seller student students teacher
    """)
) - {"general", "head", "chair", "republican", "democrat", "democratic", "justice", "chief"}
_ORGANISATIONS = _words("""
    Ministry Department Bureau Agency Committee Council Commission Congress Senate House Institute Institution
    University College School Center Centre Association Group Corp Corp. Inc Inc. Ltd Ltd. Co Co. Company Office
    Administration Embassy Bank Foundation Fund Party Court Academy Laboratory Lab Labs Times Journal Post News
    Daily Union Nations States Kingdom Republic Army Navy Force Pentagon Government Alliance Forum Board Authority
    Chamber Society Network Project Initiative Team Press Media Industries Technologies Technology Semiconductor
    Systems Electronics International Holdings Capital Partners Research Security Treasury Commerce Cabinet
    Kremlin Politburo State Defense Defence Affairs Intelligence AI Street Valley Hill Command Corporation
    Organisation Organization Coalition Federation Services Service Energy Cloud Act Ministry's Microsystems
    Motors Wire Herald Ledger Report Review Index Plan Strategy Framework Statement Memo Cyberspace Digest
    """)
_SINGLE_ROLES = frozenset(role for role in _ROLES if not role.endswith("s")) - _words(
    "official people person source spokespeople"
)
_SEVERAL = frozenset(role for role in _ROLES if role.endswith("s") and not role.endswith("ss")) - {"ms", "mrs"}
_PLURALS = _ROLES | _words("""
    labs firms companies agencies leaders makers chipmakers regulators prosecutors investigators authorities
    groups activists hawks officers ministries universities giants startups developers outlets allies businesses
    media's senators representatives economists investors strategists envoys ministers politicians spies
    cyberspies semiconductors news police politics papers documents exports filings data's tycoons bosses scholars
    academics professors industries interests entrepreneurs negotiators
    """)
_GROUPS = _PLURALS | _PARTIES
_NO_PERSON = _ORGANISATIONS | _words("""
    China Beijing Washington America US U.S. U.S USA UK EU UN Europe Britain Japan Taiwan Taipei Tokyo Seoul Korea
    South North India Russia Moscow Germany Berlin France Paris London Brussels Netherlands Singapore Malaysia
    Vietnam Canada Australia Iran Israel Chinese American Americans Huawei Nvidia NVIDIA Intel AMD Google
    Microsoft Amazon Apple Meta OpenAI Anthropic DeepSeek Alibaba Tencent Baidu ByteDance SMIC TSMC Samsung ASML
    Qualcomm Oracle Reuters Bloomberg Xinhua Politico Axios CNN CNBC BBC NPR AP AFP CCTV Caixin Semafor Democrats
    Republicans Hong Kong Micron Cambricon Broadcom ZTE Tesla xAI RAND CSIS CNAS CSET IBM Palantir TikTok Twitter
    Facebook The
    """)
_PLACES = _words(
    """
    China Beijing Washington America US U.S. UK EU AI Europe Britain Japan Taiwan Taipei Tokyo Seoul Russia Moscow
    Germany Berlin France Paris London Brussels Netherlands Singapore Malaysia Vietnam Canada Australia India
    Chinese American Congress Shanghai Shenzhen Hangzhou
    """
) | {"United States", "Hong Kong", "South Korea", "Silicon Valley"}
_FIRMS = _words(
    "company firm startup start-up chipmaker giant manufacturer maker developer lab laboratory conglomerate"
)
_PRONOUNS = {
    "he": "person",
    "she": "person",
    "it": "organisation",
    "they": "any",
}
_POSSESSIVES = {"his": "person", "her": "person", "their": "any"}
_SPEAKING_ITSELF = _words(
    """
    i i've i'm i’ve i’m we you your our one there you're you've we're we've we'll it's that's there's he's she's they're
    """
)
_GENERIC = {
    **dict.fromkeys(
        _words("""
    spokesperson spokesman spokeswoman official senator lawmaker congressman congresswoman minister secretary
    executive ceo analyst researcher professor diplomat envoy ambassador economist president premier chairman
    chairwoman chair director lawyer scholar author expert republican democrat scientist founder representative
    adviser advisor investor engineer governor
    """),
        "person",
    ),
    **dict.fromkeys(
        _words("""
    company firm ministry department agency bureau group committee tank startup start-up chipmaker giant embassy
    association organization organisation institute commission panel administration lab laboratory body government
    manufacturer maker developer carrier regulator nonprofit watchdog newspaper council university subcommittee
    foundation conglomerate alliance
    """),
        "organisation",
    ),
    **dict.fromkeys(
        _words("officials authors researchers analysts lawmakers senators companies experts pair duo"), "any"
    ),
    **dict.fromkeys(
        _words("report study paper memo letter document statement filing editorial survey article fact-sheet"),
        "document",
    ),
}
# Those that say no more with a word before them: "the Ohio senator", "the Hangzhou company".
_DESCRIBED = _words(
    """company firm startup start-up chipmaker giant maker developer lab tank senator lawmaker congressman congresswoman
    republican democrat executive ceo official diplomat
    """
)
# "brushed the plan aside"
_APART = _words("brushed brushes waved waves")
_COMPOUNDS = {
    "think tank",
    "news agency",
    "trade group",
    "lobby group",
    "chip giant",
    "foreign minister",
    "vice president",
}
_OF_AN_OFFICE = _words(
    """
    State Commerce Defense Defence War Treasury Energy Foreign Affairs Education Interior Industry Security Trade
    Standards Technology Science Policy Research Engineering Economic Growth Environment East Asian Pacific European
    Eurasian South Central International National Intelligence Arms Control Finance and for
    """
)
_ABBREVIATIONS = "Mr|Mrs|Ms|Dr|MR|MRS|MS|DR|Prof|Sen|Rep|Gov|Gen|Adm|Col|Lt|Capt|Amb|Jr|Sr|St|Inc|Corp|Ltd|Co|Reps|Sens"
_WORD = re.compile(
    rf"(?:{_ABBREVIATIONS})\.|(?:[A-Za-z]\.){{2,}}|[A-Z]\.(?= [A-Z])|"
    rf"\d+(?:,\d{{3}})+|\w+(?:[’'&./-]\w+)*(?:(?<=s)[’'](?= \w))?|"
    rf"{QUOTED}++|[^\w\s]"
)
_DATELINE = re.compile(
    r"\s*[A-Z][A-Z]+(?:[ ./,-]+[A-Z]{2,})*(?:, [A-Z][\w. ]{1,20}){0,2}(?: \([A-Za-z ]{2,20}\))? ?[-–—]+ "
)
_INTRODUCES = re.compile(rf": ?{QUOTED}|{QUOTED} ?[—–-]")
_LOWER_WORDS = re.compile(r"[a-z]+")
_OF_SOMEBODY = re.compile("[’']s [a-z]")
_NAME_WORD = re.compile(r"[\w’'-]+\.?")
_PRESS = _words(
    "Reuters Bloomberg News Times Journal Post Xinhua Politico Axios AFP AP CNN BBC Nikkei Semafor Information"
)
_CARRIERS = _words("reuters bloomberg xinhua reports media ap afp politico axios")
_LEAD_COLON = re.compile(r"\s*([^:]{2,80}?)(?: \([^()]{1,30}\))?: ?(?=\S)")
_NO_LEADS = _words("""
    note update analysis exclusive opinion background q a question answer source photo editor's read watch related
    published updated posted by video photograph illustration original title digest daily newsletter podcast share
    subscribe more correction breaking commentary explainer summary date time contact abstract introduction
    conclusion
    """)


_span_of = re.Match.span


_HEADS = ("chief", "head", "chair", "boss")
PASSIVE_READ = 30
"""How far behind a passive verb its "by" may be, in words."""


ASIDE_READ = 6
"""How many words a subject between commas may have."""


LONGEST_ABBREVIATION = 4
"""Up to how many capital letters are taken for an organisation (UPS) and not for a person."""


class _Token(NamedTuple):
    text: str
    low: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum()

    @property
    def is_capitalised(self) -> bool:
        return self.text[0].isupper() or self.low in _PARTICLES


_make = tuple.__new__


@lru_cache(64)
def _tokens(sentence: str) -> list[_Token]:
    low = sentence.lower().replace("’", "'")
    if len(low) != len(sentence):
        low = sentence
    # Without the check of arguments that _Token(…) costs: there are many tokens.
    return [
        _make(_Token, (sentence[start:end], low[start:end], start, end))
        for start, end in map(_span_of, _WORD.finditer(sentence))
    ]


def attribution(sentence: str) -> Named | None:
    """Who says a sentence, by its own words; None where it does not tell."""
    sentence = _without_dateline(sentence)
    leading = _leading_colon(sentence) if ":" in sentence else None
    if leading:
        return leading
    may_tell = sentence.startswith(("For ", "To ")) or (QUOTED in sentence and _INTRODUCES.search(sentence))
    if not may_tell and _TRIGGERS.isdisjoint(_LOWER_WORDS.findall(sentence)):
        return None
    return _Clauses(sentence, _tokens(sentence)).attribution()


def _without_dateline(sentence: str) -> str:
    """The sentence with "HONG KONG, Nov 19 - " made blank."""
    match = _DATELINE.match(sentence)
    return " " * match.end() + sentence[match.end() :] if match else sentence


def _leading_colon(sentence: str) -> Named | None:
    match = _LEAD_COLON.match(sentence)
    if not match:
        return None
    tokens = _tokens(match[1])
    words = [token for token in tokens if token.is_word]
    if not words or not _NO_LEADS.isdisjoint({words[0].low, words[-1].low}) or len(words) > 7 or QUOTED in match[1]:
        return None
    if len(words) == 1 and len(words[0].text) > 3 and words[0].text.isupper():
        return None
    capitalised = sum(token.is_capitalised or token.low in _TITLES for token in words)
    says = any(word.low in _AUXILIARIES or word.low in _VERBS or word.low in _PRONOUNS for word in words)
    if says or not words[0].is_capitalised or capitalised < len(words) - 1:
        return None
    span = _phrase(tokens, 0, len(tokens) - 1)
    if not span:
        return None
    shift = match.start(1)
    return Named((span[0] + shift, span[1] + shift), leads=True)


class _Clauses:
    """The tokens of a sentence, asked for who says what in it."""

    def __init__(self, sentence: str, tokens: list[_Token]) -> None:
        self._sentence = sentence
        self._tokens = tokens
        self._last = len(tokens) - 1
        while self._last >= 0 and not tokens[self._last].is_word and tokens[self._last].text[0] != QUOTED:
            self._last -= 1

    def attribution(self) -> Named | None:
        """The outermost attribution: one at the sentence's end or beside a quotation before one at its beginning."""
        found: list[tuple[int, int, Span]] = []
        for place, token in enumerate(self._tokens):
            if token.low not in _TRIGGERS:
                continue
            if token.low == "per" and place < self._last and (place == 0 or self._tokens[place + 1].is_capitalised):
                span = _phrase(self._tokens, place + 1, self._last)
                if span and (place == 0 or self._tokens[place - 1].text == ","):
                    found.append((1, place, span))
            elif token.low == "according" and place + 2 <= self._last and self._tokens[place + 1].low == "to":
                span = _phrase(self._tokens, place + 2, self._last)
                if span:
                    is_carried = self._sentence[span[0] : span[1]].lower().split()[-1] in _CARRIERS
                    found.append((3 if is_carried else 1, place, span))
            elif token.low == "citing" and place:
                found += self._cited(place)
            elif token.low in _VERBS and not token.is_capitalised:
                found += self._by_verb(place)
                if token.low in _CLAIMS:
                    found += self._by_view(place)
            elif token.low in _ATTITUDES or token.low in _PHRASAL or token.low in {"quoted", "cited", "put", "puts"}:
                found += self._by_attitude(place)
            elif token.low in _CLAIMS:
                found += self._by_view(place)
        found = found or [*self._by_colon(), *self._by_noun(), *self._by_preposition()]
        found = [item for item in found if not self._is_nobody(item[2])]
        return self._named(min(found)[2]) if found else None

    def _is_nobody(self, span: Span) -> bool:
        low = self._sentence[span[0] : span[1]].lower()
        if self._sentence[: span[0]].lower().endswith((" nor ", " nor the ")):
            return True
        return low in _SPEAKING_ITSELF or low.split()[0] in {"neither", "no", "nobody", "none", "nothing"}

    def _named(self, span: Span) -> Named:
        text = self._sentence[span[0] : span[1]]
        low = text.lower()
        before = self._sentence[: span[0]].rstrip().rpartition(" ")[2].lower()
        if low in _PRONOUNS:
            refers = Reference(_PRONOUNS[low])
            own = self._own_antecedent(span, refers) if before in {"and", "but"} else None
            return own or Named(span, refers)
        if low in _POSSESSIVES:
            return Named(span, Reference(_POSSESSIVES[low]))
        words = low.removesuffix(" of state").split()
        is_plain = len(words) == 1 or (len(words) == 2 and low in _COMPOUNDS)
        is_generic = words[-1] in _GENERIC and (is_plain or words[-1] in _DESCRIBED)
        is_somebody = words[-1] in _SINGLE_ROLES or words[-1] in _HEADS or words[-1].endswith("-year-old")
        is_generic = is_generic or (len(words) <= 3 and is_somebody)
        if before in {"the", "that", "this"} and len(words) <= 4 and is_generic:
            return Named(span, Reference(_GENERIC.get(words[-1], "person"), words[-1]))
        return Named(span)

    def _own_antecedent(self, span: Span, refers: Reference) -> Named | None:
        """A pronoun whose sentence itself names somebody before it ("Lin denied it, and she said …")."""
        first = subject(self._sentence[: span[0]])
        if first and first[1] < span[0]:
            text = self._sentence[first[0] : first[1]]
            if text.lower() not in _PRONOUNS and is_person(text) == (refers.kind == "person") and text[0].isupper():
                return Named(first)
        return None

    def _by_preposition(self) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "For Graham Allison, the race recalls …": persons only."""
        tokens = self._tokens
        if self._last > 3 and tokens[0].low in {"for", "to"} and tokens[1].is_capitalised:
            found = _phrase_range(tokens, 1, self._last)
            span = _reduced(tokens, *found) if found and tokens[found[1] + 1].text == "," else None
            if span and is_person(self._sentence[span[0] : span[1]]) and " " in self._sentence[span[0] : span[1]]:
                yield (8, 0, span)

    def _by_colon(self) -> Iterator[tuple[int, int, Span]]:
        """The subject of what introduces a quotation ("Lin was blunt: …"), or the name behind one ("… — Lin Jian")."""
        tokens = self._tokens
        for place in range(1, len(tokens)):
            if tokens[place].text[0] != QUOTED:
                continue
            if tokens[place - 1].text == ":":
                span = subject(self._sentence[: tokens[place - 1].start])
                if span and may_speak(self._sentence[span[0] : span[1]]):
                    yield (4, place, self.apposed_name(span, self.next_piece(span[1])) or span)
            return
        if len(tokens) > 2 and tokens[0].text[0] == QUOTED and tokens[1].text in {"—", "–", "-"}:
            span = _phrase(tokens, 2, self._last)
            if span and may_speak(self._sentence[span[0] : span[1]]):
                yield (4, 1, span)

    def _by_attitude(self, place: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "Beijing is adamant that …", "as Lin put it", "hit back", "Xinhua quoted Lin as saying"."""
        tokens = self._tokens
        low = tokens[place].low
        after = [token.low for token in tokens[place + 1 : place + 3]]
        is_passive = place > 0 and tokens[place - 1].low in _BE
        if low in _PHRASAL:
            is_whole = after[:1] != ["the"] or after == ["the", "case"]
            if low in _APART:
                after = [token.low for token in tokens[place + 1 : place + 5] if token.low in _PHRASAL[low]]
            if after[:1] and after[0] in _PHRASAL[low] and is_whole and not is_passive:
                span, weight = self._subject_before(place - 1, place)
                if span:
                    yield (weight, place, span)
            return
        if low in _ATTITUDES and not (is_passive and after[:1] in (["that"], ["about"])):
            return
        if low in {"put", "puts"} and after[:1] != ["it"]:
            return
        if low in {"quoted", "cited"} and not is_passive:
            found = _phrase_range(tokens, place + 1, self._last)
            if found and [token.low for token in tokens[found[1] + 1 : found[1] + 3]] == ["as", "saying"]:
                span = _reduced(tokens, *found)
                if span:
                    yield (0, place, span)
            return
        if low in {"quoted", "cited"}:
            following = [token.low for token in tokens[place + 1 : place + 8]]
            if ("as", "saying") not in pairwise(following):
                return
        before = place - 2 if is_passive else place - 1
        if before >= 0:
            span, weight = self._subject_before(before, place)
            if span:
                yield (weight, place, span)

    def _cited(self, place: int) -> Iterator[tuple[int, int, Span]]:
        """Whom a newspaper cites ("Reuters, citing two officials, reported …")."""
        span = _phrase(self._tokens, place + 1, self._last)
        if span and is_person(self._sentence[span[0] : span[1]]):
            is_press = any(token.text in _PRESS or token.low.startswith("report") for token in self._tokens)
            if is_press:
                yield (1, place, span)

    def _by_view(self, place: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "in Beijing's view", "in the eyes of Chinese officials"."""
        tokens = self._tokens
        if place + 2 <= self._last and tokens[place + 1].low == "of" and tokens[place - 1].low in {"the", "a"}:
            span = _phrase(tokens, place + 2, self._last) if tokens[place].low in _VIEWS else None
            if span:
                yield (1, place, span)
            return
        is_view = tokens[place].low in {"view", "opinion", "telling"} and tokens[place - 2].low in {"in", "to"}
        if place > 1 and is_view and tokens[place - 1].low in _POSSESSIVES:
            yield (8, place, self._whole(place - 1, place - 1))
            return
        is_claim = self._is_claim(place)
        owner = place - 2 if is_claim and place > 1 and not tokens[place - 1].low.endswith(("'s", "s'")) else place - 1
        if owner >= 0 and tokens[owner].low.endswith(("'s", "s'")):
            first = owner
            while first > 0 and tokens[first - 1].is_word and tokens[first - 1].low not in {"in", "from", "by", "to"}:
                first -= 1
            if is_claim or (first and tokens[first - 1].low in {"in", "from", "by", "to"}):
                span = _phrase(tokens, first, owner)
                if span:
                    yield (1, place, span)

    def _is_claim(self, view: int) -> bool:
        """Whether a view is said to be so ("X's main argument is that …", "X's verdict is blunt: “…”")."""
        after = self._tokens[view + 1 : view + 4]
        if len(after) < 2 or after[0].low not in {"is", "was"}:
            return False
        return after[1].low == "that" or any(token.text == ":" for token in after[1:])

    def _by_verb(self, verb: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers that a verb of saying gives: how strongly the position speaks for it (less is more), where, who."""
        tokens = self._tokens
        token = tokens[verb]
        before = verb - 1
        while before >= 0 and (
            tokens[before].low in _ADVERBS
            or (tokens[before].low in _AUXILIARIES and tokens[before].low not in _BE and tokens[before].text != "May")
            or (tokens[before].low.endswith("ly") and not tokens[before].is_capitalised)
        ):
            before -= 1
        at_left = tokens[before] if before >= 0 else None
        after = tokens[verb + 1] if verb < self._last else None
        if any(t.low in _UNSAID or t.low.endswith("n't") for t in tokens[before + 1 : verb]):
            return
        if at_left and at_left.low in _BE:
            if not token.low.endswith("ing"):
                if not token.low.startswith("ask"):
                    yield from self._passive(verb)
                return
            before -= 1
            at_left = tokens[before] if before >= 0 else None
        elif token.low.endswith("ing") and at_left and at_left.is_word:
            return
        if after and after.low == "by" and token.low.endswith("ed") and not (at_left and at_left.low in _BE):
            if at_left and at_left.low in _OPINIONS:
                yield from self._passive(verb)
            return
        # "citing alleged concerns"
        if token.low in _DOING or (at_left and at_left.low.endswith("ing") and at_left.low in _VERBS):
            return
        if token.low in _PRESENT and self._tokens[-1].text == "?":
            return
        if at_left and at_left.low in {"to", "be", "so", "of", "by", "for", "as"}:
            return
        if token.low in _NOUNS_TOO and at_left and before == verb - 1 and self._is_noun(verb, at_left):
            return
        if after and after.low in {"off", "up"} and token.low.startswith("call"):
            return
        if token.low in {"point", "points", "pointed"} and (after is None or after.low not in {"out", "to"}):
            return
        is_forecast = token.low in {"expect", "expects"} and self._has_role_before(verb)
        is_caption = token.low in {"read", "reads"} and at_left is not None and at_left.text[0] == QUOTED
        says_nothing = token.low in _DOING_TOO and after is not None and after.is_word and after.low not in _SAYING
        if says_nothing and not is_forecast and not is_caption:
            return
        quote_before = at_left is not None and (
            at_left.text[0] == QUOTED or (not at_left.is_word and before > 0 and tokens[before - 1].text[0] == QUOTED)
        )
        is_inverted = token.low in _INVERTED or (quote_before and token.low in _BEHIND_A_QUOTATION)
        if is_inverted and (at_left is None or not at_left.is_word) and after:
            sure = token.low in _INVERTED and (quote_before or at_left is None)
            span = self._inverted(verb, sure=sure, quote_before=quote_before)
            if span:
                yield (0, verb, span)
                return
        if at_left is None or (quote_before and token.low.endswith("ing")):
            return
        span, weight = self._subject_before(before, verb)
        if span:
            # Who reports what another said only carries it.
            yield (4 if token.low.startswith("report") else weight, verb, span)

    def _has_role_before(self, verb: int) -> bool:
        """Whether a verb's subject says what somebody is: "analysts at Morgan Stanley expect China to …"."""
        return any(token.low in _ROLES for token in self._tokens[max(0, verb - 6) : verb])

    def _is_noun(self, verb: int, at_left: _Token) -> bool:
        token = self._tokens[verb]
        after = self._tokens[verb + 1].low if verb < self._last else ""
        if after == "that" and token.low in {"found", "thought", "find", "estimate", "note"}:
            return False
        if (
            at_left.low in _DETERMINERS
            or at_left.low in _PREPOSITIONS
            or at_left.low in {"and", "or", "no", "such", "any"}
        ):
            return True
        if self._is_aside(verb) or self._follows_two_names(verb):
            return False
        if at_left.low.endswith(("'s", "s'")) or at_left.low in _PAST or at_left.low in _VERBS:
            return True
        if not at_left.is_capitalised and at_left.low.endswith(_ADJECTIVE_ENDINGS):
            return True
        if token.low.endswith("ed") or (token.low in {"found", "thought", "knew"} and self._is_trailing(verb)):
            return False
        if not token.low.endswith("s") and not (
            at_left.low.endswith("s")
            or any(token.low in _MANY for token in self._tokens[max(0, verb - 6) : verb])
            or at_left.low in {"people", "they", "we", "i", "who", "media", "police"}
        ):
            return True
        if after in {"that", "it", "the", "its", "their", "a", "for", "on", "out", "he", "she", "they"}:
            return False
        return after in _AUXILIARIES or after in {"of", "and", "from", "by", "in", "to", "over"} or not after.isalnum()

    def _is_aside(self, verb: int) -> bool:
        """Whether nothing but a subject and this verb stand between two commas (", officials hint,")."""
        tokens = self._tokens
        first = verb - 1
        while first > 0 and verb - first < ASIDE_READ and tokens[first].is_word:
            first -= 1
        is_noun_phrase = tokens[first + 1].low in {"the", "a", "an", "one", "some"} or tokens[verb - 1].low in _GROUPS
        ends = verb < self._last and tokens[verb + 1].text == ","
        return ends and is_noun_phrase and first > 0 and tokens[first].text == ","

    def _follows_two_names(self, verb: int) -> bool:
        """Whether a headline's verb stands behind two names ("Anthropic, OpenAI urge …")."""
        if self._tokens[verb].low not in _PRESENT:
            return False
        before = self._tokens[:verb]
        if any(token.low in _SPEAKING_ITSELF for token in before):
            return False
        commas = sum(token.text == "," for token in before)
        if commas != 1 or not 3 <= verb <= ASIDE_READ or before[0].low in _NO_NAMES:
            return False
        return all(token.is_capitalised or token.text == "," for token in before)

    def _passive(self, verb: int) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "was dismissed as naive by two aides"."""
        for place in range(verb + 1, min(verb + PASSIVE_READ, self._last)):
            token = self._tokens[place]
            if token.text == ";":
                return
            if token.low == "by" and not self._tokens[place + 1].text[0].isdigit():
                span = _phrase(self._tokens, place + 1, self._last)
                if span:
                    yield (2, verb, span)
                return

    def _by_noun(self) -> Iterator[tuple[int, int, Span]]:
        """Speakers in "a sharp rebuke from the Chinese embassy"."""
        for place, token in enumerate(self._tokens[: self._last - 1]):
            after = self._tokens[place + 1].low
            if (token.low in _UTTERANCES and after in {"from", "by"}) or (token.low in _UTTERED and after == "by"):
                span = _phrase(self._tokens, place + 2, self._last)
                if span and may_speak(self._sentence[span[0] : span[1]]):
                    yield (7, place, span)

    def _inverted(self, verb: int, *, sure: bool, quote_before: bool) -> Span | None:
        """The speaker behind the verb ("…", said X)."""
        tokens = self._tokens
        first = tokens[verb + 1]
        if not first.is_word or first.low in _PRONOUNS or first.low in _RELATIVES or _is_preposition(tokens, verb + 1):
            return None
        if not sure and first.low in _TIMES:
            return None
        found = _phrase_range(tokens, verb + 1, self._last)
        if found is None:
            return None
        if not sure and tokens[verb].low not in {"said", "says", "say"}:
            span = _reduced(tokens, *found)
            authors = self._sentence[span[0] : span[1]].split(" and ") if span else []
            is_body = tokens[found[1]].low in _GENERIC and first.low == "the"
            is_body = is_body or (
                quote_before and len(authors) == 1 and (is_person(authors[0]) or authors[0].istitle())
            )
            if not (is_body or (first.is_capitalised and all(map(is_person, authors)) and authors)):
                return None
        after = found[1] + 1
        if (
            not sure
            and after <= self._last
            and tokens[after].is_word
            and tokens[after].low not in {"who", "in", "at", "on"}
        ):
            return None
        span = _reduced(tokens, *found)
        return (self.apposed_name(span, self.next_piece(tokens[found[1]].end)) or span) if span else None

    def _subject_before(self, before: int, verb: int) -> tuple[Span | None, int]:
        """The subject of a verb, from what stands before it since the last quotation; and how strongly."""
        tokens = self._tokens
        begin = before
        while begin >= 0 and tokens[begin].text[0] != QUOTED and tokens[begin].text not in {";", ":", "—", "…"}:
            begin -= 1
        # A quotation may be part of a name or of the clause before: only what it ends is left out.
        pieces: list[tuple[int, int]] = []
        start = begin + 1
        for place in range(begin + 1, before + 1):
            if tokens[place].text in {",", "(", ")", "–", "-"}:
                pieces.append((start, place - 1))
                start = place + 1
        pieces.append((start, before))
        pieces = [piece for piece in pieces if piece[0] <= piece[1]]
        if not pieces or any(token.low == "than" for token in tokens[pieces[-1][0] : verb]):
            return None, 9
        is_trailing = tokens[verb].low in _PARENTHETIC and (begin >= 0 or len(pieces) > 1)
        is_trailing = is_trailing and (self._is_trailing(verb) or self._is_aside(verb))
        first, last = pieces[-1]
        is_detached = last != before
        if not is_detached and tokens[last].low == "who":
            is_detached = True
        elif not is_detached and tokens[first].low in {"who", "which", "whose"}:
            pieces.pop()
            is_detached = True
        if not is_detached and any(token.low == "whether" for token in tokens[first:verb]):
            return None, 9
        if not is_detached:
            cut = self._clause_start(first, last)
            span = _phrase(tokens, cut, last, to_end=True)
            if span and tokens[first].low in _SUBORDINATORS:
                return span, 5
            if span and cut == first and begin >= 0 and tokens[begin].text[0] == QUOTED:
                return span, 0
            if span and cut == first:
                if self._follows_two_names(verb):
                    return (tokens[0].start, span[1]), 2
                for begin_name, end_name in reversed(pieces[:-1]):
                    if " and " not in self._sentence[span[0] : span[1]] or not self._is_name(begin_name, end_name):
                        break
                    span = (tokens[begin_name].start, span[1])
                return span, 0 if is_trailing else 2
            if span:
                return span, 5
            if not self._only_circumstance(first, last):
                return None, 9
            pieces.pop()
        is_trailing = is_trailing and not tokens[verb].low.endswith("ing")
        for first, last in reversed(pieces[1:]):
            if is_trailing and self._is_name(first, last):
                return self._whole(first, last), 0
        is_coordinate = tokens[before].low in {"and", "but"}
        for number, (first, last) in enumerate(pieces):
            if tokens[first].low in _INTRODUCTORY or tokens[first].low in _RELATIVES:
                continue
            span = _phrase(tokens, first, last)
            if span:
                span = self.apposed_name(span, pieces[number + 1 : number + 2]) or span
                return span, 5 if is_coordinate else 0 if is_trailing and begin >= 0 else 2
        return None, 9

    def apposed_name(self, span: Span, following: list[tuple[int, int]]) -> Span | None:
        """The name that follows an office between commas: "China's ambassador, Liu Xiaoming, said"."""
        office = self._sentence[span[0] : span[1]]
        is_role = _has_role(office) or office.endswith(_HEADS) or not _RELATED.isdisjoint(office.split())
        is_common = office.split(" in ")[0].rpartition(" ")[2].islower()
        if not (is_role or is_common):
            return None
        for first, last in following:
            name = _phrase(self._tokens, first, last)
            words = self._sentence[name[0] : name[1]].split() if name else []
            is_capitalised = all(word[0].isupper() or word in _PARTICLES for word in words)
            if 2 <= len(words) <= 4 and is_capitalised and is_name(" ".join(words)):
                return name
        return None

    def next_piece(self, end: int) -> list[tuple[int, int]]:
        """What stands between the comma at a place in the sentence and the next."""
        commas = [place for place, token in enumerate(self._tokens) if token.text == "," and token.start >= end]
        if not commas or commas[0] == 0 or self._tokens[commas[0] - 1].end > end:
            return []
        first = commas[0] + 1
        last = commas[1] - 1 if len(commas) > 1 else self._last
        return [(first, last)] if first <= last else []

    def _is_name(self, first: int, last: int) -> bool:
        words = [token.text for token in self._tokens[first : last + 1]]
        return 2 <= len(words) <= 4 and all(word[0].isupper() for word in words) and is_name(" ".join(words))

    def _whole(self, first: int, last: int) -> Span:
        return self._tokens[first].start, self._tokens[last].end

    def _only_circumstance(self, first: int, last: int) -> bool:
        token = self._tokens[first]
        return token.low in _PREPOSITIONS or token.low in _TIMES or token.low in {"and", "who", "but"} or first > last

    def _clause_start(self, first: int, last: int) -> int:
        """Where the clause that ends at a subject begins: behind another clause's verb, or a conjunction."""
        tokens = self._tokens
        cut = first
        for place in range(first, last + 1):
            low = tokens[place].low
            is_verb = low in _AUXILIARIES or (
                low in _VERBS and not tokens[place].is_capitalised and low not in _NOUNS_TOO
            )
            is_participle = low.endswith("ing") and place > first and tokens[place - 1].low not in _BE
            if place < last and (
                (is_verb and not is_participle)
                or low in {"that", "because", "while", "after", "as", "what", "which", "when"}
            ):
                cut = place + 1
        if cut > first or any(t.low in _PAST for t in tokens[first:last]):
            for place in range(cut, last):
                if tokens[place].low in {"and", "but"} and place > first:
                    cut = place + 1
        return cut

    def _is_trailing(self, verb: int) -> bool:
        """Whether nothing but circumstances follows a verb: "…, the ministry said on Friday."."""
        rest = self._tokens[verb + 1 : self._last + 1]
        if not rest:
            return True
        if rest[0].low == "to" and (len(rest) < 2 or rest[1].low not in {"reporters", "journalists", "the"}):
            return False
        if (
            rest[0].low
            not in {
                "in",
                "on",
                "at",
                "to",
                "of",
                "during",
                "this",
                "last",
                "earlier",
                "late",
                "reporters",
                "lawmakers",
                "delegates",
                "investors",
                "journalists",
            }
            | _TIMES
        ):
            return (
                rest[0].text == ","
                and rest[-1].text[0] != QUOTED
                and len(rest) > 1
                and not (rest[1].low in _PRONOUNS or any(t.low in _VERBS for t in rest))
                and rest[1].low not in _LEADING
            )
        return len(rest) <= 12 and not any(
            token.low in _AUXILIARIES or token.low == "that" or token.text[0] == QUOTED or token.text == ":"
            for token in rest
        )


def _phrase(tokens: list[_Token], first: int, last: int, *, to_end: bool = False) -> Span | None:
    """The noun phrase that begins at a token, as a speaker: without article, title and clauses.

    Args:
        tokens: of the sentence.
        first: where the phrase begins; conjunctions and times before it are passed over.
        last: the last token that may belong to it.
        to_end: nothing but a circumstance may stand between the phrase and `last`.
    """
    found = _phrase_range(tokens, first, last, plural_ends=to_end)
    if found is None:
        return None
    if to_end and found[1] < last:
        rest = tokens[found[1] + 1]
        if not (rest.low in _PREPOSITIONS or rest.low in _TIMES or rest.low in _RELATIVES or rest.low in _ADVERBS):
            again = found[1] + 1
            if rest.low.endswith(("ed", "ing")) or rest.low in _PAST:
                return _reduced(tokens, *found)
            return _phrase(tokens, again, last, to_end=True) if again < last else None
    return _reduced(tokens, *found)


def _phrase_range(tokens: list[_Token], first: int, last: int, *, plural_ends: bool = False) -> tuple[int, int] | None:
    while first <= last and (tokens[first].low in _LEADING or not tokens[first].is_word):
        first += 1
    if first <= last and tokens[first].low in {"on", "in", "last", "this", "earlier"}:
        place = first + 1
        while place <= last and (tokens[place].low in _TIMES or tokens[place].text.isdigit()):
            place += 1
        if place == first + 1:
            if tokens[first].low in {"on", "in"}:
                return None
        else:
            first = place
    while first <= last and tokens[first].low in _DETERMINERS:
        first += 1
    if first > last or not tokens[first].is_word:
        return None
    start = tokens[first].low
    is_dated = start.isdigit() and first < last and tokens[first + 1].low in _WRITTEN
    is_time = start in _TIMES and start != "may" and not is_dated
    if is_time or start in _RELATIVES or start in _AUXILIARIES or _is_preposition(tokens, first):
        return None
    if (
        start.endswith("ed")
        and not tokens[first].is_capitalised
        and first < last
        and tokens[first + 1].low in _PREPOSITIONS
    ):
        return None
    if start in _PRONOUNS and not (tokens[first].is_capitalised and first < last and tokens[first + 1].is_capitalised):
        return first, first
    end = first
    for place in range(first + 1, last + 1):
        token = tokens[place]
        if not token.is_word:
            if token.text == "&":
                continue
            break
        if _is_preposition(tokens, place):
            if not _attaches(tokens, place, last):
                break
        elif token.low in {"and", "or"}:
            if place == last or not _begins_phrase(tokens[place + 1]):
                break
        elif _ends_phrase(tokens, place, plural_ends=plural_ends):
            break
        end = place
    while end > first and (
        tokens[end].low in _PREPOSITIONS or tokens[end].low in _DETERMINERS or tokens[end].low == "and"
    ):
        end -= 1
    return first, end


def _is_preposition(tokens: list[_Token], place: int) -> bool:
    """Whether a word is a preposition, and not the beginning of "Under Secretary"."""
    following = tokens[place + 1].text if place + 1 < len(tokens) else ""
    return tokens[place].low in _PREPOSITIONS and not (tokens[place].text == "Under" and following == "Secretary")


def _begins_phrase(token: _Token) -> bool:
    return token.is_word and token.low not in _VERBS and token.low not in _AUXILIARIES and token.low not in _PAST


def _ends_phrase(tokens: list[_Token], place: int, *, plural_ends: bool) -> bool:
    """Whether a word stands behind a noun phrase.

    Behind a name a word in -s is taken for its verb ("Huawei builds"), unless it can only be a plural (`plural_ends`).
    """
    token = tokens[place]
    low = token.low
    if low in {"both", "all"} and tokens[place - 1].low in _PREPOSITIONS:
        return False
    if low in _AUXILIARIES or low in _RELATIVES or low in _ADVERBS or low in _PRONOUNS:
        # "He Lifeng", "Theresa May"
        return not (token.is_capitalised and low in {"he", "may", "will", "today"})
    if low in _TIMES:
        return not (token.is_capitalised and low in {"morning", "evening", "week", "day", "today"})
    if token.is_capitalised:
        return False
    before = tokens[place - 1]
    if low in _DETERMINERS:
        return before.low not in _PREPOSITIONS and before.low not in {"and", "or"}
    if (
        not plural_ends
        and before.is_capitalised
        and not before.low.endswith(("'s", "s'", "ese", "ican", "ish", "utch", "pean", "rean", "ench", "rman"))
        and low.endswith("s")
        and low not in _PLURALS
        and not low.endswith("ss")
    ):
        return True
    if (low in _PAST and before.low not in _DETERMINERS) or (
        low.endswith("ly") and low not in {"family", "assembly", "supply"}
    ):
        return True
    if low in _VERBS and low not in _NOUNS_TOO:
        return True
    if low.endswith("ed") and ("-" not in low or low.startswith("co-")) and low not in _ADJECTIVES:
        if before.low in _DETERMINERS:
            return False
        is_told = low in {"briefed", "polled", "surveyed", "interviewed"}
        return not (is_told and place + 1 < len(tokens) and tokens[place + 1].low in {"on", "by"})
    return (
        low.endswith("ing")
        and before.low not in _BEFORE_NOUNS
        and low not in {"briefing", "manufacturing", "computing", "engineering", "trading"}
    )


def _attaches(tokens: list[_Token], place: int, last: int) -> bool:
    """Whether a preposition continues the noun phrase before it, and does not begin a circumstance."""
    if place == last:
        return False
    low, before = tokens[place].low, tokens[place - 1].low
    target = place + 1
    while target < last and tokens[target].low in _DETERMINERS:
        target += 1
    token = tokens[target]
    if tokens[place + 1].low in {"its", "their", "his", "her"}:
        return before in {"familiar", "close", "briefed", "involved"}
    if low == "on" and before in _GROUPS:
        return not _BODIES.isdisjoint(other.low for other in tokens[target : target + 4])
    if low == "by":
        return before in _WRITTEN or before in {"polled", "surveyed", "interviewed"}
    if token.low in _TIMES or token.low in _EVENTS or not token.is_word or token.text.isdigit():
        return low == "of" and token.is_word and token.low not in _TIMES
    if low in {"of", "for", "from", "with"}:
        return True
    if low == "to":
        return before in {"close", "adviser", "advisor", "ambassador", "envoy", "aide", "representative", "known"}
    if low == "on":
        return before in {
            "committee",
            "council",
            "commission",
            "subcommittee",
            "panel",
            "briefed",
            "adviser",
            "advisor",
            "expert",
        }
    if low == "in" and before in _SINGLE_ROLES and tokens[place + 1].low == "the":
        return True
    if low == "in":
        return (
            (token.is_capitalised and before != "reporters")
            or before in _MANY
            or before in _WRITTEN
            or tokens[place + 1].low == "both"
        )
    return low == "at"


def _reduced(tokens: list[_Token], first: int, last: int) -> Span | None:
    """A noun phrase as speaker: of "Commerce Secretary Gina Raimondo" the name, of other phrases all words."""
    core = last
    joint = 0
    while last > first + 1 and tokens[last].text in {"MP", "MEP", "PhD"}:
        last -= 1
    for place in range(first + 1, last + 1):
        token = tokens[place]
        if token.low == "and":
            joint = place
        if _is_preposition(tokens, place):
            is_office = place < last and tokens[place + 1].text in _OF_AN_OFFICE and token.low == "of"
            if is_office and tokens[place - 1].low in _TITLES:
                after = place + 2
                while after <= last and tokens[after].text in _OF_AN_OFFICE:
                    after += 1
                if after <= last and tokens[after].is_capitalised:
                    first = after
                    continue
            core = place - 1
            break
    if tokens[first].low in _DETERMINERS or (first == last and tokens[first].low in _TIMES):
        return None
    name = _name_in(tokens, first, core)
    if joint and name and name[0] > joint and not _names_somebody(tokens, first, joint - 1):
        joint = 0
    while last > first + 1 and tokens[last].text in {"MP", "MEP", "PhD"}:
        last -= 1
    if joint:
        one = _name_in(tokens, first, joint - 1)
        if one and one[0] > first and not any(token.is_capitalised for token in tokens[first : one[0]]):
            first = one[0]
        elif tokens[first].low.rstrip(".") in _ALL_TITLES and tokens[first + 1].is_capitalised:
            first += 1
        return _span(tokens, first, last)
    if name:
        return _span(tokens, *name)
    return _span(tokens, first, last)


def _names_somebody(tokens: list[_Token], first: int, last: int) -> bool:
    """Whether the first of two joint authors is one, and no part of an office ("Science and Technology Adviser")."""
    text = " ".join(token.text for token in tokens[first : last + 1])
    return is_person(text) or text in _PLACES


def _name_in(tokens: list[_Token], first: int, core: int) -> tuple[int, int] | None:
    """The name at the end of a phrase that says who its bearer is; or the whole of one that is a person's name."""
    begin = core + 1
    while begin > first and tokens[begin - 1].is_capitalised and tokens[begin - 1].low.rstrip(".") not in _TITLES:
        begin -= 1
        if tokens[begin].low.endswith(("'s", "s'")) and begin < core:
            begin += 1
            return (begin, core) if _NO_PERSON.isdisjoint(token.text for token in tokens[begin : core + 1]) else None
    if begin > core:
        return None
    if begin > first:
        is_office = tokens[begin - 1].is_capitalised and not _ORGANISATIONS.isdisjoint(
            t.text for t in tokens[begin : core + 1]
        )
        return None if is_office else (begin, core)
    words = [token.text for token in tokens[first : core + 1]]
    return (first, core) if 2 <= len(words) <= 4 and _NO_PERSON.isdisjoint(words) else None


def _span(tokens: list[_Token], first: int, last: int) -> Span:
    possessive = next((ending for ending in ("'s", "'") if tokens[last].low.endswith(ending)), "")
    return tokens[first].start, tokens[last].end - len(possessive)


def subject(sentence: str) -> Span | None:
    """Whom or what a sentence is about: its first noun phrase that depends on no preposition."""
    tokens = _tokens(_without_dateline(sentence))
    start = 0
    for place in range(len(tokens) + 1):
        if (
            place == len(tokens)
            or tokens[place].text in {",", ";", ":", "—", "–", "-"}
            or tokens[place].text[0] == QUOTED
        ):
            if start < place and tokens[start].low not in _INTRODUCTORY:
                span = _phrase(tokens, start, place - 1)
                if span:
                    clauses = _Clauses(sentence, tokens)
                    return clauses.apposed_name(span, clauses.next_piece(span[1])) or span
            start = place + 1
    return None


def repetitions(sentence: str, refers: Reference) -> Iterator[Span]:
    """Where a sentence has the noun that a reference repeats: for "the ministry", "China's Ministry of Commerce".

    For "the company", of "DeepSeek, a Chinese company, said" the name.
    """
    tokens = _tokens(sentence)
    for place, token in enumerate(tokens):
        if token.low != refers.head:
            continue
        first = place
        while first and tokens[first - 1].is_word and _may_modify(tokens[first - 1]):
            first -= 1
        if refers.kind == "document":
            yield tokens[first].start, token.end
            continue
        name = first - 3
        is_apposed = name >= 0 and (tokens[first - 2].text == "," or tokens[first - 2].low in _BE)
        if is_apposed and tokens[first - 1].low in _DETERMINERS:
            while name and tokens[name - 1].is_word and tokens[name - 1].is_capitalised:
                name -= 1
            span = _reduced(tokens, name, first - 3) if tokens[first - 3].is_capitalised else None
        else:
            span = _phrase(tokens, first, len(tokens) - 1)
        if span:
            yield span


def names(sentence: str) -> Iterator[Span]:
    """The names in a sentence."""
    tokens = _tokens(sentence)
    first = 0
    while first < len(tokens):
        last = first
        while last < len(tokens) and tokens[last].is_word and tokens[last].is_capitalised:
            last += 1
        is_place = last == first + 1 and first > 0 and tokens[first - 1].low in {"in", "at", "from", "near"}
        if last > first and not is_place and tokens[first].low not in _NO_NAMES:
            span = _reduced(tokens, first, last - 1)
            if span:
                yield span
        first = max(last, first + 1)


def _may_modify(token: _Token) -> bool:
    low = token.low
    return not (
        low in _DETERMINERS
        or low in _PREPOSITIONS
        or low in _AUXILIARIES
        or low in _VERBS
        or low in _LEADING
        or low in _PAST
        or low in {"new", "each", "every", "own"}
        or (low.endswith("ed") and not token.is_capitalised and low not in _ADJECTIVES)
    )


def fits(refers: Reference, text: str, *, speaks: bool) -> bool:
    """Whether a reference could mean this speaker, or, where it does not speak, this subject or name.

    The name of a firm may look like that of a person; of somebody who speaks it is taken for a person's.
    """
    words = text.lower().split()
    if text.lower() in _SPEAKING_ITSELF or text.lower() in _PRONOUNS:
        return False
    if refers.kind == "document":
        return refers.head in words
    if refers.kind == "person":
        return is_person(text) and _SEVERAL.isdisjoint(words) and "people" not in words
    if refers.kind == "organisation":
        if refers.head in _FIRMS and text in _PLACES:
            return False
        if _OF_SOMEBODY.search(text) or (refers.head and any(_GENERIC.get(word) == "document" for word in words)):
            return False
        return not (is_person(text) and (speaks or _has_role(text)))
    return True


_WRITTEN = _words(
    """
    report study analysis paper survey commentary editorial article op-ed essay assessment memo poll review column
    comment
    """
)
_BODIES = _words("panel committee subcommittee board council commission")
_RELATED = _words("colleague successor predecessor counterpart ally rival co-author")
_MANY = _words("and some many most several few both")
_NO_GIVEN_NAMES = (
    _TITLES
    | _LEADING
    | _TIMES
    | _INTRODUCTORY
    | _PREPOSITIONS
    | _DETERMINERS
    | _RELATIVES
    | _AUXILIARIES
    | _ADVERBS
    | _VERBS
    | _words("both only last next many most some such each every few several all any no none other another half top")
) - {"will", "may", "mark", "dean", "april", "august", "june", "judge", "justice", "marshall"}


def _has_role(text: str) -> bool:
    return not _ROLES.isdisjoint(text.lower().replace(".", "").split())


def is_name(text: str) -> bool:
    """Whether some capitalised words are the name of a person."""
    words = text.replace("’s", "").replace("'s", "").split()
    return _NO_PERSON.isdisjoint(words) and not any(
        word.lower().rstrip(".") in _NO_GIVEN_NAMES or (len(word) > 3 and word.isupper()) for word in words
    )


def is_person(text: str) -> bool:
    """Whether a speaker is somebody, by name or by office, and no organisation or country."""
    words = _NAME_WORD.findall(text)
    if _has_role(text):
        return True
    if len(text) <= LONGEST_ABBREVIATION and len(text) > 1 and text.isupper():
        return False
    is_capitalised = all(word[0].isupper() or word in _PARTICLES for word in words)
    return bool(words) and is_capitalised and _NO_PERSON.isdisjoint(words)


def may_speak(text: str) -> bool:
    """Whether the subject of the sentence before a quotation may be its speaker: somebody, or an organisation."""
    words = text.lower().split()
    is_named = text[:1].isupper() and all(word[:1].isupper() for word in text.split())
    return is_person(text) or is_named or any(_GENERIC.get(word) in {"person", "organisation"} for word in words)


def pronoun(text: str) -> Reference | None:
    """What a subject that is a pronoun refers to; None where it is none."""
    kind = _PRONOUNS.get(text.lower())
    return Reference(kind) if kind else None
