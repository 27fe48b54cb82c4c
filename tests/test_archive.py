"""What is written to an archive is read back, by this project and by others, and damage costs what is damaged."""

import gzip
import io
import json
import os
import random
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders

from spiders import archive, records
from spiders.archive import ArchiveMiddleware, WarcWriter
from spiders.records import MAX_BODY, Damage, Record, decoded, read

REALDATA = Path(os.environ.get("BILATERAL_REALDATA") or Path(__file__).parents[2] / "shared" / "realdata")
NOW = datetime(2026, 11, 22, 6, 30, 5, tzinfo=UTC)
HTML = b"<!doctype html><html><body><p>An article on chips.</p></body></html>"

# File → records with a body that can be trusted, offsets of what is damaged. Counted by hand from the files;
# "response" and "resource" count, "revisit" (no body of its own) does not.
REAL = {
    "bad.arc": (3, []),
    "block-sized-records.warc": (0, []),
    "block-sized-records.warc.gz": (0, []),
    "block-sized-records.warc.lz4": (0, []),
    "books.toscrape.warc": (30, []),
    "clipped.warc.gz": (0, [0]),
    "clueweb-quirk.warc.gz": (29, []),
    "example-bad-non-chunked.warc.gz": (1, []),
    "example-bad.warc.gz.bad": (2, []),
    "example-digest.warc": (0, []),
    "example-iana.org-chunked.warc": (1, []),
    "example-resource.warc.gz": (1, []),
    "example-space-in-target-uri.warc.gz": (1, []),
    "example-space-in-url.arc": (1, []),
    "example-trunc.warc": (0, [1197, 1197, 1956]),  # a record with a wrong length: both it and what follows
    "example-wget-bad-target-uri.warc.gz": (3, []),
    "example-wrong-chunks.warc.gz": (0, [0]),  # changed by hand: fails its digest
    "example.arc": (1, []),
    "example.arc.gz": (1, []),
    "example.warc": (1, []),
    "example.warc.gz": (1, []),
    "parseMe.warc": (14, []),
    "parseMe.warc.gz": (14, []),
    "post-test.warc.gz": (3, []),
    "test.warc.gz": (18, []),
    "unparsable-date.warc.gz": (1, []),
    "warcfile.warc": (16, []),
    "warcfile.warc.gz": (16, []),
    "warcfile.warc.lz4": (16, []),
}


def answer(*headers: tuple[str, str], status: str = "200 OK") -> StatusAndHeaders:
    return StatusAndHeaders(status, list(headers) or [("Content-Type", "text/html")], protocol="HTTP/1.1")


def page(number: int) -> tuple[str, bytes]:
    filler = random.Random(number).randbytes(60).hex().encode()
    return f"https://example.com/{number}", b"<html><p>Page %d: %s</p></html>" % (number, filler)


def written(directory: Path, pages: int, *, run_id: str = "run") -> Path:
    """A file of this many pages, each with metadata, request and response."""
    writer = WarcWriter(directory, run_id, lambda: NOW)
    for number in range(pages):
        url, body = page(number)
        known = {"role": "article", "source_id": f"source{number}", "url": url}
        asked = StatusAndHeaders(f"GET /{number} HTTP/1.1", [("Host", "example.com")], is_http_request=True)
        writer.write(url, known, answer(), body, asked)
    writer.close()
    return directory / f"{run_id}-1.warc.gz"


def archived(directory: Path, *headers: tuple[str, str], body: bytes) -> Record:
    """The one record read back of an answer that another crawler stored with these headers."""
    writer = WarcWriter(directory, "one", lambda: NOW)
    writer.write("https://example.com/", {}, answer(*headers), body)
    writer.close()
    (record,) = read(directory / "one-1.warc.gz")
    assert isinstance(record, Record)
    return record


def trusted(items: list[Record | Damage]) -> list[Record]:
    return [item for item in items if isinstance(item, Record) and not item.problem]


def assert_only_true_pages(items: list[Record | Damage]) -> list[str]:
    """No record that is called good has another page's text or another page's source."""
    good = trusted(items)
    pages = dict(page(number) for number in range(20))
    for record in good:
        number = record.url.rpartition("/")[2]
        assert record.body == pages[record.url]
        assert record.known in ({}, {"role": "article", "source_id": f"source{number}", "url": record.url})
    for item in items:
        if isinstance(item, Damage):
            assert item.reason
            assert item.warc_file
            assert item.warc_offset >= 0
    return [record.url for record in good]


# Writing -----------------------------------------------------------------------------------------------------


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    url = "https://example.com/新闻?id=1"
    known = {"role": "article", "source_id": "xinhua", "title": "中美人工智能对话", "published": {"at": NOW}}
    writer = WarcWriter(tmp_path, "run", lambda: NOW)
    position = writer.write(url, known, answer(("Content-Type", "text/html; charset=gbk")), "正文".encode("gbk"))
    writer.close()
    (record,) = read(tmp_path / "run-1.warc.gz")
    assert isinstance(record, Record)
    assert (record.url, record.status, record.fetched_at) == (url, 200, NOW)
    assert record.content_type == "text/html; charset=gbk"
    assert record.body.decode("gbk") == "正文"
    assert record.known == {**known, "published": {"at": str(NOW)}}
    assert record.position == position
    assert not record.problem


def test_positions_are_those_of_the_gzip_members(tmp_path: Path) -> None:
    path = written(tmp_path, 5)
    content = path.read_bytes()
    records = trusted(list(read(path)))
    assert len(records) == 5
    for number, record in enumerate(records):
        at, length = record.position.warc_offset, record.position.warc_length
        member = gzip.decompress(content[at : at + length])
        assert member.startswith(b"WARC/1.0\r\n")
        assert b"WARC-Type: response" in member
        assert member.rstrip(b"\r\n").endswith(page(number)[1])
    assert records[-1].position.warc_offset + records[-1].position.warc_length == len(content)


def test_the_writer_says_where_each_response_is(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", lambda: NOW)
    told = [writer.write(page(number)[0], {}, answer(), page(number)[1]) for number in range(3)]
    writer.close()
    assert [record.position for record in trusted(list(read(tmp_path / "run-1.warc.gz")))] == told


def test_three_readers_agree_and_digests_verify(tmp_path: Path) -> None:
    path = written(tmp_path, 6)
    ours = [(record.url, record.body) for record in trusted(list(read(path)))]
    lenient, strict = [], []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.content_stream().read()
            if record.rec_type == "response":
                lenient.append((record.rec_headers.get_header("WARC-Target-URI"), body))
    with path.open("rb") as file:
        for fast in FastIterator(file, parse_http=False):
            fast.freeze()
            assert fast.verify_block_digest()
            if fast.record_type == WarcRecordType.response:
                fast.parse_http()
                assert fast.verify_payload_digest()
                strict.append((fast.headers["WARC-Target-URI"], fast.reader.read()))
    assert ours == lenient == strict == [page(number) for number in range(6)]


def test_metadata_and_request_stand_before_the_response_they_belong_to(tmp_path: Path) -> None:
    with written(tmp_path, 2).open("rb") as file:
        records = [(r.rec_type, r.rec_headers, r.content_stream().read()) for r in ArchiveIterator(file)]
    assert [kind for kind, _, _ in records] == ["warcinfo", *["metadata", "request", "response"] * 2]
    for at in (1, 4):
        assert records[at][1].get_header("WARC-Refers-To") == records[at + 2][1].get_header("WARC-Record-ID")
        assert json.loads(records[at][2])["source_id"] == f"source{at // 4}"


def test_an_article_from_a_feed_is_a_resource(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", lambda: NOW)
    writer.write("https://example.com/a", {"source_id": "x"}, None, HTML)
    writer.close()
    (record,) = read(tmp_path / "run-1.warc.gz")
    assert isinstance(record, Record)
    assert (record.status, record.body, record.known) == (200, HTML, {"source_id": "x"})
    assert record.content_type.startswith("text/html")


def test_a_full_file_is_followed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE", 2000)
    writer = WarcWriter(tmp_path, "run", lambda: NOW)
    told = [writer.write(page(number)[0], {}, answer(), page(number)[1]) for number in range(8)]
    writer.close()
    files = sorted(tmp_path.glob("*.warc.gz"))
    assert len(files) > 1
    found = [record.position for path in files for record in trusted(list(read(path)))]
    assert found == told
    assert {position.warc_file for position in found} == {path.name for path in files}


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    before = written(tmp_path, 1).read_bytes()
    with pytest.raises(FileExistsError):
        written(tmp_path, 2)
    assert (tmp_path / "run-1.warc.gz").read_bytes() == before


def test_a_record_is_on_disk_when_write_returns(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, "run", lambda: NOW)
    writer.write(page(0)[0], {}, answer(), page(0)[1])
    assert assert_only_true_pages(list(read(tmp_path / "run-1.warc.gz"))) == [page(0)[0]]
    writer.close()


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "X-Api-Key", "Proxy-Authorization", "x-API-key"])
def test_secrets_are_not_archived(tmp_path: Path, name: str) -> None:
    request = Request("https://example.com/a?b=1", headers={name: "s3cret", "Accept": "text/html"})
    response = HtmlResponse(
        request.url, headers={"Set-Cookie": "session=s3cret", "Content-Type": "text/html"}, body=HTML
    )
    writer = WarcWriter(tmp_path, "run", lambda: NOW)
    ArchiveMiddleware(writer).process_response(request, response)
    writer.close()
    content = gzip.decompress((tmp_path / "run-1.warc.gz").read_bytes())
    assert b"s3cret" not in content
    assert b"GET /a?b=1 HTTP/1.1" in content
    assert b"Accept: text/html" in content


def test_the_middleware_archives_the_answer_as_it_came(tmp_path: Path) -> None:
    packed = gzip.compress(HTML)
    request = Request("https://example.com/a", meta={"known": {"source_id": "x"}})
    headers = {"Content-Encoding": "gzip", "Transfer-Encoding": "chunked", "Content-Type": "text/html"}
    response = HtmlResponse(request.url, status=404, headers=headers, body=packed)
    writer = WarcWriter(tmp_path, "run", lambda: NOW)
    middleware = ArchiveMiddleware(writer)
    assert middleware.process_response(request, response) is response
    writer.close()
    (record,) = read(tmp_path / "run-1.warc.gz")
    assert isinstance(record, Record)
    assert (record.status, record.body, record.known) == (404, HTML, {"source_id": "x"})
    assert request.meta["warc"] == (request.url, record.position)


# Damage ------------------------------------------------------------------------------------------------------


def test_a_file_torn_anywhere_in_its_last_record_keeps_all_before(tmp_path: Path) -> None:
    path = written(tmp_path, 4)
    content = path.read_bytes()
    last = trusted(list(read(path)))[-1].position
    torn = tmp_path / "torn.warc.gz"
    before = [page(number)[0] for number in range(3)]
    for length in range(last.warc_offset, len(content)):
        torn.write_bytes(content[:length])
        good = assert_only_true_pages(list(read(torn)))
        assert good[:3] == before, length


def test_a_file_torn_anywhere_else_keeps_all_before(tmp_path: Path) -> None:
    path = written(tmp_path, 8)
    content = path.read_bytes()
    ends = [r.position.warc_offset + r.position.warc_length for r in trusted(list(read(path)))]
    torn = tmp_path / "torn.warc.gz"
    for length in range(0, len(content), 23):
        torn.write_bytes(content[:length])
        good = assert_only_true_pages(list(read(torn)))
        whole = sum(end <= length for end in ends)
        assert good[:whole] == [page(number)[0] for number in range(whole)], length
        assert len(good) <= whole + 1


def test_an_uncompressed_file_torn_anywhere_keeps_all_before(tmp_path: Path) -> None:
    content = gzip.decompress(written(tmp_path, 3).read_bytes())
    torn = tmp_path / "torn.warc"
    torn.write_bytes(content)
    ends = [r.position.warc_offset + r.position.warc_length for r in trusted(list(read(torn)))]
    assert ends[-1] == len(content)
    for length in range(0, len(content), 11):
        torn.write_bytes(content[:length])
        good = assert_only_true_pages(list(read(torn)))
        whole = sum(end <= length for end in ends)
        assert good[:whole] == [page(number)[0] for number in range(whole)], length


def test_a_tear_within_a_body_is_reported(tmp_path: Path) -> None:
    path = written(tmp_path, 2)
    content = path.read_bytes()
    last = trusted(list(read(path)))[-1].position
    path.write_bytes(content[: last.warc_offset + last.warc_length - 60])
    *_, end = read(path)
    assert end.reason if isinstance(end, Damage) else end.problem


@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize(
    "garbage",
    [b"\0" * 500, b"x" * 97, b"\x1f\x8b\x08" * 40, b"WARC/1.0\r\n" * 9],
    ids=["zeros", "text", "gzip", "warc"],
)
def test_reading_goes_on_after_garbage_between_records(tmp_path: Path, garbage: bytes, compressed: bool) -> None:
    path = written(tmp_path, 4)
    if not compressed:
        path.write_bytes(gzip.decompress(path.read_bytes()))
    content = path.read_bytes()
    second = trusted(list(read(path)))[1].position
    at = second.warc_offset + second.warc_length
    path.write_bytes(content[:at] + garbage + content[at:])
    assert assert_only_true_pages(list(read(path))) == [page(number)[0] for number in range(4)]


@pytest.mark.parametrize("compressed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize("seed", range(12))
def test_reading_goes_on_after_garbage_written_over_a_record(tmp_path: Path, seed: int, compressed: bool) -> None:
    path = written(tmp_path, 5)
    if not compressed:
        path.write_bytes(gzip.decompress(path.read_bytes()))
    second = trusted(list(read(path)))[1].position
    content = bytearray(path.read_bytes())
    chance = random.Random(seed)
    at = second.warc_offset + chance.randrange(second.warc_length - 40)
    content[at : at + 40] = chance.randbytes(40)
    path.write_bytes(content)
    items = list(read(path))
    if compressed:  # a plain file has nothing but digests to tell
        assert_only_true_pages(items)
    urls = [record.url for record in trusted(items)]
    assert {page(number)[0] for number in (0, 3, 4)} <= set(urls)
    for record in trusted(items):
        if record.known:
            assert record.known["url"] == record.url


def test_a_changed_byte_never_passes_for_a_page(tmp_path: Path) -> None:
    path = written(tmp_path, 2)
    content = path.read_bytes()
    for at in range(0, len(content), 5):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        assert_only_true_pages(list(read(path)))


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"<html></html>", b"%PDF-1.4", b"\x1f\x8b", b"PK\x03\x04", gzip.compress(b"x")]
)
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.warc.gz"
    path.write_bytes(content)
    (damage,) = read(path)
    assert isinstance(damage, Damage)
    assert (damage.warc_file, damage.warc_offset) == ("other.warc.gz", 0)
    assert damage.reason


def test_endless_damage_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "hostile.warc.gz"
    path.write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff" * 200_000)
    start = time.monotonic()
    items = list(read(path))
    assert time.monotonic() - start < 5
    assert items
    assert all(isinstance(item, Damage) for item in items)
    assert len(items) <= records.MAX_RESYNCS + 1


def test_what_a_page_was_announced_as_is_never_given_to_another(tmp_path: Path) -> None:
    path = written(tmp_path, 2)
    first, second = trusted(list(read(path)))
    content = path.read_bytes()
    # The first response and the second page's metadata are lost.
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        starts = [
            (record.rec_type, iterator.get_record_offset())
            for record in iterator
            if record.content_stream().read() or True
        ]
    request = [offset for kind, offset in starts if kind == "request"][1]
    path.write_bytes(content[: first.position.warc_offset] + content[request:])
    (record,) = trusted(list(read(path)))
    assert record.url == second.url
    assert record.known == {}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=400),
    prefix=st.sampled_from(
        [
            b"",
            b"WARC/1.0\r\n",
            b"\x1f\x8b\x08",
            b"filedesc://",
            b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 9\r\n\r\n",
        ]
    ),
    packed=st.booleans(),
)
def test_any_bytes_give_damage_and_no_exception(tmp_path: Path, content: bytes, prefix: bytes, packed: bool) -> None:
    path = tmp_path / "any.warc"
    path.write_bytes(gzip.compress(prefix + content) if packed else prefix + content)
    for item in read(path):
        assert isinstance(item, Damage | Record)


# Bodies ------------------------------------------------------------------------------------------------------


def chunked(body: bytes, size: int = 20) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(body) + compressor.flush()


@pytest.mark.parametrize(
    ("headers", "stored"),
    [
        ({}, HTML),
        ({"Content-Encoding": "identity"}, HTML),
        ({"Content-Encoding": "gzip"}, gzip.compress(HTML)),
        ({"Content-Encoding": "GZIP"}, gzip.compress(HTML)),
        ({"Content-Encoding": "x-gzip"}, gzip.compress(HTML)),
        ({"Content-Encoding": "gzip"}, gzip.compress(HTML[:30]) + gzip.compress(HTML[30:])),
        ({"Content-Encoding": "deflate"}, zlib.compress(HTML)),
        ({"Content-Encoding": "deflate"}, raw_deflate(HTML)),
        ({"Content-Encoding": "br"}, brotli.compress(HTML)),
        ({"Transfer-Encoding": "chunked"}, chunked(HTML)),
        ({"Transfer-Encoding": "Chunked", "Content-Encoding": "gzip"}, chunked(gzip.compress(HTML))),
        ({"Transfer-Encoding": "chunked", "Content-Encoding": "br"}, chunked(brotli.compress(HTML), 7)),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_encodings_of_a_body_are_undone(tmp_path: Path, headers: dict[str, str], stored: bytes) -> None:
    record = archived(tmp_path, ("Content-Type", "text/html"), *headers.items(), body=stored)
    assert (record.body, record.problem) == (HTML, "")


@pytest.mark.parametrize(
    "body", [HTML, b"<p>hi</p>", b"<", b"", "<p>人工智能</p>".encode("gbk"), b"plain words"], ids=repr
)
@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "deflate"},
        {"Content-Encoding": "br"},
        {"Content-Encoding": "utf-8"},
        {"Content-Encoding": "none"},
        {"Content-Encoding": "gzip, gzip"},
        {"Transfer-Encoding": "chunked"},
        {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"},
    ],
    ids=lambda headers: " ".join(headers.values()),
)
def test_headers_of_encodings_already_undone_lose_nothing(tmp_path: Path, headers: dict[str, str], body: bytes) -> None:
    record = archived(tmp_path, *headers.items(), body=body)
    assert (record.body, record.problem) == (body, "")


def test_a_compression_that_cannot_be_undone_is_a_problem(tmp_path: Path) -> None:
    record = archived(tmp_path, ("Content-Encoding", "zstd"), body=b"\x28\xb5\x2f\xfd\x04\x00")
    assert "zstd" in record.problem


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "chunked"])
def test_a_body_cut_short_gives_what_there_is(encoding: str) -> None:
    body = random.Random(1).randbytes(3000).hex().encode()
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "chunked": chunked}[encoding](
        body
    )
    half = packed[: len(packed) // 2]
    found = decoded(half, "chunked", "") if encoding == "chunked" else decoded(half, "", encoding)
    assert len(found) > 1000
    assert body.startswith(found)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, brotli.compress], ids=["gzip", "deflate", "br"])
def test_a_bomb_is_opened_no_further_than_a_page_may_be(pack: Any) -> None:
    name = {gzip.compress: "gzip", zlib.compress: "deflate", brotli.compress: "br"}[pack]
    bomb = pack(bytes(200_000_000)) if name != "br" else brotli.compress(bytes(200_000_000), quality=1)
    assert len(bomb) < 1_000_000
    start = time.monotonic()
    assert len(decoded(bomb, "", name)) == MAX_BODY + 1
    assert time.monotonic() - start < 2


def test_a_body_of_very_many_streams_is_no_more_work_than_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """The unpacker copies what is left of its input after each stream."""
    number, given, real = 10_000, [], zlib.decompressobj

    class Unpacker:
        def __init__(self, window: int) -> None:
            self._real = real(window)

        def decompress(self, piece: bytes, most: int) -> bytes:
            given.append(len(piece))
            return self._real.decompress(piece, most)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    monkeypatch.setattr(zlib, "decompressobj", Unpacker)
    streams = gzip.compress(b"", mtime=0) * number
    assert decoded(streams + gzip.compress(b"<p>at last</p>"), "", "gzip") == b"<p>at last</p>"
    assert number < len(given)
    assert sum(given) < 10_000 * number, "with the whole body each time it is ten times as much, and more for a page"


def test_bodies_larger_than_a_page_are_cut(tmp_path: Path) -> None:
    record = archived(tmp_path, body=b"x" * (MAX_BODY + 1000))
    assert (len(record.body), record.problem) == (MAX_BODY + 1, "")


def test_a_record_too_large_for_memory_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_RECORD", 1000)
    record = archived(tmp_path, body=b"x" * 2000)
    assert record.body == b""
    assert "2" in record.problem


@settings(max_examples=300, deadline=None)
@given(
    body=st.binary(max_size=200),
    transfer=st.sampled_from(["", "chunked", "gzip, chunked"]),
    content=st.sampled_from(["", "gzip", "deflate", "br", "x-gzip", "bogus", "identity"]),
)
def test_decoding_any_bytes_gives_bytes(body: bytes, transfer: str, content: str) -> None:
    assert isinstance(decoded(body, transfer, content), bytes)


@settings(max_examples=300, deadline=None)
@given(
    body=st.text(min_size=1, max_size=300).map(lambda text: ("<p>" + text).encode()),
    content=st.sampled_from(["gzip", "deflate", "br", "x-gzip"]),
)
def test_no_page_that_is_not_compressed_is_lost_to_a_header(body: bytes, content: str) -> None:
    assert decoded(body, "chunked", content) == body


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=300), size=st.integers(1, 50))
def test_chunks_are_joined_to_what_they_were(body: bytes, size: int) -> None:
    assert decoded(chunked(body, size), "chunked", "") == body


# Other people's files ----------------------------------------------------------------------------------------


def real_files() -> Iterator[Path]:
    if not (REALDATA / "warc").is_dir():
        pytest.skip(f"no {REALDATA / 'warc'}: set BILATERAL_REALDATA")
    yield from sorted((REALDATA / "warc").iterdir())


@pytest.mark.parametrize("name", REAL)
def test_real_files_give_their_records_and_their_damage(name: str) -> None:
    path = REALDATA / "warc" / name
    if not path.exists():
        pytest.skip(f"no {path}: set BILATERAL_REALDATA")
    expected, damaged = REAL[name]
    items = list(read(path))
    assert len(trusted(items)) == expected
    found = []
    for item in items:
        if isinstance(item, Damage):
            assert item.warc_file == name
            assert item.reason
            found.append(item.warc_offset)
        elif item.problem:
            found.append(item.position.warc_offset)
    assert found == damaged


def test_the_table_names_every_real_file() -> None:
    assert {path.name for path in real_files()} == set(REAL)


def test_real_files_have_readable_pages() -> None:
    for path in real_files():
        for record in trusted(list(read(path))):
            if "html" in record.content_type and record.status == 200 and record.body:
                assert b"<" in record.body[:2000], (path.name, record.url)


@pytest.mark.parametrize("name", ["warcfile.warc.gz", "example.warc", "parseMe.warc.gz", "example.arc.gz"])
def test_real_files_survive_damage_anywhere(tmp_path: Path, name: str) -> None:
    source = REALDATA / "warc" / name
    if not source.exists():
        pytest.skip(f"no {source}: set BILATERAL_REALDATA")
    content = source.read_bytes()
    chance = random.Random(7)
    copy = tmp_path / name
    for _ in range(12):
        at = chance.randrange(len(content))
        copy.write_bytes(
            content[:at] + chance.randbytes(30) + content[at + 30 :] if chance.random() < 0.6 else content[:at]
        )
        for item in read(copy):
            assert isinstance(item, Record | Damage)


def test_a_record_is_found_again_at_its_position() -> None:
    one_member = {"example-bad-non-chunked.warc.gz", "unparsable-date.warc.gz"}  # no record has an offset of its own
    for path in real_files():
        if path.suffix == ".gz" and path.name.endswith(".warc.gz") and path.name not in one_member:
            content = path.read_bytes()
            for record in trusted(list(read(path))):
                at, length = record.position.warc_offset, record.position.warc_length
                again = next(iter(FastIterator(io.BytesIO(content[at : at + length]), parse_http=False)))
                assert (again.headers.get("WARC-Target-URI") or "").strip("<> ") == record.url
