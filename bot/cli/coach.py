"""`rounds coach`: what coaching would answer, for those who write lessons or tune the search. Nothing is kept."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import Refused

LONGEST_FILE = 5_000_000
"""Bytes of a file of questions: some 50,000 lines."""


def coach(
    text: Annotated[list[str] | None, typer.Argument(help="A situation in one's own words.", metavar="TEXT")] = None,
    batch: Annotated[
        Path | None, typer.Option(help="A UTF-8 file with a question a line; - reads what is piped in.", metavar="FILE")
    ] = None,
) -> None:
    """Print the three lessons that fit a situation best, of those that come with Rounds, as a line of JSON each."""
    from bot.cli.operations.coaching import coach_questions

    if bool(text) == (batch is not None):
        raise Refused("Give either a situation or --batch FILE. Nothing was searched.")
    questions = _lines(batch) if batch else [" ".join(text or [])]
    for answer in coach_questions(questions):
        print(json.dumps(answer, ensure_ascii=False))


def _lines(path: Path) -> list[str]:
    try:
        content = sys.stdin.buffer.read(LONGEST_FILE + 1) if str(path) == "-" else _read(path)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} can't be read ({error.strerror}). Nothing was searched.") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(f"{path}:{line} is not UTF-8. Nothing was searched. Save the file as UTF-8.") from error
    if len(content) > LONGEST_FILE:
        raise Refused(f"{path} is over {LONGEST_FILE // 1_000_000} MB. Nothing was searched. Split it.")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LONGEST_FILE + 1)
