"""An invented newsroom, served on loopback, for the demo and for tests.

Crawl it with `http_proxy` set to `Newsroom.proxy` and the sources of `spiders.newsroom.sources`, on `DAYS[0]`
with `day` 1 and on `DAYS[1]` with `day` 2. What is there to find:

    source           kind of discovery   links on day 1   links on day 2
    demo_wire        Atom                             6                9
    demo_ledger      RSS                              7               10
    demo_keji        RSS in GBK                       4                5
    demo_ministry    JSON                             3                4
    demo_gazette     JSON                             3                4
    demo_institute   JSON Feed                        2                3
    demo_herald      news sitemap                     3                5
    demo_farm        RSS                              5                6
    demo_letter      a login page                     0                0
    together                                         33               46

A feed of day 2 keeps the links of day 1. Articles stored: 29 after day 1, 42 after day 2.

Outcomes other than `article` (below, paths stand for whole addresses):

    broken_feed   www.chip-letter.example/feed                                     on both days
    robots        www.potomac-ledger.example/premium/inside-the-licensing-backlog.html?utm_…
    shell         aibuzz-daily.example/chip-price-tracker/                 a page of JavaScript
    gone          aibuzz-daily.example/beijing-robot-summit-shocker/       404
    http_error    aibuzz-daily.example/who-owns-your-gpu/                  500

One article comes cut off at a paywall: aibuzz-daily.example/five-chips-that-beat-the-ban/. The pages at which
people read www.federal-gazette.example (`html_url`) refuse machines and must never be asked for.

Copies, all of the whole text word for word unless it says otherwise (slugs):

    day  copy                                                     original
    1    demo_ledger us-adds-chinese-firms-to-list                demo_wire commerce-adds-14-firms-entity-list
    1    demo_keji fayanren-shiti-qingdan                         demo_ministry entity-list-statement
    1    demo_farm us-prepares-substitute-diffusion-regulation    demo_wire diffusion-rule-replacement-draft
         (spun: synonyms, damaged names)
    2    demo_ledger contact-line-geneva                          demo_wire geneva-talks-end-contact-line
    2    demo_farm cloud-giants-ditch-nvidia                      demo_wire cloud-firms-domestic-accelerators
         (four paragraphs of seven, two of its own)

Edited without notice on day 2: demo_wire texas-charges-gpu-smuggling; $93 million became $39 million and a
quotation was softened. It is the only link whose `updated` moves.

Off topic, eight articles: demo_ledger riverhawks-overtime-win, first-snow-outlook, oyster-stew-revisited and,
on day 2, holiday-train-returns; demo_keji zhedie-shouji-pingce; demo_ministry autumn-fruit-market;
demo_gazette harbor-porpoise-incidental-harassment; demo_herald giant-panda-cubs-chengdu. A ninth, demo_wire
eu-parliament-ai-liability, is about software in general, with neither China nor the United States in it.
"""

from spiders.newsroom.articles import DAYS
from spiders.newsroom.server import Newsroom

__all__ = ["DAYS", "Newsroom"]
