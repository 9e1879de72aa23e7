"""Reads a spreadsheet into the files of a pack, and remembers which cell each of their values came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.content.drafting import LESSON_PATH
from bot.content.intake import PackSource
from bot.content.packs import slug_of
from bot.content.sheets.columns import LESSONS, NUMBER, PACK, SKILL, SKILLS, SOURCES, Table
from bot.content.sheets.csv_files import read_csv
from bot.content.sheets.grid import Cell, Findings, Grid, Row, rows_of
from bot.content.sheets.limits import Unusable, refuse_by_name
from bot.content.sheets.row_fields import Cells, Fields, fields_of, is_whole, lesson_fields
from bot.content.sheets.workbooks import read_workbook
from bot.content.sources import PACK_FILE
from bot.content.yaml_text import yaml_text
from bot.content.yaml_tree import parse
from bot.errors import Problem

BIBLIOGRAPHY = "bibliography.yaml"
"""What the file is called where no pack.yaml says otherwise."""

_STRUCTURE = ("X103", "X104")
"""Codes of problems that make everything else look wrong."""


@dataclass(frozen=True, slots=True)
class SheetPack:
    """A spreadsheet as files of a pack: `cells` says for each file where its values stand.

    `whole`: it brings the pack and its sources, too, and not lessons alone. Cells in `broken` have a problem already:
    what is said of the stand-ins in their place means nothing.
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    cells: Mapping[str, Cells] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    broken: frozenset[Cell] = frozenset()
    whole: bool = False


def read_sheets(name: str, content: bytes, beside: PackSource | None = None) -> SheetPack:
    """The pack's files as a spreadsheet called `name` has them; those of `beside` lend their names and skills."""
    findings = Findings()
    try:
        refuse_by_name(name, len(content))
        workbook = name.lower().endswith(".xlsx")
        grids = read_workbook(content, findings) if workbook else (read_csv(name, content, findings),)
    except Unusable as error:
        findings.note_file(name, error.code, str(error))
        return SheetPack(name, problems=tuple(findings.problems))
    writer = _Writer(grids, findings, beside)
    writer.write()
    problems, broken = tuple(findings.problems), frozenset(findings.cells)
    return SheetPack(name, writer.files, writer.cells, problems, broken, writer.whole)


class _Writer:
    """Makes files of grids, one after the other."""

    def __init__(self, grids: Sequence[Grid], findings: Findings, beside: PackSource | None) -> None:
        self.files: dict[str, bytes] = {}
        self.cells: dict[str, Cells] = {}
        self.whole = any(grid.table is PACK for grid in grids)
        self._grids = grids
        self._findings = findings
        self._pack = _pack_fields(beside)
        named = ((LESSON_PATH.fullmatch(path), path) for path in sorted(beside.files if beside else ()))
        self._paths = {f"{match['skill']}-{match['number']}": path for match, path in named if match}

    def write(self) -> None:
        """All files that the grids have something for; none if a sheet or a column is missing, or one has no end."""
        if any(problem.code in _STRUCTURE for problem in self._findings.problems):
            return
        slugs = self._pack_files() if self.whole else _by_any_name(self._skills_beside())
        taken: dict[str, Cell] = {}
        for grid in self._grids:
            if grid.table is LESSONS and not grid.rows:
                self._findings.note(Cell(grid.name, 2, 1), "X106", "There is no lesson. Write the first into this row.")
        for row in rows_of(self._grids, LESSONS):
            skill, number = self._identity(row, slugs, taken)
            fields, cells = lesson_fields(row, skill, number, self._findings)
            path = f"{skill}/{number}-{slug_of(str(fields['title']), 'lesson')}.yaml"
            self._keep(self._paths.get(f"{skill}-{number}", path), fields, cells)

    def _keep(self, path: str, fields: Fields, cells: Cells) -> None:
        self.files[path] = yaml_text(fields).encode()
        self.cells[path] = cells

    def _skills_beside(self) -> Iterable[Fields]:
        skills = self._pack.get("skills")
        return [skill for skill in skills if isinstance(skill, dict)] if isinstance(skills, list) else []

    def _pack_files(self) -> dict[str, str]:
        """Write pack.yaml and the bibliography; the slug of each skill by what people may call it."""
        works = str(self._pack.get("bibliography") or BIBLIOGRAPHY)
        pack, pack_cells = self._pack_row()
        version, checked_on = pack.pop("version of sources", ""), pack.pop("checked_on", "")
        skills, skill_cells = self._list(SKILLS, "skills")
        sources, source_cells = self._list(SOURCES, "sources")
        self._keep(PACK_FILE, pack | {"bibliography": works, "skills": skills}, pack_cells | skill_cells)
        head: Cells = {
            (): Cell(SOURCES.name, 1, 1),
            ("version",): pack_cells[("version of sources",)],
            ("checked_on",): pack_cells[("checked_on",)],
        }
        bibliography = {"version": version, "checked_on": checked_on, "sources": sources}
        self._keep(works, bibliography, head | source_cells)
        return _by_any_name(skills)

    def _pack_row(self) -> tuple[Fields, Cells]:
        """The one row of the sheet Pack."""
        for row in rows_of(self._grids, PACK):
            return fields_of(row, PACK, self._findings)
        cell = Cell(PACK.name, 2, 1)
        self._findings.note(cell, "X106", "The pack's name and version are missing. Fill in row 2.")
        return {}, {(): cell} | {column.place: cell for column in PACK.columns}

    def _list(self, table: Table, name: str) -> tuple[list[Fields], Cells]:
        """The rows of a sheet as the items of a list; no two may have the same in their first column."""
        items: list[Fields] = []
        cells: Cells = {(name,): Cell(table.name, 1, 1)}
        first: dict[str, Cell] = {}
        for row in rows_of(self._grids, table):
            fields, places = fields_of(row, table, self._findings)
            cells |= {(name, len(items), *place): cell for place, cell in places.items()}
            items.append(fields)
            key, here = row.text(table.columns[0]), row.cells[table.columns[0]]
            if key and (other := first.setdefault(key, here)) != here:
                self._findings.note(here, "X109", f"`{key}` is also in {other.name}. Change one of them.")
        return items, cells

    def _identity(self, row: Row, slugs: Mapping[str, str], taken: dict[str, Cell]) -> tuple[str, str]:
        """The skill's slug and two digits; where they can't be told, the row's own, so that its file has a name."""
        skill_column, number_column = LESSONS.column(*SKILL), LESSONS.column(*NUMBER)
        skill_cell, number_cell = row.cells[skill_column], row.cells[number_column]
        said, digits = row.text(skill_column), row.text(number_column)
        skill = slugs.get(said.casefold())
        if skill is None:
            where = "on the sheet Skills" if self.whole else "in pack.yaml"
            message = f"“{said[:60]}” is not a skill {where}." if said else f"Skill is empty. {skill_column.hint}"
            self._findings.note(skill_cell, "X106", message)
        if not is_whole(digits) or int(digits) > 99:
            self._findings.note(number_cell, "X106", "Number must be a whole number from 0 to 99.")
        elif skill is not None:
            number = f"{int(digits):02}"
            if (other := taken.setdefault(f"{skill}-{number}", number_cell)) == number_cell:
                return skill, number
            message = f"Row {other.row} is lesson {int(digits)} of {skill}, too. Change one of them."
            self._findings.note(number_cell, "X109", message)
        self._findings.cells |= {skill_cell, number_cell}
        return f"row-{number_cell.row}", "00"


def _by_any_name(skills: Iterable[Fields]) -> dict[str, str]:
    """Slugs by slug and by name, in small letters."""
    found: dict[str, str] = {}
    for skill in skills:
        if slug := str(skill.get("slug", "")):
            found |= {str(skill.get("name", "")).strip().casefold(): slug, slug.casefold(): slug}
    return found


def _pack_fields(beside: PackSource | None) -> Fields:
    """What the pack.yaml of `beside` holds, as far as it can be read."""
    if beside is None or PACK_FILE not in beside.files:
        return {}
    tree, _ = parse(PACK_FILE, beside.files[PACK_FILE])
    return tree.root if tree and isinstance(tree.root, dict) else {}
