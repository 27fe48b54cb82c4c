"""What somebody should be told of: found after each run, sent once until it has cleared, never in quiet hours."""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import apprise

from flows.errors import BadSettings
from flows.settings import Settings
from flows.spool import Data, read_json, write_json
from warehouse.snapshot import DatabaseError, query
from warehouse.store import Locked, exclusive

NO_RUN = timedelta(hours=50)
"""After which a daily run that did not take place is told of: two of them, and a little."""
FAILURES = 3
"""Readings in a row that a source fails or refuses, before it is told of: most come back by themselves."""
MAX_LINE = 300
"""Characters of a line in an alert."""
MAX_LINES = 50
"""Alerts in one message; the rest is counted."""

_SOURCES = """
select
    source_id || ' ' || health as subject,
    case
        when health = 'changed layout' then 'its pages come without text or date'
        when health = 'no articles' then 'none of the latest addresses that it announced could be read'
        when health = 'silent' then format(
            'newest article {}, usually one within {:.0f} h',
            coalesce(strftime(newest_article, '%Y-%m-%d'), 'none yet'), expected_hours::double
        )
        else format('{} times in a row', consecutive_failures)
    end as message
from source_health
where
    health in ('changed layout', 'no articles', 'silent')
    or (health in ('failing', 'refusing') and consecutive_failures >= $failures)
order by source_id
"""
_DRIFT = """
select 'drift', format(
    '{:.0f} % of the articles of this week are relevant, {:.0f} % of the four weeks before',
    100 * recent_share,
    100 * former_share
) as message
from relevance_drift
where has_drifted
"""
_LATEST = "select last(started_at order by rowid) from runs where kind = 'ingest'"


@dataclass(frozen=True, slots=True)
class Told:
    """What a check did.

    Alerts sent now; those that wait, for the end of quiet hours or for an address; those that have cleared; and
    addresses, without their secrets, that could not be reached.
    """

    sent: Sequence[str] = ()
    waiting: Sequence[str] = ()
    cleared: Sequence[str] = ()
    failed: Sequence[str] = ()


def conditions(data: Data, settings: Settings, now: datetime, failure: str | None = None) -> dict[str, dict[str, str]]:
    """By kind what there is to tell, a message by subject; a kind of which nothing is known is not there.

    Args:
        data: the data folder.
        settings: how much disk is to be free.
        now: the time.
        failure: why a run that has just ended failed; empty where it did not, None where none has ended.
    """
    found: dict[str, dict[str, str]] = {}
    if failure is not None:
        found["run"] = {"failed": failure} if failure else {}
    free = shutil.disk_usage(data.root).free / 1e9
    found["disk"] = (
        {"low": f"{free:.1f} GB are free, fewer than {settings.min_free_gb:g}"} if free < settings.min_free_gb else {}
    )
    if not data.snapshot.exists():
        return found
    try:
        found["source"] = dict(query(data.snapshot, _SOURCES, {"failures": FAILURES}).rows)
        found["relevance"] = dict(query(data.snapshot, _DRIFT).rows)
        ((latest,),) = query(data.snapshot, _LATEST).rows
    except DatabaseError as error:
        found["snapshot"] = {"unreadable": str(error)}
        return found
    found["snapshot"] = {}
    late = latest is not None and failure is None and now - latest > NO_RUN
    found["schedule"] = {"no run": f"no run since {latest:%Y-%m-%d %H:%M} UTC"} if late else {}
    return found


def check(
    root: Path,
    settings: Settings,
    now: datetime | None = None,
    failure: str | None = None,
    *,
    dry_run: bool = False,
) -> Told:
    """Send what is new to every address that has not been sent it, and forget what has cleared.

    What was sent is noted after it was: a process that is killed in between sends it once more.

    Args:
        root: the data folder.
        settings: addresses, quiet hours.
        now: the time.
        failure: as for `conditions`.
        dry_run: send nothing and note nothing.

    Raises:
        BadSettings: an address is none that apprise knows.
    """
    data = Data(root.absolute())
    now = now or datetime.now(UTC)
    addresses = _addresses(settings)
    with _alone(data):
        state: dict[str, dict[str, Any]] = read_json(data.alerts)
        found = conditions(data, settings, now, failure)
        current = {f"{kind} {subject}": line(text) for kind, texts in found.items() for subject, text in texts.items()}
        cleared = [name for name in state if name not in current and name.partition(" ")[0] in found]
        alerts = {name: alert for name, alert in state.items() if name not in cleared}
        for name, message in current.items():
            alerts.setdefault(name, {"since": now.isoformat(), "told": []})["message"] = message
        sent: set[str] = set()
        failed = []
        for key, address in addresses.items():
            news = [name for name, alert in alerts.items() if key not in alert["told"]]
            if not news or is_quiet(settings, now):
                continue
            if not dry_run and not address.notify(title=_title(news), body=_body(news, alerts), body_format="text"):
                failed.append(str(address.url(privacy=True)))  # type: ignore[no-untyped-call]
                continue
            sent.update(news)
            for name in news:
                alerts[name]["told"].append(key)
        if not dry_run:
            with suppress(OSError):  # a full disk is told of, if need be again
                write_json(data.alerts, alerts)
    waiting = [name for name, alert in alerts.items() if not addresses or not set(addresses) <= set(alert["told"])]
    return Told(_lines(sorted(sent), alerts), _lines(waiting, alerts), cleared, failed)


def _lines(names: Iterable[str], alerts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [f"{name}: {alerts[name]['message']}" for name in names]


def _title(news: Sequence[str]) -> str:
    return f"Bilateral: {news[0]}" + (f" and {len(news) - 1} more" if len(news) > 1 else "")


def _body(news: Sequence[str], alerts: Mapping[str, Mapping[str, Any]]) -> str:
    more = [f"and {len(news) - MAX_LINES} more"] if len(news) > MAX_LINES else []
    return "\n".join([*_lines(news[:MAX_LINES], alerts), *more])


def line(text: str) -> str:
    """A text on one line of bounded length: some of it may come from a page."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= MAX_LINE else plain[: MAX_LINE - 1] + "…"


def is_quiet(settings: Settings, now: datetime) -> bool:
    """Whether no alert is to be sent at this time."""
    span = settings.quiet()
    if span is None:
        return False
    begin, end = span
    at = now.astimezone(ZoneInfo(settings.time_zone)).time()
    return begin <= at < end if begin <= end else at >= begin or at < end


@contextmanager
def _alone(data: Data) -> Iterator[None]:
    """One check at a time, where the folder can be written to."""
    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(exclusive(data.alerts.parent, "alerts"))
        yield


def _addresses(settings: Settings) -> dict[str, apprise.NotifyBase]:
    """The addresses, by what they are known as in what was told, which says nothing of their secrets."""
    found = {}
    for number, url in enumerate(settings.alert_urls, 1):
        secret = url.get_secret_value()
        address = apprise.Apprise.instantiate(secret)
        if address is None:
            raise BadSettings(f"alert_urls: address {number} is none that apprise knows")
        found[hashlib.sha256(secret.encode()).hexdigest()[:16]] = address
    return found


@contextmanager
def watched(root: Path, settings: Settings, report: Callable[[Told], None]) -> Iterator[None]:
    """Tell of how a run ended. A run that was refused because another is on has not failed.

    Args:
        root: the data folder.
        settings: addresses, quiet hours.
        report: gets what was told.

    Raises:
        BadSettings: an address is none that apprise knows; before the run.
    """
    _addresses(settings)
    try:
        yield
    except Locked:
        raise
    except Exception as error:
        with suppress(Locked):
            report(check(root, settings, failure=str(error) or type(error).__name__))
        raise
    with suppress(Locked):
        report(check(root, settings, failure=""))
