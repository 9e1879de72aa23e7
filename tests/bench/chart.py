"""`python -m tests.bench.chart`: simulate learners, and draw and write down what they remember (docs/benchmarks.md)."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from bot.cli.simulation import MEASURED_DAYS, Policy, PolicyRetention, simulate
from bot.content.shipped_pack import shipped_pack
from tests.bench.report import PAGE, between

CHART = Path("docs/images/simulated.svg")
BEGIN, END = "<!-- simulation: begin -->", "<!-- simulation: end -->"

LEARNERS = 200
EVERY = 15
"""Days between two points of a line."""

LINES = {
    Policy.ROUNDS: ("#00796b", "-"),
    Policy.FIXED_INTERVALS: ("#6a4fb3", "--"),
    Policy.RANDOM: ("#b26a00", "-."),
    Policy.FIXED_ORDER: ("#5f6368", ":"),
}
"""Colour and stroke: a line is told from another without its colour too."""


def main() -> None:
    """Simulate, draw, write."""
    last = MEASURED_DAYS[-1]
    points = sorted({*range(EVERY, last, EVERY), *MEASURED_DAYS})
    outcomes = simulate(shipped_pack().lessons, LEARNERS, last, measured_days=points)
    draw(outcomes, CHART)
    PAGE.write_text(between(PAGE.read_text(encoding="utf-8"), BEGIN, END, table(outcomes)), encoding="utf-8")


def draw(outcomes: Sequence[PolicyRetention], path: Path) -> None:
    """Two pictures beside each other: the share of what was met that is remembered, and how many questions that are."""
    mpl.rcParams.update({"svg.hashsalt": "rounds", "svg.fonttype": "none", "font.family": "sans-serif"})
    figure = Figure(figsize=(9, 4), layout="constrained")
    shares, counts = figure.subplots(1, 2)
    for policy, (colour, stroke) in LINES.items():
        line = [each for each in outcomes if each.policy is policy]
        days = [each.days for each in line]
        shares.plot(days, [each.share for each in line], stroke, color=colour, label=str(policy))
        counts.plot(days, [each.remembered for each in line], stroke, color=colour)
    for axes, title in ((shares, "share remembered of the questions met"), (counts, "questions remembered")):
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("days")
        axes.grid(visible=True, alpha=0.3)
        axes.set_xlim(0, MEASURED_DAYS[-1])
        axes.set_ylim(bottom=0)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None, "Creator": None})


def table(outcomes: Sequence[PolicyRetention]) -> str:
    """The days that count, as a Markdown table."""
    lines = [
        "| way of asking | day | questions asked | met | share remembered | remembered |",
        "|---|---|---|---|---|---|",
    ]
    for each in outcomes:
        if each.days in MEASURED_DAYS:
            found = f"{each.asked:.0f} | {each.met:.0f} | {each.share:.3f} | {each.remembered:.0f}"
            lines.append(f"| {each.policy} | {each.days} | {found} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
