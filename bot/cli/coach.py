"""`rounds coach`: prints the coach's answers, for people who write lessons or tune the search. Stores nothing."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import Refused

MAX_FILE_BYTES = 5_000_000
"""The most bytes of a file of questions: about 50,000 lines."""


def coach(
    text: Annotated[list[str] | None, typer.Argument(help="A situation in your own words.", metavar="TEXT")] = None,
    batch: Annotated[
        Path | None,
        typer.Option(help="A UTF-8 file with one situation per line; - reads standard input.", metavar="FILE"),
    ] = None,
) -> None:
    """Print the three shipped lessons that best fit each situation, as one line of JSON per situation."""
    from bot.cli.operations.coaching import coach_questions

    if bool(text) == (batch is not None):
        raise Refused("Give either a situation or --batch FILE. Nothing was searched.")
    questions = _lines(batch) if batch else [" ".join(text or [])]
    for answer in coach_questions(questions):
        print(json.dumps(answer, ensure_ascii=False))


def _lines(path: Path) -> list[str]:
    try:
        content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1) if str(path) == "-" else _read(path)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} can't be read ({error.strerror}). Nothing was searched.") from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Refused(f"{path}:{line} is not UTF-8. Nothing was searched. Save the file as UTF-8.") from error
    if len(content) > MAX_FILE_BYTES:
        raise Refused(f"{path} is over {MAX_FILE_BYTES // 1_000_000} MB. Nothing was searched. Split it.")
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)
