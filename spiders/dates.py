"""Text of a date → an instant or a day, with how precise it is; nothing is invented (pure)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["instant", "day", "none"]

FUTURE_TOLERANCE = timedelta(hours=24)
"""A stamp further ahead of the fetch than this is a mistake or an embargo, not a publication time."""

_CHINESE = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:[\sT]*(?P<hour>\d{1,2})\s*[:：时]\s*(?P<minute>\d{2})(?:\s*[:：分]\s*(?P<second>\d{2}))?)?"
)
# Obsolete RFC 822 zone names that feeds still print; email.utils reads a few of them only.
_ZONES = {"EST": "-0500", "EDT": "-0400", "PST": "-0800", "PDT": "-0700", "UT": "+0000", "Z": "+0000", "BST": "+0100",
          "HKT": "+0800", "SGT": "+0800", "JST": "+0900", "GMT+8": "+0800", "GMT+08:00": "+0800"}  # fmt: skip
_ZONE = re.compile(r"\s(" + "|".join(sorted(map(re.escape, _ZONES), key=len, reverse=True)) + r")\s*$")


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happened, as far as its source says.

    `at` is an aware UTC datetime; for precision "day" it is the start of that day in the source's time zone.
    """

    at: datetime | None
    precision: Precision


UNKNOWN = Moment(None, "none")


def parse(text: str, zone: str = "UTC") -> Moment:
    """Read one date as feeds, APIs and pages print it: ISO 8601, RFC 822, `2026年11月20日 10:30`.

    Args:
        text: the date and nothing else.
        zone: IANA name of the source's time zone, used where the text has no offset.

    Returns:
        UNKNOWN for anything that is not a full date. A text without a time gives precision "day".
    """
    text = text.strip()
    if not 6 <= len(text) <= 80:
        return UNKNOWN
    has_time = bool(re.search(r"\d[:：时]\d\d|T\d{4}", text)) or text.isdigit()
    at = _iso(text) or _rfc822(text) or _written(text)
    if at is None or not 1990 <= at.year <= 2100:
        return UNKNOWN
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    return Moment(at.astimezone(UTC), "instant" if has_time else "day")


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(_ZONE.sub(lambda zone: " " + _ZONES[zone[1]], text))
    except (ValueError, IndexError, TypeError):
        return None


def _written(text: str) -> datetime | None:
    found = _CHINESE.match(text)
    if not found:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - parse() adds the zone
    except ValueError:
        return None
