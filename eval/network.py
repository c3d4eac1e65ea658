"""The packaged encoder in torch, to be taught: its own weights stay, corrections of them are learned. Needs torch, an extra."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional

from rag.encoder import EncoderFile, matrices, rows


def _key(name: str) -> str:
    """A name without points, which torch does not allow."""
    return name.replace(".", "_")


class Network(torch.nn.Module):  # type: ignore[misc,unused-ignore]
    """Scores rows of tokens, in log-odds. The same network as `rag.encoder.Encoder`, and a line through its vectors.

    :param file: the packaged encoder.
    :param layers: how many of its layers are used.
    :param rank: of the two factors whose product is added to a matrix.
    """

    def __init__(self, file: EncoderFile, layers: int, rank: int) -> None:
        super().__init__()
        self._file = file
        self.layers = layers
        self._rows = {name: torch.from_numpy(file.tensor(name).copy()) for name in rows(layers)}
        self._rows["emb.type"] = torch.zeros(file.width)
        self._matrices = {name: torch.from_numpy(file.matrix(name)) for name in matrices(layers)}
        self._places = torch.from_numpy(file.places())
        self.moves = torch.nn.ParameterDict({_key(name): torch.zeros_like(row) for name, row in self._rows.items()})
        self.factors = torch.nn.ParameterDict()
        for name, matrix in self._matrices.items():
            outputs, inputs = matrix.shape
            self.factors[_key(f"{name}.a")] = torch.nn.Parameter(torch.randn(rank, inputs) / inputs**0.5)
            self.factors[_key(f"{name}.b")] = torch.nn.Parameter(torch.zeros(outputs, rank))
        self.head = torch.nn.Parameter(torch.zeros(file.width))
        self.bias = torch.nn.Parameter(torch.zeros(1))
        # Of the vectors before anything was learned: the line goes through them as seen from there.
        self.mean, self.spread = torch.zeros(file.width), torch.ones(file.width)

    def corrections(self) -> dict[str, np.ndarray]:
        """What was learned, as `rag.encoder.Encoder` takes it."""
        sides = [f"{name}.{side}" for name in self._matrices for side in "ab"]
        learned = {name: self.moves[_key(name)] for name in self._rows} | {
            name: self.factors[_key(name)] for name in sides
        }
        return {name: row.detach().numpy() for name, row in learned.items()}

    def vectors(self, given: Sequence[Sequence[int]]) -> torch.Tensor:
        """The mean of the last layer over the tokens of each row, at unit length; shape (rows, width).

        :param given: ids of tokens.
        """
        longest = max(map(len, given))
        words = np.zeros((len(given), longest, self._file.width), dtype=np.float32)
        mask = torch.zeros(len(given), longest)
        for at, row in enumerate(given):
            words[at, : len(row)] = self._file.words(row)
            mask[at, : len(row)] = 1
        state = self._norm(torch.from_numpy(words) + self._places[:longest] + self._row("emb.type"), "emb.ln")
        for layer in range(self.layers):
            state = self._layer(state, mask[:, None, None, :].bool(), f"l{layer}")
        means = (state * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(means, dim=-1)

    def forward(self, given: Sequence[Sequence[int]]) -> torch.Tensor:
        """The log-odds of each row; shape (rows,)."""
        return ((self.vectors(given) - self.mean) / self.spread) @ self.head + self.bias

    def _layer(self, state: torch.Tensor, mask: torch.Tensor, name: str) -> torch.Tensor:
        count, length, width = state.shape
        heads = self._file.heads

        def split(part: str) -> torch.Tensor:
            return self._linear(state, f"{name}.{part}").view(count, length, heads, width // heads).transpose(1, 2)

        seen = functional.scaled_dot_product_attention(split("q"), split("k"), split("v"), attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(count, length, width)
        state = self._norm(state + self._linear(seen, f"{name}.ao"), f"{name}.aln")
        inner = functional.gelu(self._linear(state, f"{name}.fi"), approximate="tanh")
        return self._norm(state + self._linear(inner, f"{name}.fo"), f"{name}.oln")

    def _row(self, name: str) -> torch.Tensor:
        return self._rows[name] + self.moves[_key(name)]

    def _linear(self, state: torch.Tensor, name: str) -> torch.Tensor:
        first, second = (self.factors[_key(f"{name}.w.{side}")] for side in "ab")
        own = functional.linear(state, self._matrices[f"{name}.w"], self._row(f"{name}.b"))
        return own + functional.linear(functional.linear(state, first), second)

    def _norm(self, state: torch.Tensor, name: str) -> torch.Tensor:
        width = (self._file.width,)
        return functional.layer_norm(state, width, self._row(f"{name}.w"), self._row(f"{name}.b"), self._file.epsilon)
