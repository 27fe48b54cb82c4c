"""Every response → WARC."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.records import BY_US, Position

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_FILE = 1_000_000_000
"""Bytes after which the writer starts the next file; the customary size of WARC files."""

_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})


class WarcWriter:
    """Appends records to `<directory>/<run_id>-<n>.warc.gz`, one gzip member each, in one write a response.

    A process killed in the middle leaves at most one torn member at the end, which readers report and skip; a disk
    that is full leaves none.
    """

    def __init__(self, directory: Path, run_id: str, now: Callable[[], datetime]) -> None:
        self._directory, self._run_id, self._now = directory, run_id, now
        self._number = 0
        self._file: IO[bytes] | None = None
        self.sizes: dict[str, int] = {}
        """Bytes written to each file, by its name."""

    def write(
        self,
        url: str,
        metadata: Mapping[str, Any],
        response: StatusAndHeaders | None,
        body: bytes,
        request: StatusAndHeaders | None = None,
    ) -> Position:
        """Append metadata, request and response (or, without an HTTP answer, a resource) records.

        The metadata stands first: a torn response then leaves nothing that could be mistaken for a page
        without a source. The returned position is that of the response or resource.

        Raises:
            OSError: it could not be written, and no part of it is in the file.
        """
        buffer = BytesIO()
        records = WARCWriter(buffer, gzip=True)
        date = {"WARC-Date": self._now().strftime("%Y-%m-%dT%H:%M:%SZ")}
        kind = "response" if response else "resource"
        content = records.create_warc_record(
            url,
            kind,
            payload=BytesIO(body),
            length=len(body),  # without it, warcio leaves a temporary file open
            http_headers=response,
            warc_content_type="" if response else "text/html; charset=utf-8",
            warc_headers_dict=date,
        )
        refers = date | {"WARC-Refers-To": content.rec_headers.get_header("WARC-Record-ID")}
        known = json.dumps(metadata, ensure_ascii=False, default=str).encode("utf-8", "replace")
        records.write_record(
            records.create_warc_record(
                url,
                "metadata",
                payload=BytesIO(known),
                length=len(known),
                warc_content_type="application/json",
                warc_headers_dict=refers,
            )
        )
        if request:
            records.write_record(
                records.create_warc_record(url, "request", http_headers=request, warc_headers_dict=date)
            )
        start = buffer.tell()
        records.write_record(content)
        file = self._current()
        offset = file.tell() + start
        _append(file, buffer.getvalue())
        self.sizes[Path(file.name).name] = file.tell()
        return Position(Path(file.name).name, offset, buffer.tell() - start)

    def _current(self) -> IO[bytes]:
        if self._file and self._file.tell() > MAX_FILE:
            self.close()
        if self._file is None:
            self._number += 1
            self._directory.mkdir(parents=True, exist_ok=True)
            path = self._directory / f"{self._run_id}-{self._number}.warc.gz"
            buffer = BytesIO()
            records = WARCWriter(buffer, gzip=True)
            info = {"software": BY_US.decode(), "format": "WARC File Format 1.0", "isPartOf": self._run_id}
            records.write_record(records.create_warcinfo_record(path.name, info))
            file = path.open("xb", buffering=0)  # what a full disk refuses must not be tried again later
            try:
                _append(file, buffer.getvalue())
            except OSError:
                file.close()
                path.unlink()
                raise
            self._file = file
        return self._file

    def close(self) -> None:
        """Finish the current file; a later write starts another."""
        if self._file:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None


def _append(file: IO[bytes], content: bytes) -> None:
    """Write all of it, or leave the file as it was."""
    start = file.tell()
    left = memoryview(content)
    try:
        while left:
            left = left[file.write(left) :]
    except OSError as error:
        file.truncate(start)
        file.seek(start)
        error.filename = error.filename or file.name
        raise


class ArchiveMiddleware:
    """Scrapy downloader middleware nearest to the network: archives every response as it came in.

    The address and position go to `request.meta["warc"]`, what discovery knew comes from `request.meta["known"]`.
    """

    def __init__(self, writer: WarcWriter) -> None:
        self._writer = writer

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """Use the one writer of the run, which all spiders of the process share."""
        return cls(crawler.settings["WARC_WRITER"])

    def process_response(self, request: "Request", response: "Response") -> "Response":
        """Archive and pass on."""
        known = request.meta.get("known") or {"role": "robots"}
        sent = [
            (name.decode("latin-1"), b", ".join(values).decode("latin-1")) for name, values in request.headers.items()
        ]
        path = "/" + request.url.partition("://")[2].partition("/")[2]
        position = self._writer.write(
            request.url,
            known,
            StatusAndHeaders(str(response.status), _as_archived(response), protocol="HTTP/1.1"),
            response.body,
            StatusAndHeaders(f"{request.method} {path} HTTP/1.1", _without_secrets(sent), is_http_request=True),
        )
        request.meta["warc"] = (request.url, position)
        return response


def _as_archived(response: "Response") -> list[tuple[str, str]]:
    """Headers of the body as it is stored: the transfer encoding has been undone on the way in."""
    received = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
        if name.lower() not in {b"transfer-encoding", b"content-length"}
    ]
    return [*_without_secrets(received), ("Content-Length", str(len(response.body)))]


def _without_secrets(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _SECRET]
