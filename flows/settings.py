"""The settings of an installation: one place for all of them, the environment and a file in the data folder."""

import os
import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from flows.errors import BadSettings

PREFIX = "BILATERAL_"
FILE = "settings.toml"
"""In the data folder; the environment stands above it."""
ELSEWHERE = {
    "BILATERAL_DATA": "The data folder, where `--data` does not name it.",
    "http_proxy, https_proxy, no_proxy": "A proxy through which everything is fetched, as other programs know it.",
    "PREFECT_API_URL": "A Prefect server of your own; else a run brings one for as long as it takes.",
    "NO_COLOR": "No colours on a terminal.",
    "BILATERAL_REALDATA": "For developers: the folder of real data by which `make eval` and some tests measure.",
}
"""What only the environment can say."""
DEVELOPERS = {"BILATERAL_REALDATA", "BILATERAL_SEEDS"}
"""Where tests find what is not part of the project."""
_QUIET = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


class Settings(BaseSettings):
    """What can be set. Each is the key of its name in the file, and in the environment `BILATERAL_` and the name."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    contact: str = Field("", description="An address of yours in the user agent, so that a site's owner can reach you.")
    alert_urls: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Where alerts go, as apprise writes it: `mailto://…`, `slack://…`; several with spaces between.",
    )
    quiet_hours: str = Field(
        "", description="Hours in which no alert is sent, like `22:00-07:00`; they are sent after."
    )
    time_zone: str = Field("UTC", description="Of `quiet_hours` and `schedule`, like `Europe/Berlin`.")
    schedule: str = Field("0 6 * * *", description="When `bilateral schedule` runs, as a line for cron.")
    min_free_gb: float = Field(2, ge=0, description="Free disk below which an alert is raised, in GB.")
    keep_archive_days: int = Field(
        0, ge=0, description="Days after which `bilateral upkeep` deletes archived pages; 0 keeps them. Rows stay."
    )
    keep_backups: int = Field(3, ge=1, description="Backups that `bilateral upkeep` keeps.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment above the file, whose values come as arguments."""
        return env_settings, init_settings

    @field_validator("alert_urls", mode="before")
    @classmethod
    def _separate(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @field_validator("alert_urls")
    @classmethod
    def _are_urls(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for number, url in enumerate(value, 1):
            if "://" not in url.get_secret_value():
                raise ValueError(f"address {number} has no ://")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _is_a_span(cls, value: str) -> str:
        if value:
            _span(value)
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError):
            raise ValueError("no time zone of that name") from None
        return value

    @field_validator("schedule")
    @classmethod
    def _has_five_fields(cls, value: str) -> str:
        if len(value.split()) != 5:
            raise ValueError("a line for cron has five fields, like 0 6 * * *")
        return value

    def quiet(self) -> tuple[time, time] | None:
        """When quiet hours begin and end; None without them."""
        return _span(self.quiet_hours) if self.quiet_hours else None


def _span(text: str) -> tuple[time, time]:
    found = _QUIET.fullmatch(text)
    if not found:
        raise ValueError("hours are written like 22:00-07:00")
    hours = [int(part) for part in found.groups()]
    return time(hours[0], hours[1]), time(hours[2], hours[3])


def load(root: Path) -> Settings:
    """The settings of a data folder.

    Raises:
        BadSettings: a value or a key is wrong; the message names each, and never says what a value is.
    """
    file = root / FILE
    values: dict[str, Any] = {}
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        pass
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSettings(f"{file}: not TOML: {error}") from None
    try:
        return Settings(**values)
    except ValidationError as error:
        raise BadSettings("; ".join(_told(file, problem) for problem in error.errors(include_input=False))) from None


def _told(file: Path, problem: Any) -> str:
    key = str(problem["loc"][0])
    if problem["type"] == "extra_forbidden":
        return f"{file}: {key}: there is no such setting"
    variable = f"{PREFIX}{key.upper()}"
    where = variable if os.environ.get(variable) else f"{file}: {key}"
    return f"{where}: {problem['msg'].removeprefix('Value error, ')}"


def unknown_variables() -> list[str]:
    """Variables of the environment that look like settings and are none."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | set(ELSEWHERE) | DEVELOPERS
    return sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)


def table() -> str:
    """All settings as a table in Markdown."""
    rows = ["| in the environment | in `settings.toml` | default | what |", "| --- | --- | --- | --- |"]
    for name, setting in Settings.model_fields.items():
        default = f"`{setting.default}`" if setting.default not in ("", ()) else ""
        rows.append(f"| `{PREFIX}{name.upper()}` | `{name}` | {default} | {setting.description} |")
    rows += [f"| `{name}` | | | {what} |" for name, what in ELSEWHERE.items()]
    return "\n".join(rows)
