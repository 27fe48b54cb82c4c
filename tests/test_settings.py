"""Settings: one place, the environment above the file; what is wrong is named by its key and its value never told."""

from itertools import count
from pathlib import Path

import pytest

from flows.errors import BadSettings
from flows.settings import Settings, load, table

README = Path(__file__).parent.parent / "README.md"


def test_the_environment_stands_above_the_file_and_both_above_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(
        'contact = "me@example.org"\nkeep_backups = 5\nalert_urls = ["json://a", "json://b"]\n'
    )
    monkeypatch.setenv("BILATERAL_KEEP_BACKUPS", "7")
    monkeypatch.setenv("BILATERAL_QUIET_HOURS", "")
    found = load(tmp_path)
    assert (found.contact, found.keep_backups, found.min_free_gb, found.quiet()) == ("me@example.org", 7, 2, None)
    assert [url.get_secret_value() for url in found.alert_urls] == ["json://a", "json://b"]
    monkeypatch.setenv("BILATERAL_ALERT_URLS", "json://c  mailto://d,e")
    assert [url.get_secret_value() for url in load(tmp_path).alert_urls] == ["json://c", "mailto://d,e"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("keep_backups = 0", "keep_backups: Input should be greater than or equal to 1"),
        ('keep_backups = "secret"', "keep_backups: Input should be a valid integer"),
        ("kepe_backups = 3", "kepe_backups: there is no such setting"),
        ('quiet_hours = "secret"', "quiet_hours: hours are written like 22:00-07:00"),
        ('quiet_hours = "25:00-07:00"', "quiet_hours: hour must be in 0..23"),
        ('time_zone = "Europe/Secret"', "time_zone: no time zone of that name"),
        ('time_zone = "../../etc/secret"', "time_zone: no time zone of that name"),
        ('schedule = "secret"', "schedule: a line for cron has five fields"),
        ('alert_urls = ["json://a", "secret"]', "alert_urls: address 2 has no ://"),
        ("alert_urls = 7", "alert_urls: Input should be a valid tuple"),
        ("secret", "not TOML"),
    ],
    ids=count(),
)
def test_a_wrong_setting_is_named_by_its_key_and_not_its_value(
    written: str, said: str, tmp_path: Path, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(written)
    with pytest.raises(BadSettings) as error:
        load(tmp_path)
    assert f"{tmp_path / 'settings.toml'}: {said}" in str(error.value)
    assert "secret" not in str(error.value).lower()
    failed = ask("upkeep", data=tmp_path)
    assert (failed.returncode, str(error.value) in failed.stderr) == (1, True)


def test_a_wrong_variable_is_named_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_MIN_FREE_GB", "much")
    with pytest.raises(BadSettings, match=r"^BILATERAL_MIN_FREE_GB: Input should be a valid number"):
        load(tmp_path)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("keep_backups = 0\nmin_free_gb = -1\n")
    with pytest.raises(BadSettings, match=r"min_free_gb: .*; .*keep_backups: "):
        load(tmp_path)


def test_secrets_are_not_in_what_is_printed_of_settings() -> None:
    found = Settings(alert_urls=("mailto://me:secret@example.org",))
    assert "secret@" not in f"{found!r} {found} {found.model_dump()} {found.model_dump_json()}"


def test_the_readme_has_them_all() -> None:
    assert f"<!-- settings -->\n{table()}\n<!-- /settings -->" in README.read_text(encoding="utf-8")
