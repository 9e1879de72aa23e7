"""`rounds simulate`: what simulated learners remember under Rounds' way of asking, beside plainer ones."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

MOST_LEARNERS, MOST_DAYS = 10_000, 3650


def simulate(
    learners: Annotated[int, typer.Option(min=1, max=MOST_LEARNERS, help="Simulated learners.")] = 200,
    days: Annotated[int, typer.Option(min=7, max=MOST_DAYS, help="Days, weekends included.")] = 365,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each policy and day.")] = False,
) -> None:
    """Compare ways of asking: how much of the lessons that come with Rounds is remembered after 90 and 365 days."""
    from bot.bootstrap import shipped_pack
    from bot.cli import simulation

    outcomes = simulation.simulate(shipped_pack().lessons, learners, days, seed)
    if as_json:
        for each in outcomes:
            print(json.dumps({**asdict(each), "remembered": each.remembered}))
        return
    print(f"{learners} learners, seed {seed}. Remembered: the share of the questions met, and how many that are.")
    print(f"{'':40} {'day':>4} {'asked':>7} {'met':>6} {'share':>6} {'remembered':>11}")
    for each in outcomes:
        numbers = f"{each.days:4} {each.asked:7.1f} {each.met:6.1f} {each.share:6.3f} {each.remembered:11.1f}"
        print(f"{each.policy:40} {numbers}")
