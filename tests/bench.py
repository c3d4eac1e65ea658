"""`make bench`: start-up, indexing and memory as ratios of a yardstick, so that machines of any speed can be compared."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
PEAK_MB = 1000
INDEX_SECONDS = 60
HELP_RATIO = 3


def seconds(*command: str, times: int = 7) -> float:
    """The median wall time of a command, in seconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def line(name: str, value: str, share: float, limit: str) -> None:
    """One result: the value and its share of the limit."""
    sys.stdout.write(f"{name:<34}{value:>12}   {share:6.2f} of the limit ({limit})\n")


def peak_megabytes(process: int) -> float:
    """The peak resident memory of a running process (Linux)."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(row.split()[1]) / 1024 for row in status.splitlines() if row.startswith("VmHWM"))


def serve_and_ask(library: str, port: int) -> float:
    """Serve the bundled corpus, ask three questions over HTTP, and give the server's peak memory in MB."""
    server = subprocess.Popen(
        [sys.executable, "-m", "ui", "serve", "--library", library, "--port", str(port), "-q"],
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).read()
                break
            except OSError:
                time.sleep(0.5)
        from gradio_client import Client

        client = Client(f"http://127.0.0.1:{port}", verbose=False)
        for question in ("售前客服的主要职责是什么?", "客戶投訴由哪個部門處理?", "What does a data analyst do?"):
            assert client.predict(question, None, api_name="/ask")["citations"]
        return peak_megabytes(server.pid)
    finally:
        server.terminate()
        server.wait(20)


def main() -> None:
    """Print every figure."""
    bare = seconds(sys.executable, "-c", "import argparse")
    ratio = seconds(sys.executable, "-m", "ui", "--help") / bare
    line("rolewright --help / import argparse", f"{ratio:.2f} x", ratio / HELP_RATIO, f"{HELP_RATIO} x")
    with tempfile.TemporaryDirectory() as folder:
        ingest = [sys.executable, "-m", "ui", "ingest", "--library", folder, "--json", "-q"]
        began = time.perf_counter()
        report = json.loads(subprocess.run(ingest, check=True, capture_output=True, cwd=ROOT).stdout)
        took = time.perf_counter() - began
        line(
            f"index the bundled corpus ({report['chunks']} chunks)",
            f"{took:.1f} s",
            took / INDEX_SECONDS,
            f"{INDEX_SECONDS} s",
        )
        again = seconds(*ingest, times=3)
        line("index it again (a no-op)", f"{again / took:.2f} x", again / INDEX_SECONDS, f"{INDEX_SECONDS} s")
        if Path("/proc/self/status").exists():
            peak = serve_and_ask(folder, int(os.environ.get("PORT", "7869")))
            line("serve it, peak memory", f"{peak:.0f} MB", peak / PEAK_MB, f"{PEAK_MB} MB")


if __name__ == "__main__":
    main()
