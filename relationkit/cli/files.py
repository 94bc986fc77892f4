"""Files that are there whole or not at all."""

import os
import tempfile
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, content: str | bytes) -> None:
    """Write the file under its name only once all of it is on disk; what stood there is replaced.

    Raises:
        OSError: The folder does not exist or cannot be written to; nothing is left behind.
    """
    data = content if isinstance(content, bytes) else content.encode()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
