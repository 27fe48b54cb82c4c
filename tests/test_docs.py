"""The README shows what the program really prints. `python tests/test_docs.py` writes it anew."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from flows.cli import main
from spiders.crawl import load_sources

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_RUN_ID = re.compile(r"(\d{8}T\d{6})-[0-9a-f]{6}")


def bilateral(arguments: str, data: Path) -> str:
    """What a command prints on a terminal of 100 columns, with what differs between runs made alike."""
    done = subprocess.run(
        f"{sys.executable} -m flows.cli {arguments} --data {data}",
        shell=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
    return _RUN_ID.sub(r"\1-3f9c1a", "\n".join(lines)).replace(str(data), "data")


def rendered(text: str, data: Path, *, demo: bool) -> str:
    """The README with the output of its commands as it is now."""

    def answer(block: re.Match[str]) -> str:
        command = block[1]
        said = bilateral(command.removeprefix("$ bilateral "), data)
        return f"<!-- sql -->\n```console\n{command}\n{said}\n```\n<!-- /sql -->"

    def report(_: re.Match[str]) -> str:
        said = bilateral("ingest --demo --no-prefect", data)
        return f"<!-- demo -->\n```console\n$ make demo\n{said}\n```\n<!-- /demo -->"

    text = re.sub(r"\d+ sources: governments", f"{len(load_sources(['spiders.sources']))} sources: governments", text)
    text = re.sub(r"<!-- sources -->\n.*?<!-- /sources -->", lambda _: source_table(), text, flags=re.DOTALL)
    if demo:
        text = re.sub(r"<!-- demo -->\n.*?<!-- /demo -->", report, text, flags=re.DOTALL)
    return re.sub(r"<!-- sql -->\n```console\n(\$ .*?\")\n.*?```\n<!-- /sql -->", answer, text, flags=re.DOTALL)


def source_table() -> str:
    """Every source that has a spider."""
    rows = [
        "<!-- sources -->",
        "| id | source | kind | from | language | read |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, spider in load_sources(["spiders.sources"]).items():
        source = spider.source()
        read = "headlines" if spider.headline_only else "feed" if getattr(spider, "body_from_feed", False) else "pages"
        link = f"[{source.name}]({source.homepage})"
        rows.append(
            f"| `{name}` | {link} | {source.kind.replace('_', ' ')} | {source.country} | {source.language} | {read} |"
        )
    return "\n".join([*rows, "<!-- /sources -->"])


def test_source_table_in_the_readme_is_that_of_the_spiders() -> None:
    text = README.read_text(encoding="utf-8")
    assert source_table() in text
    count = len(load_sources(["spiders.sources"]))
    assert f"{count} sources" in text


def test_answers_in_the_readme_are_those_of_the_program(demo: Path) -> None:
    text = README.read_text(encoding="utf-8")
    assert text.count("<!-- sql -->") == 5
    assert rendered(text, demo, demo=False) == text


def test_report_in_the_readme_is_that_of_the_demo(demo: Path) -> None:
    shown = README.read_text(encoding="utf-8").split("<!-- demo -->")[1].split("<!-- /demo -->")[0]
    for line in ("all              29", "all              13", "! demo_letter: http://www.chip-letter.example/feed"):
        assert line in shown


def test_commands_in_the_readme_exist() -> None:
    text = README.read_text(encoding="utf-8")
    for command in set(re.findall(r"bilateral ([a-z]+)\b", text)) - {"is"}:
        assert command in main.commands, command
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make ([a-z]+)`?", text)):
        assert f"\n{target}:" in makefile, target


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        README.write_text(rendered(README.read_text(encoding="utf-8"), Path(folder), demo=True), encoding="utf-8")
