"""WARC files → records."""

import base64
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import brotli
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecord
from warcio.archiveiterator import ArchiveIterator as LenientIterator
from warcio.exceptions import ArchiveLoadFailed

MAX_RECORD = 64_000_000
"""Bytes of one archived record that are read into memory."""
MAX_BODY = 10_000_000
"""Bytes of one page after decompression; longest real article page measured: 2.2 MB."""
MAX_HEAD = 200_000
"""Bytes of an answer's HTTP headers that are read."""
MAX_RESYNCS = 1000
"""Damaged places in one file after which the rest of it is given up."""
BY_US = b"bilateral"
"""The software that our own archives name as their writer."""

# lz4 and zstd, in which bytes that look like a record may be part of one.
_ONE_STREAM = frozenset({b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd"})
_CHUNK_HEAD = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record is: file name, byte offset of its start, bytes it takes there."""

    warc_file: str
    warc_offset: int
    warc_length: int


@dataclass(frozen=True, slots=True)
class Record:
    """One archived answer: a response, or a resource that came inside another document.

    `body` is undone of transfer and content encoding and holds at most MAX_BODY + 1 bytes; `known` is what
    discovery knew (empty for WARC files made by others); `problem` says why the body is not to be trusted. Not
    `wanted` is what the reader's caller turned down; its digest was not verified.
    """

    url: str
    fetched_at: datetime | None
    status: int
    content_type: str
    body: bytes
    position: Position
    known: Mapping[str, Any] = field(default_factory=dict)
    location: str = ""
    problem: str = ""
    etag: str = ""
    last_modified: str = ""
    wanted: bool = True


def body_hash(body: bytes) -> str:
    """By which a later answer is recognised as the same bytes, whatever its headers say."""
    return hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of a WARC file that cannot be read: where, and why."""

    warc_file: str
    warc_offset: int
    reason: str


Wanted = Callable[[Record], bool]


def read(
    path: Path, name: str = "", start: int = 0, end: int | None = None, wanted: Wanted | None = None
) -> Iterator[Record | Damage]:
    """Every response and resource of a WARC or ARC file, plain or compressed, and every damaged part.

    After a damaged part reading goes on at the next place that looks like a record.

    Args:
        path: the file.
        name: what to call it in positions; its file name where empty.
        start: byte offset of the record to begin with; see `parts`.
        end: byte offset of the record to stop before; the file's end where None.
        wanted: asked of each record before its digest is verified, which takes as long as unpacking it.
    """
    name = name or path.name
    with path.open("rb") as file:
        if _is_arc(file):
            yield from _read_arc(file, name, wanted or _everything)
        else:
            yield from _read_warc(file, name, start, end, wanted or _everything)


def _everything(_: Record) -> bool:
    return True


def _is_arc(file: IO[bytes]) -> bool:
    head = file.read(4096)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, zlib.error), gzip.open(BytesIO(head)) as unpacked:
            head = unpacked.read(16)
    return head.startswith(b"filedesc:")


def _read_warc(file: IO[bytes], name: str, start: int, stop: int | None, wanted: Wanted) -> Iterator[Record | Damage]:
    at = start
    resumable = file.read(4) not in _ONE_STREAM
    for _ in range(MAX_RESYNCS):
        pending: Record | None = None
        known: dict[str | None, Mapping[str, Any]] = {}
        found = False
        try:
            file.seek(at)
            for record in FastIterator(file, parse_http=False):
                at, found = record.stream_pos, True
                if pending:
                    yield _ending(pending, at)
                pending = None
                if stop is not None and at >= stop:
                    return
                kind = record.headers.get("WARC-Type")
                if kind == "metadata":
                    known = {record.headers.get("WARC-Refers-To"): _known(record)}
                elif kind in {"response", "resource"}:
                    pending = _record(record, name, known.get(record.headers.get("WARC-Record-ID")) or {}, wanted)
                    known = {}
            # The library also ends where it meets bytes that it does not recognise.
            end = _end_of(file, at) if found else at + 1
            if pending:
                yield _ending(pending, end or file.seek(0, 2))
            following = _next_record(file, end or at + 1) if resumable else None
            if found and following is not None:
                yield Damage(name, end or at, "bytes that are no record")
            elif not found and at == start:
                yield Damage(name, 0, "not a WARC file" if following is None else "bytes that are no record")
        except (OSError, ValueError, EOFError) as error:
            if pending:
                whole = _end_of(file, at)
                yield _ending(pending if whole else replace(pending, problem=f"damaged: {error}"[:200]), whole or at)
            yield Damage(name, at, str(error) or type(error).__name__)
            following = _next_record(file, at + 1)
        if following is None or (stop is not None and following >= stop):
            return
        at = following
    yield Damage(name, at, f"more than {MAX_RESYNCS} damaged places; the rest is left unread")


def _ending(record: Record, end: int) -> Record:
    position = record.position
    return replace(record, position=replace(position, warc_length=max(0, end - position.warc_offset)))


def _known(record: WarcRecord) -> Mapping[str, Any]:
    """What discovery knew, if this is a metadata record of ours."""
    if record.headers.get("Content-Type") != "application/json" or record.content_length > MAX_RECORD:
        return {}
    try:
        known = json.loads(record.reader.read())
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}


def _record(record: WarcRecord, name: str, known: Mapping[str, Any], wanted: Wanted) -> Record:
    headers, length = record.headers, record.content_length
    answer = Record(
        url=(headers.get("WARC-Target-URI") or "").strip("<> "),
        fetched_at=record.record_date,
        status=200,
        content_type=headers.get("Content-Type") or "",
        body=b"",
        position=Position(name, record.stream_pos, 0),
        known=known,
    )
    if length > MAX_RECORD:
        return replace(answer, problem=f"record of {length} bytes")
    if not answer.url or not headers.get("Content-Length"):
        return replace(answer, problem="cut short in its header")
    block = record.reader.read()
    if len(block) < length:
        return replace(answer, problem=f"cut short: {len(block)} of {length} bytes")
    if record.is_http:
        try:
            status, http, body = _http(block)
            encodings = http.get("transfer-encoding", ""), http.get("content-encoding", "")
            answer = replace(
                answer,
                status=status,
                content_type=http.get("content-type", ""),
                location=http.get("location", ""),
                etag=_header(http.get("etag")),
                last_modified=_header(http.get("last-modified")),
                body=decoded(body, *encodings),
            )
        except (OSError, ValueError) as error:
            return replace(answer, problem=f"not an HTTP answer: {error}"[:200])
    else:
        answer = replace(answer, body=block[: MAX_BODY + 1])
    if not wanted(answer):
        return replace(answer, wanted=False)
    if not _verified(block, headers.get("WARC-Block-Digest") or ""):
        return replace(answer, body=b"", problem="fails its digest")
    return answer


_STATUS = re.compile(rb"\s*HTTP/\d(?:\.\d)?\s+(\d{3})\b")
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


def _http(block: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, first header of each name in small letters, and body of an archived HTTP answer.

    fastwarc's parser wants the block a second time, which costs half as much as unpacking it.

    Raises:
        ValueError: no status line.
    """
    status = _STATUS.match(block)
    if not status:
        raise ValueError(f"begins with {block[:40]!r}")
    end = _END_OF_HEAD.search(block, 0, MAX_HEAD)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block[:MAX_HEAD], b"")
    headers: dict[str, str] = {}
    for line in head.split(b"\n")[1:]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return int(status[1]), headers, body


_ALGORITHMS = {"md5", "sha1", "sha256", "sha512"}


def _verified(block: bytes, digest: str) -> bool:
    """Whether a block has the digest that its record names, in base 32 or 16; one that cannot be told is believed."""
    algorithm, _, value = digest.strip().partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return True
    found = hashlib.new(algorithm, block, usedforsecurity=False)
    return value.strip("= ").lower() in {
        base64.b32encode(found.digest()).decode().strip("=").lower(),
        found.hexdigest(),
    }


def _header(value: str | None) -> str:
    """A header as it can be sent back; nothing where it could not be."""
    return value if value and len(value) <= 500 and value.isascii() and value.isprintable() else ""


def decoded(body: bytes, transfer_encoding: str, content_encoding: str) -> bytes:
    """Undo chunks and compression, to at most MAX_BODY + 1 bytes.

    Many archives keep the headers of encodings that their crawler had already undone, so a body that is not
    in the encoding it claims is returned as it is.

    Raises:
        ValueError: compressed in a way that cannot be undone here, or cut short.
    """
    if "chunked" in transfer_encoding.lower():
        body = _dechunked(body)
    for encoding in reversed(re.split(r"[\s,]+", content_encoding.lower().strip())):
        body = _unpacked(body, encoding)
    return body[: MAX_BODY + 1]


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding in {"gzip", "x-gzip"}:
        return _inflated(body, 47) or body
    if encoding == "deflate":
        # Raw deflate has no magic number: a text may pass for the beginning of a stream.
        return _inflated(body, 47) or (b"" if body.lstrip().startswith(b"<") else _inflated(body, -15)) or body
    if encoding == "br":
        if body.lstrip().startswith(b"<"):
            return body
        with suppress(brotli.error):
            return bytes(brotli.Decompressor().process(body, output_buffer_limit=MAX_BODY + 1)) or body
        return body
    if encoding in {"zstd", "compress", "x-compress", "dcb", "dcz"}:
        raise ValueError(f"content encoding {encoding!r}")
    return body  # not the name of an encoding: "utf-8", "none"


def _inflated(body: bytes, window: int) -> bytes:
    """At most MAX_BODY + 1 bytes of all streams in the body; nothing where it does not begin with one."""
    content = bytearray()
    at = whole = 0
    unpacker = zlib.decompressobj(window)
    try:
        while at < len(body) and len(content) <= MAX_BODY:
            # In pieces: the unpacker copies what is left of its input after each stream, of which there may be many.
            piece = body[at : at + 4096]
            content += unpacker.decompress(piece, MAX_BODY + 1 - len(content))
            at += len(piece) - len(unpacker.unused_data)
            if unpacker.eof:
                whole, unpacker = len(content), zlib.decompressobj(window)
    except zlib.error:
        del content[whole:]
    return bytes(content)


def _dechunked(body: bytes) -> bytes:
    """The content of an RFC 9112 chunked body, as far as it goes; the body itself where it is none."""
    content: list[bytes] = []
    at = 0
    while found := _CHUNK_HEAD.match(body, at):
        size = int(found[1], 16)
        if size == 0:
            return b"".join(content)
        content.append(body[found.end() : found.end() + size])
        at = found.end() + size + 2
    cut = re.fullmatch(rb"\r?\n?[0-9A-Fa-f]{0,8}\r?", body[max(0, at - 2) :]) if content else None
    return b"".join(content) if content and (at >= len(body) or cut) else body


def _end_of(file: IO[bytes], start: int) -> int | None:
    """Offset after the gzip member or plain record that starts here; None where it is neither, or is damaged."""
    file.seek(start)
    head = file.read(1 << 16)
    if head.startswith(b"WARC/"):
        length = _CONTENT_LENGTH.match(head)
        if not length:
            return None
        end = file.seek(start + length.end() + int(length[1]))
        following = file.read(4)
        return end + len(following) - len(following.lstrip(b"\r\n"))
    if not head.startswith(b"\x1f\x8b"):
        return None
    unpacker = zlib.decompressobj(31)
    with suppress(zlib.error):
        while head and not unpacker.eof:
            unpacker.decompress(head)
            head = b"" if unpacker.eof else file.read(1 << 16)
    return file.tell() - len(unpacker.unused_data) if unpacker.eof else None


_CONTENT_LENGTH = re.compile(
    rb"WARC/(?:[^\r\n]*\r?\n)+?(?i:content-length)[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n"
)
_RECORD_START = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.\d\r?\n")


def parts(path: Path, start: int, size: int) -> Iterator[tuple[int, int | None]]:
    """Byte ranges, of about this size, that can be read by themselves; the last has no end.

    A file that is compressed as a whole, or is no WARC file, is one range.
    """
    with path.open("rb") as file:
        head = file.read(4096)
        resumable = not _is_arc(file) and head[:4] not in _ONE_STREAM
        # In our own archives, what discovery knew stands before each answer.
        kind = b"WARC-Type: metadata" if BY_US in _unzipped(head) else b""
        length = file.seek(0, 2)
        at = start
        while resumable and at + size < length:
            following = _verified_record(file, at + size, kind)
            if following is None:
                break
            yield at, following
            at = following
    yield at, None


def _verified_record(file: IO[bytes], offset: int, kind: bytes) -> int | None:
    """Offset of the next record of this kind, or gzip member with one, and not of bytes that look so by chance."""
    at = _next_record(file, offset)
    while at is not None:
        file.seek(at)
        head = _unzipped(file.read(4096))
        if head.startswith(b"WARC/") and kind in head:
            return at
        at = _next_record(file, at + 1)
    return None


def _unzipped(head: bytes) -> bytes:
    """The first bytes of a file or gzip member, decompressed."""
    if not head.startswith(b"\x1f\x8b"):
        return head
    with suppress(zlib.error):
        return zlib.decompressobj(31).decompress(head, 2048)
    return b""


def _next_record(file: IO[bytes], offset: int) -> int | None:
    """Offset of the next bytes that look like the start of a record or of a gzip member."""
    file.seek(offset)
    overlap = b""
    while chunk := file.read(1 << 20):
        found = _RECORD_START.search(overlap + chunk)
        if found:
            return file.tell() - len(chunk) - len(overlap) + found.start()
        overlap = chunk[-16:]
    return None


def _read_arc(file: IO[bytes], name: str, wanted: Wanted) -> Iterator[Record | Damage]:
    """ARC, the Internet Archive's format before WARC, which only the lenient library reads."""
    records = LenientIterator(file, arc2warc=True)
    offset = 0
    try:
        for record in records:
            # The library knows offset and length of a record only after its content has been read.
            body = record.content_stream().read(MAX_BODY + 1)
            offset = records.get_record_offset()
            if record.rec_type != "response":
                continue
            answer = Record(
                url=record.rec_headers.get_header("WARC-Target-URI") or "",
                fetched_at=_warc_date(record.rec_headers.get_header("WARC-Date")),
                status=int(record.http_headers.get_statuscode() or 0) if record.http_headers else 200,
                content_type=record.http_headers.get_header("Content-Type", "") if record.http_headers else "",
                body=body,
                position=Position(name, offset, records.get_record_length()),
            )
            yield replace(answer, wanted=wanted(answer))
    except (ArchiveLoadFailed, ValueError, OSError, EOFError) as error:
        yield Damage(name, offset, " ".join(str(error).split()) or type(error).__name__)


def _warc_date(text: str | None) -> datetime | None:
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(text or "").astimezone(UTC)
    return None
