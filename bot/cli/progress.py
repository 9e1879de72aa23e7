"""Tells the person at the terminal what happens, one line at a time. Imports next to nothing, so it can speak first."""

from datetime import datetime


def print_line(text: str) -> None:
    """Print one line, with the time."""
    print(with_time(text), flush=True)


def with_time(text: str) -> str:
    """Return a line with the time before it."""
    return f"{datetime.now().astimezone():%H:%M:%S}  {text}"
