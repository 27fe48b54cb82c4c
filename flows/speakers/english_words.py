"""English words by what they do around a speaker: say, introduce, entitle, refer, or mark what is none.

Lists in small letters are compared with words in small letters, the others with words as they stand.
"""

from collections.abc import Iterator

# What is said: verbs ---------------------------------------------------------------------------------------------


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


def _forms(bases: str) -> Iterator[str]:
    for base in bases.split():
        stem = base.removesuffix("e")
        yield from (base, f"{stem}ed", f"{stem}ing", base + ("es" if base.endswith(("s", "sh")) else "s"))


VERBS = frozenset([*_forms(_BASES), *_IRREGULAR.split()]) - _words(
    """
    state know find press object report post note forecast estimate continue view question doubt
    consider regard signal compare appeal favor favour worry echo rail
    """
)
# In a question these say nothing, and in a headline they stand behind two names.
PRESENT = _words(_BASES) | _words("say tell write admit deny think see")
# Those that stand before their subject only right behind what is said.
BEHIND_A_QUOTATION = frozenset(verb for verb in VERBS if verb.endswith(("ed", "es", "s")))
# Those that stand before their subject: “…”, said Lin.
INVERTED = _words(
    """
    say argue write warn insist said says wrote writes argued argues added adds warned warns explained explains
    noted notes asked insisted declared recalled replied responded concluded predicted stressed observed claimed
    announced quipped predicts concedes conceded admits admitted insists cautions cautioned recalls reckons reckoned
    laments lamented boasts boasted acknowledges acknowledged contends contended asserts asserted quips jokes joked
    countered counters vowed confirmed replies responds suggests suggested observes declares concludes stresses
    adds thinks asks complained complains maintains predicted explained remarked joked told tells reads read
    """
)
# Those that stand behind what is said: "…, officials say."
PARENTHETIC = INVERTED | _words("say warn argue tell told tells insist believe reported stated maintain add revealed")
# Those that may be nouns, which what stands around them has to tell.
NOUNS_TOO = _words(
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
# What somebody is doing with these words is no saying.
DOING = _words("continuing considering regarding expecting maintaining assessing appealing viewing pressing reporting")
# "Washington added 14 firms" says nothing; "he added that", "she maintains it was" do.
DOING_TOO = _words(
    """
    add adds added maintain maintains maintained counter counters countered charge charges assess states continued
    continues agreed agrees read reads expects expected considered considers regards regarded feels felt signals
    signaled signalled doubts doubted worries worried compares compared questions appeals views viewed shot fires
    fired posting snaps snapped faults paints echoes lectures joke jokes shoots
    """
)
# What follows those if they say something.
SAYING = _words("that in it he she they on during there this back as")
# With these before the verb nothing is said.
UNSAID = _words("not never can could should would must may might will cannot")
# "Beijing is adamant that …"
ATTITUDES = _words("adamant clear convinced confident skeptical sceptical certain blunt explicit worried wary")
# Verbs that say something only with a word behind them.
PHRASAL = {
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
# "brushed the plan aside"
APART = _words("brushed brushes waved waves")

# What is said: nouns ---------------------------------------------------------------------------------------------

# "in the eyes of Chinese officials"
VIEWS = _words(
    """
    view words eyes opinion telling estimation perspective standpoint account reading argument message position answer
    response point verdict conclusion stance case pitch contention
    """
)
# Those of which only the owner counts ("Sullivan's claim is that …").
CLAIMS = VIEWS | _words("claim finding findings advice assessment judgment judgement prediction diagnosis thesis")
# "a sharp rebuke from the Chinese embassy"
UTTERANCES = _words(
    """
    warning warnings rebuke criticism condemnation statement message call calls reply response comment comments remark
    remarks accusation accusations charge complaint complaints protest protests appeal outcry praise anger fury backlash
    objections denial threat threats
    """
)
OPINIONS = UTTERANCES | CLAIMS
# "a warning issued by the ministry"
UTTERED = _words("shared echoed voiced expressed issued advanced offered raised repeated written signed penned")
# Who cites others: Reuters, citing two officials.
PRESS = _words(
    "Reuters Bloomberg News Times Journal Post Xinhua Politico Axios AFP AP CNN BBC Nikkei Semafor Information"
)
# According to whom others speak; who else says a sentence goes before them.
CARRIERS = _words("reuters bloomberg xinhua reports media ap afp politico axios")
# A sentence with none of them is not looked at further.
TRIGGERS = (
    UTTERED
    | UTTERANCES
    | VERBS
    | ATTITUDES
    | CLAIMS
    | PHRASAL.keys()
    | _words("according ccording per er quoted cited put puts")
) - DOING

# Around a speaker ------------------------------------------------------------------------------------------------

BE = _words("is are was were be been being am isn't wasn't aren't weren't")
AUXILIARIES = BE | _words("""
    has have had will would can could may might must should shall did does do not never hasn't haven't hadn't
    won't wouldn't didn't doesn't don't can't couldn't
    """)
ADVERBS = _words("""
    first also further later then again repeatedly even still once already often long now instead meanwhile
    however recently previously earlier afterward afterwards today yesterday twice sharply just too both all
    always
    """)
TIMES = _words("""
    monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow january february march april
    may june july august september october november december week month year day night morning afternoon evening
    weekend last this next late early mid jan feb mar apr aug sept sep oct nov dec 2023 2024 2025 2026 2027
    """)
# What may follow a verb of saying at the end of a sentence.
CIRCUMSTANCES = TIMES | _words(
    "in on at to of during this last earlier late reporters lawmakers delegates investors journalists"
)
# What something is said in or at: no part of who says it.
EVENTS = _words("""
    statement interview hearing briefing press news conference speech letter post tweet testimony remarks op-ed
    article call email e-mail panel event blog social separate joint recent written regular daily response reply
    television radio podcast message keynote session forum summit note paper report interviews turn part
    particular general front public private person addition opening closing rare televised phone telephone short
    brief weekly routine prepared memo filing commentary editorial meeting background ceremony visit same time own
    """)
# Passed over where a noun phrase is expected.
LEADING = _words("""
    there here
    but and meanwhile however still earlier later separately yet while as when after because although though if
    since so also even then now instead where what how once moreover furthermore nevertheless nonetheless
    similarly likewise or nor whereas therefore thus hence additionally accordingly until before that unless often
    """)
# What begins with one of these, or follows one, is a circumstance and no subject.
INTRODUCTORY = _words("""
    in on at by for from with without during under over amid despite speaking asked responding citing quoting
    pressed writing given following according to of since after before when while as because although though if
    unlike like among between beyond besides across through throughout against about within until once whether
    where how why there here last this next late early today yesterday meanwhile however still earlier later
    separately yet moreover furthermore instead nevertheless nonetheless similarly likewise addressing testifying
    appearing even only asking calling warning arguing using noting pointing referring first second finally
    """)
SUBORDINATORS = _words("while although though as when after before if because since whereas where until unless once")
RELATIVES = _words("who which that whose whom where when what")
PREPOSITIONS = _words("""
    of for from at with in on to by about over under after before during against amid among between through into
    as than via within without toward towards across despite since until because if while when although though but
    """)
DETERMINERS = _words("a an the its their his her our my this that these those")
BEFORE_NOUNS = PREPOSITIONS | DETERMINERS
# How many of a group; its verb is a plural, and a place behind it belongs to it.
MANY = _words("and some many most several few both")
# Verbs, mostly past forms without -ed, at which a noun phrase ends.
PAST = _words("""
    seen written let lets help helps hit took made gave held went came put set met led sent kept left lost won began
    got saw spoke shot fought drew heard read told struck laid paid stood threw sought rose fell grew became wants want
    plans seeks faces needs hopes makes takes gives goes comes sees shows show showed has
    """)
# Words in -ed at which it does not.
ADJECTIVES = _words("advanced united unnamed limited red appointed retired elected unidentified concerned")
# Endings of what stands before a noun: "a recent report".
ADJECTIVE_ENDINGS = ("ble", "ous", "ive", "al", "ful", "ic", "ent", "ant", "less", "huge", "strong", "recent")
# What may stand before a colon without being a speaker.
NO_LEADS = _words("""
    note update analysis exclusive opinion background q a question answer source photo editor's read watch related
    published updated posted by video photograph illustration original title digest daily newsletter podcast share
    subscribe more correction breaking commentary explainer summary date time contact abstract introduction
    conclusion
    """)

# Who speaks ------------------------------------------------------------------------------------------------------

# What stands before a name, and is no part of it.
TITLES = _words(
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
ALL_TITLES = TITLES | _PLURAL_TITLES
ROLES = (
    TITLES
    | _PLURAL_TITLES
    | _words("""
    officials people person source sources critics experts diplomats lawyers scientists engineers investors
    traders trader executive woman man witness witnesses member members staffer delegate delegates participant
    negotiators aides spokespeople advisers operator buyer seller student students teacher
    """)
) - {"general", "head", "chair", "republican", "democrat", "democratic", "justice", "chief"}
SINGLE_ROLES = frozenset(role for role in ROLES if not role.endswith("s")) - _words(
    "official people person source spokespeople"
)
SEVERAL = frozenset(role for role in ROLES if role.endswith("s") and not role.endswith("ss")) - {"ms", "mrs"}
# Last words of an office: "the agency's chief".
HEADS = ("chief", "head", "chair", "boss")
RELATED = _words("colleague successor predecessor counterpart ally rival co-author")
PLURALS = ROLES | _words("""
    labs firms companies agencies leaders makers chipmakers regulators prosecutors investigators authorities
    groups activists hawks officers ministries universities giants startups developers outlets allies businesses
    media's senators representatives economists investors strategists envoys ministers politicians spies
    cyberspies semiconductors news police politics papers documents exports filings data's tycoons bosses scholars
    academics professors industries interests entrepreneurs negotiators
    """)
_PARTIES = _words("democrats republicans conservatives liberals")
GROUPS = PLURALS | _PARTIES
BODIES = _words("panel committee subcommittee board council commission")
# What has authors.
WRITTEN = _words(
    """
    report study analysis paper survey commentary editorial article op-ed essay assessment memo poll review column
    comment
    """
)
# What an office is of: "Secretary of State", "of Science and Technology".
OF_AN_OFFICE = _words(
    """
    State Commerce Defense Defence War Treasury Energy Foreign Affairs Education Interior Industry Security Trade
    Standards Technology Science Policy Research Engineering Economic Growth Environment East Asian Pacific European
    Eurasian South Central International National Intelligence Arms Control Finance and for
    """
)
ABBREVIATIONS = _words(
    "Mr Mrs Ms Dr MR MRS MS DR Prof Sen Rep Gov Gen Adm Col Lt Capt Amb Jr Sr St Inc Corp Ltd Co Reps Sens"
)
PARTICLES = _words("de van von der den du da dos bin al del della di la ten ter ibn ben")

# Names of persons, and of what is none ---------------------------------------------------------------------------

# A name with one of these is an organisation's.
ORGANISATIONS = _words("""
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
# A name with one of these is nobody's.
NO_PERSON = ORGANISATIONS | _words("""
    China Beijing Washington America US U.S. U.S USA UK EU UN Europe Britain Japan Taiwan Taipei Tokyo Seoul Korea
    South North India Russia Moscow Germany Berlin France Paris London Brussels Netherlands Singapore Malaysia
    Vietnam Canada Australia Iran Israel Chinese American Americans Huawei Nvidia NVIDIA Intel AMD Google
    Microsoft Amazon Apple Meta OpenAI Anthropic DeepSeek Alibaba Tencent Baidu ByteDance SMIC TSMC Samsung ASML
    Qualcomm Oracle Reuters Bloomberg Xinhua Politico Axios CNN CNBC BBC NPR AP AFP CCTV Caixin Semafor Democrats
    Republicans Hong Kong Micron Cambricon Broadcom ZTE Tesla xAI RAND CSIS CNAS CSET IBM Palantir TikTok Twitter
    Facebook The
    """)
PLACES = _words(
    """
    China Beijing Washington America US U.S. UK EU AI Europe Britain Japan Taiwan Taipei Tokyo Seoul Russia Moscow
    Germany Berlin France Paris London Brussels Netherlands Singapore Malaysia Vietnam Canada Australia India
    Chinese American Congress Shanghai Shenzhen Hangzhou
    """
) | {"United States", "Hong Kong", "South Korea", "Silicon Valley"}
FIRMS = _words("company firm startup start-up chipmaker giant manufacturer maker developer lab laboratory conglomerate")
NO_NAMES = LEADING | INTRODUCTORY | DETERMINERS
# With these no name of a person begins or ends.
NO_GIVEN_NAMES = (
    TITLES
    | LEADING
    | TIMES
    | INTRODUCTORY
    | PREPOSITIONS
    | DETERMINERS
    | RELATIVES
    | AUXILIARIES
    | ADVERBS
    | VERBS
    | _words("both only last next many most some such each every few several all any no none other another half top")
) - {"will", "may", "mark", "dean", "april", "august", "june", "judge", "justice", "marshall"}

# What stands for a speaker ---------------------------------------------------------------------------------------

PRONOUNS = {
    "he": "person",
    "she": "person",
    "it": "organisation",
    "they": "any",
}
POSSESSIVES = {"his": "person", "her": "person", "their": "any"}
# Who speaks of himself or to the reader is not named.
SPEAKING_ITSELF = _words(
    """
    i i've i'm i’ve i’m we you your our one there you're you've we're we've we'll it's that's there's he's she's they're
    """
)
# Nouns that refer back to a name, and to what kind of one.
GENERIC = {
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
DESCRIBED = _words(
    """
    company firm startup start-up chipmaker giant maker developer lab tank senator lawmaker congressman congresswoman
    republican democrat executive ceo official diplomat
    """
)
# Two words that are as plain as one of them.
COMPOUNDS = {
    "think tank",
    "news agency",
    "trade group",
    "lobby group",
    "chip giant",
    "foreign minister",
    "vice president",
}
