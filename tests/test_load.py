"""Loading WARC files from anywhere: every record one outcome, damage named, the rest loaded."""

from pathlib import Path

import pytest

from flows.ingest import RunFailed
from flows.load import find, load
from flows.spool import Data
from warehouse.snapshot import query

# What reading each file must give: article-role answers, and parts that cannot be read.
ARCHIVES = {
    "bad.arc": (3, 0),
    "block-sized-records.warc": (0, 0),
    "block-sized-records.warc.gz": (0, 0),
    "block-sized-records.warc.lz4": (0, 0),
    "books.toscrape.warc": (30, 0),
    "clipped.warc.gz": (1, 1),
    "clueweb-quirk.warc.gz": (29, 0),
    "example-bad-non-chunked.warc.gz": (1, 0),
    "example-bad.warc.gz.bad": (2, 0),
    "example-digest.warc": (0, 0),
    "example-iana.org-chunked.warc": (1, 0),
    "example-resource.warc.gz": (1, 0),
    "example-space-in-target-uri.warc.gz": (1, 0),
    "example-space-in-url.arc": (1, 0),
    "example-trunc.warc": (1, 3),
    "example-wget-bad-target-uri.warc.gz": (3, 0),
    "example-wrong-chunks.warc.gz": (1, 1),
    "example.arc": (1, 0),
    "example.arc.gz": (1, 0),
    "example.warc": (1, 0),
    "example.warc.gz": (1, 0),
    "parseMe.warc": (14, 0),
    "parseMe.warc.gz": (14, 0),
    "post-test.warc.gz": (3, 0),
    "test.warc.gz": (18, 0),
    "unparsable-date.warc.gz": (1, 0),
    "warcfile.warc": (16, 0),
    "warcfile.warc.gz": (16, 0),
    "warcfile.warc.lz4": (16, 0),
}


def rows(data: Path, sql: str) -> list[tuple]:
    return query(Data(data).snapshot, sql).rows


def test_every_archive_of_others_is_loaded_and_its_damage_named(realdata: Path, tmp_path: Path) -> None:
    files = sorted((realdata / "warc").iterdir())
    assert {file.name for file in files} == set(ARCHIVES)
    with pytest.raises(RunFailed) as failure:
        load(files, tmp_path, everything=True)
    errors = failure.value.report.errors
    counted = dict(rows(tmp_path, "select regexp_extract(warc_file, '[^/]+$'), count(*) from fetches group by all"))
    damaged = dict(rows(tmp_path, "select regexp_extract(warc_file, '[^/]+$'), damaged from warc_files"))
    for name, (records, damages) in ARCHIVES.items():
        assert (counted.get(name, 0), damaged[name]) == (records, damages), name
        assert sum(name in error for error in errors) == damages, name
    assert all(" at byte " in error and ": " in error for error in errors)


@pytest.mark.parametrize("name", ["example-trunc.warc", "clipped.warc.gz"])
def test_exit_code_tells_of_damage(name: str, realdata: Path, tmp_path: Path, cli) -> None:
    loaded = cli("load", "--no-prefect", realdata / "warc" / name, data=tmp_path)
    assert loaded.returncode == 1
    assert f"{name} at byte " in loaded.stdout
    assert "all the rest is loaded" in loaded.stderr


def test_exit_code_of_a_good_file_is_zero(realdata: Path, tmp_path: Path, cli) -> None:
    loaded = cli("load", "--no-prefect", realdata / "warc" / "example.warc.gz", data=tmp_path)
    assert loaded.returncode == 0, loaded.stderr


def test_a_path_that_does_not_exist_is_named(tmp_path: Path, cli) -> None:
    loaded = cli("load", "--no-prefect", tmp_path / "nothing.warc.gz", data=tmp_path / "data")
    assert loaded.returncode == 1
    assert "no such file or folder" in loaded.stderr
    assert "nothing.warc.gz" in loaded.stderr


def test_folders_are_searched_for_archives(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.warc.gz", "deep/b.arc", "deep/notes.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in find([tmp_path])] == ["a.warc.gz", "b.arc"]


def test_off_topic_pages_of_a_bulk_load_are_counted_and_left_out(tmp_path: Path, pack) -> None:
    paragraph = "<p>The village bakery won a prize for its bread and the choir sang in the square until noon.</p>" * 6
    topic = "".join(
        f"<p>Washington tightened export controls on AI chips for China in round {n}, the Commerce Department said.</p>"
        for n in range(6)
    )
    records = {
        f"https://village.example/{n}": f"<html><body><article>{paragraph}</article></body></html>".encode()
        for n in range(60)
    }
    records["https://village.example/chips"] = f"<html><body><article>{topic}</article></body></html>".encode()
    pack(records, tmp_path / "village.warc.gz")
    report = load([tmp_path / "village.warc.gz"], tmp_path / "data")
    assert report.total("relevant") == 1
    outcomes = dict(rows(tmp_path / "data", "select outcome, count(*) from fetches group by all"))
    assert sum(outcomes.values()) == 61
    assert outcomes["off_topic"] >= 55
    assert rows(tmp_path / "data", "select count(*) from articles where decision != 'off_topic'") == [(1,)]
