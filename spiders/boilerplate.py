"""What stands around an article and is no part of it: site names, share buttons, notices, links to others (pure)."""

import re

SEPARATOR = re.compile(r"\s+[|–—·»-]\s+|\s*[|_｜]\s*|(?<=[\u3400-\u9fff])[-—–]+(?=[\u3400-\u9fff])")
"""Between a title and the name of its site or section."""

SECOND_HALF = 0.5
"""Share of a text before which a line that ends articles is taken for a stray one, and only itself left out."""

# Where a line like one of these stands, the article is over.
_ENDS = (
    r"source link|disclaimer(?:\s*[:：–—-].*)?|about the authors?|tags? ?[:：].*",
    r"leave a (?:reply|comment)|post a comment|(?:\d+ )?comments?",
    r"related (?:articles?|posts?|news|stories|topics?|content)|you (?:may|might) also (?:like|be interested in)",
    r"recommended(?: for you| stories)?|read next|more from .{1,60}|most read|up next|trending(?: now)?",
    r"share this(?: article| story| post)?",
    r"(?:免责|免責|版权|版權|广告|廣告)(?:声明|聲明).*",
    r"(?:相关|延伸|推荐|猜你)(?:阅读|新闻|链接|文章|报道|推荐|喜欢).{0,3}",
    r"(?:相關|延伸|推薦|猜你)(?:閱讀|新聞|連結|文章|報導|推薦|喜歡).{0,3}",
    r"热门(?:推荐|文章|评论|新闻).{0,3}|更多(?:精彩|新闻|内容|相关).{0,12}|网友评论.{0,3}|網友評論.{0,3}",
    r"返回(?:搜狐|首页|腾讯).{0,12}",
)
# Left out wherever they stand. Credits ("来源：新华社") stay: they are evidence of who wrote it.
_LINES = (
    # where on the site this is
    r"home ?[>»/›].*|(?:首页|当前位置|您的位置|您当前的位置|现在位置) ?[:：>»/›].*",
    r"(?:previous|next) (?:post|article|story).*|[上下]一篇 ?[:：].*",
    # whose it is
    r".*all rights reserved\.?|copyright ?(?:©|\(c\)|\d{4}|notice).*|copyright [^.。]{1,40}|powered by .{1,40}",
    r"©.*|\(c\) \d{4}.*|版权所有.*",
    # what else to do than read
    r".*scan (?:the|this|our|wechat|with).{0,30}qr code.*",
    r".*(?:扫一扫|扫描二维码|长按二维码|識別二維碼|识别二维码|長按二維碼).*",
    r".*扫码(?:关注|下载|阅读|添加|加入|加群|进群|订阅|查看|观看|收听|咨询|分享).*|[^，。；]{0,20}扫码[^，。；]{0,20}",
    r".{0,12}(?:关注|關注).{0,16}(?:公众号|公眾號).{0,20}|(?:please )?follow us .*|https?://\S+",
    r"(?:欢迎|歡迎|敬请|敬請|请|請|扫码|点击)?(?:关注|關注).{0,16}(?:微信|微博)[^，。]{0,20}",
    r"share (?:this|on|via) .{0,60}|(?:click|tap) here to .{0,60}|分享(?:到|至)?[:：]?.{0,20}",
    r"(?:收藏|点赞|评论|分享|举报)(?:[ |/、](?:收藏|点赞|评论|分享|举报))*",
    r"(?:read (?:more|also|full (?:story|article))|also read|see also) ?[:：].{0,200}",
    r"advertis(?:ement|ing)|story continues below.{0,40}|广告|廣告",
    r"打开.{0,12}(?:APP|客户端|阅读全文).{0,30}|.{0,8}下载.{0,12}(?:APP|客户端).{0,20}",
    r"点击(?:查看|进入|阅读|下载).{0,30}|(?:阅读|查看)(?:原文|全文|更多)",
    r"(?:sign|signed) up (?:for|to) .{0,120}newsletters?.{0,120}",
    r"subscribe to .{0,80}(?:newsletter|podcast|channel).{0,60}",
    r"get .{0,80}(?:in|to) your inbox.{0,60}|.{0,60}delivered (?:straight |directly )?to your inbox.{0,60}",
    # who put it there
    r"(?:责任编辑|責任編輯|责编|編輯|编辑|校对|审核|值班编辑|主编)(?: ?[:：/|].{0,40}| .{0,40}|[^，。]{0,4})",
)
_END = re.compile(rf"(?:{'|'.join(_ENDS)})\s*[:：]?", re.IGNORECASE)
_LINE = re.compile("|".join(_LINES), re.IGNORECASE)
_AROUND_LINES = " \t-–—*•·|►()（）[]【】「」<>"
MAX_LINE = 300
"""Characters of a line that may be one of these."""


def without(text: str) -> str:
    """A text, one paragraph a line, without such lines, and without what follows a line that ends articles."""
    length, kept = 0, []
    for line in text.split("\n"):
        bare = line.strip(_AROUND_LINES) if len(line) <= MAX_LINE else ""
        length += len(line)
        if bare and _END.fullmatch(bare):
            if length >= SECOND_HALF * len(text):
                break
        elif not (bare and _LINE.fullmatch(bare)):
            kept.append(line)
    return "\n".join(kept).strip()
