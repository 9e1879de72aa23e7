"""`rounds audit`: shows what admins, authors, and operators did."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer


def audit(
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only from this day on (UTC).")] = None,
    team: Annotated[str | None, typer.Option(help="Only this workspace: its id, T….")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
) -> None:
    """Show what admins, authors, and operators did with packs, roles, and invitations, oldest first. Kept two years."""
    from bot.cli.operations.audit import list_events
    from bot.config import read_settings
    from bot.domain.audit import describe_action

    events = list_events(read_settings(), since, team)
    if as_json:
        print(json.dumps([asdict(each) for each in events], default=datetime.isoformat, indent=1))
        return
    for each in events:
        done = describe_action(each.action, each.subject, each.person or "", each.by)
        print(f"{each.at:%Y-%m-%d %H:%M} {each.team_id or 'everyone'} {done}")
    if not events:
        print("Nothing is in the audit log.")
