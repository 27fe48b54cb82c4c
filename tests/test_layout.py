"""The layout is what the design says: packages, import rules, nothing of this machine in the files."""

import ast
import importlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("flows", "spiders", "warehouse")
MAY_IMPORT = {
    "prefect": {"flows/deployment.py"},
    "scrapy": {
        "spiders/base.py",
        "spiders/crawl.py",
        "spiders/guard.py",
        "spiders/politeness.py",
        "spiders/archive.py",
    },
    "twisted": {"spiders/base.py", "spiders/guard.py", "spiders/politeness.py"},
    "duckdb": {"warehouse/store.py", "warehouse/snapshot.py"},
    "marimo": {"flows/explorer/app.py", "flows/explorer/server.py"},
}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def imports(module: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_this_checkout_and_no_other_distribution(package: str) -> None:
    assert Path(importlib.import_module(package).__file__ or "").parent == ROOT / package


@pytest.mark.parametrize("library", MAY_IMPORT)
def test_only_the_edges_import(library: str) -> None:
    strangers = {str(module.relative_to(ROOT)) for module in modules() if library in imports(module)} - MAY_IMPORT[
        library
    ]
    if library == "scrapy":
        strangers = {name for name in strangers if not name.startswith("spiders/sources/")}
    assert not strangers


def test_warehouse_imports_nothing_of_the_others() -> None:
    for module in (ROOT / "warehouse").glob("*.py"):
        assert not imports(module) & {"flows", "spiders"}, module


def test_spiders_import_nothing_of_flows() -> None:
    for module in (ROOT / "spiders").rglob("*.py"):
        assert "flows" not in imports(module), module


def test_every_module_opens_with_a_sentence_on_what_belongs_in_it() -> None:
    for module in modules():
        docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
        assert docstring, module
        assert docstring.splitlines()[0].endswith("."), module


def test_locked_requirements_have_hashes_and_no_addresses() -> None:
    for lock in ("requirements.txt", "requirements-explore.txt", "requirements-dev.txt"):
        text = (ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        pins = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pins
        assert all(line.rstrip().endswith("\\") for line in pins), "a pin without a hash"


def test_top_level_holds_only_what_the_design_names() -> None:
    tracked = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    allowed = {"pyproject.toml", "README.md", *PACKAGES, "tests", "scrapy.cfg", "Makefile", "LICENSE"}
    allowed |= {"requirements.txt", "requirements-explore.txt", "requirements-dev.txt", "prefect.yaml", "CHANGELOG.md"}
    assert {name for name in tracked.stdout.split() if not name.startswith(".")} <= allowed
