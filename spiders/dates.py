"""Text of a date → an instant or a day, with how precise it is; nothing is invented (pure)."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["instant", "day", "none"]

FUTURE_TOLERANCE = timedelta(hours=24)
"""A stamp further ahead of the fetch than this is a mistake or an embargo, not a publication time."""

_WRITTEN = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})(?!\d)\s*日?"
    r"(?:[\sT]*(?P<before>上午|下午|早上|凌晨|中午|晚上)?\s*(?P<hour>\d{1,2})\s*[:：时]\s*(?P<minute>\d{2})"
    r"(?:\s*[:：分]\s*(?P<second>\d{2}))?\s*(?P<after>[AaPp]\.?[Mm]\b)?\s*(?P<offset>Z\b|[+-]\d\d:?\d\d\b)?)?"
)
# Obsolete RFC 822 zone names that feeds still print; email.utils reads a few of them only.
_ZONES = {"UTC": "+0000", "GMT": "+0000", "-0000": "+0000",
          "EST": "-0500", "EDT": "-0400", "PST": "-0800", "PDT": "-0700", "UT": "+0000", "Z": "+0000", "BST": "+0100",
          "HKT": "+0800", "SGT": "+0800", "JST": "+0900", "GMT+8": "+0800", "GMT+08:00": "+0800"}  # fmt: skip
_HALF = re.compile(r"\b(\d{1,2}):(\d\d(?::\d\d)?)\s*([AaPp])\.?[Mm]\b\.?")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ZONE = re.compile(r"\s(" + "|".join(sorted(map(re.escape, [*_ZONES, "CST"]), key=len, reverse=True)) + r")\s*$")


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
    if text.isdigit() and len(text) != 8:
        return UNKNOWN
    names = _ZONES | {"CST": "+0800"} if zone.startswith("Asia/") else _ZONES  # China's there, America's elsewhere
    text = _ZONE.sub(lambda name: " " + names.get(name[1], name[1]), text)
    at, precision = _iso(text) or _rfc822(text) or _written(text) or (None, "none")
    if at is None or not 1990 <= at.year <= 2100:
        return UNKNOWN
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    return Moment(at.astimezone(UTC), precision)


def _iso(text: str) -> tuple[datetime, Precision] | None:
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text), time.min), "day"
    with suppress(ValueError):
        return datetime.fromisoformat(text), "instant"
    return None


def _rfc822(text: str) -> tuple[datetime, Precision] | None:
    with suppress(ValueError, IndexError, TypeError):
        half = _HALF.search(text)
        if half and int(half[1]) <= 12:
            # email.utils passes over AM and PM.
            hour = int(half[1]) % 12 + (12 if half[3].lower() == "p" else 0)
            text = f"{text[: half.start()]}{hour:02}:{half[2]}{text[half.end() :]}"
        if ":" in text:
            return parsedate_to_datetime(text), "instant"
        if _YEAR.search(text):
            return parsedate_to_datetime(text + " 00:00:00"), "day"
    return None


def _written(text: str) -> tuple[datetime, Precision] | None:
    found = _WRITTEN.match(text)
    if not found:
        return None
    hour = int(found["hour"] or 0)
    half = (found["before"] or found["after"] or "").lower()
    if hour < 12 and half.startswith(("p", "下", "晚")):
        hour += 12
    elif hour == 12 and half.startswith(("a", "上", "凌")):
        hour = 0
    day = f"{found['year']}-{int(found['month']):02}-{int(found['day']):02}"
    clock = f"{hour:02}:{found['minute'] or '00'}:{found['second'] or '00'}{found['offset'] or ''}"
    with suppress(ValueError):
        return datetime.fromisoformat(f"{day}T{clock}"), "instant" if found["hour"] else "day"
    return None
