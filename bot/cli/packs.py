"""`rounds packs`: checks, audits, compares, loads, rolls back, lists, removes, creates, and previews packs.

It also retracts lessons. `sheets` writes and reads spreadsheets.
"""

import json
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import sheets
from bot.cli.stopping import until_stopped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.errors import PackProblem
    from bot.learning.pack_removal import PackRemoval

packs = typer.Typer(
    help="Check, compare, load, roll back, list, remove, create, and preview lesson packs, and retract lessons.",
    no_args_is_help=True,
)
sheets.add_to(packs)


SEVERAL_PACKS_HELP = "Pack folders, folders that contain packs, .zip files, or spreadsheets (.xlsx or .csv)."

PackFolder = Annotated[
    Path | None,
    typer.Option("--pack", help="For a spreadsheet with only lessons: the folder of their pack.", metavar="DIR"),
]
Team = Annotated[str, typer.Option(help="The packs that this workspace uses: its id, T….")]

LivePackName = Annotated[str, typer.Argument(help="Short name of a live pack, as rounds packs list shows it.")]
RetractedName = Annotated[str, typer.Argument(help="The lesson's short name or its title.")]
Scope = Annotated[str, typer.Option("--team", help="Only in this workspace: its id, T…. Without it, for everyone.")]

_ADVICE = "{} advice: the pack can be loaded."


class OutputFormat(StrEnum):
    """The output format for problems."""

    TEXT = "text"
    JSON = "json"


@packs.command()
def lint(
    paths: Annotated[list[Path], typer.Argument(help=SEVERAL_PACKS_HELP)],
    release: Annotated[bool, typer.Option(help="Also report lessons past their review date as problems.")] = False,
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="text: one problem per line. json: one array.")
    ] = OutputFormat.TEXT,
    pack: PackFolder = None,
    live: Annotated[bool, typer.Option("--live", help="Also compare with the packs that are live here.")] = False,
) -> None:
    """Print each problem as `path:line: CODE message`, or by cell. Exits with 1 if there are any.

    Problems marked (blocks) prevent loading; the others are advice. docs/lesson-rules.md explains the codes.
    """
    from bot.cli.operations.packs import lint_packs
    from bot.config import read_settings

    found = lint_packs(paths, release=release, pack_folder=pack, settings=read_settings() if live else None)
    if output_format is OutputFormat.JSON:
        print(json.dumps([_to_json_values(problem) for problem in found.problems], ensure_ascii=False, indent=1))
    else:
        for problem in found.problems:
            blocks = "(blocks) " if problem.blocking else ""
            print(f"{problem.location}: {problem.code} {blocks}{problem.message}")
    for reminder in found.reminders:
        print(f"Needs a review, not a problem yet: {reminder}", file=sys.stderr)
    for path in found.lessons_alone:
        note = "so I didn't check their skills and sources. Add --pack and the folder of their pack."
        print(f"{path} has only lessons, {note}", file=sys.stderr)
    print(_count_problems(found.problems), file=sys.stderr)
    if found.problems:
        raise typer.Exit(1)


@packs.command()
def audit(
    paths: Annotated[list[Path], typer.Argument(help=SEVERAL_PACKS_HELP)],
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
def load(
    path: Annotated[Path, typer.Argument(help="A pack folder, a .zip file, or a spreadsheet (.xlsx or .csv).")],
    pack: PackFolder = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Load it even if its version isn't new, or a lesson's number is reused.")
    ] = False,
) -> None:
    """Load a version of a pack into the database and make it live, in one transaction.

    Asks for --yes if the live version has the same or a higher number, or a lesson's number now means another lesson.
    """
    from bot.cli.operations.packs import load_pack
    from bot.config import read_settings
    from bot.errors import LoadNotConfirmed, Refused

    try:
        change = load_pack(read_settings(), path, pack, confirmed=yes)
    except LoadNotConfirmed as error:
        unusual = "\n".join(f"  {warning}" for warning in error.warnings)
        raise Refused(
            f"{error.pack} wasn't loaded. Nothing was changed.\n{unusual}\n"
            f"Run `rounds packs diff {path}` to see every change. To load it anyway, add --yes."
        ) from None
    if change.is_unchanged:
        print(f"{change.name} {change.version} is already live. Nothing changed.")
        return
    counts = f"{len(change.added)} added, {len(change.changed)} changed, {len(change.removed)} removed"
    print(f"{change.name} {change.version} is live: {counts}, {change.unchanged} unchanged.")


@packs.command()
def diff(
    path: Annotated[Path, typer.Argument(help="A pack folder, a .zip file, or a spreadsheet (.xlsx or .csv).")],
    pack: PackFolder = None,
    team: Annotated[str, typer.Option(help="Compare with the pack as this workspace uses it: its id, T….")] = "",
) -> None:
    """Print what loading a pack would change, one field per line, and load nothing."""
    from bot.cli.operations.packs import compare_with_live
    from bot.config import read_settings

    change = compare_with_live(read_settings(), path, pack, team)
    for line in change.format_differences():
        print(line)
    print(change.summary, file=sys.stderr)
    for warning in change.warnings:
        print(f"To confirm with --yes when you load it: {warning}", file=sys.stderr)


@packs.command()
def rollback(
    slug: Annotated[str, typer.Argument(help="The short name of a live pack, as `rounds packs list` shows it.")],
) -> None:
    """Make the previous version of a pack live again, for everyone on this installation."""
    from bot.cli.operations.packs import roll_back_pack
    from bot.config import read_settings

    name, version = roll_back_pack(read_settings(), slug)
    print(f"{name} {version} is live again.")


@packs.command()
def remove(
    pack: LivePackName,
    team: Scope = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Take a whole pack out of use, for everyone or (with --team) a workspace's own. What people did is kept."""
    from bot.cli.operations.packs import preview_removal, remove_pack
    from bot.config import read_settings

    settings = read_settings()
    removal = preview_removal(settings, pack, team)
    title = f"{removal.name} {removal.version}"
    lessons = "1 lesson" if removal.lessons == 1 else f"{removal.lessons} lessons"
    print(f"{title} has {lessons}. {_describe_reach(removal)}")
    print("From then on, none of it is sent, asked again, or shown as a tip. Answers, reflections, streaks, and saved")
    print("lessons are kept. If the pack is loaded again, everyone continues where they left off.")
    if not yes and not typer.confirm("Remove it?"):
        print("Nothing was changed.")
        raise typer.Exit(1)
    live = remove_pack(settings, removal.version_id, team)
    print(f"{title} is removed. Live now: {', '.join(f'{each.slug} {each.version}' for each in live) or 'nothing'}.")


@packs.command()
def retract(
    pack: LivePackName,
    lesson: RetractedName,
    reason: Annotated[str, typer.Option(help="Why, in a sentence. Everyone who got the lesson reads it.")],
    team: Scope = "",
) -> None:
    """Stop sending, asking, and showing one lesson. Those who got it see in its message why."""
    from bot.cli.operations.packs import retract_lesson
    from bot.config import read_settings

    retracted = retract_lesson(read_settings(), pack, lesson, reason, team)
    print(f"Retracted: {retracted.title}. A running bot updates its messages, about 40 a minute in each workspace.")
    scope = f" --team {team}" if team else ""
    print(f"To use it again, run: rounds packs use-again {pack} {shlex.quote(lesson)}{scope}")


@packs.command(name="use-again")
def use_again(pack: LivePackName, lesson: RetractedName, team: Scope = "") -> None:
    """Use a retracted lesson again. Its messages show it as before."""
    from bot.cli.operations.packs import use_lesson_again
    from bot.config import read_settings

    print(f"In use again: {use_lesson_again(read_settings(), pack, lesson, team)}.")


@packs.command(name="list")
def list_packs(team: Team = "") -> None:
    """List the packs that are live for everyone on this installation, or in one workspace."""
    from bot.cli.operations.packs import list_live_packs
    from bot.config import read_settings
    from bot.domain.audience import Audience

    live = list_live_packs(read_settings(), team)
    for pack in live:
        retracted = f" ({pack.retracted} retracted)" if pack.retracted else ""
        loaded = f"loaded by {pack.loaded_by}, live since {pack.live_since:%Y-%m-%d %H:%M} UTC"
        audience = "" if pack.audience is Audience.EVERYONE else ", for chosen people only"
        print(f"{pack.slug} {pack.version}: {pack.lessons} lessons{retracted}, {loaded}{audience}")
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
    path: Annotated[
        Path,
        typer.Argument(help="A pack folder, .zip file, or spreadsheet, or one lesson file in a pack folder."),
    ],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 picks a free one.")] = 3891,
    pack: PackFolder = None,
) -> None:
    """Show lessons as they look in Slack. Reloads on every save and lists problems alongside."""
    from bot.preview import run_preview as show

    until_stopped(port, lambda: show(path, port, pack))


def _describe_reach(removal: "PackRemoval") -> str:
    """Say how many people have begun with a pack, as admins are told."""
    from bot.domain.team import MIN_PEOPLE_COUNTED

    if removal.counted_on is None:
        return "How many people have begun with it isn't counted yet; that happens on Mondays."
    if not removal.people:
        return f"Fewer than {MIN_PEOPLE_COUNTED} people had begun with it in the week of {removal.counted_on}."
    return f"About {removal.people} people had begun with it in the week of {removal.counted_on}."


def _count_problems(problems: "Sequence[PackProblem]") -> str:
    """Say how many problems there are, and how many of them block loading."""
    count, blocking = len(problems), sum(problem.blocking for problem in problems)
    if count == 0:
        return "No problems."
    if count == 1:
        return f"1 problem. {'It blocks loading.' if blocking else _ADVICE.format('It is')}"
    if blocking in {0, count}:
        return f"{count} problems. {'All of them block loading.' if blocking else _ADVICE.format('They are')}"
    blocks = f"{blocking} {'blocks' if blocking == 1 else 'block'} loading"
    others = "the other is advice" if count - blocking == 1 else "the others are advice"
    return f"{count} problems. {blocks}; {others}."


def _to_json_values(problem: "PackProblem") -> dict[str, object]:
    """Convert a problem to JSON values. A pack with a `blocking` problem can't be loaded."""
    return {
        "path": problem.path,
        "line": problem.line,
        "cell": problem.cell or None,
        "code": problem.code,
        "message": problem.message,
        "blocking": problem.blocking,
    }
