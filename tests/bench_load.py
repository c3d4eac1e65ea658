"""`python -m tests.bench_load [MINUTES]`: fifty people ask and draft at once, while another process adds a document.

A real server process on loopback, called as `gradio_client` calls it. One bounded crowd: each person waits for an answer, thinks a
little, and asks again. Prints what was asked, what failed, how long it took and what memory the server held.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).parent.parent
PEOPLE = 50
# Seconds between an answer and the same person's next question.
THINKING = (3.0, 9.0)
P95_SECONDS = 2.0
ASKED = (
    "售前客服的主要职责是什么?",
    "客戶投訴由哪個部門處理?",
    "What does a data analyst do?",
    "产品经理和用户运营有什么区别?",
    "公司食堂几点开门?",
    "新媒体运营需要哪些技能?",
)
DRAFTED = ("招2名上海的售前客服,8-10k,要会打字,男性优先", "招一名新媒体运营", "Hire a data analyst in Shanghai, 20-30k")
ADDED = (
    "# 新品组\n\n## 样品管理员\n\n职责:\n\n1. 登记每一件样品的来源、数量与去向。\n2. 每周盘点样品并处理过期的样品。\n"
)


@contextmanager
def served(library: Path) -> Iterator[tuple[str, int]]:
    """A server process of its own on the bundled corpus: its address and process number."""
    environment = os.environ | {"ROLEWRIGHT_REQUESTS_PER_MINUTE": "0"}
    command = [sys.executable, "-m", "ui", "serve", "--library", str(library), "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", server.stderr.readline())
        assert found, "the server did not start"
        yield found.group(), server.pid
    finally:
        server.terminate()
        server.wait(30)


def megabytes(process: int) -> float:
    """The resident memory of a process now (Linux), in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(row.split()[1]) / 1024 for row in status.splitlines() if row.startswith("VmRSS"))


def cpu_seconds(process: int) -> float:
    """The processor time that a process has used so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Crowd:
    """Fifty people, and what became of what they asked.

    :param address: the server's.
    :param seconds: how long they stay.
    """

    def __init__(self, address: str, seconds: float) -> None:
        self.address, self.until = address, time.monotonic() + seconds
        # When each answered call began, and how long it took.
        self.took: dict[str, list[tuple[float, float]]] = {"ask": [], "draft": []}
        self.sent: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    async def person(self, number: int) -> None:
        """One person: mostly asks, now and then drafts, until the time is over."""
        chance = random.Random(number)
        await asyncio.sleep(chance.uniform(0, THINKING[1]))
        async with httpx.AsyncClient(base_url=self.address, timeout=60) as web:
            while time.monotonic() < self.until:
                kind, data = (
                    ("draft", [chance.choice(DRAFTED)])
                    if chance.random() < 0.2
                    else ("ask", [chance.choice(ASKED), None])
                )
                self.sent[kind] += 1
                began = time.perf_counter()
                try:
                    problem = await self.call(web, kind, data)
                except httpx.HTTPError as error:
                    problem = type(error).__name__
                if problem:
                    self.errors[f"{kind}: {problem}"] += 1
                else:
                    self.took[kind].append((began, time.perf_counter() - began))
                await asyncio.sleep(chance.uniform(*THINKING))

    @staticmethod
    async def call(web: httpx.AsyncClient, kind: str, data: list[str | None]) -> str:
        """One call of the API, read to its end; what was wrong, or nothing."""
        sent = await web.post(f"/gradio_api/call/{kind}", json={"data": data})
        if sent.status_code != 200:
            return f"HTTP {sent.status_code}"
        last, event = "", ""
        async with web.stream("GET", f"/gradio_api/call/{kind}/{sent.json()['event_id']}") as reply:
            async for line in reply.aiter_lines():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: ") and event in ("generating", "complete"):
                    last = line if line != "data: null" else last
        if event != "complete":
            return f"ended with {event or 'nothing'}"
        result = json.loads(last.removeprefix("data: "))[0]
        if "error" in result:
            return str(result["error"]["code"])
        return "" if result.get("answer") or result.get("text") else "empty"


async def add_document(library: Path, folder: Path, after: float) -> tuple[float, float]:
    """Add a document from a second process in the midst of it all; when that began and ended."""
    await asyncio.sleep(after)
    (folder / "samples.md").write_text(ADDED, encoding="utf-8")
    began = time.perf_counter()
    command = [sys.executable, "-m", "ui", "ingest", str(folder), "--library", str(library), "-q"]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    assert await process.wait() == 0
    return began, time.perf_counter()


async def memory(process: int, seconds: float) -> list[float]:
    """The server's memory, in MB: after a tenth of the time, in the middle, at the end."""
    taken = []
    for wait in (0.1, 0.4, 0.48):
        await asyncio.sleep(seconds * wait)
        taken.append(megabytes(process))
    return taken


def percentile(values: list[float], part: int) -> float:
    """The value that `part` percent stay below; 0 for fewer than two."""
    return statistics.quantiles(values, n=100)[part - 1] if len(values) > 1 else 0.0


async def load(address: str, process: int, library: Path, folder: Path, seconds: float) -> bool:
    """Let the crowd in and print what became of it; whether the target was met."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as web:
        # The first answer loads the encoder.
        for kind, text in (("ask", [ASKED[0], None]), ("draft", [DRAFTED[0]])):
            await Crowd.call(web, kind, text)
    crowd = Crowd(address, seconds)
    used = cpu_seconds(process)
    people = [crowd.person(number) for number in range(PEOPLE)]
    held, (begun, ended), *_ = await asyncio.gather(
        memory(process, seconds), add_document(library, folder, seconds / 2), *people
    )
    met = not crowd.errors
    print(
        f"{PEOPLE} people for {seconds / 60:g} min; a document added by another process in {ended - begun:.1f} s; "
        f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    for kind, rows in crowd.took.items():
        times = [took for _, took in rows]
        lost = crowd.sent[kind] - len(times) - sum(n for name, n in crowd.errors.items() if name.startswith(kind))
        met = met and percentile(times, 95) < P95_SECONDS and not lost
        shown = "  ".join(f"p{p} {percentile(times, p):.2f} s" for p in (50, 95, 99))
        during = [took for began, took in rows if begun - 2 < began < ended + 2]
        apart = [took for began, took in rows if not begun - 2 < began < ended + 2]
        print(f"{kind:<6} sent {crowd.sent[kind]:>5}  answered {len(times):>5}  lost {lost}  {shown}")
        print(f"       p95 while it was added {percentile(during, 95):.2f} s, else {percentile(apart, 95):.2f} s")
    print(f"errors: {dict(crowd.errors) or 'none'}")
    print(
        "memory: " + ", ".join(f"{when} {mb:.0f} MB" for when, mb in zip(("start", "middle", "end"), held, strict=True))
    )
    each = (cpu_seconds(process) - used) / crowd.sent.total()
    print(f"processor time of the server: {each * 1000:.0f} ms a call")
    found = httpx.get(f"{address}/healthz").json()
    print(f"served at the end: generation {found['generation']}, {found['documents']} documents")
    print(f"no error, none lost and p95 below {P95_SECONDS:g} s: {'yes' if met else 'NO'}")
    return met


def main() -> int:
    """Print every figure; exit code 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=5)
    seconds = parser.parse_args().minutes * 60
    with tempfile.TemporaryDirectory() as place:
        library, folder = Path(place, "library"), Path(place, "more")
        folder.mkdir()
        subprocess.run([sys.executable, "-m", "ui", "ingest", "--library", str(library), "-q"], check=True, cwd=ROOT)
        with served(library) as (address, process):
            return 0 if asyncio.run(load(address, process, library, folder, seconds)) else 1


if __name__ == "__main__":
    sys.exit(main())
