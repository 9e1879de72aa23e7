"""Finds the pack that comes with Rounds, and creates new packs for authors to start from."""

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import bot
from bot.content.pack_loading import PACK_FILE
from bot.errors import NotFound, Refused

SHIPPED_PACK = "management-essentials"
TEMPLATE_FILE = "TEMPLATE.yaml"
MAX_NAME_LENGTH = 60
MAX_SLUG_LENGTH = 40

_PACK = """\
# The pack. Rounds's lessons/README.md describes the format.
name: {name}
slug: {slug}
version: 0.1.0
# language: de  (the language of the lessons; without it, English)
bibliography: bibliography.yaml
skills:
  - slug: handoff
    name: Handoffs
    # command: /handoff-tip  (add it to the Slack app, too; without a command, people type /tip handoff)
    scope: How to hand off a shift, a task, or a leave to somebody else.
"""
_BIBLIOGRAPHY = """\
# The works that lessons cite by key.
# level A: somebody saw its page or abstract; B: an index or an independent page; C: not seen, so cite only its idea.
# supports: what it shows, with every figure that a lesson uses. caution: for authors; readers don't see it.
version: 1
checked_on: 2026-11-23
sources:
  - key: ahrq-teamstepps-communication
    title: "TeamSTEPPS 3.0 Communication Module, Section 2: Explanation of Key Concepts and Tools"
    authors: Agency for Healthcare Research and Quality (AHRQ)
    year: 2023
    kind: guideline
    publication: AHRQ TeamSTEPPS 3.0 curriculum
    url: https://www.ahrq.gov/teamstepps-program/curriculum/communication/tools/index.html
    supports: Describes SBAR, closed-loop communication, handoff and teach-back as standard communication tools.
    level: B
"""


def shipped_lessons_folder() -> Path:
    """Return the `lessons` folder: inside an installed package, next to it in a checkout. Raises NotFound."""
    package = Path(bot.__file__).parent
    for root in (package / "shipped_lessons", package.parent / "lessons"):
        if (root / SHIPPED_PACK / PACK_FILE).is_file():
            return root
    raise NotFound("The lessons that come with Rounds are missing. Install Rounds again.")


def shipped_pack_folder() -> Path:
    """Return the folder of the pack that comes with Rounds. Raises NotFound."""
    return shipped_lessons_folder() / SHIPPED_PACK


def create_pack(path: Path, name: str) -> tuple[Path, ...]:
    """Write a small pack called `name`, without any lint problems, into `path`, and return its files.

    Raises Refused, before writing anything, if the folder isn't empty, or the name is empty or over 60 characters.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise Refused(f"A pack's name must be 1 to {MAX_NAME_LENGTH} characters, on one line. Nothing was written.")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Refused(f"{path} isn't an empty folder. Nothing was written. Choose another folder.")
    files = template_files(name)
    for inside, text in files.items():
        (path / inside).parent.mkdir(parents=True, exist_ok=True)
        (path / inside).write_bytes(text)
    return tuple(path / inside for inside in files)


def template_files(name: str) -> Mapping[str, bytes]:
    """Return the files of a small pack called `name`, with one example lesson, by path."""
    files = {
        PACK_FILE: _PACK.format(name=json.dumps(name, ensure_ascii=False), slug=slugify(name, "my-pack")),
        "bibliography.yaml": _BIBLIOGRAPHY,
        "handoff/01-write-one-line-for-the-next-shift.yaml": (shipped_lessons_folder() / TEMPLATE_FILE).read_text(
            encoding="utf-8"
        ),
    }
    return {inside: text.encode() for inside, text in files.items()}


def slugify(text: str, default: str) -> str:
    """Turn a text into a slug of at most 40 characters: "Ward 7: été" is "ward-7-ete". A long text ends after a word.

    Without Latin letters or digits, return `default`.
    """
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    if len(slug) > MAX_SLUG_LENGTH:
        slug = slug[: MAX_SLUG_LENGTH + 1].rpartition("-")[0] or slug[:MAX_SLUG_LENGTH]
    return slug or default
