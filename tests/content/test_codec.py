"""Lessons survive storage, and digests follow content alone."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.content.codec import lesson_digest, lesson_from_json, lesson_to_json, pack_digest
from bot.content.pack_reader import read_pack
from bot.domain.lesson import Lesson, Option, Pack, Pushback, Question, Skill, Source
from tests.content.examples import RULE_LESSON, lesson, pack, rule_lesson, with_file

skills = st.builds(Skill, st.text(), st.text(), st.none() | st.text(), st.text())
sources = st.builds(
    Source,
    st.text(),
    st.text(),
    st.text(),
    st.integers(),
    st.text(),
    st.text(),
    st.none() | st.text(),
    st.none() | st.text(),
)
options = st.builds(Option, st.sampled_from("ABCD"), st.text(), st.booleans(), st.text())
lessons = st.builds(
    Lesson,
    skill=skills,
    minutes=st.integers(),
    situations=st.lists(st.text()).map(tuple),
    question=st.builds(Question, st.text(), st.text(), st.lists(options, max_size=4).map(tuple)),
    sources=st.lists(sources, max_size=3).map(tuple),
    checked_on=st.dates(),
    review_by=st.none() | st.dates(),
    notice=st.none() | st.text(),
    elsewhere=st.none() | st.text(),
    applies_to=st.none() | st.text(),
    fits_when=st.none() | st.text(),
    pushback=st.lists(st.builds(Pushback, st.text(), st.text()), max_size=3).map(tuple),
)


def loaded(*files: tuple[str, dict[str, Any]], **changes: Any) -> Pack:
    read = read_pack(pack(*files, **changes))
    assert read.pack is not None
    return read.pack


@given(lessons)
def test_any_lesson_comes_back_from_json_as_it_was(any_lesson):
    text = lesson_to_json(any_lesson)

    assert lesson_from_json(text) == any_lesson
    assert lesson_to_json(lesson_from_json(text)) == text


def test_digest_of_a_pack_is_kept_with_it():
    assert loaded().digest == pack_digest(loaded())
    assert len(loaded().digest) == 64


def test_formatting_comments_and_order_of_fields_change_no_digest():
    path = next(path for path in pack().files if path.startswith("handoff"))
    fields = dict(reversed(lesson().items()))
    reordered = pack((path, fields))
    commented = with_file(reordered, path, b"# a note\n" + reordered.files[path].replace(b"\n", b"\r\n"))

    read = read_pack(commented)

    assert read.pack is not None
    assert read.pack.digest == loaded().digest


def test_anything_that_a_reader_sees_changes_the_digest():
    base = loaded((RULE_LESSON, rule_lesson())).lessons[0]
    changed = [
        replace(base, tip="Another."),
        replace(base, situations=(*base.situations, "another")),
        replace(base, review_by=date(2027, 1, 1)),
        replace(base, skill=replace(base.skill, name="Other")),
        replace(base, sources=(replace(base.sources[0], year=1999),)),
        replace(base, question=replace(base.question, stem="Why?")),
    ]

    assert len({lesson_digest(each) for each in (base, *changed)}) == len(changed) + 1


def test_new_version_number_is_a_new_pack_with_the_same_lessons():
    first, second = loaded(), loaded(version="1.0.1")

    assert first.digest != second.digest
    assert list(map(lesson_digest, first.lessons)) == list(map(lesson_digest, second.lessons))
