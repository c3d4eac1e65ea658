"""Word files and workbooks are ZIP packages: how much one may unpack to."""

from __future__ import annotations

import io
import zipfile

from ingest.errors import LoadError
from ingest.metadata import size_text

# A small package can unpack to more than the memory holds.
MAX_UNPACKED = 200 * 2**20


def check_unpacked(data: bytes, name: str) -> None:
    """Refuse a package that would unpack to more than `MAX_UNPACKED` bytes.

    :param data: the package.
    :param name: how the file is called in the message.
    :raises LoadError: when it is too large.
    :raises zipfile.BadZipFile: when it is no package.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        unpacked = sum(member.file_size for member in package.infolist())
    if unpacked > MAX_UNPACKED:
        raise LoadError(
            f"{name} unpacks to {size_text(unpacked)}, at most {size_text(MAX_UNPACKED)} are read",
            "take out large pictures, or split it into several files",
        )
