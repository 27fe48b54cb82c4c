"""The one vocabulary of what can happen to a URL, used by fetching, extraction, the warehouse and reports."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a URL in a run. Each URL touched in a run has exactly one."""

    ARTICLE = "article"
    """Text was extracted and an article stored."""
    OFF_TOPIC = "off_topic"
    """Text was extracted, and a bulk load left it out as off topic."""
    GATED = "gated"
    """A page of a bulk load that does not name what the lexicon is about, and was not read. One in a hundred of
    these is read all the same, to measure what the gate lets slip."""
    DISCOVERY = "discovery"
    """A feed, sitemap, API answer or robots.txt: read for what it points to."""
    UNCHANGED = "unchanged"
    """A discovery document, or the page of an article, that is what it was when it was last read: nothing to do."""
    REDIRECT = "redirect"
    """Answered with another address; the row of that address says the rest."""

    BROKEN_FEED = "broken_feed"
    """A discovery document that cannot be read as one."""

    NO_TEXT = "no_text"
    """A page without article text: a picture, a video."""
    SECTION = "section"
    """A home page, a section page: a list of articles."""
    ERROR_PAGE = "error_page"
    """A page that says, with status 200, that there is nothing."""
    WALL = "wall"
    """A form for consent or a test for robots in the page's place."""
    SHELL = "shell"
    """An empty page that programs in a browser would fill."""
    NOT_HTML = "not_html"
    """A PDF, an image, a feed served as a page: nothing to read as HTML."""
    TOO_LARGE = "too_large"
    """More bytes than a page may have, before or after decompression."""
    TOO_COMPLEX = "too_complex"
    """More elements than a page may have; extraction time grows faster than their number."""
    TIMED_OUT = "timed_out"
    """Extraction was stopped at its time limit."""
    CRASHED = "crashed"
    """The extraction process died or raised; the error column says how."""

    GONE = "gone"
    """404 or 410."""
    REFUSED = "refused"
    """401, 402, 403, 429 or 451: the site does not want to be read by us; or asks to be left alone for longer than a
    run, when its other addresses are refused without being asked for."""
    HTTP_ERROR = "http_error"
    """Any other status than 200; or redirected too often."""
    ROBOTS = "robots"
    """robots.txt forbids it."""
    UNREACHABLE = "unreachable"
    """No name, no connection, a broken answer; of it or of robots.txt, without which nothing is asked for."""
    FETCH_TIMED_OUT = "fetch_timed_out"
    """No complete answer within the download time limit."""
    BLOCKED = "blocked"
    """The guard does not let anything connect there."""
    DAMAGED = "damaged"
    """The archived record is cut short or fails its digest."""


FINAL = frozenset(
    {
        Outcome.ARTICLE,
        Outcome.OFF_TOPIC,
        Outcome.GATED,
        Outcome.NO_TEXT,
        Outcome.SECTION,
        Outcome.SHELL,
        Outcome.NOT_HTML,
        Outcome.TOO_LARGE,
        Outcome.TOO_COMPLEX,
        Outcome.TIMED_OUT,
        Outcome.CRASHED,
        Outcome.BLOCKED,
    }
)
"""Outcomes after which fetching the URL again can be expected to end the same way. A page that is gone, or forbidden,
may be there or allowed the next day: sites announce what they have not published yet."""


SUCCESSES = frozenset({Outcome.DISCOVERY, Outcome.UNCHANGED})
"""Outcomes of a discovery document that mean its source answered."""


def of_status(status: int) -> Outcome | None:
    """The outcome an HTTP status alone decides, or None where the body has to be read (200)."""
    if status == 200:
        return None
    if status in {301, 302, 303, 307, 308}:
        return Outcome.REDIRECT
    if status in {404, 410}:
        return Outcome.GONE
    if status in {401, 402, 403, 429, 451}:
        return Outcome.REFUSED
    return Outcome.HTTP_ERROR
