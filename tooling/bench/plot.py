"""Draws the measured curve: python3 tooling/bench/plot.py FIGURES.json CURVE.svg

FIGURES.json is what ./dev bench --json wrote, for several numbers of attendees. A step whose line is
level costs each attendee the same, however many there are.
"""

import json
import math
import sys
from html import escape
from pathlib import Path

# Of the steps those that all attendees pass, in the order of their colours.
STEPS = {
    "First file: checked, sealed, logged": "#c2410c",
    "Numbers purged": "#7c3aed",
    "Answer recorded": "#0369a1",
    "Marked as deposited": "#0d9488",
    "Prepared, sessions of 500": "#4d7c0f",
    "Deposit created, sessions of 500": "#a16207",
    "File again": "#be185d",
    "Readiness with messages, everybody warned": "#334155",
    "Readiness with messages, nobody warned": "#94a3b8",
}
WIDTH, HEIGHT = 960, 460
LEFT, RIGHT, TOP, BOTTOM = 64, 350, 36, 48
LABEL_HEIGHT = 17
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2937 }
.grid { stroke: #d1d5db; stroke-width: 1 }
path { fill: none; stroke-width: 2.5; stroke-linejoin: round }
@media (prefers-color-scheme: dark) {
  text { fill: #e5e7eb } .grid { stroke: #374151 }
}
"""


class Scale:
    """Maps a range of values to a range of pixels, by their logarithms."""

    def __init__(self, low: float, high: float, start: float, end: float):
        self.low, self.span = math.log10(low), math.log10(high) - math.log10(low)
        self.start, self.length = start, end - start

    def __call__(self, value: float) -> float:
        """Return where a value stands."""
        return self.start + (math.log10(value) - self.low) / self.span * self.length


def points_of(rows: list[dict]) -> dict[str, list[tuple[int, float]]]:
    """Return ``{step: [(attendees, milliseconds of work for each)]}``, the smallest number first."""
    return {
        step: sorted((row["n"], row["work_ms"]) for row in rows if row["step"] == step)
        for step in STEPS
    }


def powers(low: float, high: float) -> list[float]:
    """Return the powers of ten around a range."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return [10.0**power for power in range(first, last + 1)]


def spread(places: list[float]) -> list[float]:
    """Return places for labels, in order, none nearer to the next than its height."""
    told: list[float] = []
    for place in places:
        told.append(max(place, told[-1] + LABEL_HEIGHT) if told else place)
    return told


def draw(rows: list[dict]) -> str:
    """Return the curve as SVG."""
    points = {step: found for step, found in points_of(rows).items() if found}
    counts = sorted({n for found in points.values() for n, _work in found})
    works = [work for found in points.values() for _n, work in found]
    across = Scale(counts[0], counts[-1], LEFT, WIDTH - RIGHT)
    ticks = powers(min(works), max(works))
    down = Scale(ticks[0], ticks[-1], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>Work for each attendee, by their number</title>",
        f"<style>{STYLE}</style>",
        *_grid(across, down, [row["n"] for row in rows if row["step"] in list(STEPS)[2:]], ticks),
        *_lines(points, across, down),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _grid(across: Scale, down: Scale, counts: list[int], ticks: list[float]) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = [f'<text x="{LEFT}" y="18">ms of CPU for each attendee, Odoo and PostgreSQL</text>']
    for tick in ticks:
        y = down(tick)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for count in sorted(set(counts)):
        x = across(count)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{count:,}</text>')
    middle = (LEFT + right) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">attendees</text>')
    return parts


def _lines(points: dict[str, list[tuple[int, float]]], across: Scale, down: Scale) -> list[str]:
    """Return each step as a line, with its name at the end."""
    ordered = sorted(points, key=lambda step: down(points[step][-1][1]))
    ends = [down(points[step][-1][1]) for step in ordered]
    parts = []
    for step, place in zip(ordered, spread(ends), strict=True):
        at = [(across(n), down(work)) for n, work in points[step]]
        path = " L ".join(f"{x:.1f} {y:.1f}" for x, y in at)
        x, y = at[-1]
        colour = STEPS[step]
        parts.append(
            f'<path stroke="{colour}" d="M {path} L {x + 8:.1f} {y:.1f} '
            f'L {x + 20:.1f} {place:.1f}"/>'
        )
        parts.append(f'<text x="{x + 25:.1f}" y="{place + 4:.1f}">{escape(step)}</text>')
    return parts


if __name__ == "__main__":
    figures, curve = map(Path, sys.argv[1:3])
    curve.write_text(draw(json.loads(figures.read_text(encoding="utf-8"))), encoding="utf-8")
