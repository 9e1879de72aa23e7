"""`rounds packs import`, `export`, `download`, and `template`: packs as spreadsheets."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import PackError, Refused

if TYPE_CHECKING:
    from bot.content.sheets.importing import ImportResult


def add_to(packs: typer.Typer) -> None:
    """Add these commands to `rounds packs`."""
    packs.command(name="import")(import_sheet)
    packs.command(name="export")(export_sheet)
    packs.command()(download)
    packs.command()(template)


def import_sheet(
    file: Annotated[Path, typer.Argument(help="An .xlsx workbook, or a .csv file with only lessons.", metavar="FILE")],
    into: Annotated[Path, typer.Option(help="The pack folder; created if it does not exist.", metavar="DIR")],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite lessons that differ.")] = False,
) -> None:
    """Import a spreadsheet, one lesson per row. Lists problems by cell; writes nothing if there are any."""
    from bot.bootstrap import system_clock
    from bot.content.sheets import importing

    result = importing.import_sheet(file, into, system_clock().date(), overwrite=replace)
    for problem in result.advice:
        print(problem)
    print(f"{into}: {_summarize(result)}", file=sys.stderr)
    if result.advice:
        print("You can load the pack as it is; the lines above are advice.", file=sys.stderr)


def export_sheet(
    path: Annotated[Path, typer.Argument(help="A pack folder, a .zip file, or a workbook.", metavar="DIR")],
    to: Annotated[Path, typer.Option(help="A new .xlsx file, or a .csv file for only the lessons.", metavar="FILE")],
) -> None:
    """Export a pack as a spreadsheet."""
    from bot.content.opened_packs import open_pack
    from bot.content.sheets.sheet_writer import write_lessons_csv, write_workbook

    suffix = _check_target(to, ".xlsx", ".csv")
    source = open_pack(path).files
    _write(to, write_lessons_csv(source) if suffix == ".csv" else write_workbook(source))
    hint = " It has only the lessons; an .xlsx file also has the pack's name, skills, and sources."
    print(f"Wrote {to}.{hint if suffix == '.csv' else ''}", file=sys.stderr)


def download(
    slug: Annotated[str, typer.Argument(help="The short name of a live pack, as `rounds packs list` shows it.")],
    to: Annotated[Path, typer.Option(help="A new .xlsx file.", metavar="FILE")],
    team: Annotated[str, typer.Option(help="The pack as this workspace uses it: its id, T….")] = "",
) -> None:
    """Write a live pack as a spreadsheet, to change it and load it again."""
    from bot.cli.operations.packs import read_live_pack
    from bot.config import read_settings
    from bot.content.pack_writing import pack_to_workbook
    from bot.content.workbook_writing import explain_unwritable

    _check_target(to, ".xlsx")
    pack = read_live_pack(read_settings(), slug, team)
    try:
        workbook = pack_to_workbook(pack)
    except PackError as error:
        raise explain_unwritable(pack, str(error.problems[0])) from error
    _write(to, workbook)
    print(f"Wrote {pack.name} {pack.version} to {to}.", file=sys.stderr)
    if not pack.bibliography:
        print(
            "An earlier version of Rounds loaded this pack, and didn't keep all of its sources. "
            "Fill in Publication and Supports on the sheet Sources.",
            file=sys.stderr,
        )


def template(to: Annotated[Path, typer.Argument(help="A new .xlsx file.", metavar="FILE")]) -> None:
    """Write a workbook to start from: one example lesson, notes on every column, and instructions."""
    from bot.content.sheets.sheet_writer import write_template

    _check_target(to, ".xlsx")
    _write(to, write_template())
    print(f"Wrote {to}. Fill it in, then run: rounds packs lint {to}", file=sys.stderr)


def _check_target(to: Path, *suffixes: str) -> str:
    """Return the suffix of a file to write. Raises Refused if the file exists or has another suffix."""
    if to.suffix.lower() not in suffixes:
        raise Refused(f"{to} must end in {' or '.join(suffixes)}. Nothing was written.")
    if to.exists():
        raise Refused(f"{to} already exists. Nothing was written. Choose another name.")
    return to.suffix.lower()


def _write(to: Path, content: bytes) -> None:
    try:
        to.write_bytes(content)
    except OSError as error:
        raise Refused(f"{to} can't be written ({error.strerror}). Choose another location.") from error


def _summarize(result: "ImportResult") -> str:
    files = "1 file" if len(result.written) == 1 else f"{len(result.written)} files"
    count = len(result.not_in_sheet)
    others = f", {count} {'file' if count == 1 else 'files'} not in the sheet left alone" if count else ""
    return f"{files} written, {len(result.unchanged)} unchanged{others}."
