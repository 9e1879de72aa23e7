"""`rounds packs`: checks, audits, loads, lists, creates, and previews packs. Spreadsheets: `sheets`."""

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

packs = typer.Typer(help="Check, audit, load, list, create, and preview lesson packs.", no_args_is_help=True)
sheets.add_to(packs)


class OutputFormat(StrEnum):
    """The output format for problems."""

    TEXT = "text"
    JSON = "json"


@packs.command()
def lint(
    paths: Annotated[list[Path], typer.Argument(help="Pack folders, folders that contain packs, or .zip files.")],
    release: Annotated[bool, typer.Option(help="Also report lessons past their review date as problems.")] = False,
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="text: one problem per line. json: one array.")
    ] = OutputFormat.TEXT,
) -> None:
    """Print each problem as `path:line: CODE message`. Exits with 1 if there are any. Codes: docs/lesson-rules.md."""
    from bot.cli.operations.packs import find_overdue_lessons, lint_packs

    problems = lint_packs(paths, release=release)
    if output_format is OutputFormat.JSON:
        print(json.dumps([_to_json_values(problem) for problem in problems], ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            print(problem)
    for reminder in () if release else find_overdue_lessons(paths):
        print(f"Needs a review, not a problem yet: {reminder}", file=sys.stderr)
    if problems:
        print("1 problem." if len(problems) == 1 else f"{len(problems)} problems.", file=sys.stderr)
        raise typer.Exit(1)
    print("No problems.", file=sys.stderr)


@packs.command()
def audit(
    paths: Annotated[list[Path], typer.Argument(help="Pack folders, folders that contain packs, or .zip files.")],
    lessons: Annotated[
        bool, typer.Option(help="Also list each lesson with the rules of thumb that work there.")
    ] = False,
) -> None:
    """Print how often answers can be guessed without reading the cases. Exits with 1 if that is too often."""
    from bot.cli.operations.packs import audit_packs
    from bot.content.audit import format_audit

    audits = audit_packs(paths)
    for path, found in audits:
        print(path)
        for line in format_audit(found, lessons=lessons):
            print(line)
    if breaches := sum(len(found.breaches) for _, found in audits):
        print("1 figure is outside its limits." if breaches == 1 else f"{breaches} figures are outside their limits.")
        raise typer.Exit(1)


@packs.command()
def load(path: Annotated[Path, typer.Argument(help="A pack folder or .zip file.")]) -> None:
    """Load a version of a pack into the database and make it live, in one transaction."""
    from bot.cli.operations.packs import load_pack
    from bot.config import read_settings

    change = load_pack(read_settings(), path)
    if change.already_live:
        print(f"{change.name} {change.version} is already live. Nothing changed.")
        return
    counts = f"{len(change.added)} added, {len(change.changed)} changed, {len(change.removed)} removed"
    print(f"{change.name} {change.version} is live: {counts}, {change.unchanged} unchanged.")


@packs.command(name="list")
def list_packs() -> None:
    """List the packs that are live for everyone on this installation."""
    from bot.cli.operations.packs import list_live_packs
    from bot.config import read_settings

    live = list_live_packs(read_settings())
    for pack in live:
        print(f"{pack.slug} {pack.version}: {pack.lessons} lessons, live since {pack.live_since:%Y-%m-%d %H:%M} UTC")
    if not live:
        print("No pack is loaded yet. The bot loads the shipped pack when it first starts.")


@packs.command()
def new(
    path: Annotated[Path, typer.Argument(help="An empty folder, or one that does not exist yet.")],
    name: Annotated[str, typer.Option(help="The name of the pack, as people see it.")] = "Our lessons",
) -> None:
    """Create a pack from a template: pack.yaml, a bibliography, and one example lesson."""
    from bot.content.pack_templates import create_pack

    create_pack(path, name)
    print(f"Wrote a pack to {path}. Edit it, then run: rounds packs lint {path}")


@packs.command()
def preview(
    path: Annotated[Path, typer.Argument(help="A pack folder or .zip file, or one lesson file in a pack folder.")],
    port: Annotated[int, typer.Option(help="Port on this machine; 0 picks a free one.")] = 3891,
) -> None:
    """Show lessons as they look in Slack. Reloads on every save and lists problems alongside."""
    from bot.preview import run_preview as show

    until_stopped(port, lambda stop: show(path, port, stop))


def _to_json_values(problem: "PackProblem") -> dict[str, object]:
    """Convert a problem to JSON values. A pack with a `blocking` problem can't be loaded."""
    return {
        "path": problem.path,
        "line": problem.line,
        "code": problem.code,
        "message": problem.message,
        "blocking": problem.blocking,
    }
