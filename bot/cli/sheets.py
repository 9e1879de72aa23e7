"""`rounds packs import`, `export` and `template`: packs as spreadsheets."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import Refused

if TYPE_CHECKING:
    from bot.content.sheets.importing import ImportResult


def add_to(packs: typer.Typer) -> None:
    """Add these commands to `rounds packs`."""
    packs.command(name="import")(import_sheet)
    packs.command(name="export")(export_sheet)
    packs.command()(template)


def import_sheet(
    file: Annotated[Path, typer.Argument(help="An .xlsx workbook, or a .csv file with lessons only.", metavar="FILE")],
    into: Annotated[Path, typer.Option(help="The pack's folder; one that isn't there yet is made.", metavar="DIR")],
    replace: Annotated[bool, typer.Option("--replace", help="Write over lessons that say something else.")] = False,
) -> None:
    """Make lesson files of a spreadsheet, one row a lesson; with any problem, each named by its cell, write nothing."""
    from bot.bootstrap import system_clock
    from bot.content.sheets import importing

    done = importing.import_sheet(file, into, system_clock().date(), overwrite=replace)
    for problem in done.advice:
        print(problem)
    print(f"{into}: {_counted(done)}", file=sys.stderr)
    if done.advice:
        print("The pack can be loaded as it is; the lines above are advice.", file=sys.stderr)


def export_sheet(
    path: Annotated[Path, typer.Argument(help="A pack's folder or .zip.", metavar="DIR")],
    to: Annotated[Path, typer.Option(help="A new .xlsx, or .csv for the lessons alone.", metavar="FILE")],
) -> None:
    """Make a spreadsheet of a pack."""
    from bot.content.pack_loading import load_pack_files
    from bot.content.sheets.sheet_writer import write_lessons_csv, write_workbook

    suffix = _free(to, ".xlsx", ".csv")
    source = load_pack_files(path)
    _write(to, write_lessons_csv(source) if suffix == ".csv" else write_workbook(source))
    alone = " It holds the lessons alone: an .xlsx holds the pack's name, skills and sources, too."
    print(f"Wrote {to}.{alone if suffix == '.csv' else ''}", file=sys.stderr)


def template(to: Annotated[Path, typer.Argument(help="A new .xlsx.", metavar="FILE")]) -> None:
    """Write the workbook to begin with: one worked lesson, notes in every column, and how to use it."""
    from bot.content.sheets.sheet_writer import write_template

    _free(to, ".xlsx")
    _write(to, write_template())
    print(f"Wrote {to}. Fill it in, then: rounds packs import {to} --into DIR", file=sys.stderr)


def _free(to: Path, *suffixes: str) -> str:
    """The ending of a file that may be written. Refused if it is there, or has another ending."""
    if to.suffix.lower() not in suffixes:
        raise Refused(f"{to} should end in {' or '.join(suffixes)}. Nothing was written.")
    if to.exists():
        raise Refused(f"{to} is there already. Nothing was written. Choose another name.")
    return to.suffix.lower()


def _write(to: Path, content: bytes) -> None:
    try:
        to.write_bytes(content)
    except OSError as error:
        raise Refused(f"{to} can't be written ({error.strerror}). Choose another place.") from error


def _counted(done: "ImportResult") -> str:
    files = "1 file" if len(done.written) == 1 else f"{len(done.written)} files"
    others = f", {len(done.not_in_sheet)} lessons that the sheet doesn't have left alone" if done.not_in_sheet else ""
    return f"{files} written, {len(done.unchanged)} the same already{others}."
