"""Turns a spreadsheet into the files of a pack, and records which cell each value came from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.content.draft_reader import LESSON_PATH_PATTERN, program_path
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE
from bot.content.pack_templates import slugify
from bot.content.sheets.columns import (
    LESSON_NUMBER_PATH,
    LESSONS_TABLE,
    PACK_TABLE,
    PROGRAMS_TABLE,
    SKILL_PATH,
    SKILLS_TABLE,
    SOURCES_TABLE,
    Table,
)
from bot.content.sheets.csv_files import read_csv
from bot.content.sheets.dates import read_dates
from bot.content.sheets.grid import Cell, Grid, ProblemList, Row, rows_for_table
from bot.content.sheets.pasted_text import fold_name
from bot.content.sheets.row_fields import CellByPath, Fields, is_whole_number, read_fields, read_lesson_fields
from bot.content.sheets.sheet_limits import UnusableSheet, check_name_and_size
from bot.content.sheets.workbooks import read_workbook
from bot.content.yaml_reader import read_yaml
from bot.content.yaml_writer import write_yaml
from bot.errors import PackProblem

DEFAULT_BIBLIOGRAPHY_FILE = "bibliography.yaml"
"""The bibliography's file name unless pack.yaml has another."""


@dataclass(frozen=True, slots=True)
class SheetPack:
    """A spreadsheet as files of a pack. For each file, `cells` has the cell of each value.

    `includes_pack` means that it has the pack, its skills, and its sources, not only lessons. `broken_cells` already
    have a problem, so problems with the placeholders for their values mean nothing.
    """

    name: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    cells: Mapping[str, CellByPath] = field(default_factory=dict)
    problems: tuple[PackProblem, ...] = ()
    broken_cells: frozenset[Cell] = frozenset()
    includes_pack: bool = False


def read_sheet(
    name: str,
    content: bytes,
    existing: PackFiles | None = None,
    write: Callable[[Fields], str] = write_yaml,
) -> SheetPack:
    """Turn the spreadsheet called `name` into a pack's files, with the file names and skills of `existing`.

    Lessons without a pack, theirs or an existing one, may be about any skill.
    `write` writes a file: `write_plain_yaml` is faster if nobody will read it.
    """
    problem_list = ProblemList()
    try:
        check_name_and_size(name, len(content))
        workbook = name.lower().endswith(".xlsx")
        grids = read_workbook(content, problem_list) if workbook else (read_csv(name, content, problem_list),)
    except UnusableSheet as error:
        problem_list.add_for_file(name, error.code, str(error))
        return SheetPack(name, problems=tuple(problem_list.problems))
    writer = _Writer(read_dates(grids, problem_list), problem_list, existing, write)
    writer.write()
    problems, broken = tuple(problem_list.problems), frozenset(problem_list.cells)
    return SheetPack(name, writer.files, writer.cells, problems, broken, writer.whole)


class _Writer:
    """Turns grids into files, one after the other."""

    def __init__(
        self,
        grids: Sequence[Grid],
        problem_list: ProblemList,
        existing: PackFiles | None,
        write: Callable[[Fields], str],
    ) -> None:
        self.files: dict[str, bytes] = {}
        self.cells: dict[str, CellByPath] = {}
        self.whole = any(grid.table is PACK_TABLE for grid in grids)
        self._grids = grids
        self._write = write
        self._problem_list = problem_list
        self._pack = _pack_fields(existing)
        self._has_pack = existing is not None
        named = ((LESSON_PATH_PATTERN.fullmatch(path), path) for path in sorted(existing.files if existing else ()))
        self._paths = {f"{match['skill']}-{match['number']}": path for match, path in named if match}

    def write(self) -> None:
        """Write every file that the grids have rows for, or none if a sheet or a column is missing."""
        if self._problem_list.is_fatal:
            return
        slugs = self._slugs()
        taken: dict[str, Cell] = {}
        for grid in self._grids:
            if grid.table is LESSONS_TABLE and not grid.rows:
                message = "There are no lessons. Write the first one in this row."
                self._problem_list.add(Cell(grid.name, 2, 1), "X106", message)
        for row in rows_for_table(self._grids, LESSONS_TABLE):
            skill, number = self._identity(row, slugs, taken)
            fields, cells = read_lesson_fields(row, skill, number, self._problem_list)
            path = f"{skill}/{number}-{slugify(str(fields['title']), 'lesson')}.yaml"
            self._keep(self._paths.get(f"{skill}-{number}", path), fields, cells)
        self._write_programs()

    def _write_programs(self) -> None:
        programs, cells = self._list(PROGRAMS_TABLE, "programs")
        for number, fields in enumerate(programs):
            places = {place[2:]: cell for place, cell in cells.items() if place[:2] == ("programs", number)}
            path = program_path(slugify(str(fields["slug"]), f"row-{places[()].row}"))
            if path not in self.files:  # otherwise two rows have one short name, and the second has a problem
                self._keep(path, fields, places)

    def _keep(self, path: str, fields: Fields, cells: CellByPath) -> None:
        self.files[path] = self._write(fields).encode()
        self.cells[path] = cells

    def _slugs(self) -> dict[str, str] | None:
        """Return the slug of each skill by what people may call it. None if nobody knows the skills."""
        if self.whole:
            return self._pack_files()
        return _by_any_name(self._skills_beside()) if self._has_pack else None

    def _skills_beside(self) -> Iterable[Fields]:
        skills = self._pack.get("skills")
        return [skill for skill in skills if isinstance(skill, dict)] if isinstance(skills, list) else []

    def _pack_files(self) -> dict[str, str]:
        """Write pack.yaml and the bibliography; the slug of each skill by what people may call it."""
        works = str(self._pack.get("bibliography") or DEFAULT_BIBLIOGRAPHY_FILE)
        pack, pack_cells = self._pack_row()
        version, checked_on = pack.pop("version of sources", ""), pack.pop("checked_on", "")
        skills, skill_cells = self._list(SKILLS_TABLE, "skills")
        sources, source_cells = self._list(SOURCES_TABLE, "sources")
        self._keep(PACK_FILE, pack | {"bibliography": works, "skills": skills}, pack_cells | skill_cells)
        head: CellByPath = {
            (): Cell(SOURCES_TABLE.name, 1, 1),
            ("version",): pack_cells[("version of sources",)],
            ("checked_on",): pack_cells[("checked_on",)],
        }
        bibliography = {"version": version, "checked_on": checked_on, "sources": sources}
        self._keep(works, bibliography, head | source_cells)
        return _by_any_name(skills)

    def _pack_row(self) -> tuple[Fields, CellByPath]:
        """Return the only row of the Pack sheet."""
        for row in rows_for_table(self._grids, PACK_TABLE):
            return read_fields(row, PACK_TABLE, self._problem_list)
        cell = Cell(PACK_TABLE.name, 2, 1)
        self._problem_list.add(cell, "X106", "The pack's name and version are missing. Fill in row 2.")
        return {}, {(): cell} | {column.place: cell for column in PACK_TABLE.columns}

    def _list(self, table: Table, name: str) -> tuple[list[Fields], CellByPath]:
        """Return the rows of a sheet as items of a list. The values in their first column must differ."""
        items: list[Fields] = []
        cells: CellByPath = {(name,): Cell(table.name, 1, 1)}
        first: dict[str, Cell] = {}
        for row in rows_for_table(self._grids, table):
            fields, places = read_fields(row, table, self._problem_list)
            cells |= {(name, len(items), *place): cell for place, cell in places.items()}
            items.append(fields)
            key, here = row.text(table.columns[0]), row.cells[table.columns[0]]
            if key and (other := first.setdefault(key, here)) != here:
                self._problem_list.add(here, "X109", f"`{key}` is also in {other.name}. Change one of them.")
        return items, cells

    def _identity(self, row: Row, slugs: Mapping[str, str] | None, taken: dict[str, Cell]) -> tuple[str, str]:
        """Return the skill's slug and two digits. If they are broken, return unique ones to name the row's file.

        If `slugs` is None, there is no pack to say which skills there are, and any name is one.
        """
        skill_column, number_column = (
            LESSONS_TABLE.column_for(*SKILL_PATH),
            LESSONS_TABLE.column_for(*LESSON_NUMBER_PATH),
        )
        skill_cell, number_cell = row.cells[skill_column], row.cells[number_column]
        name, digits = row.text(skill_column), row.text(number_column)
        skill = (slugify(name, "") or None) if slugs is None else slugs.get(fold_name(name))
        if skill is None:
            where = "on the Skills sheet" if self.whole else "in pack.yaml"
            message = f"“{name[:60]}” isn't a skill {where}." if name else f"Skill is empty. {skill_column.hint}"
            self._problem_list.add(skill_cell, "X106", message)
        if not is_whole_number(digits) or int(digits) > 99:
            self._problem_list.add(number_cell, "X106", "Number must be a whole number from 0 to 99.")
        elif skill is not None:
            number = f"{int(digits):02}"
            if (other := taken.setdefault(f"{skill}-{number}", number_cell)) == number_cell:
                return skill, number
            message = f"Row {other.row} is also lesson {int(digits)} of {skill}. Change one of them."
            self._problem_list.add(number_cell, "X109", message)
        self._problem_list.cells |= {skill_cell, number_cell}
        return f"row-{number_cell.row}", "00"


def _by_any_name(skills: Iterable[Fields]) -> dict[str, str]:
    """Return slugs by lowercase slug and lowercase name."""
    found: dict[str, str] = {}
    for skill in skills:
        if slug := str(skill.get("slug", "")):
            found |= {fold_name(str(skill.get("name", ""))): slug, fold_name(slug): slug}
    return found


def _pack_fields(existing: PackFiles | None) -> Fields:
    """Return the readable content of the pack.yaml in `existing`."""
    if existing is None or PACK_FILE not in existing.files:
        return {}
    tree, _ = read_yaml(PACK_FILE, existing.files[PACK_FILE])
    return tree.root if tree and isinstance(tree.root, dict) else {}
