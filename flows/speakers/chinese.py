"""How a Chinese sentence names who says it: verbs of saying, their subjects, and what these refer to.

Sentences come in simplified characters, with every character of a quotation made QUOTED.
"""

import re
from collections.abc import Iterator

from flows.speakers.named import QUOTED, Named, Reference, Span

_VERBS = (
    "表示|指出|强调|批评|回应|认为|警告|呼吁|宣布|透露|声称|宣称|告诉|写道|坦言|直言|"
    "补充|重申|敦促|谴责|指责|抨击|斥责|痛斥|驳斥|反驳|否认|承认|承诺|主张|"
    "建议|提出|介绍|解释|分析|预计|预测|估计|评论|质疑|提醒|感叹|断言|倡议|"
    "阐述|反对|形容|要求|答道|问道|说道|报道|报导|发文|喊话|炮轰|表态|担忧|担心|"
    "称赞|赞扬|欢迎|希望|相信|判断|辩称|称|说|指|誓言|扬言|威胁|控诉|"
    "认定|觉得|告诫|抱怨|感慨|讽刺|嘲讽|痛批|怒斥|直斥|回击|反击|还击|赞同|认同|坚称|申明|宣告|表明|提到|提及|反问|怀疑|预言|解读|"
    "预期|高喊|调侃|回答|答复|答称|发帖|直呼|吐槽|自嘲|打趣|评价|点评|回忆|讲述|剖析|研判|推测|通报|责令|下令|叫嚣|鼓吹|发誓|许诺|保证|坚信|深信|确信|盼望|追问|质问|戏称|妄称|宣扬|自称|留言|忧心|疾呼|赞成|请求|恳请|"
    "谎称|诡称|渲染|转述|猜测|欢呼|惊呼|脱口而出|哭诉|所说|所言|所称|所指出|所强调|期望|促请|坦承|直承|爆料|放风|苦笑道|笑道|叹道|怒道|表达|咬定|定调|放言|发出警告|发出呼吁|发出威胁|不认同|不这么看|不以为然|喊出|谈到|谈及|讲到|抗议|交涉|发声|回怼|力主|坚持|警示|示警|疾呼|直指|奉劝|放话|声言|痛骂|讥讽|批驳|批判|劝告|提议|倡导|赞赏|指控|呛声|期待|拒绝|澄清|证实|披露|总结|曝光|写|援引|主导"
)
_LONGEST_FIRST = "|".join(sorted(_VERBS.split("|"), key=len, reverse=True))
_VERB = re.compile(rf"(?P<verb>{_LONGEST_FIRST})(?:道|称|说|到|出|认为|指出)?")
_NOT_VERB = re.compile(
    r"说(?:明|法|服|教|客|辞|不)|称(?:为|号|之|霸|职|呼|重)|指(?:数|标|导|南|定|令|向|挥|望|的是)|"
    r"写(?:入|进|作)|要求(?:的|较|匿名|不具名)|所[说言称指][^，]{0,2}的(?!，)|拒绝(?:对此|就此|就[^，]{1,12})?(?:发表|[作做]出)?(?:任何)?(?:置评|评论|回应|表态|接受采访)|(?:分析|评论|担忧|希望|建议|批评|回应|警告|反对|指责|"
    r"威胁|承诺|质疑|期待)(?:的|声|和|与|人士|师|家|员|者|派|党|票|区|文章)"
)
_NOT_BEFORE = re.compile(
    r"(?:的|受|被|遭|无法|不再|可以|能够|(?:按照|根据|应)[^，]{0,12}|由[^，]{1,12}|如何|有所|引发|的确|可|无可|难以)$"
)
# 名称, 小说, 手指, 游说, 俗话说
_NOT_SAID = re.compile(
    r"(?:[名职号简堪据俗昵谦]称|(?<!总)统称|[小传学听据游劝演解照来虽]说|怎么说|[手戒食]指|(?:俗话|就是|应该|可以|比如|换句话)说)$"
)
# 新华社北京3月5日电（记者王明）, 【环球网报道】
_DATELINE = re.compile(
    r"\s*【[^】]{1,20}】|"
    r"\s*[（(]?[^，。：；\s（）()]{2,16}?"
    r"(?:(?:\d{1,2}月)?\d{1,2}日(?:综合|专)?(?:[电讯][：:]?|消息(?=[ 　（(]))|[电讯](?=[ 　（(]))"
    r"[）)]?(?:[ 　]*[（(][^（）()]{0,30}[）)])?"
)
_ASIDE = re.compile(r"[（(](?<=[\w》”].)[^（）()]{0,40}[）)]")
# 在安全会议“中国专场”上
_IN_QUOTED = re.compile(rf"在[^，。；：{QUOTED}]{{0,20}}{QUOTED}+[上中里]")
_BLANK = "\u2002"
_HEADING = re.compile(r"^.*[\u4e00-\u9fff][ 　]+(?=[\u4e00-\u9fffA-Z])")
_IN_TITLE = re.compile("《[^》]*$")
_PIECE = re.compile(rf"[^，。；：！？,;:!?\n（）()—{QUOTED}]+")
# Where the subject of a Chinese clause ends: a time, a circumstance, an adverb.
_AFTER = re.compile(
    r"(?:\d{1,4}年)?(?:\d{1,2}月)?\d{1,2}[日号]|[一二三四五六七八九十]{1,3}[日号](?!本)|[一二三四五六七八九十]{1,2}月|今天|昨天|今日|昨日|日前|近日|近期|"
    r"此前|随后|当天|当日|[本上下]?(?:周|星期|礼拜)[一二三四五六日天末]|[本上下]周|今年|去年|早些时候|"
    r"在(?!华|美|台[协办]|线|野|场|座|任|职|读)|就(?!业)|(?<!反)(?<!针)(?<!面)对(?!外|华|冲)|向(?!前)|于(?=\d|[周今昨上本])|针对|通过|接受|面对|谈到|谈及|回答|被问|"
    r"出席|发起(?!人)|提出|发出|[作做]出|刊文|刊发|顿了|快速|积极|沉默|发推|写信|回复|举例|当场|摇头|点头|质询|一直|长期|生前|发布|公布|致函|致信|撰文|发表|召开|举行|援引|引述|以(?!色列)|借(?=助|机)|不愿(?!透露|具名|公开)|多次|再次|再度|"
    r"明确|严厉|强烈|联名|公开(?!发)|坚决|一再|反复|首次|进一步|不断|普遍|均(?!衡)|"
    r"开始|当时|按照|最新|(?<![税准规法原守])则|也|还|又|曾(?=[表说在警指经发任担多于对向就是])|仅|已(?=[经表警宣要向通在就对发下多明再正])|并(?!购)|仍|都(?=[表认])|更(?=[直指])|联合(?!国|创始|创办|首席|主席|主任|总裁|会|社|体|大学|早报|通讯|工作|研究|公报|声明)|共同|一致|同时|如此|如是|这样|随即|先后|最后|"
    r"坚定|坚称|愤怒|罕见|毫不|没有|不(?=[认同])|是|要(?!求)|(?<![少中上大])将(?!领|军)|为(?=[此这])|因|从(?![事业])|用(?!户)|试图|"
    r"(?<!国)会议(?!员|秘书|主席|代表|成员|委员)|调研|考察|视察|来到|前往|走访|被[问追]|(?<![约会])谈(?!判|话)|当地时间|北京时间|美东时间|依法|不久前|连日|转发|主持|率|会见|会晤|同(?=[美中])|"
    r"亦|严正|断然|矢口|当即|立即|立刻|迅速|旋即|马上|一贯|历来|严词|果断|一口|相继|纷纷|陆续|分别|各自|屡次|屡屡|频频|接连|不时|专门|毫不|并未|尚未|从未|未(?!来)|不予|继续|接着|进而|另外|此外|甚至|随即|之后|后来|始终|向来|一向|常常|经常|笑|叹|冷静|无奈|严肃|郑重|正式|主动|作证|发言(?!人)|受访|致辞|出面|回信|去信|致电|本月|上月|上个月|今早|昨晚|今晚|深夜|晚间|下午|上午|凌晨|早前|较早|先前|稍早|稍后|事后|(?<![员协议商学公理国])会[前上后]|"
    r"一度|率先|继而|转而|不禁|不忘|同样|特意|亲自|直接|私下|书面|隔空|应询|应约|如今|现在|目前|高调|强硬|直言不讳|毫不客气|不点名|"
    r"警告|宣布|批评|指责|呼吁|要求(?!匿名|不)|强调|回应|拒绝|敦促"
)
# The same at the end: 调研时, 骄傲地.
_ADVERB_LAST = re.compile(
    r"(?:[也又还已曾均都则更亦仅只想]|[\u4e00-\u9fff](?![同当此届随及])[\u4e00-\u9fff]时|[\u4e00-\u9fff]{2}(?<![基当内各两本营外属产])地)$"
)
_LEADING = re.compile(
    r"^(?:正如|诚如|就像|但是|但|而且|而|不过|然而|同时|此外|另外|对此|随后|日前|近日|其中|因此|所以|于是|目前|"
    r"(?:[本上]?周[一二三四五六日天]|今天|昨天|今日|昨日|当天|(?:\d{1,4}年)?(?:\d{1,2}月)?[一二三四五六七八九十\d]{1,3}日)(?:，)?|最近|可能|也许|或许|据说|此前|尽管|虽然|连|就连|"
    r"另有|又有|还有|也有|有(?!关)|如|例如|比如|另(?=[一外])|与此同时|事实上|据悉|"
    r"[一某](?:位|名|个|家|份|篇|封)|来自|美东时间|当地时间|美国东部时间|\s)+"
)
_INTRODUCTORY = re.compile(
    r"^(?:在|作为|截至|早在|长期以来|对于|针对|就|对|面对|关于|当|随着|虽然|尽管|目前|同时|此外|不过|但|然而|"
    r"另外|因此|所以|与此|最近|如果|由于|自|为|从|经|除了|被问|谈到|谈及|至于|日前|近日|随后|\d|按照|根据|"
    r"据|并|而|[本上]?周[一二三四五六日天]|今天|昨天|此前|[一二三四五六七八九十]{1,3}[日月])"
)
_TITLE = (
    r"发言人|部长|总统|主席|总理|院士|教授|研究员|主任|参议员|众议员|议员|首席执行官|"
    r"执行长|行政总裁|总裁|CEO|董事长|创始人|创办人|分析师|专家|学者|国务卿|财长|防长|外长|"
    r"大使|秘书长|局长|司长|院长|所长|顾问|负责人|记者|律师|经理|总监|议长|书记|官员|"
    r"技术官|运营官|财务官|科学官|安全官|首相|校长|行长|社长|主编|总编辑|秘书|干事|委员|领导人|掌门人|法官|检察官|上将|中将|少将|幕僚长|撰稿人|观察员|"
    r"执笔人|发起人|团长|召集人|提案人|立委|主委|主持人|成员|参赞|公使|专员|组长|队长|院士|得主|王储|处长|教父|领袖|人物|党人|学家|作家|评论家|博主|CTO|CFO|COO|新闻官|长官|总编|老板|巨头|初创公司|创业公司|初创企业|"
    r"设计师|工程师|技师|经济师|架构师|大臣|次长|总书记|省长|县长|区长|研究生|博士生|学生|医生|馆长|站长|助理|参谋长|司令|老师|教师|股东|创办者|制片人|导演|选手|总工|领事|主播|首席[\u4e00-\u9fff]{1,6}官|企业家|"
    r"研究者|开发者|投资者|创业者|商务部长|副院长|特使|代表|会长|理事长|科学家|经济学家|合伙人|高管|部长助理|厅长|市长|州长|作者|工程师|讲师|博士|沙皇|外交官|政客|投资人|评论员|主管|员工"
)
_TITLED_NAME = re.compile(rf"^.*(?:{_TITLE})(?![会长们部室处团组社馆局院])(?P<name>[^的、和及与]+)$")
_ROLE = re.compile(_TITLE)
_JOINT = re.compile(rf"(?:[^与和、]*?(?:{_TITLE}))?(?P<name>[^与和、]{{2,8}})[与和、].+$")
_JOINTLY = re.compile("共同|联合|均|都|一致|在联合|合著")
LONGEST_TITLE = 10
"""Length of the longest word for what somebody is, in characters."""
_TITLE_LAST = re.compile(rf"(?:{_TITLE})$")
_TRAILING_TITLE = re.compile(
    r"(?:研究员|秘书长|董事长|总裁|主任|所长|局长|司长|将军|律师|医生|副(?:总理|部长|主席|总统|院长|市长|省长)|先生|女士|同志|老师|总书记|书记|院长|校长|市长|省长|[大上中少]校|[上中少大]将|教授|博士|院士|外长|部长|大使|发言人|议员|总统|主席|总理|国务卿)$"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤习萧华倪苗詹耿章甘齐阎盛柯骆鲍樊兰殷施洪翟颜牛温芦季俞鲁葛伍申尤毕聂焦柳邢岳梅庄辛祝左涂谷祁舒牟卜凌费纪靳童欧甄项曲"
    "裴席屈霍翁隋薄包柏宁阮桂闵柴冉房辜吉饶刁瞿戚丘池滕晋苑邬臧宫褚廉娄符奚穆燕郎冀姬屠晏栾郁喻窦迟敖鄢卓仇艾蓝巩虞卞楚佟栗匡宗桑荆岑胥蔺缪佘沃"
)
_NAME = re.compile(rf"(?:[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}|[\u4e00-\u9fff]{{2,5}}(?:[·-][\u4e00-\u9fff]{{1,6}})+)")
_COUNTED = re.compile(r"(?:[\d一两二三四五六七八九十几数多]+余?[位名个家些]|不少|许多|部分|一些|有些|这[位名家])$")
_GIVEN_NAME = re.compile(rf"(?:^|{_TITLE})[{_SURNAMES}]$")
# 师 and the like end most words for what somebody is.
_AFTER_WORK = re.compile(rf"^.+(?:[师员长者手人]|(?<!国)家)(?P<name>[{_SURNAMES}][\u4e00-\u9fff]{{1,2}})$")
_SUFFIX = re.compile(r"(?:会议|办公室|团队|组织|小组|政府|会|部|局|院|组|处|们|人士|方面|身份|级别|公司)$")
_ACCORDING = re.compile(
    r"(?:^|(?<=[，。；]))[ \u2002]*[而另又]?(?:根据|据|按照)(?P<who>[^，。；：,]{0,40}?)"
    r"(?:的(?:报道|报导|消息|说法|统计|数据|分析|估算)|(?<=报告|文件|声明|研究)(?=，)|"
    r"(?:\d{1,2}月)?(?:\d{1,2}日)?(?:报道|报导|消息)|介绍|透露|转述|称|表示|说|统计|估计|估算|分析|预测|披露|指出|了解|悉|"
    r"数据|公布|发布)"
)
# What a newspaper may report somebody to do, rather than to say.
_ACTS = frozenset(["要求", "请求", "拒绝", "提出", "提议", "责令", "下令", "主导", "保证", "承诺"])
_CITED = re.compile(
    r"(?:援引|引述|引用)(?P<who>[^，。；：]{2,30}?)的?(?:话|说法|消息|观点)?(?:称|说|指出|表示|报道|报导)"
)
# "……，毛宁说。"
_TRAILING = re.compile(rf"(?P<who>[^，。；：{QUOTED}]{{2,16}}?)(?:{_LONGEST_FIRST})道?(?=。?$)")
_QUESTION = re.compile(r"\s*(?:记者|提?问|记者提?问)[：:]")
_DESCRIBES = re.compile(
    r"[将把用](?![来军领户])[^，。；]{1,40}?(?:来形容|称为|称作|形容为|描述为|斥为|视为|比作|定性为|比喻为|看作)"
)
_PREDICATE = re.compile(
    r"很少|极少|第[一二三四五六七八九十\d]{1,3}次|访(?=[华美日欧俄])|更新|修订|撤销|取消|印发|出台|扩大|收紧|放宽|并不|并未|显得|十分|非常|依然|仍然|颇|长期|一直|多年|担任|负责(?!人)|参加|参与|访问|抵达|领导(?![人层力])|执掌|创办|创立|成立|推出|研究|任职|供职|出任|曾任|加入|离开|获得|拥有|推动|签署|提交|提议|启动|"
    r"批准|决定|计划|准备|打算|收到|带领|率团|主导|牵头|组织了|邀请|周[一二三四五六日]|已|将|正在|刚|态度|语气|措辞|走|上台|登台|致辞|演讲|毕业|教授了|"
    r"约谈|投票|发起(?!人)|通过了|签下|下令|执教|合写|合著|合撰|合作撰|掌管|起草|撰写|了(?=.)|着"
)
_NAME_OF = re.compile(rf"^.*的(?P<name>{_NAME.pattern})$")
_COLON_QUOTED = re.compile(f"[：:]{QUOTED}")
_NEXT_WORD = re.compile(rf"{_AFTER.pattern}|{_VERB.pattern.replace('?P<verb>', '?:')}|{_PREDICATE.pattern}")
_LEARNED = re.compile(r"从(?P<who>[^，。；：]{2,20}?)(?:获悉|了解到|处得知)")
_IN_THE_EYES = re.compile(
    r"在(?P<who>[^，。；：]{1,30}?)(?:看来|眼中)|(?:用|按|照|以)(?P<who_says>[^，。；：]{2,30}?)的(?:话说|话来说|话讲|说法)"
)
_GRANTS = re.compile(r"(?:得到|获得?|经)了?(?P<who>[^，。；：]{2,30}?)的?(?:证实|确认|支持|赞同|响应)")
_HELD = re.compile(r"的(?:回答|看法|观点|态度|立场|判断|结论|说法|答案|回应|警告|建议|评价|主张)(?:是|为|很|更|也)")
_HOLDS = re.compile(rf"(?P<who>[^，。；：]{{2,20}}){_HELD.pattern}")
_PASSIVE = re.compile(
    r"(?:被|遭到?|受到)(?P<who>[^，。；：的]{2,20}?)(?:的?(?:强烈|坚决|严厉|公开|一致|断然))?"
    r"(?:指责|批评|称为|斥为|形容为|视为|谴责|抨击|警告|否认|驳斥|反驳|质疑|反对|指控|拒绝)"
)
HANDLE_READ = 20
"""How far before a verb the name of an account is looked for, in characters."""
# 网友“山高水长”写道
_HANDLE = re.compile(rf"(?P<before>博主|网友|用户|账号|公众号|大V|作者|作家){QUOTED}{{3,16}}$")
# Behind 被 and the like stands who says what these verbs say.
_BY_WHOM = re.compile(
    r"(?:被|遭到?|受到|得到了?|获得?|经)(?P<who>[^，。；：的后时]{2,20}?)(?:的?(?:强烈|坚决|严厉|公开|一致|断然|猛烈|全盘|矢口))?$"
)
_TURNED = re.compile("指责|批评|谴责|抨击|警告|否认|驳斥|反驳|质疑|反对|指控|拒绝|证实|确认|赞扬|称赞|认定")
_LEAD = re.compile(
    r"^\s*(?:[^，。；：:！？、\n“”「」｜|]{2,6}[｜|])?(?P<who>[^，。；：:！？、\n“”「」｜|]{2,30})[：:](?!\d)"
)
_NO_LEAD = re.compile(
    r"^[（(]?(?:本文来源|图片来源|责任编辑|原标题|来源|编辑|图|注|提问|记者|问|导语|摘要|标题|时间|地点|作者|责编|免责声明|快讯|突发|重磅|独家|观察|评论|社论|[社快锐短时热]评|.*看懂|.*速览|.*一览|图解|日期|地址|电话|提示|例如|比如|首先|其次|视频|深度|答案|结论|结果|原因|背景|.*问)$"
)
_SPEAKING_ITSELF = frozenset({"我", "我们", "您", "你", "你们", "咱们", "大家", "自己"})
# Beginnings of what is no speaker: "it must be stressed", "of which", "please".
_NO_SPEAKER = re.compile(
    r"(?:作为|来|[作做]出|的|之|得|请|需|仅|不得|可以|值得|应当|必须|综合|总的|由此|这|那(?!些)|如何|什么|没有|能|让|使|我|您|你|咱)"
)
_PRONOUN = re.compile(r"(?:他|她|他们|她们|它|它们|其|两人)")
_GENERIC = re.compile(
    rf"(?:(?:该|上述|此|这|前述)(?:名|位|份|家|篇|项)?[^，。的]{{0,10}}?|这[位名家份][^，。]{{0,14}}?)?(?P<head>{_TITLE}|公司|企业|机构|部门|部|局|委员会|大使馆|使馆|"
    r"智库|办公室|基金会|研究所|协会|发言人|新闻发言人|官员|负责人|高管|学者|专家|教授|议员|部长|分析师|研究员|"
    r"报告|备忘录|文件|声明|文章|社论|信|公告|年报|论文|法案|报)"
)
# Those that refer back without 该 as well.
_BARE = frozenset({"公司", "发言人", "协会", "委员会", "大使馆", "使馆", "智库", "办公室", "基金会", "研究所"})
_DOCUMENT_ENDS = ("报告", "声明", "文件", "社论")
_DOCUMENTS = "报告|备忘录|文件|声明|文章|社论|信|公告|年报|论文|法案"
_BEFORE_NOUN = re.compile(
    r".*(?:发布|公布|发表|提出|提交|推出|通过|签署|起草|撰写|一份|一篇|一封|一名|一位|这份|该|了|的|在|对|向|由)(?=.)"
)
_SEVERAL = re.compile("多家|几家|这些|各|许多|数家|[两三四五六七八九十]家|多名|多位|其他|一些")
_POINTING = re.compile("该|这家|上述")
_RELATIVE = re.compile("^(?:在|由|总部|位于|来自|拥有|负责|主管|主抓|长期|曾|专门|身为)[^，。]*的(?=.)")
_DENIED = re.compile("(?:没有|未(?!来)|不予|无意|不愿(?!透露|具名|公开)|不想|不敢|不肯|拒绝|不会|不能)[^，的]{0,8}$")
_FIRM_NAME = re.compile(
    r"^.*(?:智库|研究机构|咨询公司|咨询机构|科技公司|芯片公司|初创公司|创业公司|芯片企业|科技企业|巨头|制造商|开发商|设计商|代工商|运营商|官媒|通讯社)"
    r"(?P<name>(?!人士|方面|高管|们|及|和|与|的)[^的、和]{2,})$"
)
_BOTH = re.compile("(?P<left>[^与和、]+)[与和、](?P<right>[^与和、]+)$")
_UNCUT_NAME = re.compile("[\u4e00-\u9fff·-]{2,12}")
_AFTER_TITLE = re.compile(rf"(?:{_TITLE})(?![、和与的及等们会长部室处团组社馆局院]|{_TITLE})")
# Characters that foreign names are written in.
_SOUNDS = (
    "阿埃艾安奥巴贝本比彼别宾波博布查达戴丹德迪蒂杜多厄恩尔法菲费芬弗福盖甘戈格古哈海汉赫亨霍基吉加杰金卡凯坎科克肯库拉莱兰朗劳勒雷里丽利莉列林琳卢鲁路罗洛玛马迈麦曼梅蒙米莫姆穆纳南尼娜妮诺帕佩皮珀普"
    "奇乔切琼让瑞萨塞桑森沙莎圣史舒丝斯苏索塔泰坦汤唐特廷图托瓦威韦维魏温文沃乌西希夏欣休雅亚扬耶叶伊因英约扎泽詹珍芝卓兹佐"
)
_PERSON = re.compile(
    rf"^[{_SOUNDS}]{{5,8}}$|^[\u4e00-\u9fffA-Za-z《》]{{0,16}}(?:{_TITLE}|人士)$|^{_NAME.pattern}$|·|^[\u4e00-\u9fff]{{2,4}}$"
)
_ORGANISATION = re.compile(
    r"(?:部|局|院|会|公司|政府|白宫|国|方|社|报|集团|大学|所|行|盟|北京|华盛顿|东京|布鲁塞尔|机构|企业|使馆|智库|"
    r"华为|英伟达|辉达|腾讯|百度|阿里巴巴|中芯国际|字节跳动|社评|社论|深度求索|微软|谷歌|苹果|台积电|小米|厂|署|处|办公室|联盟|公众号|报告|声明|备忘录|文件|年报)$"
)

_LEADER = re.compile(rf"{_PERSON.pattern}|{_ORGANISATION.pattern}|^[A-Za-z ]{{2,20}}$")


def attribution(sentence: str) -> Named | None:
    """Who says a sentence, by its own words; None where it does not tell."""
    if _QUESTION.match(sentence):
        return None
    sentence = _plain(sentence)
    lead = _LEAD.match(sentence)
    if lead and not _NO_LEAD.match(lead["who"].strip()) and not _VERB.search(lead["who"]):
        span = _speaker(sentence, *lead.span("who"))
        if span and _LEADER.search(sentence[span[0] : span[1]]):
            return _named(sentence, span, leads=True)
    if _VERB.search(sentence):
        cited = _CITED.search(sentence)
        span = _trimmed(sentence, cited.span("who")) if cited else None
        found = _named(sentence, span) if span else _at_the_end(sentence) or _by_verb(sentence)
    else:
        found = _by_colon(sentence)
    if found:
        return found
    describes = _DESCRIBES.search(sentence)
    if describes:
        start = max(sentence.rfind(stop, 0, describes.start()) for stop in ("，", "。", "；", QUOTED)) + 1
        span = _speaker(sentence, start, describes.start())
        if span:
            return _named(sentence, span)
    for pattern in (_ACCORDING, _LEARNED, _IN_THE_EYES, _PASSIVE, _GRANTS, _HOLDS):
        match = pattern.search(sentence) if pattern is not _HOLDS or _HELD.search(sentence) else None
        if match:
            span = _speaker(sentence, *match.span(match.lastgroup or 0), cut=False)
            if span:
                return _named(sentence, span)
    return None


def _plain(sentence: str) -> str:
    """The sentence with its dateline and all that stands in brackets made blank."""
    dateline = _DATELINE.match(sentence)
    if dateline:
        sentence = " " * dateline.end() + sentence[dateline.end() :]
    if QUOTED in sentence:
        sentence = _IN_QUOTED.sub(lambda place: _BLANK * len(place[0]), sentence)
    return _ASIDE.sub(lambda aside: _BLANK * len(aside[0]), sentence)


def _at_the_end(sentence: str) -> Named | None:
    """Somebody whom the end of a sentence names, after all that is said."""
    comma = sentence.rfind("，")
    match = _TRAILING.match(sentence, comma + 1) if comma >= 0 else None
    span = _speaker(sentence, *match.span("who")) if match else None
    is_whole = match is not None and span == match.span("who")
    return _named(sentence, span) if span and is_whole and is_person(sentence[span[0] : span[1]]) else None


def _by_verb(sentence: str) -> Named | None:
    pieces = [match.span() for match in _PIECE.finditer(sentence)]
    elided: Named | None = None
    is_reported = _ACCORDING.match(sentence) is not None
    for number, (start, end) in enumerate(pieces):
        position = start
        while match := _VERB.search(sentence, position, end):
            position = match.end()
            before = sentence[start : match.start()]
            if _NOT_VERB.match(sentence, match.start()) or _NOT_BEFORE.search(before) or _IN_TITLE.search(before):
                continue
            if _ACCORDING.match(sentence, start) or (
                _INTRODUCTORY.match(before) and before[:1] != "在" and (before[:1] in "据据根按")
            ):
                break
            if is_reported and match["verb"] in _ACTS:
                break
            if match["verb"] in {"分析", "评论"} and before in {"", "有"}:
                position = match.end("verb")
                continue
            if len(match["verb"]) == 1 and _NOT_SAID.search(before + match["verb"]):
                continue
            if not _says_something(sentence, match, end) or _DENIED.search(before):
                continue
            handle = _HANDLE.search(sentence, max(0, start - HANDLE_READ), start) if not before else None
            if handle:
                return Named((handle.end("before") + 1, start - 1))
            whom = _BY_WHOM.search(before) if _TURNED.fullmatch(match["verb"]) else None
            first, last = whom.span("who") if whom else (0, len(before))
            span = _speaker(sentence, start + first, start + last)
            if span:
                named = _named(sentence, span)
                return _own_antecedent(sentence, named, pieces[:number]) or named
            for first, last in reversed(pieces[:number]):
                if sentence[last : last + 1] in "。；！？" or QUOTED in sentence[last:start]:
                    break
                if not _INTRODUCTORY.match(sentence[first:last]):
                    next_word = _NEXT_WORD.search(sentence, first + 2, last)
                    span = _speaker(sentence, first, next_word.start() if next_word else last)
                    if span:
                        return _named(sentence, span)
            if elided is None and match.start() - start <= 8:
                elided = Named((match.start(), match.start()), Reference("any"))
                if number == 0 and match.end() == end and not before.strip():
                    return elided
            break
    return elided or _by_colon(sentence)


def _own_antecedent(sentence: str, named: Named, pieces: list[Span]) -> Named | None:
    """Somebody whom a pronoun's own sentence names before it (王毅发表演讲，他强调……)."""
    if named.refers != Reference("person"):
        return None
    for start, end in pieces:
        if not _INTRODUCTORY.match(sentence, start, end):
            span = subject(" " * start + sentence[start:end])
            if span and is_person(sentence[span[0] : span[1]]):
                return Named(span)
    return None


def _by_colon(sentence: str) -> Named | None:
    """The subject of what introduces a quotation (毛宁态度强硬：“……”)."""
    colon = _COLON_QUOTED.search(sentence)
    span = subject(sentence[: colon.start()]) if colon else None
    return _named(sentence, span) if span and may_speak(sentence[span[0] : span[1]]) else None


def _says_something(sentence: str, match: re.Match[str], end: int) -> bool:
    """Whether a verb has what is said behind it, or a quotation before it; 说 and 指 stand in many other words."""
    after = sentence[match.end() : match.end() + 1]
    if match["verb"] in {"指", "写", "要求", "希望", "分析", "介绍", "报道"}:
        return after in "，：,:" or match["verb"] in {"要求", "希望"} or match[0] != match["verb"]
    return True


def _speaker(sentence: str, start: int, end: int, *, cut: bool = True) -> Span | None:
    """The subject that a stretch of a Chinese sentence begins with, as speaker; None where it has none."""
    text = sentence[start:end]
    leading = _LEADING.match(text)
    begin = leading.end() if leading else 0
    relative = _RELATIVE.match(text[begin:])
    begin += relative.end() if relative else 0
    if cut:
        after = _end_of_subject(text, text.find("》") + 1 if text.startswith("《", begin) else begin)
        text = text[:after]
    return _trimmed(sentence, (start + begin, start + len(text)))


def _end_of_subject(text: str, begin: int) -> int:
    """Where a time, a circumstance or an adverb follows the subject; 向 in 主席沈向洋 is none."""
    for after in _AFTER.finditer(text, begin):
        before = text[begin : after.start()]
        is_in_name = after.end() - after.start() == 1 and _GIVEN_NAME.search(before)
        if not (is_in_name or _COUNTED.match(before)):
            return after.start()
    last = _ADVERB_LAST.search(text, max(begin, len(text) - 3))
    return last.start() if last else len(text)


def _trimmed(sentence: str, span: Span) -> Span | None:
    """A Chinese noun phrase as speaker: without title where a name follows."""
    start, end = span
    text = sentence[start:end]
    start += len(text) - len(text.lstrip(f" 　、{_BLANK}"))
    end -= len(text) - len(text.rstrip(f" 　、的{_BLANK}"))
    heading = _HEADING.match(sentence[start:end])
    start += heading.end() if heading else 0
    text = sentence[start:end]
    leading = _LEADING.match(text)
    if leading:
        start += leading.end()
        text = sentence[start:end]
    if not text or len(text) > 40 or (_NO_SPEAKER.match(text) and not _GENERIC.match(text)):
        return None
    relative = _RELATIVE.match(text)
    if relative:
        start += relative.end()
        text = sentence[start:end]
    joint = _JOINT.match(sentence, start, end)
    if joint and _JOINTLY.match(sentence, end):
        return joint.start("name"), end
    both = _BOTH.match(text)
    if both:
        left, right = (_TITLED_NAME.match(both[side]) for side in ("left", "right"))
        first = left["name"] if left else both["left"]
        if (left or _NAME.fullmatch(first)) and _is_name(first) and _is_name(right["name"] if right else both["right"]):
            return start + both.end("left") - len(first), end
    trailing = _TRAILING_TITLE.search(text)
    before = text[: trailing.start()] if trailing else ""
    titled = _TITLED_NAME.match(before)
    if titled and _NAME.fullmatch(titled["name"]):
        return start + titled.start("name"), start + titled.end("name")
    titled = _TITLED_NAME.match(text) if not _ends_in_title(text) else None
    if titled and _is_name(titled["name"]):
        return start + titled.start("name"), end
    after_work = _AFTER_WORK.match(text) if not _ends_in_title(text) else None
    if after_work and not _SUFFIX.search(text):
        return start + after_work.start("name"), end
    firm = _FIRM_NAME.match(text)
    if firm and not _ROLE.search(firm["name"]):
        return start + firm.start("name"), end
    of = _NAME_OF.match(before or text)
    if of and not _ROLE.fullmatch(of["name"]):
        return start + of.start("name"), start + of.end("name")
    if _NAME.fullmatch(before):
        return start, start + len(before)
    return start, end


def _ends_in_title(text: str) -> bool:
    return _TITLE_LAST.search(text, max(0, len(text) - LONGEST_TITLE)) is not None


LONGEST_NAME = 7
"""Length up to which what follows a title is taken for a name, in characters."""


def _is_name(text: str) -> bool:
    if _SUFFIX.search(text) and not _NAME.fullmatch(text):
        return False
    return "·" in text or (2 <= len(text) <= LONGEST_NAME) or text[:1].isascii()


def _named(sentence: str, span: Span, *, leads: bool = False) -> Named:
    text = sentence[span[0] : span[1]]
    if _PRONOUN.fullmatch(text):
        return Named(span, Reference("person" if text in "他她" else "any"), leads)
    generic = _GENERIC.fullmatch(text)
    if generic:
        head = generic["head"]
        if re.fullmatch(_DOCUMENTS, head):
            return Named(span, Reference("document", head), leads)
        if text != head or head in _BARE:
            return Named(span, Reference("person" if _ends_in_title(head) else "organisation", head), leads)
    if _POINTING.match(text) and len(text) <= 8:
        return Named(span, Reference("organisation", text[-1]), leads)
    return Named(span, None, leads)


def subject(sentence: str) -> Span | None:
    """Whom or what a sentence is about."""
    for match in _PIECE.finditer(sentence):
        if not _INTRODUCTORY.match(match[0]):
            next_word = _NEXT_WORD.search(sentence, match.start() + 2, match.end())
            return _speaker(sentence, match.start(), next_word.start() if next_word else match.end())
    return None


def repetitions(sentence: str, refers: Reference) -> Iterator[Span]:
    """Where a sentence has the noun that a reference repeats."""
    for match in re.finditer(rf"[\u4e00-\u9fffA-Za-z0-9]{{0,12}}{refers.head}", sentence):
        before = _BEFORE_NOUN.match(match[0])
        start = match.start() + (before.end() if before else 0)
        if _SEVERAL.search(sentence, start, match.end()):
            continue
        is_before_name = refers.kind == "person" or refers.head in {"公司", "企业", "机构"}
        span = _name_after(sentence, match.end()) if is_before_name else None
        span = span or _trimmed(sentence, (start, match.end()))
        if span:
            yield span


def _name_after(sentence: str, start: int) -> Span | None:
    """The name that stands behind an office, up to the next word (薛澜 in 教授薛澜长期研究)."""
    name = _UNCUT_NAME.match(sentence, start)
    if name is None or _NEXT_WORD.match(sentence, start):
        return None
    next_word = _NEXT_WORD.search(sentence, start + 2, name.end())
    if next_word and next_word.start() == start + 2 and next_word.end() == start + 3:
        # 刚 in 张晓刚 is no adverb.
        next_word = _NEXT_WORD.search(sentence, start + 3, name.end())
    end = next_word.start() if next_word else name.end()
    is_chinese = _NAME.fullmatch(sentence, start, end)
    if not (is_chinese or next_word or name.end() - start <= 4):
        return None
    title = _TRAILING_TITLE.search(sentence[start:end])
    return start, end - len(title[0]) if title and title.start() > 1 else end


def names(sentence: str) -> Iterator[Span]:
    """The names in a sentence that follow an office."""
    for match in _AFTER_TITLE.finditer(sentence):
        named = _name_after(sentence, match.end())
        if named:
            yield named


def fits(refers: Reference, text: str, *, speaks: bool) -> bool:
    """Whether a reference could mean this speaker, or, where it does not speak, this subject or name."""
    if text in _SPEAKING_ITSELF or _PRONOUN.fullmatch(text):
        return False
    if refers.kind == "document":
        return refers.head in text
    if refers.kind == "person":
        return is_person(text) and not text.endswith("记者")
    if refers.kind == "organisation":
        return not text.endswith(_DOCUMENT_ENDS) and not (is_person(text) and (speaks or bool(_ROLE.search(text))))
    return True


def is_person(text: str) -> bool:
    """Whether a speaker is somebody, by name or by office, and no organisation or country."""
    return bool(_PERSON.search(text)) and not _ORGANISATION.search(text)


def may_speak(text: str) -> bool:
    """Whether the subject of the sentence before a quotation may be its speaker: somebody, or an organisation."""
    return is_person(text) or bool(_ORGANISATION.search(text))


def is_name(text: str) -> bool:
    """Whether this is the name of a person, and not an office."""
    return bool(_NAME.fullmatch(text)) or "·" in text


def pronoun(text: str) -> Reference | None:
    """What a subject that is a pronoun refers to; None where it is none."""
    if not _PRONOUN.fullmatch(text):
        return None
    return Reference("person" if text in {"他", "她"} else "any")
