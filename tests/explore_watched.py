"""`bilateral explore`, with a line on standard error for every address beyond this machine that Python asks for."""

import sys

from flows.cli import main

LOCAL = ("127.", "localhost", "::1", "0.0.0.0")


def watch(event: str, arguments: tuple) -> None:
    """Tell of connections and look-ups of names."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host is not None and not str(host).startswith(LOCAL):
        print(f"ASKED FOR {host}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.addaudithook(watch)
    main()
