"""Text of a date → an instant or a day, with how precise it is; nothing is invented (pure)."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Literal
from zoneinfo import ZoneInfo

Precision = Literal["instant", "day", "none"]

FUTURE_TOLERANCE = timedelta(hours=24)
"""A stamp further ahead of the fetch than this is a mistake or an embargo, not a publication time."""

_WRITTEN = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})(?!\d)\s*日?"
    r"(?:[\sT]*(?P<before>上午|下午|早上|凌晨|中午|晚上)?\s*(?P<hour>\d{1,2})\s*[:：时]\s*(?P<minute>\d{2})"
    r"(?:\s*[:：分]\s*(?P<second>\d{2})(?:[.,]\d{1,9})?)?\s*(?P<after>[AaPp]\.?[Mm]\b)?\s*(?P<offset>Z\b|[+-]\d\d:?\d\d\b)?)?"
)
# Obsolete RFC 822 zone names that feeds still print; email.utils reads a few of them only.
_ZONES = {"UTC": "+0000", "GMT": "+0000", "-0000": "+0000",
          "EST": "-0500", "EDT": "-0400", "PST": "-0800", "PDT": "-0700", "UT": "+0000", "Z": "+0000", "BST": "+0100",
          "HKT": "+0800", "SGT": "+0800", "JST": "+0900", "GMT+8": "+0800", "GMT+08:00": "+0800"}  # fmt: skip
# "GMT+8", "UTC-05:00", "+8", "+08:00 (China Standard Time)": offsets that the parser below does not know.
_ODD_OFFSET = re.compile(r"(?<=:\d\d)\s*(?:GMT|UTC)?([+-])(0?\d|1[0-4])(?::?(\d\d))?(?:\s*\([^()]*\))?$")
_HALF = re.compile(r"\b(\d{1,2}):(\d\d(?::\d\d)?)\s*([AaPp])\.?[Mm]\b\.?")
_MIDNIGHT = re.compile(r"(?<![\d:])00:00")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NAMED = "|".join(sorted(map(re.escape, [*_ZONES, "CST"]), key=len, reverse=True))
_ZONE = re.compile(rf"\s({_NAMED})\s*$")


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
    if named := _ZONE.search(text):
        # "CST" is China's where the source is Asian, and America's elsewhere, as email.utils reads it.
        offset = "+0800" if named[1] == "CST" and zone.startswith("Asia/") else _ZONES.get(named[1], named[1])
        text = f"{text[: named.start()]} {offset}"
    at, precision = _iso(text) or _rfc822(_with_offset(text)) or _written(_with_offset(text)) or (None, "none")
    if at is None or not 1990 <= at.year <= 2100:
        return UNKNOWN
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(zone))
    return Moment(at.astimezone(UTC), precision)


def parse_time(text: str, zone: str = "UTC") -> Moment:
    """As `parse`, of a field for times, in which midnight, to the second and where its source is, stands for a day."""
    moment = parse(text, zone)
    if moment.at and _MIDNIGHT.search(text) and moment.at.astimezone(ZoneInfo(zone)).time() == time.min:
        return Moment(moment.at, "day")
    return moment


def _iso(text: str) -> tuple[datetime, Precision] | None:
    if not text[:4].isdigit():
        return None
    with suppress(ValueError):
        return datetime.combine(date.fromisoformat(text), time.min), "day"
    with suppress(ValueError):
        return datetime.fromisoformat(text), "instant"
    return None


def _with_offset(text: str) -> str:
    """A date with the offset at its end as RFC 822 has it."""
    odd = _ODD_OFFSET.search(text)
    return f"{text[: odd.start()]} {odd[1]}{odd[2].zfill(2)}{odd[3] or '00'}" if odd else text


def _rfc822(text: str) -> tuple[datetime, Precision] | None:
    with suppress(ValueError, IndexError, TypeError, OverflowError):
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


# Dates among other words -------------------------------------------------------------------------------------

MAX_LINE = 2000
"""Characters of a line in which a date is looked for."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_CLOCK = (
    r"(?:,?[\s\-–|]{1,5}(?:at )?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?:\s?(?P<half>[AaPp])\.?[Mm]\b\.?)?"
    r"(?:\s?\(?(?P<named>[A-Z]{2,4})\b)?)?"
)
_HALF_DAY = re.compile(r"\d\s?[AaPp]\.?[Mm]\b")
_THIRD_DASH = re.compile(r"(\d{4}-\d\d-\d\d)-(\d\d:\d\d)")
_DATE_IN_TEXT = tuple(
    re.compile(pattern)
    for pattern in (
        (
            r"(?<!\d)(?:19|20)\d\d\s?[年./-]\s?\d{1,2}\s?[月./-]\s?\d{1,2}(?!\d)日?"
            r"(?:[\sT]{0,3}(?:上午|下午|早上|凌晨|中午|晚上)?\d{1,2}[:：时]\d\d(?:[:：分]\d\d(?:[.,]\d{1,9})?)?"
            rf"(?:\s?[AaPp]\.?[Mm]\b)?(?:\s?[+-]\d\d:?\d\d|Z|\s(?:{_NAMED})(?![\w+-]))?)?"
        ),
        rf"\b(?ai:{_NAME}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d\d){_CLOCK}",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?ai:{_NAME})[ ,-]{{1,2}}(?P<year>(?:19|20)\d\d){_CLOCK}",
        rf"(?<!\d)(?P<month>\d\d)/(?P<day>\d\d)/(?P<year>(?:19|20)\d\d){_CLOCK}",
    )
)
# Of one region each; "CST" is China's where the source is Asian, and America's elsewhere.
_REGIONS = {"ET": "America/New_York", "EST": "America/New_York", "EDT": "America/New_York", "CT": "America/Chicago",
            "CDT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles", "PST": "America/Los_Angeles",
            "PDT": "America/Los_Angeles", "GMT": "UTC", "UTC": "UTC", "BST": "Europe/London", "CET": "Europe/Paris",
            "CEST": "Europe/Paris", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore", "JST": "Asia/Tokyo",
            "KST": "Asia/Seoul", "IST": "Asia/Kolkata"}  # fmt: skip
_AGO = re.compile(
    r"(?<![\d.])(\d{1,3})\s?(?:(分钟|分鐘|小时|小時|天)前|(min(?:ute)?s?|h(?:ou)?rs?|days?) ago\b)", re.IGNORECASE
)
_RELATIVE_DAY = re.compile(
    r"(今天|今日|昨天|昨日|前天|\btoday\b|\byesterday\b)(?:[\s,]{0,3}(?:at )?(\d{1,2})[:：](\d\d))?", re.IGNORECASE
)
_DAYS_BACK = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2}
_WITHOUT_YEAR = re.compile(
    r"(?<![\d年./-])(\d{1,2})(?:月(\d{1,2})日(?:\s{0,2}(\d{1,2})[:：](\d\d))?|-(\d{1,2})\s{1,2}(\d{1,2})[:：](\d\d))(?!\d)"
)


def find(text: str, zone: str = "UTC", now: datetime | None = None) -> Moment:
    """The first date in a line of text, as pages print it in English and Chinese.

    Of 03/11/2026, the month stands first.

    Args:
        text: the line.
        zone: time zone of a time that names none.
        now: when the line was read; with it, "昨天 10:30", "3小时前", "2 hours ago" and "11月20日 10:30" are dates.
    """
    text = _THIRD_DASH.sub(r"\1 \2", text[:MAX_LINE])
    found = [match for pattern in _DATE_IN_TEXT if (match := pattern.search(text))]
    if not found:
        return _relative(text, ZoneInfo(zone), now) if now else UNKNOWN
    first = min(found, key=lambda match: match.start())
    parts = first.groupdict()
    if not parts:
        return parse(first[0], zone)
    month = parts.get("month") or _MONTHS.index(parts["name"].lower()) + 1
    day = f"{parts['year']}-{int(month):02}-{int(parts['day']):02}"
    if parts["hour"] is None:
        return parse(day, zone)
    hour = int(parts["hour"])
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower() == "p" else 0)
    regions = _REGIONS | {"CST": "Asia/Shanghai" if zone.startswith("Asia/") else "America/Chicago"}
    return parse(f"{day}T{hour:02}:{parts['minute']}:00", regions.get(parts["named"] or "", zone))


def _relative(text: str, zone: tzinfo, now: datetime) -> Moment:
    """A date that counts from now, or leaves out its year."""
    here = now.astimezone(zone)
    if ago := _AGO.search(text):
        unit, number = (ago[2] or ago[3]).lower(), int(ago[1])
        if unit.startswith(("m", "分")):
            return Moment(now.astimezone(UTC) - timedelta(minutes=number), "instant")
        span = timedelta(hours=number) if unit.startswith(("h", "小")) else timedelta(days=number)
        return _day(here - span)
    if named := _RELATIVE_DAY.search(text):
        day = here - timedelta(days=_DAYS_BACK[named[1].lower()])
        return _at(day, named[2], named[3])
    if short := _WITHOUT_YEAR.search(text):
        month, days = int(short[1]), int(short[2] or short[5])
        for year in (here.year, here.year - 1):
            with suppress(ValueError):
                day = here.replace(year=year, month=month, day=days)
                if day <= here + timedelta(days=1):
                    return _at(day, short[3] or short[6], short[4] or short[7])
    return UNKNOWN


def _day(moment: datetime) -> Moment:
    return Moment(moment.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC), "day")


def _at(day: datetime, hour: str | None, minute: str | None) -> Moment:
    if hour is None or minute is None or int(hour) > 23 or int(minute) > 59:
        return _day(day)
    clock = day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    return Moment(clock.astimezone(UTC), "instant")


def read(value: object, zone: str) -> Moment:
    """A date as APIs and scripts give it: text, seconds or milliseconds since 1970, or YYYYMMDDhhmmss in UTC."""
    text = str(value or "").strip()
    if re.fullmatch(r"\d{10}(\d{3})?", text):
        moment = Moment(datetime.fromtimestamp(int(text[:10]), UTC), "instant")
    elif re.fullmatch(r"(19|20)\d{12}", text):
        return parse(f"{text[:8]}T{text[8:]}Z")
    else:
        # The hours of "09:37 PM" are lost on the general parser, offsets after fractions on the other.
        moment = UNKNOWN if _HALF_DAY.search(text) else parse(text, zone)
        moment = moment if moment.at else find(text, zone)
    if moment.at and moment.at.astimezone(ZoneInfo(zone)).time() == time.min:
        return Moment(moment.at, "day")  # midnight to the second: a day, in a field for times
    return moment


_IN_ADDRESS = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")


def in_address(url: str, zone: str = "UTC") -> Moment:
    """The day in an article's address: /2026/11/20/, /20261120/, t20261120_1, /2026-11/20/."""
    found = _IN_ADDRESS.search(url)
    return parse("-".join(found.groups()), zone) if found else UNKNOWN
