"""A date is what its text says, as exactly as the text says it, and nothing where it does not say one."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.dates import UNKNOWN, Moment, parse

ZONES = ["UTC", "Asia/Shanghai", "America/New_York"]
INSTANTS = st.datetimes(datetime(1991, 1, 1), datetime(2099, 12, 30)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
OFFSETS = st.integers(-12 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def at(text: str) -> Moment:
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), "instant")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:30:00Z",
        "2026-11-20T10:30:00.000Z",
        "2026-11-20T10:30Z",
        "2026-11-20 10:30:00Z",
        "2026-11-20T18:30:00+08:00",
        "2026-11-20T18:30:00+0800",
        "2026-11-20 18:30:00+08",
        "2026-11-20T05:30:00-05:00",
        "2026-11-20 10:30:00 +0000",
        "2026-11-20 18:30:00 +0800",
        "2026-11-20 18:30 +08:00",
        "2026/11/20 18:30:00 +0800",
        "2026-11-20 10:30:00 UTC",
        "2026-11-20 10:30 GMT",
        "20261120T103000Z",
        "2026-11-20T10:30:00.1234567Z",
        "Fri, 20 Nov 2026 10:30:00 GMT",
        "Fri, 20 Nov 2026 10:30:00 +0000",
        "Fri, 20 Nov 2026 10:30:00 -0000",
        "Fri, 20 Nov 2026 10:30:00 Z",
        "Fri, 20 Nov 2026 10:30:00 UT",
        "Fri, 20 Nov 2026 10:30:00 UTC",
        "20 Nov 2026 10:30 GMT",
        "20 Nov 26 10:30:00 GMT",
        "Fri, 20 Nov 2026 05:30:00 EST",
        "Fri, 20 Nov 2026 06:30:00 EDT",
        "Fri, 20 Nov 2026 02:30:00 PST",
        "Fri, 20 Nov 2026 18:30:00 +0800",
        "Fri, 20 Nov 2026 18:30:00 GMT+8",
        "Fri, 20 Nov 2026 18:30:00 GMT+08:00",
        "Fri, 20 Nov 2026 18:30:00 HKT",
        "  2026-11-20T10:30:00Z\n",
        "2026年11月20日 18:30 +0800",
    ],
)
@pytest.mark.parametrize("zone", ZONES)
def test_a_text_with_an_offset_is_an_instant_wherever_its_source_is(text: str, zone: str) -> None:
    moment = parse(text, zone)
    assert moment.at is not None
    assert (moment.at.replace(second=0, microsecond=0), moment.precision) == (at("2026-11-20T10:30").at, "instant")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T18:30:00",
        "2026-11-20 18:30:00",
        "2026-11-20 18:30",
        "2026-11-20T18:30",
        "20261120T1830",
        "2026/11/20 18:30",
        "2026.11.20 18:30",
        "2026年11月20日 18:30",
        "2026年11月20日18:30",
        "2026年11月20日18时30分",
        "2026年11月20日 18：30：00",
        "2026年11月20日 下午6:30",
        "2026-11-20 06:30 PM",
        "2026/11/20 6:30 pm",
        "Fri, 20 Nov 2026 18:30:00",
        "2026-11-20 18:30 来源：新华社",
        "Fri, 20 Nov 2026 18:30:00 CST",
    ],
)
def test_a_time_without_an_offset_is_that_of_its_source(text: str) -> None:
    assert parse(text, "Asia/Shanghai") == at("2026-11-20T10:30")


def test_zones_follow_their_summer_time() -> None:
    assert parse("2026-07-01 12:00", "America/New_York") == at("2026-07-01T16:00")
    assert parse("2026-12-01 12:00", "America/New_York") == at("2026-12-01T17:00")


def test_the_letters_cst_are_central_time_outside_of_asia() -> None:
    assert parse("Fri, 20 Nov 2026 10:30:00 CST", "America/New_York") == at("2026-11-20T16:30")
    assert parse("Fri, 20 Nov 2026 10:30:00 CST") == at("2026-11-20T16:30")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20",
        "20261120",
        "2026/11/20",
        "2026.11.20",
        "2026-11-20 ",
        "2026年11月20日",
        "2026 年 11 月 20 日",
        "Fri, 20 Nov 2026",
        "20 Nov 2026",
        "Nov 20, 2026",
        "November 20, 2026",
        "2026年11月20日 来源：新华网",
        "2026年11月20日 来源：新华网 10:30",
    ],
)
def test_a_day_is_a_day_in_the_zone_of_its_source(text: str, zone: str) -> None:
    start = datetime(2026, 11, 20, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert parse(text, zone) == Moment(start, "day")


def test_half_of_the_day_counts() -> None:
    assert parse("2026-11-20 12:05 AM") == at("2026-11-20T00:05")
    assert parse("2026-11-20 12:05 PM") == at("2026-11-20T12:05")
    assert parse("Nov 20, 2026 09:37 PM") == at("2026-11-20T21:37")
    assert parse("Nov 20, 2026 12:05 AM") == at("2026-11-20T00:05")
    assert parse("2026年11月20日 上午9:05") == at("2026-11-20T09:05")
    assert parse("2026年11月20日 晚上9:05") == at("2026-11-20T21:05")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "now",
        "today",
        "yesterday",
        "3 hours ago",
        "2小时前",
        "10:30",
        "10:30:00",
        "Friday",
        "Fri, 20 Nov",
        "20 Nov",
        "November 20",
        "2026",
        "2026-11",
        "2026年",
        "2026年11月",
        "11月20日",
        "11-20",
        "Nov 2026",
        "2026-13-01",
        "2026-02-30",
        "2026-11-31 10:00",
        "2026年13月40日",
        "Fri, 31 Nov 2026 10:00:00 GMT",
        "2026-11-20T25:00:00",
        "2026-11-201",
        "1970-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "1700000000",
        "1763600000000",
        "20261120110",
        "2026112010",
        "12345678",
        "May 1 2",
        "1 2 3 4 5",
        "tag:2026",
        "v2026.11",
        "$date",
        "null",
        "None",
        "0000-00-00",
        "2026-11-20T10:30:00Z" * 10,
        "二〇二六年十一月二十日",
        "Copyright 2026",
        "Fri, 20 Nov 2026 10:30:00 +99999",
    ],
)
@pytest.mark.parametrize("zone", ZONES)
def test_what_is_no_full_date_is_unknown(text: str, zone: str) -> None:
    assert parse(text, zone) == UNKNOWN


@settings(max_examples=300, deadline=None)
@given(moment=INSTANTS, offset=OFFSETS, zone=st.sampled_from(ZONES))
def test_an_instant_survives_being_written(moment: datetime, offset: timezone, zone: str) -> None:
    aware = moment.replace(tzinfo=offset)
    expected = Moment(aware.astimezone(UTC), "instant")
    assert parse(aware.isoformat(), zone) == expected
    assert parse(aware.isoformat(" "), zone) == expected
    assert parse(format_datetime(aware), zone) == expected
    assert parse(aware.strftime("%Y-%m-%d %H:%M:%S %z"), zone) == expected
    assert parse(aware.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"), zone) == expected


@settings(max_examples=200, deadline=None)
@given(moment=INSTANTS, zone=st.sampled_from(ZONES))
def test_a_local_time_survives_being_written(moment: datetime, zone: str) -> None:
    expected = Moment(moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), "instant")
    for text in (
        moment.isoformat(),
        moment.isoformat(" "),
        f"{moment:%Y年%m月%d日 %H:%M:%S}",
        f"{moment:%Y/%m/%d %H:%M:%S}",
    ):
        assert parse(text, zone) == expected
    day = Moment(moment.replace(hour=0, minute=0, second=0, tzinfo=ZoneInfo(zone)).astimezone(UTC), "day")
    for text in (f"{moment:%Y-%m-%d}", f"{moment.year}年{moment.month}月{moment.day}日", f"{moment:%d %b %Y}"):
        assert parse(text, zone) == day


FRAGMENTS = st.lists(
    st.sampled_from([*"0123456789 -/:.,年月日时分TZ+", "2026", "Nov", "Fri,", "GMT", "EST", "PM", "下午", "20"]),
    max_size=14,
)


@settings(max_examples=500, deadline=None)
@given(
    text=st.one_of(st.text(max_size=90), FRAGMENTS.map("".join), FRAGMENTS.map(" ".join)), zone=st.sampled_from(ZONES)
)
def test_any_text_is_a_date_or_unknown(text: str, zone: str) -> None:
    moment = parse(text, zone)
    assert (moment.at is None) == (moment.precision == "none")
    if moment.at:
        assert moment.at.tzinfo is UTC
        assert sum(letter.isdigit() for letter in text) >= 4
        if moment.precision == "day":
            local = moment.at.astimezone(ZoneInfo(zone))
            assert (local.hour, local.minute, local.second) == (0, 0, 0)
