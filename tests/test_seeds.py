import json
import os
import random
from itertools import pairwise
from pathlib import Path

import pytest

from flows.fingerprint import text_hash
from flows.relevance import PROFILE_FILE, Profile
from flows.seeds import build, clean, main

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


def test_build_command_writes_the_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = write(tmp_path, "one.txt", PAGE)
    output = tmp_path / "profile.json"
    monkeypatch.setattr("sys.argv", ["seeds", str(tmp_path), "-o", str(output)])
    main()
    assert output.read_text(encoding="utf-8") == build([document]).to_json()


def test_build_command_refuses_a_folder_without_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["seeds", str(tmp_path)])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert str(tmp_path) in capsys.readouterr().err


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
