"""The brief and the explorer in a browser: nothing fails, nothing leaves the machine, and everybody can read them.

They need a Chromium on the machine, and are skipped, saying so, where there is none.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python import sync_playwright as axe
from playwright import sync_api

from flows.brief import write_brief
from flows.spool import Data
from tests.rows import article, load, settle
from warehouse.store import Store, publish

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "https://evil.example/pixel.png",
    "![picture](http://evil.example/x.png)",
    '<style>@import "http://evil.example/a.css"</style>',
    '=HYPERLINK("http://evil.example/","open")',
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip(f"no Chromium on this machine ({', '.join(names)})")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    with sync_api.sync_playwright() as playwright:
        # Root has no sandbox of Chromium's.
        browser = playwright.chromium.launch(
            executable_path=program, args=[*quiet, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def data(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Data:
    """The demo, and a day later articles whose titles want to be more than text."""
    data = Data(tmp_path_factory.mktemp("pages") / "data")
    shutil.copytree(demo, data.root)
    rows = []
    for number, title in enumerate(HOSTILE):
        row = article(
            f"https://news.example/{number}", f"{title} {title}. " * 20, DAY + timedelta(minutes=number), title=title
        )
        row["tags"] = [{"kind": "topic", "tag": title, "score": 0.9}]
        row["evidence"] = [
            {"kind": "topic", "tag": title, "rule_id": "x", "start_char": 0, "end_char": len(title), "sentence": title, "speaker": title}
        ]  # fmt: skip
        rows.append(row)
    with Store(data.master) as store:
        store.start_run("20261121T060000-000000", "demo", "test", DAY)
        load(store, data.root, rows)
        settle(store, data.root)
        store.finish_run("20261121T060000-000000", DAY + timedelta(hours=1), "ok", 0, [])
    publish(data.master, data.snapshot)
    write_brief(data.snapshot, data.briefs, DAY.date())
    return data


@contextmanager
def opened(browser: Any, size: str, scheme: str = "light", own: str = "file://") -> Iterator[Any]:
    """A page; at the end nothing may have failed, been asked for elsewhere, or opened a dialog."""
    page = browser.new_page(viewport=SIZES[size], color_scheme=scheme)
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("requestfailed", lambda request: wrong.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((own, "data:", "blob:")) else wrong.append(f"asked: {request.url}")
        ),
    )
    try:
        yield page
        assert wrong == []
    finally:
        page.close()


def unreadable(page: Any, rules: list[str]) -> list[tuple[str, str]]:
    """What axe-core finds, a line for each place."""
    found = axe.Axe().run(page, options={"runOnly": rules} if rules else None).response["violations"]
    return [(violation["id"], node["html"][:200]) for violation in found for node in violation["nodes"]]


@pytest.mark.parametrize(
    ("day", "size", "scheme"),
    [
        ("2026-11-19", "desktop", "light"),
        ("2026-11-20", "desktop", "dark"),
        ("2026-11-20", "phone", "light"),
        ("2026-11-21", "phone", "dark"),
    ],
)
def test_brief_can_be_read_by_everybody_and_asks_for_nothing(
    browser: Any, data: Data, day: str, size: str, scheme: str
) -> None:
    with opened(browser, size, scheme) as page:
        page.goto((data.briefs / f"{day}.html").as_uri())
        assert unreadable(page, []) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_brief_is_reached_by_keyboard_and_shows_titles_as_text(browser: Any, data: Data) -> None:
    with opened(browser, "desktop") as page:
        page.goto((data.briefs / "2026-11-21.html").as_uri())
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "To the brief"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.innerText") == "Documents"
        for title in HOSTILE:
            assert page.get_by_role("link", name=title, exact=True).count() == 1


def test_brief_prints_without_its_navigation(browser: Any, data: Data, tmp_path: Path) -> None:
    with opened(browser, "desktop", "dark") as page:
        page.goto((data.briefs / "2026-11-20.html").as_uri())
        page.emulate_media(media="print")
        assert not page.get_by_role("navigation").is_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.pdf(path=str(tmp_path / "brief.pdf"), format="A4").startswith(b"%PDF")


@pytest.fixture(scope="module")
def explorer(browser: Any, data: Data, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the explorer; at the end its server may have asked for nothing beyond this machine."""
    errors = tmp_path_factory.mktemp("explorer") / "errors.txt"
    command = [
        sys.executable,
        "-m",
        "tests.explore_watched",
        "explore",
        "--no-browser",
        "--json",
        "--data",
        str(data.root),
    ]
    with errors.open("w") as stderr:
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True)
        assert server.stdout
        with server.stdout:
            line = server.stdout.readline()
            try:
                yield json.loads(line)["url"] if line else pytest.fail(errors.read_text())
            finally:
                server.terminate()
                server.wait(20)
    assert "ASKED FOR" not in errors.read_text()


@pytest.mark.parametrize("size", SIZES)
def test_explorer_can_be_used_by_everybody_and_asks_for_nothing_elsewhere(
    browser: Any, explorer: str, size: str
) -> None:
    own = explorer.partition("?")[0]
    with opened(browser, size, own=own) as page:
        page.set_default_timeout(60_000)
        page.goto(explorer)
        page.get_by_role("region", name="Text of the article").wait_for()
        shown = page.get_by_role("region", name="Articles", exact=True)
        for title in HOSTILE:
            assert shown.get_by_role("cell", name=title, exact=True).count() == 1
        assert unreadable(page, RULES) == []
        page.get_by_role("textbox", name="Words").fill("smuggling Texas")
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Two charged in Texas", exact=False).wait_for()
        assert page.locator("mark").count() > 3
        assert page.locator("del").all_inner_texts()[0] == "93"
        for tab, region in (("Stories", "Timeline"), ("Trends", "Trends"), ("Sources", "Sources")):
            page.get_by_role("tab", name=tab).click()
            page.get_by_role("region", name=region).wait_for()
            if size == "desktop":
                assert unreadable(page, RULES) == []
        page.get_by_role("tab", name="SQL").click()
        page.get_by_role("textbox", name="SQL").fill(
            "SELECT title, text FROM articles WHERE source_id = 'news.example'"
        )
        page.get_by_role("textbox", name="SQL").blur()
        page.get_by_role("button", name="Run").click()
        page.get_by_role("region", name="Result").wait_for()
        result = page.get_by_role("region", name="Result")
        assert result.get_by_role("cell", name=HOSTILE[1], exact=True).count() == 1
        assert result.get_by_role("row").count() == 1 + len(HOSTILE)
        assert unreadable(page, RULES) == []


def test_explorer_needs_its_key(browser: Any, explorer: str) -> None:
    page = browser.new_page()
    page.goto(explorer.partition("?")[0])
    assert page.get_by_role("tab").count() == 0
    assert "password" in page.content().lower()
    page.close()
