"""Files that are whole or absent, whatever ends the process that writes them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def writing(path: Path) -> Path:
    """The name under which `whole` has a file written."""
    return path.with_name(f".{path.name}.new")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A name to write to, beside `path`; the file becomes `path` when all of it is on disk, and goes after an error.

    Raises:
        OSError: it could not be written; the error names it.
    """
    temporary = writing(path)
    try:
        temporary.unlink(missing_ok=True)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):  # what stands in the way of writing may stand in the way of this too
            temporary.unlink()
        if isinstance(error, OSError):
            named = error.filename and str(error.filename) != str(temporary)
            error.filename = error.filename if named else str(path)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
