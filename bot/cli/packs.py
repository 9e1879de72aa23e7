"""`rounds packs`: check, load, list and begin packs; as spreadsheets, see `sheets.py`."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import sheets
from bot.cli.stopping import until_stopped

if TYPE_CHECKING:
    from bot.errors import PackProblem

packs = typer.Typer(help="Lesson packs: check, load, list, begin.", no_args_is_help=True)
sheets.add_to(packs)


class Form(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"


@packs.command()
def lint(
    paths: Annotated[list[Path], typer.Argument(help="Folders of packs, or a folder that holds some, or .zip files.")],
    release: Annotated[bool, typer.Option(help="Refuse lessons whose rules are past their review date.")] = False,
    form: Annotated[Form, typer.Option("--format", help="text: a problem a line. json: one array.")] = Form.TEXT,
) -> None:
    """Print every problem as `path:line: CODE message`; exit 1 if there is any. docs/lesson-rules.md has the codes."""
    from bot.cli.operations.packs import find_overdue_lessons, lint_packs

    problems = lint_packs(paths, release=release)
    if form is Form.JSON:
        print(json.dumps([_plain(problem) for problem in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            print(problem)
    for reminder in () if release else find_overdue_lessons(paths):
        print(f"To look at again, no problem yet: {reminder}", file=sys.stderr)
    if problems:
        print("1 problem." if len(problems) == 1 else f"{len(problems)} problems.", file=sys.stderr)
        raise typer.Exit(1)
    print("No problems.", file=sys.stderr)


@packs.command()
def load(path: Annotated[Path, typer.Argument(help="A pack's folder or .zip.")]) -> None:
    """Put a pack's version into the database and make it live, in one transaction."""
    from bot.cli.operations.packs import load_pack
    from bot.config import read_settings

    change = load_pack(read_settings(), path)
    if change.already_live:
        print(f"{change.name} {change.version} is live already. Nothing changed.")
        return
    counts = f"{len(change.added)} added, {len(change.changed)} changed, {len(change.removed)} removed"
    print(f"{change.name} {change.version} is live: {counts}, {change.unchanged} the same.")


@packs.command(name="list")
def list_packs() -> None:
    """The packs that are live for everyone on this installation."""
    from bot.cli.operations.packs import list_live_packs
    from bot.config import read_settings

    live = list_live_packs(read_settings())
    for pack in live:
        print(f"{pack.slug} {pack.version}: {pack.lessons} lessons, live since {pack.live_since:%Y-%m-%d %H:%M} UTC")
    if not live:
        print("No pack is loaded yet. The shipped one is loaded when the bot first starts.")


@packs.command()
def new(
    path: Annotated[Path, typer.Argument(help="A folder that is empty or does not exist yet.")],
    name: Annotated[str, typer.Option(help="The pack's name, as people see it.")] = "Our lessons",
) -> None:
    """Write a template pack: its pack.yaml, a bibliography, and one worked lesson."""
    from bot.content.pack_templates import create_pack

    create_pack(path, name)
    print(f"Wrote a pack to {path}. Edit it, then: rounds packs lint {path}")


@packs.command()
def preview(
    path: Annotated[Path, typer.Argument(help="A pack's folder or .zip, or one lesson file of a folder.")],
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.")] = 3891,
) -> None:
    """Show lessons in the local Slack as they will look, anew with each save, with their problems beside them."""
    from bot.preview import run_preview as show

    until_stopped(port, lambda stop: show(path, port, stop))


def _plain(problem: "PackProblem") -> dict[str, object]:
    """A problem for other programs; `blocking`: a pack with it can't be loaded."""
    return {
        "path": problem.path,
        "line": problem.line,
        "code": problem.code,
        "message": problem.message,
        "blocking": problem.blocking,
    }
