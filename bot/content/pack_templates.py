"""Where packs are: the one that comes with Rounds, and a new one for authors to begin with."""

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

_PACK = """\
# The pack itself. The format is described in lessons/README.md of Rounds.
name: {name}
slug: {slug}
version: 0.1.0
bibliography: bibliography.yaml
skills:
  - slug: handover
    name: Handing over
    # command: /handover-tip  (a command needs adding to the Slack app; without one, people type /tip handover)
    scope: How a shift, a task or a leave is handed from one person to the next.
"""
_BIBLIOGRAPHY = """\
# The works that lessons cite, each by its key.
# level A: its own page or abstract was seen; B: an index or an independent page; C: not seen, so for its idea only.
# supports: what it shows. A figure in a lesson must stand here. caution: for authors; readers don't see it.
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
    """The `lessons` folder: inside an installed package, beside it in a checkout. NotFound if it is gone."""
    package = Path(bot.__file__).parent
    for root in (package / "shipped_lessons", package.parent / "lessons"):
        if (root / SHIPPED_PACK / PACK_FILE).is_file():
            return root
    raise NotFound("The lessons that come with Rounds aren't here. Install Rounds again.")


def shipped_pack_folder() -> Path:
    """The folder of the pack that comes with Rounds. NotFound if it is gone."""
    return shipped_lessons_folder() / SHIPPED_PACK


def create_pack(path: Path, name: str) -> tuple[Path, ...]:
    """Write a small pack called `name` into `path`, clean by every rule, and return its files.

    Refused if the folder has anything in it, or the name is empty or over 60 characters; then nothing is written.
    """
    name = name.strip()
    if not name or len(name) > MAX_NAME_LENGTH or not name.isprintable():
        raise Refused(f"A pack's name has 1 to {MAX_NAME_LENGTH} characters, on one line. Nothing was written.")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Refused(f"{path} is not an empty folder. Nothing was written.")
    files = template_files(name)
    for inside, text in files.items():
        (path / inside).parent.mkdir(parents=True, exist_ok=True)
        (path / inside).write_bytes(text)
    return tuple(path / inside for inside in files)


def template_files(name: str) -> Mapping[str, bytes]:
    """The files of a small pack called `name`, with one worked lesson, by their path."""
    files = {
        PACK_FILE: _PACK.format(name=json.dumps(name, ensure_ascii=False), slug=slugify(name, "my-pack")),
        "bibliography.yaml": _BIBLIOGRAPHY,
        "handover/01-write-one-line-for-the-next-shift.yaml": (shipped_lessons_folder() / TEMPLATE_FILE).read_text(
            encoding="utf-8"
        ),
    }
    return {inside: text.encode() for inside, text in files.items()}


def slugify(text: str, default: str) -> str:
    """ "Ward 7: été" is "ward-7-ete"; a text without Latin letters or digits is `default`."""
    latin = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", latin)[:40].strip("-") or default
