"""Compares two versions of a pack, field by field. Fields have the names of a spreadsheet's columns, in any language.

One comparison serves everybody who is about to load a pack: `rounds packs diff` prints it, and admins see it in Slack.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from bot.content.pack_writing import lesson_fields, program_fields
from bot.content.sheets.columns import (
    CORRECT_OPTION_PATH,
    LESSON_NUMBER_PATH,
    LESSONS_TABLE,
    PACK_TABLE,
    PROGRAMS_TABLE,
    SKILL_PATH,
    SKILLS_TABLE,
    SOURCES_TABLE,
    Table,
)
from bot.content.yaml_reader import CONTROL_CHARACTERS, YamlPath
from bot.domain.lesson import Lesson, Pack
from bot.language import gettext as _
from bot.language import mark

EMPTY = mark("(empty)")
"""Stands for a field without text."""

CONTEXT_WORDS = 3
"""Words shown before and after those that differ, where only a part of a text is shown."""

_OWN_PATHS = frozenset({SKILL_PATH, LESSON_NUMBER_PATH})
"""What makes up a lesson's id. A lesson with another id is another lesson."""

SPACES_ONLY = mark("only line breaks or spaces changed")

Fields = Mapping[str, Any]


class _Words(NamedTuple):
    """What to call one of a pack's items, by its `key`, and the order of all. Marked, to be translated on use."""

    item: str
    order: str


_PROGRAM = _Words(mark("Program {key}"), mark("Programs in order"))
_SKILL = _Words(mark("Skill {key}"), mark("Skills in order"))
_SOURCE = _Words(mark("Source {key}"), mark("Sources in order"))


@dataclass(frozen=True, slots=True)
class PackDifference:
    """One thing that differs: where, and what it was and is. `before` is None if it can't be shown beside `after`."""

    place: str
    before: str | None
    after: str

    def format(self, longest: int | None = None) -> str:
        """Return one line: `dispensing-02 Right answer: B → A`.

        With `longest`, texts with more characters are cut down to the words that differ.
        """
        if self.before is None:
            return f"{self.place}: {_cut(self.after, longest)}"
        before, after = (self.before, self.after) if longest is None else _excerpts(self.before, self.after, longest)
        return f"{self.place}: {before or _(EMPTY)} → {after or _(EMPTY)}"


def compare_packs(before: Pack | None, after: Pack) -> tuple[PackDifference, ...]:
    """Return what differs, apart from the version number: the pack, its lessons, programs, skills, and sources.

    `before` is None if the pack is new. Lessons that both packs have unchanged may be left out of both.
    """
    old = before or Pack(after.slug, after.name, "", (), (), "")
    pack_fields = _pack_fields(old, after), _pack_fields(after, old)
    return (
        *(_compare_fields(_("Pack"), PACK_TABLE, *pack_fields) if before else ()),
        *_compare_lessons(old, after),
        *_compare_items(_PROGRAM, PROGRAMS_TABLE, _program_fields(old), _program_fields(after)),
        *_compare_items(_SKILL, SKILLS_TABLE, _skill_fields(old), _skill_fields(after)),
        *_compare_items(_SOURCE, SOURCES_TABLE, *_source_fields(old, after)),
    )


def one_line(text: str) -> str:
    """Return a text on one line, without control characters, which a terminal would obey."""
    return CONTROL_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))


def _compare_lessons(old: Pack, new: Pack) -> Iterator[PackDifference]:
    """Yield the fields of changed lessons, which matter most, then the removed and the new lessons."""
    was, now = ({lesson.id: lesson for lesson in pack.lessons} for pack in (old, new))
    for lesson in new.lessons:
        if lesson.id in was and was[lesson.id] != lesson:
            fields = (_lesson_fields(was[lesson.id]), _lesson_fields(lesson))
            yield from _compare_fields(lesson.id, LESSONS_TABLE, *fields)
    yield from (
        PackDifference(_removed(each.id), None, one_line(each.title)) for each in old.lessons if each.id not in now
    )
    yield from (PackDifference(_new(each.id), None, one_line(each.title)) for each in new.lessons if each.id not in was)


def _removed(item: str) -> str:
    # Translators: a lesson's id, or "Program", "Skill", or "Source" with its key.
    return _("{item} (removed)", item=item)


def _new(item: str) -> str:
    # Translators: a lesson's id, or "Program", "Skill", or "Source" with its key.
    return _("{item} (new)", item=item)


def _compare_items(
    words: _Words, table: Table, old: Mapping[str, Fields], new: Mapping[str, Fields]
) -> Iterator[PackDifference]:
    """Yield what differs in programs, skills, or sources (fields by short name or key), and if their order does."""
    for key, fields in new.items():
        if key in old:
            yield from _compare_fields(_(words.item, key=key), table, old[key], fields)
    yield from (
        PackDifference(_removed(_(words.item, key=key)), None, _title(each))
        for key, each in old.items()
        if key not in new
    )
    yield from (
        PackDifference(_new(_(words.item, key=key)), None, _title(each)) for key, each in new.items() if key not in old
    )
    kept, now = ([key for key in keys if key in old and key in new] for keys in (old, new))
    if kept != now:
        yield PackDifference(_(words.order), ", ".join(kept), ", ".join(now))


def _compare_fields(place: str, table: Table, old: Fields, new: Fields) -> Iterator[PackDifference]:
    for column in table.columns:
        before, after = _text_at(old, column.place), _text_at(new, column.place)
        if before != after:
            spaces_only = before.split() == after.split()
            texts = (None, _(SPACES_ONLY)) if spaces_only else (one_line(before), one_line(after))
            yield PackDifference(f"{place} {column.heading}", *texts)


def _lesson_fields(lesson: Lesson) -> Fields:
    fields = {name: value for name, value in lesson_fields(lesson).items() if (name,) not in _OWN_PATHS}
    return fields | {str(CORRECT_OPTION_PATH[0]): lesson.question.correct_option.key}


def _skill_fields(pack: Pack) -> Mapping[str, Fields]:
    return {skill.slug: asdict(skill) for skill in pack.skills}


def _program_fields(pack: Pack) -> Mapping[str, Fields]:
    return {program.slug: program_fields(program) for program in pack.programs}


def _pack_fields(pack: Pack, other: Pack) -> Fields:
    """Return the columns of the sheet Pack but for the version. Whoever shows a comparison names both versions."""
    works = json.loads(pack.bibliography) if pack.bibliography and other.bibliography else {}
    return {
        "name": pack.name,
        "checked_on": works.get("checked_on"),
        "version of sources": works.get("version"),
        "language": pack.language if pack.lessons and other.lessons else None,  # if it changes, so do all lessons
    }


def _source_fields(old: Pack, new: Pack) -> tuple[Mapping[str, Fields], Mapping[str, Fields]]:
    """Return the sources by key: from the bibliographies, or as far as the lessons tell if one pack has none."""
    if new.bibliography and (old.bibliography or not old.lessons):
        works = ((json.loads(pack.bibliography).get("sources", ()) if pack.bibliography else ()) for pack in (old, new))
        was, now = ({each["key"]: each for each in sources} for sources in works)
        return was, now
    was, now = ({each.key: asdict(each) for lesson in pack.lessons for each in lesson.sources} for pack in (old, new))
    both = sorted(was.keys() & now.keys())  # which lessons cite a source is told with each lesson
    return {key: was[key] for key in both}, {key: now[key] for key in both}


def _title(fields: Fields) -> str:
    return one_line(str(fields.get("title") or fields["name"]))


def _text_at(fields: Fields, place: YamlPath) -> str:
    """Return the text of a field; empty if there is none."""
    value: Any = fields
    for step in place:
        if isinstance(value, Mapping):
            value = value.get(str(step))
        elif isinstance(value, Sequence) and not isinstance(value, str) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return ""
    if isinstance(value, (list, tuple)):
        return " / ".join(map(str, value))
    return "" if value is None else str(value)


def _excerpts(before: str, after: str, longest: int) -> tuple[str, str]:
    """Return both texts whole if they are short, and otherwise from a few words before the first that differs."""
    if len(before) <= longest and len(after) <= longest:
        return before, after
    old, new = before.split(), after.split()
    same = _count_same(old, new)
    end = _count_same(reversed(old[same:]), reversed(new[same:]))
    first = max(0, same - CONTEXT_WORDS)
    last = max(0, end - CONTEXT_WORDS)
    return _excerpt(old, first, last, longest), _excerpt(new, first, last, longest)


def _excerpt(words: Sequence[str], first: int, last: int, longest: int) -> str:
    """Return the words without the `first` and the `last` ones, with … where words are missing."""
    shown = " ".join(words[first : len(words) - last])
    start, end = "… " if first else "", " …" if last else ""
    return _cut(f"{start}{shown}", longest) if len(start + shown) > longest else f"{start}{shown}{end}"


def _count_same(words: Iterable[str], others: Iterable[str]) -> int:
    count = 0
    for word, other in zip(words, others, strict=False):
        if word != other:
            break
        count += 1
    return count


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
