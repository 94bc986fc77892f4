"""Files that are there whole or not at all."""

import os
import tempfile
from errno import EISDIR, ENOENT
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write the file under its name only once all of it is on disk; what stood there is replaced.

    Args:
        path: Where to; its folder exists.
        content: Text is written as UTF-8.
        mode: Who may read it: ``0o600`` for its owner alone.

    Raises:
        OSError: The folder does not exist or cannot be written to; nothing is left behind.
    """
    if path.is_dir():
        raise IsADirectoryError(EISDIR, "this is a folder; name a file in it", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(ENOENT, "there is no such folder", str(path.parent))
    data = content if isinstance(content, bytes) else content.encode()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
