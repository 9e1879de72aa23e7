"""`rounds report`: prints what may be said of a workspace's weeks."""

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated

import typer


def report(
    team: Annotated[str, typer.Option(help="The workspace: its id, T….")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
) -> None:
    """Show week by week how many practice and how much they remember, as admins see it in Slack, newest first."""
    from bot.cli.operations.reports import list_reports
    from bot.config import read_settings

    found = list_reports(read_settings(), team)
    if as_json:
        print(json.dumps([asdict(each) for each in found], default=date.isoformat, indent=1))
        return
    for each in found:
        print(each.cohort or "Everyone")
        for week in each.weeks:
            print(f"  {week.monday}: {week.learning}+ learning, {week.practiced}+ practiced, {week.wrote}+ wrote")
    if not any(each.weeks for each in found):
        print("There is no report yet. The first one comes when a week is over.")
