"""The sources of the simulated fortnight (`tests/fortnight.py`)."""

from spiders.base import FeedSpider


class Wire(FeedSpider):
    name = "f_wire"
    title = "Wire"
    kind = "media"
    country = "DE"
    language = "en"
    homepage = "http://wire.example/"
    feeds = ("http://wire.example/feed",)


class Ledger(FeedSpider):
    name = "f_ledger"
    title = "Ledger"
    kind = "media"
    country = "DE"
    language = "en"
    homepage = "http://ledger.example/"
    feeds = ("http://ledger.example/feed",)


class Ministry(FeedSpider):
    name = "f_ministry"
    title = "Ministry"
    kind = "government"
    country = "DE"
    language = "en"
    homepage = "http://ministry.example/"
    cadence_hours = 12
    feeds = ("http://ministry.example/feed",)


class Tabloid(FeedSpider):
    name = "f_tabloid"
    title = "Tabloid"
    kind = "media"
    country = "DE"
    language = "en"
    homepage = "http://tabloid.example/"
    feeds = ("http://tabloid.example/feed",)


class Gazette(FeedSpider):
    name = "f_gazette"
    title = "Gazette"
    kind = "media"
    country = "DE"
    language = "en"
    homepage = "http://gazette.example/"
    feeds = ("http://gazette.example/feed",)
