"""The newsroom as a server: an HTTP forward proxy on loopback, with its hosts behind it and nothing else."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from spiders.newsroom.articles import Day
from spiders.newsroom.pages import Answer, site

_UNKNOWN_HOST = Answer(b"no such host in this newsroom\n", "text/plain", 502)
_UNKNOWN_PATH = Answer(b"<!DOCTYPE html><title>404</title><h1>Page not found</h1>\n", status=404)


class Newsroom:
    """Serves the newsroom while the context is open.

    A crawler reaches it with `http_proxy` set to `proxy`, so that addresses are the same in every run; who
    cannot use a proxy sends a path and the Host header to `port`.

    Attributes:
        day: which of the two days it is; may be set while it serves.
        requests: method and address of everything that was asked for, in the order in which it came.
    """

    def __init__(self, day: Day = 1, port: int = 0) -> None:
        self.day: Day = day
        self.requests: list[tuple[str, str]] = []
        self._server = _Server(self, port)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="newsroom", daemon=True)

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return self._server.server_port

    @property
    def proxy(self) -> str:
        """What `http_proxy` is to be set to."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, method: str, host: str, target: str) -> Answer:
        """Note a request and answer it.

        Args:
            method: GET or HEAD.
            host: the Host header.
            target: the request's target, a whole address or a path; its query is ignored.
        """
        parts = urlsplit(target)
        host = (parts.netloc or host).lower().partition(":")[0]
        query = f"?{parts.query}" if parts.query else ""
        self.requests.append((method, f"http://{host}{parts.path}{query}"))
        paths = site(self.day).get(host)
        return _UNKNOWN_HOST if paths is None else paths.get(parts.path or "/", _UNKNOWN_PATH)

    def __enter__(self) -> Self:
        site(self.day)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    # A crawl connects for all sources at once; a connection that finds the queue full is tried again a second later.
    request_queue_size = 128

    def __init__(self, newsroom: Newsroom, port: int) -> None:
        self.newsroom = newsroom
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent where a client went away."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "Newsroom"
    sys_version = ""
    timeout = 30
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def _respond(self, *, with_body: bool) -> None:
        try:
            answer = self.server.newsroom.answer(self.command, self.headers.get("Host", ""), self.path)
        except ValueError:  # an address that urlsplit refuses
            answer = Answer(b"bad address\n", "text/plain", 400)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Stay silent; `Newsroom.requests` has what came."""
