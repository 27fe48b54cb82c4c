import json
import os
import random
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.fingerprint import text_hash
from flows.relevance import PROFILE_FILE, Profile
from flows.seeds import build, clean, tagger_with

REPOSITORY = Path(__file__).parents[1]
SEEDS = Path(os.environ.get("BILATERAL_SEEDS", REPOSITORY.parent / "shared" / "seeds"))
needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no seed documents in {SEEDS} (BILATERAL_SEEDS)")

PAGE = """Home\u00a0> News > Tech

Two capitals, one technology

Tech desk 2025-03-01 10:00:00 Source:

Two capitals, one technologyWashington and Beijing both fund artificial intelligence

Two capitals, one technology

Photo: Somebody

Washington and Beijing both fund artificial intelligence. Their export controls differ.

A second paragraph follows.

Disclaimer: everything here was found somewhere.

Scan the QR code to read on a phone
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_site_furniture_is_left_out_of_a_seed() -> None:
    title, text = clean(PAGE)
    assert title == "Two capitals, one technology"
    assert text.splitlines() == [
        "Washington and Beijing both fund artificial intelligence. Their export controls differ.",
        "A second paragraph follows.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        *(
            "AI Photo: VCG",
            "Copyright @ 2007~2025 All Rights Reserved.",
            "© 2025 Somebody",
            "Powered By Something",
        ),
        *(
            "Scan WeChat QR code to follow",
            "Follow us for more hot news",
            "https://example.org/",
            "Previous Post Next",
        ),
        *("版权所有 某某", "请扫描二维码关注", "Home > News list"),
    ],
)
def test_furniture_lines_are_recognised(line: str) -> None:
    assert clean(f"A heading\n{line}\nThe only sentence.") == ("A heading", "The only sentence.")


@pytest.mark.parametrize("line", ["Source link", "Leave a Reply", "Post a Comment", "Disclaimer: none", "免责声明：无"])
def test_nothing_after_the_end_of_the_article_is_kept(line: str) -> None:
    assert clean(f"A heading\nThe only sentence.\n{line}\nAnother article.") == (
        "A heading",
        "The only sentence.",
    )


def test_document_without_heading_has_no_title() -> None:
    assert clean("It begins at once.\nAnd goes on.") == ("", "It begins at once.\nAnd goes on.")


def test_profile_depends_on_the_documents_only_not_on_their_order(tmp_path: Path) -> None:
    documents = [write(tmp_path, f"{name}.txt", f"{name}\nChina and AI {name}.") for name in "abcd"]
    assert build(documents).to_json() == build(reversed(documents)).to_json()


def test_profile_survives_json() -> None:
    stored = PROFILE_FILE.read_text(encoding="utf-8")
    assert Profile.from_json(stored).to_json() == stored


def test_seed_id_is_the_one_in_the_file_name_or_the_hash_of_the_content(tmp_path: Path) -> None:
    named = write(tmp_path, "007_0123456789abcdef.txt", PAGE)
    own = write(tmp_path, "my notes.txt", PAGE)
    assert set(build([named, own]).seeds) == {"0123456789abcdef", text_hash(PAGE)[:16]}


def test_chinese_seed_is_counted_in_characters_and_has_no_english_terms(tmp_path: Path) -> None:
    path = write(tmp_path, "zh.txt", "中美人工智能对话\n中国和美国讨论人工智能治理。双方同意继续对话。")
    (seed,) = build([path]).seeds.values()
    assert (seed.title, seed.language, seed.word_count) == ("中美人工智能对话", "zh", 21)
    assert seed.terms == {}
    assert seed.facets["china"] == 1


def test_profile_holds_single_terms_in_alphabetical_order_and_unlinked_hashes(tmp_path: Path) -> None:
    rng = random.Random(1)
    words = [f"{rng.choice('bcdfg')}{rng.choice('aeiou')}{rng.choice('klmnp')}o{n}" for n in range(900)]
    path = write(tmp_path, "secret.txt", "Title here\n" + " ".join(words) + ".")
    stored = build([path]).to_json()
    (seed,) = json.loads(stored)["seeds"].values()
    assert all(" " not in term for term in seed["terms"])
    assert list(seed["terms"]) == sorted(seed["terms"])
    assert seed["shingles"] == sorted(seed["shingles"])
    assert len(seed["shingles"]) < len(words) / 5
    assert not any(f"{one} {two}" in stored for one, two in pairwise(words))


def test_build_command_writes_the_profile(tmp_path: Path) -> None:
    document = write(tmp_path, "one.txt", PAGE)
    output = tmp_path / "profile.json"
    built = CliRunner().invoke(main, ["seeds", "build", str(tmp_path), "-o", str(output)])
    assert built.exit_code == 0, built.output
    assert output.read_text(encoding="utf-8") == build([document]).to_json()


def test_build_command_refuses_a_folder_without_documents(tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["seeds", "build", str(tmp_path)])
    assert refused.exit_code == 1
    assert str(tmp_path) in refused.stderr


MEMO = "Walnut ferries and the accelerator rule\n" + "Walnut ferries carry accelerators across the estuary. " * 12


def test_build_command_says_in_a_line_what_it_cannot_read_or_write(tmp_path: Path) -> None:
    document = tmp_path / "a.txt"
    document.write_bytes(b"caf\xe9")
    refused = CliRunner().invoke(main, ["seeds", "build", str(tmp_path)])
    assert (refused.exit_code, refused.stderr) == (1, f"bilateral: {document}: not UTF-8\n")
    document.write_text("Chips and China.", encoding="utf-8")
    refused = CliRunner().invoke(main, ["seeds", "build", str(tmp_path), "-o", str(tmp_path / "none" / "p.json")])
    assert (refused.exit_code, "No such file or directory" in refused.stderr) == (1, True)


def test_own_seed_is_kept_listed_and_taken_away_again(tmp_path: Path, ask) -> None:
    memo = write(tmp_path, "our memo.txt", MEMO)
    data = tmp_path / "data"
    before = tagger_with(data / "seeds").version
    (added,) = json.loads(ask("seeds", "add", "--json", memo, data=data).stdout)["added"]
    memo.unlink()
    listed = {row["seed_id"]: row for row in json.loads(ask("seeds", "list", "--json", data=data).stdout)}
    own = listed.pop(added["seed_id"])
    assert own["title"] == "Walnut ferries and the accelerator rule"
    assert own["document"].endswith(f"our-memo_{added['seed_id']}.txt")
    assert {"walnut", "ferries"} <= set(own["terms"].split(", "))
    assert listed.keys() == Profile.from_json(PROFILE_FILE.read_text(encoding="utf-8")).seeds.keys()
    assert tagger_with(data / "seeds").version != before
    assert ask("seeds", "remove", added["seed_id"], data=data).returncode == 0
    assert tagger_with(data / "seeds").version == before
    assert "no seed" in ask("seeds", "remove", added["seed_id"], data=data).stderr


def test_own_seed_may_be_html_or_in_another_encoding_and_a_folder_gives_all(tmp_path: Path, ask) -> None:
    folder = tmp_path / "clippings"
    folder.mkdir()
    paragraphs = "".join(f"<p>{n}. Walnut ferries carry accelerators across the estuary today.</p>" for n in range(12))
    write(
        folder,
        "index.html",
        f"<html><body><nav>Menu</nav><article><h1>Ferries</h1>{paragraphs}</article></body></html>",
    )
    (folder / "notes.md").write_bytes(
        ("日内瓦对话\n" + "中国和美国讨论人工智能治理，双方同意继续对话。" * 5).encode("gb18030")
    )
    write(folder, "ignored.csv", "a,b")
    titles = {
        row["title"]
        for row in json.loads(ask("seeds", "add", "--json", folder, data=tmp_path / "data").stdout)["added"]
    }
    assert titles == {"Ferries", "日内瓦对话"}


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("empty.txt", b" \n", "empty"),
        ("short.txt", b"Only a few words.\nNo more.", "words, without what a site puts around them"),
        ("long.txt", b"walnut " * 50_001, "a seed has 50 to 50,000"),
        ("huge.txt", b"x" * 5_000_001, "too long"),
        ("image.txt", bytes(range(256)) * 20, "binary data"),
        ("scan.pdf", b"%PDF-1.7\n", "a PDF; save it as text"),
        ("memo.docx", b"PK\x03\x04", "zip file"),
        ("page.html", b"<html><body><nav>Menu</nav></body></html>", "no article in this HTML"),
        ("again.txt", MEMO.encode(), "is a seed already: Walnut ferries"),
        ("nothing.txt", None, "No such file"),
    ],
)
def test_document_that_cannot_be_a_seed_is_named_and_the_others_are_added(
    name: str, body: bytes | None, said: str, tmp_path: Path, ask
) -> None:
    good, bad = write(tmp_path, "good.txt", MEMO), tmp_path / name
    if body is not None:
        bad.write_bytes(body)
    done = ask("seeds", "add", good, bad, data=tmp_path / "data")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("! ")]
    assert name in line
    assert said in line
    assert len(list((tmp_path / "data" / "seeds").iterdir())) == 1


def test_seed_that_became_unreadable_stops_a_run_with_one_line(tmp_path: Path, ask) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "broken.txt").write_bytes(bytes(range(256)))
    stopped = ask("explain", write(tmp_path, "draft.txt", MEMO), data=tmp_path)
    assert stopped.returncode == 1
    assert stopped.stderr.strip().endswith("broken.txt: no text, but binary data")
    doctor = ask("doctor", "--json", data=tmp_path)
    assert any("broken.txt" in finding["found"] for finding in json.loads(doctor.stdout) if not finding["good"])


@needs_seeds
def test_committed_profile_is_what_the_seed_documents_give() -> None:
    assert build(SEEDS.glob("*.txt")).to_json() == PROFILE_FILE.read_text(encoding="utf-8")


@needs_seeds
def test_committed_profile_repeats_no_sentence_of_a_seed() -> None:
    stored = PROFILE_FILE.read_text(encoding="utf-8")
    for path in SEEDS.glob("*.txt"):
        _, text = clean(path.read_text(encoding="utf-8"))
        words = text.split()
        assert not any(" ".join(words[i : i + 6]) in stored for i in range(len(words) - 5))
