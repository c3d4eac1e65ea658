"""Near-duplicates: the same article saved from two sites. Found by min-hash sketches over the folded text's shingles.

The estimate of the Jaccard similarity by the share of equal minima is Broder's (1997). A sketch of 128 numbers has a standard
error of at most .045.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Sequence

import numpy as np

from ingest.script import fold
from ingest.types import DocumentRecord

SIZE = 128
SHINGLE = 6
# Above this two texts are one article; two yearly versions of a handbook with a changed line in ten stay below.
SAME = 0.9
# Of shorter texts only those that say the very same are folded: a few words differ in a few shingles.
SHORTEST = 200
_PRIME = (1 << 61) - 1
_KEEP = re.compile(r"[^a-z0-9㐀-鿿]+")
_RANDOM = np.random.default_rng(20_251_123)
_A = _RANDOM.integers(1, _PRIME, SIZE, dtype=np.uint64)
_B = _RANDOM.integers(0, _PRIME, SIZE, dtype=np.uint64)


def sketch(text: str) -> str:
    """The sketch of a text as hexadecimal digits; of a short text one that only the same text has.

    :param text: a document's stored text.
    """
    bare = _KEEP.sub("", fold(text))
    if len(bare) < SHORTEST:
        digest = hashlib.shake_128(bare.encode()).digest(SIZE * 4)
        return digest.hex() if bare else ""
    shingles = {zlib.crc32(bare[at : at + SHINGLE].encode()) for at in range(len(bare) - SHINGLE + 1)}
    values = np.fromiter(shingles, dtype=np.uint64)
    with np.errstate(over="ignore"):
        minima = [int(((a * values + b) >> np.uint64(32)).min()) for a, b in zip(_A, _B, strict=True)]
    return np.asarray(minima, dtype=">u4").tobytes().hex()


class Sketches:
    """The sketches of a library's documents, to be searched for the same article.

    :param records: the documents to begin with.
    """

    def __init__(self, records: Sequence[DocumentRecord] = ()) -> None:
        self._records: list[DocumentRecord] = []
        self._rows = np.zeros((0, SIZE), dtype=">u4")
        self._size = 0
        for record in records:
            self.add(record)

    def add(self, record: DocumentRecord) -> None:
        """Make a document findable; one that is itself a duplicate, or too short, is left out."""
        if not record.sketch or record.duplicate_of:
            return
        if self._size == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros((max(64, self._size), SIZE), dtype=">u4")])
        self._rows[self._size] = np.frombuffer(bytes.fromhex(record.sketch), dtype=">u4")
        self._records.append(record)
        self._size += 1

    def same_as(self, record: DocumentRecord) -> DocumentRecord | None:
        """The document that holds the same article; None when there is none.

        Documents of different years are never the same: a handbook's new edition differs little, and that little matters.
        """
        if not record.sketch or not self._size:
            return None
        row = np.frombuffer(bytes.fromhex(record.sketch), dtype=">u4")
        alike = (self._rows[: self._size] == row).mean(axis=1)
        for at in np.argsort(-alike)[:3]:
            other = self._records[int(at)]
            years = {record.year, other.year} - {None}
            if alike[at] >= SAME and len(years) < 2 and other.doc != record.doc:
                return other
        return None
