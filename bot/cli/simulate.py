"""`rounds simulate`: compares how much simulated learners remember with Rounds and with simpler methods."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

MAX_LEARNERS, MAX_DAYS = 10_000, 3650


def simulate(
    learners: Annotated[int, typer.Option(min=1, max=MAX_LEARNERS, help="Number of simulated learners.")] = 200,
    days: Annotated[int, typer.Option(min=7, max=MAX_DAYS, help="Number of days, including weekends.")] = 365,
    seed: Annotated[int, typer.Option(help="The same seed gives the same numbers.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON for each policy and day.")] = False,
) -> None:
    """Compare ways to choose questions by how much of the shipped lessons is remembered after 90 and 365 days."""
    from bot.cli import simulation
    from bot.content.shipped_pack import shipped_pack

    results = simulation.simulate(shipped_pack().lessons, learners, days, seed)
    if as_json:
        for each in results:
            print(json.dumps({**asdict(each), "remembered": each.remembered}))
        return
    print(f"{learners} learners, seed {seed}. share: remembered questions out of those met; remembered: their number.")
    print(f"{'':40} {'day':>4} {'asked':>7} {'met':>6} {'share':>6} {'remembered':>11}")
    for each in results:
        numbers = f"{each.days:4} {each.asked:7.1f} {each.met:6.1f} {each.share:6.3f} {each.remembered:11.1f}"
        print(f"{each.policy:40} {numbers}")
