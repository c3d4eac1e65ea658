"""Maintainer's step: `python -m eval.train_cross_encoder` teaches the cross-encoder and writes `rag/cross_encoder.npz`.

It learns from `cases/twins.jsonl`: sentences of documents of other trades, each with questions that it answers and others, as alike as
can be, that it does not; the bundled corpus and its questions are not among them. Each answered question is also put beside a sentence
from anywhere: with the nearest other sentences instead, nothing was learned in 900 steps. What is learned are two factors for each
matrix, the biases and the norms of the packaged encoder, and one line through its vectors; its own weights stay as they are.

It needs `torch`, which is in no lock file: `pip install 'torch>=2.4'`. Forty minutes on two cores.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.cases import twin_questions
from rag.cross_encoder import CROSS_ENCODER, TOKENS, joined
from rag.encoder import EncoderFile
from rag.unigram import Unigram

if TYPE_CHECKING:
    from eval.network import Network

LAYERS = 6
RANK = 16
EPOCHS = 3
BATCH = 32
# Of the factors; biases and norms learn at half of it, the line at a rate of its own.
RATE = 1e-3
LINE_RATE = 4e-4
DECAY = 0.01
WARM_UP = 60
# What a question beside a sentence from anywhere counts.
EASY = 0.5
# Sources that nothing is learned from, to see how well others are read.
HELD_OUT = ("ecommerce", "education", "bank")


@dataclass(frozen=True)
class Pair:
    """One question with one sentence.

    :param source: which documents the sentence is from.
    :param text: both as the cross-encoder sees them.
    :param told: the sentence answers the question.
    :param weight: how much the pair counts.
    """

    source: str
    text: str
    told: bool
    weight: float = 1.0


def pairs() -> list[Pair]:
    """All pairs, those with sentences from anywhere among them."""
    rows = [json.loads(line) for line in twin_questions().read_text(encoding="utf-8").splitlines()]
    found = [
        Pair(row["source"], joined(question, row["heading"], row["sentence"]), told)
        for row in rows
        for told, questions in ((True, row["told"]), (False, row["untold"]))
        for question in questions
    ]
    chance = random.Random(0)
    for row in rows:
        for question in row["told"]:
            other = chance.choice(rows)
            if other is not row:
                found.append(Pair(row["source"], joined(question, other["heading"], other["sentence"]), False, EASY))
    return found


def batches(lengths: Sequence[int], chance: random.Random) -> list[list[int]]:
    """Places of rows in batches of about the same length, shuffled.

    :param lengths: of the rows, in tokens.
    :param chance: decides on the order.
    """
    order = list(range(len(lengths)))
    chance.shuffle(order)
    found: list[list[int]] = []
    for at in range(0, len(order), BATCH * 20):
        part = sorted(order[at : at + BATCH * 20], key=lengths.__getitem__)
        found += [part[start : start + BATCH] for start in range(0, len(part), BATCH)]
    chance.shuffle(found)
    return found


def teach(
    net: Network, rows: Sequence[Sequence[int]], given: Sequence[Pair], held: Sequence[tuple[list[int], Pair]]
) -> None:
    """Learn from pairs, telling after each pass how well the sources are read that are held out.

    :param net: the network.
    :param rows: the tokens of each pair.
    :param given: the pairs.
    :param held: tokens and pairs of other sources.
    """
    import torch
    from torch.nn import functional

    chance = random.Random(0)
    torch.manual_seed(0)
    with torch.no_grad():
        some = torch.cat([net.vectors(chance.sample(rows, BATCH)) for _ in range(20)])
        net.mean, net.spread = some.mean(0), some.std(0)
    told = np.array([float(pair.told) for pair in given])
    weight = np.array([pair.weight for pair in given])
    # Half way to both classes weighing the same.
    weight *= np.where(told == 1, math.sqrt((weight * (1 - told)).sum() / (weight * told).sum()), 1.0)
    groups = [
        (list(net.moves.values()), RATE / 2),
        (list(net.factors.values()), RATE),
        ([net.head, net.bias], LINE_RATE),
    ]
    optimizer = torch.optim.AdamW([{"params": row, "lr": rate} for row, rate in groups], weight_decay=DECAY)
    steps = EPOCHS * math.ceil(len(rows) / BATCH)
    step = 0
    for epoch in range(EPOCHS):
        losses = []
        for places in batches([len(row) for row in rows], chance):
            step += 1
            for group, (_, rate) in zip(optimizer.param_groups, groups, strict=True):
                group["lr"] = rate * min(1, step / WARM_UP) * max(0.02, 1 - step / steps)
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
            if step % 50 == 0:
                sys.stderr.write(f"step {step}/{steps}, loss {np.mean(losses[-50:]):.3f}\n")
        save(net)
        sys.stderr.write(f"epoch {epoch + 1}: {_told(net, held)}\n")


def _told(net: Network, held: Sequence[tuple[list[int], Pair]]) -> str:
    """How well pairs are told apart, as a line."""
    import torch

    ordered = sorted((row for row in held if row[1].weight == 1), key=lambda row: len(row[0]))
    with torch.no_grad():
        scores = torch.cat([net([ids for ids, _ in ordered[at : at + BATCH]]) for at in range(0, len(ordered), BATCH)])
    told = np.array([pair.told for _, pair in ordered])
    found = scores.numpy()
    better = (found[told][:, None] > found[~told][None, :]).mean()
    return f"{len(ordered)} pairs of held-out sources, area under the curve {better:.3f}"


def save(net: Network, path: Path = CROSS_ENCODER) -> None:
    """Write what was learned.

    :param net: the network, taught.
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
    from eval.network import Network

    torch.set_num_threads(2)
    file = EncoderFile()
    tokenizer = Unigram(file.vocabulary(), file.unknown)
    found = pairs()
    tokens = [[file.begin, *tokenizer.ids(pair.text)[: TOKENS - 2], file.end] for pair in found]
    both = list(zip(tokens, found, strict=True))
    held = [row for row in both if row[1].source in HELD_OUT]
    taught = [row for row in both if row[1].source not in HELD_OUT]
    sys.stderr.write(f"{len(taught)} pairs, {sum(pair.told for _, pair in taught)} of them told\n")
    net = Network(file, LAYERS, RANK)
    teach(net, [ids for ids, _ in taught], [pair for _, pair in taught], held)


if __name__ == "__main__":
    main()
