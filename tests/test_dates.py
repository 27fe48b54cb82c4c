"""A date is what its text says, as exactly as the text says it, and nothing where it does not say one."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.dates import UNKNOWN, Moment, find, in_address, parse

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
        "Fri, 20 Nov 2026 18:30:00 +08:00",
        "Fri Nov 20 2026 18:30:00 GMT+0800 (China Standard Time)",
        "2026-11-20 18:30:00.5 +0800",
        "2026-11-20T18:30:00+8",
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


def test_the_end_of_an_event_is_no_offset() -> None:
    assert parse("Fri, 20 Nov 2026 18:30-21:00", "Asia/Shanghai") == at("2026-11-20T10:30")


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
        "Fri, 20 Nov 2026 10:30:00 +9999999999999999999",
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


# Dates among other words -------------------------------------------------------------------------------------

READ_AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # noon in Shanghai


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("3分钟前", "2026-11-20T03:57Z", "instant"),
        ("5小时前 来源：新华网", "2026-11-19T16:00Z", "day"),
        ("13小时前", "2026-11-18T16:00Z", "day"),
        ("2天前", "2026-11-17T16:00Z", "day"),
        ("2 hours ago", "2026-11-19T16:00Z", "day"),
        ("昨天 10:30", "2026-11-19T02:30Z", "instant"),
        ("前天", "2026-11-17T16:00Z", "day"),
        ("今天 09:05", "2026-11-20T01:05Z", "instant"),
        ("yesterday at 10:30", "2026-11-19T02:30Z", "instant"),
        ("11月19日 22:46", "2026-11-19T14:46Z", "instant"),
        ("11-19 22:46", "2026-11-19T14:46Z", "instant"),
        ("12-30 22:46", "2025-12-30T14:46Z", "instant"),
        ("1月5日", "2026-01-04T16:00Z", "day"),
        ("2026年11月19日 下午3:05", "2026-11-19T07:05Z", "instant"),
        ("2026年11月19日08:18  来源：人民网", "2026-11-19T00:18Z", "instant"),
        ("Nov 19, 2026 9:30 PM EST", "2026-11-20T02:30Z", "instant"),
        ("November 19th, 2026 at 9:30 a.m. ET", "2026-11-19T14:30Z", "instant"),
        ("19 Nov 2026, 09:30 GMT", "2026-11-19T09:30Z", "instant"),
        ("Nov 19, 2026 09:30 CST", "2026-11-19T01:30Z", "instant"),
        ("2026-11-19 09:30 PM", "2026-11-19T13:30Z", "instant"),
        ("2026-11-19 09:30:00 UTC, by Jane Doe", "2026-11-19T09:30Z", "instant"),
        ("2026-11-19 09:30 GMT+8", "2026-11-19T01:30Z", "instant"),
        ("2026-11-19T09:30:00.000Z", "2026-11-19T09:30Z", "instant"),
        ("2026-11-19T09:30:00.000-05:00", "2026-11-19T14:30Z", "instant"),
    ],
)
def test_dates_beside_a_title_are_read_in_the_zone_of_their_source(text: str, at: str, precision: str) -> None:
    assert find(text, "Asia/Shanghai", READ_AT) == Moment(datetime.fromisoformat(at), precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2月30日",
        "25:61",
        "0.5小时前的事",
        "第3天",
        "12-34 10:00",
        "iPhone 11-5 系列",
        "99:99 昨",
        "version 2026.11",
        "3 days",
        "ſep 5, 2026",
        "5 ſep 2026",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert find(text, "Asia/Shanghai", READ_AT) == UNKNOWN


def test_without_a_clock_nothing_is_counted_from_now() -> None:
    for text in ("昨天 10:30", "3小时前", "2 hours ago", "11月19日 22:46"):
        assert find(text, "Asia/Shanghai") == UNKNOWN


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(ZONES), INSTANTS)
def test_dates_counted_from_now_are_never_far_ahead_of_it(text: str, zone: str, now: datetime) -> None:
    for line in (text, f"昨天 {text}", f"{text}小时前", f"11月19日 {text}", f"12-31 {text}:00"):
        moment = find(line, zone, now.replace(tzinfo=UTC))
        assert moment.precision in {"instant", "day", "none"}


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2026/11/19/story.html", "2026-11-19"), ("https://a.cn/20261119/abc.shtml", "2026-11-19"),
        ("https://a.cn/t20261119_1234.html", "2026-11-19"), ("https://a.cn/2026-11/19/c_1.htm", "2026-11-19"),
        ("https://a.example/story-20261119-x", "2026-11-19"), ("https://a.example/2026/19/11/x", ""),
        ("https://a.example/120261119", ""), ("https://a.example/2026111912345", ""), ("https://a.example/9020261131", ""),
        ("https://a.example/story", ""),
    ],
)  # fmt: skip
def test_the_day_in_an_address(url: str, day: str) -> None:
    found = in_address(url)
    assert (f"{found.at:%Y-%m-%d}" if found.at else "") == day
