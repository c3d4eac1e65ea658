"""How fast the checker is in one process: megabytes a second by the rules, and milliseconds a sentence that is read."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rag.lint import lint
from rag.lint_reader import reader, sentences

ROOT = Path(__file__).parent.parent
WANTED = 2.0


def texts() -> list[tuple[str, str]]:
    """The bundled documents in pieces of the size of a posting, each with a market."""
    whole = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus" / "documents").glob("*.md")))
    pieces = [whole[at : at + 800] for at in range(0, len(whole), 800)]
    return [(piece, ("CN", "TW", "HK", "US", "EU")[number % 5]) for number, piece in enumerate(pieces)]


def yardstick() -> float:
    """Seconds of a fixed piece of work of the interpreter, to compare machines and their load."""
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number & 3
    return time.process_time() - began


def main() -> None:
    """Print megabytes per second, the best of five runs, with the yardstick beside it, and the time of reading."""
    rows = texts()
    for market in ("CN", "TW", "HK", "US", "EU"):
        lint("x", market)
    megabytes = sum(len(text.encode()) for text, _ in rows) / 1e6
    best, unit = float("inf"), float("inf")
    for _ in range(5):
        began = time.process_time()
        for text, market in rows:
            lint(text, market)
        best, unit = min(best, time.process_time() - began), min(unit, yardstick())
    speed = megabytes / best
    sys.stdout.write(
        f"checker: {speed:.2f} MB/s ({megabytes:.2f} MB in {len(rows)} texts, wanted {WANTED}); "
        f"a million loop steps took {unit * 1000:.0f} ms; {speed * unit * 1000:.0f} KB in that time\n"
    )
    lines = list(dict.fromkeys(text[start:end] for text, _ in rows for start, end in sentences(text)))[:200]
    reader().scores(["warm"])
    began = time.process_time()
    reader().scores(lines)
    each = (time.process_time() - began) / len(lines) * 1000
    sys.stdout.write(f"reader: {each:.1f} ms a sentence ({len(lines)} sentences that it has not read before)\n")


if __name__ == "__main__":
    main()
