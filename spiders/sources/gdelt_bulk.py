"""GDELT's files of every quarter of an hour: all pages it read, in English and in translation.

`lastupdate.txt` names three files by time; of these the knowledge graph has titles. The hour before is read with it:
a gap is not made up for, and all day would be 500 MB. A slot may be missing. Dates are of GDELT's batches, except
where a page told its own; a translated page's title is in its own language.
"""

import re
from datetime import datetime, timedelta

from spiders.base import AggregatorSpider
from spiders.discovery import Link, parse_gkg

_QUARTER = timedelta(minutes=15)


class GdeltBulk(AggregatorSpider):
    """Zipped tables, of which only what names both AI or chips and China (in Chinese: America) is kept."""

    name = "gdelt_bulk"
    read_always = True
    title = "GDELT 2.0"
    kind = "aggregator"
    country = "US"
    language = "en"
    homepage = "https://www.gdeltproject.org/"
    cadence_hours = 1
    about = (
        r"(?is)\A(?=.*(\bAI\b|artificial.intelligence|semiconductor|\bchips?\b|nvidia|deepseek|openai|huawei"
        r"|人工智能|大模型|芯片|半导体|算力|英伟达))"
        r"(?=.*(\bchin(a|ese)\b|beijing|huawei|deepseek|中美|美国|美方|华盛顿|特朗普|出口管制|实体清单))"
    )

    @classmethod
    def discovery_urls(cls) -> tuple[str, ...]:
        """The newest files of both streams."""
        return tuple(f"https://data.gdeltproject.org/gdeltv2/lastupdate{s}.txt" for s in ("", "-translation"))

    @classmethod
    def further(cls, body: bytes, url: str) -> list[str]:
        """The knowledge graph file that is named, and the three before it."""
        found = re.search(rb"/(\d{14})((?:\.translation)?\.gkg\.csv\.zip)", body)
        newest = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S") if found else None  # noqa: DTZ007 - a name
        slots = [f"{newest - back * _QUARTER:%Y%m%d%H%M%S}" for back in range(4)] if newest else []
        return [f"https://data.gdeltproject.org/gdeltv2/{slot}{found[2].decode()}" for slot in slots if found]

    @classmethod
    def links(cls, body: bytes, url: str) -> list[Link]:
        """Pages in a knowledge graph file."""
        return parse_gkg(body)
