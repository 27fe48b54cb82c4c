"""GDELT's article search: pages of all the world's sites, by what they say.

It often answers 429, which is to be left alone until the next run; mistakes in a question come as a sentence with
status 200. Titles are tokens with spaces between; its dates are those of its own reading, so none is taken.
"""

from urllib.parse import urlencode

from spiders.base import AggregatorSpider, JsonApiSpider

_QUESTIONS = (
    'china (ai OR "artificial intelligence") (chips OR semiconductor OR "export controls") sourcelang:english',
    "(中美 OR 美国) (人工智能 OR 芯片) sourcelang:chinese",
)
_ANSWER = {"mode": "artlist", "format": "json", "maxrecords": 250, "timespan": "1d", "sort": "datedesc"}


class GdeltDoc(AggregatorSpider, JsonApiSpider):
    """JSON, headlines only; one question in five seconds at most."""

    name = "gdelt_doc"
    title = "GDELT DOC 2.0"
    kind = "aggregator"
    country = "US"
    language = "en"
    homepage = "https://www.gdeltproject.org/"
    custom_settings = {"DOWNLOAD_DELAY": 10, "RETRY_TIMES": 0}
    endpoints = tuple(
        f"https://api.gdeltproject.org/api/v2/doc/doc?{urlencode({'query': question, **_ANSWER})}"
        for question in _QUESTIONS
    )
    items = "articles"
    fields = {"url": "url", "title": "title", "publisher": "domain"}
