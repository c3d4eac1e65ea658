"""Maintainer's step: `python -m eval.train_cross_encoder` teaches the cross-encoder and writes `rag/cross_encoder.npz`.

It learns from `cases/twins.jsonl`: sentences of documents of many trades, each with questions that it answers and others, as alike as can
be, that it does not; from `cases/sections.jsonl`: questions after a whole section, which each of its sentences answers in part; and from
`cases/unrelated.txt`: what people type that no document on roles tells. Each answered question is also put beside a sentence from
anywhere, without which nothing was learned in 900 steps; in two later rounds questions are put beside one of the nearest other sentences
of the same documents as well, since that is what the selector shows. What is learned are two factors for each matrix, the biases and the norms of the packaged encoder, and one line through
its vectors; its own weights stay as they are.

Nothing is learned from the bundled corpus and the small libraries: on the latter the script tells how well strangers are read, and on
both `eval.calibrate` weighs what is said.

It needs `torch`, which is in no lock file: `pip install 'torch>=2.4'`. About two hours on two cores.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from eval.pairs import (
    Near,
    Pair,
    all_sections,
    apart,
    from_anywhere,
    near_ones,
    sections_of,
    twin_rows,
    twins_of,
    unrelated_apart,
    unrelated_to,
)
from rag.cross_encoder import CROSS_ENCODER
from rag.encoder import EncoderFile
from rag.unigram import packaged_ids

if TYPE_CHECKING:
    from eval.network import Network

LAYERS = 6
RANK = 16
BATCH = 32
# Biases and norms learn at half the rate of the factors, the line at two fifths.
OF_ROWS, OF_LINE = 0.5, 0.4
DECAY = 0.01
WARM_UP = 60


class Course(NamedTuple):
    """How often pairs are gone through, and at which rate; it falls to a share of it towards the end."""

    epochs: float
    rate: float
    least: float = 0.02


# The file that is packaged was learned with fewer of the nearest sentences in the second round (.2 and .3 of the questions,
# `eval.pairs.NEAR`). Of `twins.jsonl` it learned the rows 7,979 to 9,172 in a fourth round of its own (one epoch at 6e-4, these twins
# twice, three of ten of all other pairs), and those behind them not yet: learning them changed no decision for the better.
FIRST, LATER = Course(0.5, 1e-3, 0.5), (Course(0.8, 8e-4), Course(0.7, 6e-4))


def batches(lengths: Sequence[int], chance: random.Random, size: int = BATCH) -> Iterator[list[int]]:
    """Places of rows in batches of about the same length, shuffled, over and over.

    :param lengths: of the rows, in tokens.
    :param chance: decides on the order.
    :param size: of a batch.
    """
    order = list(range(len(lengths)))
    while True:
        chance.shuffle(order)
        found: list[list[int]] = []
        for at in range(0, len(order), size * 20):
            part = sorted(order[at : at + size * 20], key=lengths.__getitem__)
            found += [part[start : start + size] for start in range(0, len(part), size)]
        chance.shuffle(found)
        yield from found


class Teacher:
    """Teaches networks that share a tokenizer."""

    def __init__(self) -> None:
        self._file = EncoderFile()
        self._ids = packaged_ids()

    def untaught(self, pairs: Sequence[Pair]) -> Network:
        """A network that has learned nothing.

        :param pairs: the line goes through their vectors, as seen from their middle.
        """
        import torch

        from eval.network import Network

        torch.manual_seed(0)
        net = Network(self._file, LAYERS, RANK)
        rows = [self._ids(pair.text) for pair in random.Random(0).sample(list(pairs), 20 * BATCH)]
        with torch.no_grad():
            some = torch.cat([net.vectors(rows[at : at + BATCH]) for at in range(0, len(rows), BATCH)])
        net.mean, net.spread = some.mean(0), some.std(0)
        return net

    def teach(self, net: Network, pairs: Sequence[Pair], course: Course) -> None:
        """Let a network learn from pairs.

        :param net: the network.
        :param pairs: what it learns from.
        :param course: how often and at which rate.
        """
        import torch
        from torch.nn import functional

        chance = random.Random(0)
        rows = [self._ids(pair.text) for pair in pairs]
        told = np.array([float(pair.told) for pair in pairs])
        weight = np.array([pair.weight for pair in pairs])
        # Half way to both classes weighing the same.
        weight *= np.where(told == 1, math.sqrt((weight * (1 - told)).sum() / (weight * told).sum()), 1.0)
        groups = [
            (list(net.moves.values()), OF_ROWS),
            (list(net.factors.values()), 1.0),
            ([net.head, net.bias], OF_LINE),
        ]
        optimizer = torch.optim.AdamW([{"params": row, "lr": 0.0} for row, _ in groups], weight_decay=DECAY)
        steps = math.ceil(course.epochs * len(rows) / BATCH)
        losses = []
        for step, places in enumerate(islice(batches([len(row) for row in rows], chance), steps), 1):
            for group, (_, share) in zip(optimizer.param_groups, groups, strict=True):
                group["lr"] = share * course.rate * min(1, step / WARM_UP) * max(course.least, 1 - step / steps)
            of_batch = torch.tensor(weight[places], dtype=torch.float32)
            loss = functional.binary_cross_entropy_with_logits(
                net([rows[at] for at in places]),
                torch.tensor(told[places], dtype=torch.float32),
                of_batch,
                reduction="sum",
            )
            optimizer.zero_grad(set_to_none=True)
            (loss / of_batch.sum()).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            losses.append(loss.item() / of_batch.sum().item())
            if step % 100 == 0:
                sys.stderr.write(f"step {step}/{steps}, loss {np.mean(losses[-100:]):.3f}\n")

    def odds(self, net: Network, pairs: Sequence[Pair]) -> np.ndarray:
        """What a network says of pairs, in log-odds; shape (pairs,).

        :param net: the network.
        :param pairs: what it reads.
        """
        import torch

        rows = [self._ids(pair.text) for pair in pairs]
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        found = np.zeros(len(rows))
        with torch.no_grad():
            for at in range(0, len(order), BATCH):
                places = order[at : at + BATCH]
                found[places] = net([rows[place] for place in places]).numpy()
        return found

    def told(self, net: Network, pairs: Sequence[Pair], unrelated: Sequence[Pair]) -> str:
        """How well pairs are told apart that the network has not learned from, as a line.

        :param net: the network.
        :param pairs: of other documents.
        :param unrelated: questions after nothing, with sentences of other documents.
        """
        odds, taken = self.odds(net, pairs), self.odds(net, unrelated) > 0
        told = np.array([pair.told for pair in pairs])
        better = (odds[told][:, None] > odds[~told][None, :]).mean()
        return (
            f"{len(pairs)} pairs of the small libraries, area under the curve {better:.3f}; "
            f"{taken.mean():.1%} of {len(unrelated)} unrelated ones taken for an answer"
        )


def save(net: Network, path: Path) -> None:
    """Write what was learned.

    :param net: the network, taught.
    :param path: where to.
    """
    kept: dict[str, Any] = {name: row.astype(np.float16) for name, row in net.corrections().items()}
    head = (net.head / net.spread).detach().numpy().astype(np.float32)
    bias = float(net.bias.detach()) - float((net.mean * net.head.detach() / net.spread).sum())
    np.savez_compressed(path, **kept, head=head, bias=np.float32(bias), layers=np.int32(net.layers))


def main() -> None:
    """Teach the cross-encoder."""
    try:
        import torch
    except ImportError:
        sys.exit("teaching the cross-encoder needs torch, which is in no lock file: pip install 'torch>=2.4'")
    torch.set_num_threads(2)
    chance, teacher = random.Random(0), Teacher()
    (rows, left_out), (nothing, other_nothing) = apart(), unrelated_apart()
    strangers, other_unrelated = twins_of(left_out), unrelated_to(other_nothing, Near(left_out), chance)
    near, twins = Near(rows), twins_of(rows)
    pairs = twins + sections_of(all_sections(twin_rows()), rows, chance) + unrelated_to(nothing, near, chance)
    net = teacher.untaught(twins)
    teacher.teach(net, pairs + from_anywhere(rows, 1.0, chance), FIRST)
    sys.stderr.write(f"after the first round: {teacher.told(net, strangers, other_unrelated)}\n")
    for course in LATER:
        teacher.teach(net, pairs + from_anywhere(rows, 0.5, chance) + near_ones(near, chance), course)
        sys.stderr.write(f"after a later round: {teacher.told(net, strangers, other_unrelated)}\n")
    save(net, CROSS_ENCODER)


if __name__ == "__main__":
    main()
