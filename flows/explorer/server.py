"""The explorer's server: on this machine only, for whoever has the address with its key, and shut off from the rest."""

import os
import secrets
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

from flows.errors import NotInstalled

HOST = "127.0.0.1"
_MISSING = (
    "the explorer needs marimo, which is not installed: `make explore` installs and opens it; so does "
    "`pip install -e '.[explore]'` and then this command"
)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Guarded:
    """An ASGI app that answers only what its own pages ask for, and whose pages may ask for nothing elsewhere.

    A page of another site that is open in the same browser could otherwise read the explorer through it, and an address
    in a title could make the browser fetch it.

    Args:
        app: what answers.
        port: of the server.
    """

    def __init__(self, app: App, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}".encode() for name in (HOST, "localhost")}
        sockets = " ".join(f"ws://{host.decode()}" for host in sorted(self._hosts))
        policy = (
            "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
            f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets}; "
            "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
        )
        self._headers = [
            (b"content-security-policy", policy.encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
        ]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request or WebSocket."""
        if scope["type"] == "lifespan" or self._is_ours(dict(scope["headers"])):
            await self._app(scope, receive, self._with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await send({"type": "http.response.start", "status": 403, "headers": self._headers})
            await send({"type": "http.response.body", "body": b"not from here\n"})

    def _is_ours(self, headers: MutableMapping[bytes, bytes]) -> bool:
        origin = headers.get(b"origin")
        return headers.get(b"host") in self._hosts and (
            origin is None or origin in {b"http://" + host for host in self._hosts}
        )

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        return sending


def serve(data: Path, port: int, opened: Callable[[str], None]) -> None:
    """Serve the explorer until it is interrupted.

    Args:
        data: the data folder.
        port: where; 0 for any that is free.
        opened: called with the address once it can be opened.

    Raises:
        NotInstalled: marimo is not.
        OSError: the port is taken.
    """
    try:
        import marimo  # noqa: PLC0415 - an extra
    except ImportError:
        raise NotInstalled(_MISSING) from None

    os.environ["BILATERAL_DATA"] = str(data.absolute())
    key = secrets.token_urlsafe(16)
    app = marimo.create_asgi_app(quiet=True, token=key).with_app(path="", root=str(Path(__file__).with_name("app.py")))
    with socket.create_server((HOST, port)) as listening:
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(Guarded(app.build(), port), log_level="warning", access_log=False, ws="websockets-sansio")
        )
        opened(f"http://{HOST}:{port}/?access_token={key}")
        server.run(sockets=[listening])
