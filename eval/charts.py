"""Charts of a report as inline SVG: nothing is loaded, and a browser without network shows them."""

from __future__ import annotations

import html
from collections.abc import Sequence

WIDTH = 720
# Curves and histograms are drawn narrow, so that their words stay readable on a phone.
NARROW = 360
# A page may set other colours, for example in the dark.
_INK, _GRID = "var(--chart-ink,#1c2430)", "var(--chart-grid,#d8dee6)"
_BLUE, _AMBER = "var(--chart-first,#2f6fb2)", "var(--chart-second,#c8791b)"


def _svg(height: int, body: str, title: str, width: int = WIDTH) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(title)}" '
        f'font-family="system-ui,sans-serif" font-size="13" fill="{_INK}">{body}</svg>'
    )


def bars(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Horizontal bars.

    :param rows: (name, share between 0 and 1, what stands behind the bar).
    :param title: what the chart shows, for screen readers.
    """
    parts: list[str] = []
    for number, (name, share, note) in enumerate(rows):
        top = 8 + 26 * number
        parts.append(
            f'<text x="150" y="{top + 14}" text-anchor="end">{html.escape(name)}</text>'
            f'<rect x="160" y="{top}" width="440" height="18" fill="{_GRID}" rx="3"/>'
            f'<rect x="160" y="{top}" width="{440 * share:.1f}" height="18" fill="{_BLUE}" rx="3"/>'
            f'<text x="608" y="{top + 14}">{html.escape(note)}</text>'
        )
    return _svg(16 + 26 * len(rows), "".join(parts), title)


def curves(
    points: Sequence[tuple[float, float, float]], names: tuple[str, str], at: float, label: str, title: str
) -> str:
    """Two curves over a threshold.

    :param points: (threshold, first share, second share), in order of the threshold.
    :param names: what the two curves are.
    :param at: the threshold in use, marked.
    :param label: what the threshold is.
    :param title: what the chart shows, for screen readers.
    """
    if not points:
        return ""
    low, high = points[0][0], points[-1][0]
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return 34 + 316 * (value - low) / span

    def y(value: float) -> float:
        return 220 - 200 * value

    grid = "".join(
        f'<line x1="34" x2="350" y1="{y(tick)}" y2="{y(tick)}" stroke="{_GRID}"/><text x="28" y="{y(tick) + 4}" text-anchor="end">{tick:.1f}</text>'
        for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    )
    lines = ""
    for column, (name, colour) in enumerate(zip(names, (_BLUE, _AMBER), strict=True), 1):
        path = " ".join(f"{x(point[0]):.1f},{y(point[column]):.1f}" for point in points)
        lines += f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        lines += f'<text x="{34 + 160 * (column - 1)}" y="276" fill="{colour}">{html.escape(name)}</text>'
    mark = (
        f'<line x1="{x(at):.1f}" x2="{x(at):.1f}" y1="20" y2="220" stroke="{_INK}" stroke-dasharray="4 4"/>'
        if low <= at <= high
        else ""
    )
    ticks = "".join(
        f'<text x="{x(value):.1f}" y="238" text-anchor="{anchor}">{value:.2f}</text>'
        for value, anchor in ((low, "start"), ((low + high) / 2, "middle"), (high, "end"))
    )
    axis = f'<text x="192" y="256" text-anchor="middle">{html.escape(label)}</text>'
    return _svg(284, grid + lines + mark + ticks + axis, title, NARROW)


def histogram(values: Sequence[float], unit: str, title: str, bins: int = 24) -> str:
    """How values are spread.

    :param values: the values, at least one.
    :param unit: their unit.
    :param title: what the chart shows, for screen readers.
    :param bins: how many bars.
    """
    if not values:
        return ""
    top = sorted(values)[min(len(values) - 1, int(len(values) * 0.98))] or 1.0
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int(bins * value / top))] += 1
    wide = 340 / bins
    body = "".join(
        f'<rect x="{10 + wide * at:.1f}" y="{120 - 100 * count / max(counts):.1f}" width="{wide - 2:.1f}" height="{100 * count / max(counts):.1f}" fill="{_BLUE}"/>'
        for at, count in enumerate(counts)
    )
    body += f'<text x="10" y="138">0</text><text x="350" y="138" text-anchor="end">{top:.0f} {html.escape(unit)}</text>'
    return _svg(146, body, title, NARROW)
