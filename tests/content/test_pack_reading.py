"""Reading packs: what comes out of a good one, and everything that is said about a bad one, all at once."""

import random
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.lint import check_pack, lint_pack
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import load_folder
from bot.content.pack_reader import read_pack
from bot.content.yaml_reader import read_yaml
from bot.domain.lesson import Skill
from tests.content.examples import (
    COMPLIANCE,
    LESSON,
    PACK,
    RULE_LESSON,
    TODAY,
    dumped,
    lesson,
    pack,
    rule_lesson,
    source,
    with_file,
    with_option,
    with_question,
)


def said(of: PackFiles, code: str) -> list[str]:
    return [problem.message for problem in read_pack(of).problems if problem.code == code]


def shape_problems(fields: dict[str, Any]) -> list[str]:
    return said(pack((LESSON, fields)), "S101")


def test_good_pack_has_its_skills_and_lessons_in_order():
    second = lesson(id="handoff-02", tip="Ask.", question=lesson()["question"] | {"scenario": "You wait."})
    files = ((RULE_LESSON, rule_lesson()), ("handoff/02-ask.yaml", second), (LESSON, lesson()))

    read = read_pack(pack(*files))

    assert read.problems == ()
    assert read.pack is not None
    assert (read.pack.slug, read.pack.name, read.pack.version) == ("ward-lessons", "Ward lessons", "1.0.0")
    assert read.pack.skills[1] == Skill("compliance", "Rules", None, "What the law asks first.")
    assert [each.id for each in read.pack.lessons] == ["handoff-01", "handoff-02", "compliance-01"]


def test_good_lesson_holds_what_its_file_says():
    read = read_pack(pack((RULE_LESSON, rule_lesson())))

    assert read.pack is not None
    (only,) = read.pack.lessons
    assert only.question.correct_option.key == "B"
    assert only.sources[0].key == "ward-rule"
    assert only.sources[0].link == "https://example.org/handoff"
    assert (only.checked_on, only.review_by) == (date(2026, 11, 23), date(2027, 5, 1))
    assert only.tip == " ".join(only.tip.split())


def test_problems_of_all_files_come_at_once_in_the_order_of_files_and_lines():
    broken = with_file(pack(), LESSON, dumped(lesson(title="t" * 61, minutes="three")))
    broken = with_file(broken, "pack.yaml", dumped(PACK | {"version": "one"}))
    broken = with_file(broken, "handoff/02-cut.yaml", b"id: [\n")

    read = read_pack(broken)

    assert read.pack is None
    places = [(problem.path, problem.line) for problem in read.problems]
    assert [path for path, _ in places] == [LESSON, LESSON, "handoff/02-cut.yaml", "pack.yaml"]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (lesson(title="t" * 71), "Title is 71 characters. The limit is 60."),
        (lesson(tittle="x"), "`tittle` is not a field of a lesson. Did you mean `title`?"),
        (lesson(colour="x"), "`colour` is not a field of a lesson. Remove it."),
        (lesson(tip=None), "`tip` is missing. Add it."),
        (lesson(tip=" "), "Tip is empty. Fill it in, or remove the line."),
        (lesson(tip=["a"]), "Tip must be text. Put it under `>-` or in quotes."),
        (lesson(id="handoff-1"), "ID must be its skill, a hyphen, and two digits, such as `leadership-05`."),
        (lesson(minutes="soon"), "Minutes must be a whole number, such as 3."),
        (lesson(minutes=0), "Minutes must be at least 1."),
        (lesson(minutes=11), "Minutes must be at most 10."),
        (lesson(level="easy"), "Level must be `foundation`, `practice` or `advanced`."),
        (lesson(checked_on="23/11/2026"), "Checked on must be a date, such as 2026-11-23."),
        (lesson(checked_on="2026-02-30"), "Checked on is a date that doesn't exist."),
        (lesson(situations=["a", "b"]), "Situations has 2. There must be at least 4."),
        (lesson(situations=list("abcdefghi")), "Situations has 9. The limit is 8."),
        (lesson(situations="one"), "Situations must be a list. Start each line with `- `."),
        (lesson(sources=["Lee 2018"]), "Source 1 must be lowercase letters, digits, and hyphens"),
        (lesson(question="What?"), "Question must have named fields, one per line."),
        (with_question(options=[]), "Options has 0. There must be at least 3."),
        (with_question(hint="x"), "`hint` is not a field of a question. Remove it."),
        (with_option(1, correct="yes"), "Option B correct must be `true` or `false`."),
        (with_option(1, explanation="x" * 501), "Option B explanation is 501 characters. The limit is 500."),
        (
            lesson(pushback=[{"they": "No.", "you": "Yes.", "yuo": "Well."}]),
            "`yuo` is not a field of a line of pushback. Did you mean `you`?",
        ),
        (lesson(pushback=[{"they": "x" * 76, "you": "Yes."}]), "Pushback 1 they is 76 characters. The limit is 75."),
        (with_option(2, txt="x"), "`txt` is not a field of an option. Did you mean `text`?"),
    ],
)
def test_author_reads_what_is_wrong_with_a_field(fields, message):
    (problem,) = shape_problems(fields)

    assert problem.startswith(message)


def test_file_that_is_no_lesson_at_all_says_so():
    assert said(with_file(pack(), LESSON, b"just words\n"), "S101") == [
        "The file must have named fields, one per line."
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slug": "Ward"}, "Slug must be lowercase letters"),
        ({"bibliography": "../b.yaml"}, "Bibliography must be the name of a file"),
        ({"skills": [PACK["skills"][0] | {"command": "tip"}]}, "Command must be a slash and"),
        ({"skills": []}, "Skills has 0. There must be at least 1."),
        ({"skill": []}, "`skill` is not a field of pack.yaml. Did you mean `skills`?"),
    ],
)
def test_author_reads_what_is_wrong_with_the_pack_file(changes, message):
    assert any(problem.startswith(message) for problem in said(pack(**changes), "S101"))


def test_text_in_the_wrong_form_is_shown_the_right_one():
    assert shape_problems(lesson(id="handoff-1")) == [
        "ID must be its skill, a hyphen, and two digits, such as `leadership-05`."
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "javascript:alert(1)"},
        {"url": "https://a|b>"},
        {"doi": "https://doi.org/10.1/x"},
        {"year": "new"},
        {"level": "D"},
    ],
)
def test_source_that_could_not_be_shown_is_refused(changes):
    assert len(said(pack(sources=[source("lee-2018-handoff", **changes)]), "S101")) == 1


def test_pack_without_a_pack_file_says_what_it_needs():
    read = read_pack(PackFiles("ward.zip", {LESSON: dumped(lesson())}))

    assert [(problem.path, problem.code) for problem in read.problems] == [("pack.yaml", "P101")]


def test_skills_may_share_neither_slug_nor_command():
    skill = PACK["skills"][0]

    assert said(pack(skills=[skill, skill]), "P102") == ["Two skills have the slug `handoff`. Change one."]
    assert said(pack(skills=[skill, skill | {"slug": "x"}]), "P104") == [
        "Two skills use `/handoff-tip`. Change one of them."
    ]


def test_skill_without_lessons_is_a_problem_because_its_command_would_have_no_answer():
    assert said(pack(skills=[*PACK["skills"], COMPLIANCE]), "P103") == [
        "`compliance` has no lessons. Add one, or remove it."
    ]


def test_command_that_rounds_itself_answers_is_refused():
    assert said(pack(skills=[PACK["skills"][0] | {"command": "/coach"}]), "P104") == [
        "Rounds already uses `/coach`. Choose another command."
    ]


def test_missing_bibliography_is_one_problem_and_not_one_for_each_citation():
    base = pack()
    read = read_pack(PackFiles("p", {path: text for path, text in base.files.items() if path != "bibliography.yaml"}))

    assert [problem.code for problem in read.problems] == ["P105"]


def test_two_sources_with_one_key_are_refused_at_the_second():
    (message,) = said(pack(sources=[source("lee-2018-handoff"), source("lee-2018-handoff")]), "P106")

    assert message.startswith("`lee-2018-handoff` is also on line ")


@pytest.mark.parametrize("path", ["01-write.yaml", "handoff/write.yaml", "handoff/1-write.yaml", "a/handoff/01-w.yaml"])
def test_lesson_elsewhere_than_in_its_skills_folder_is_refused(path):
    assert len(said(with_file(pack(), path, dumped(lesson())), "P201")) == 1


def test_two_lessons_with_one_id_name_each_other():
    twice = pack((LESSON, lesson()), ("handoff/02-again.yaml", lesson()))

    assert said(twice, "P202") == [f"`handoff-01` is also the ID of {LESSON}:1. Change one of them."]


def test_id_and_skill_agree_with_the_files_place():
    moved = pack(("handoff/07-write.yaml", lesson(skill="other")))

    assert said(moved, "P203") == [
        "The ID is `handoff-01`, but this file's path means `handoff-07`. Change one of them.",
        "The skill is `other`, but the file is in `handoff`. Change one of them.",
    ]
    assert len(said(moved, "P204")) == 1


def test_unknown_and_repeated_sources_are_refused_each_at_its_line():
    cited = pack((LESSON, lesson(sources=["nobody-1999", "lee-2018-handoff", "lee-2018-handoff"])))

    lines = cited.files[LESSON].splitlines()
    places = {problem.code: lines[problem.line - 1] for problem in read_pack(cited).problems}
    assert places == {"P205": b"- nobody-1999", "P206": b"- lee-2018-handoff"}


def test_advice_does_not_block():
    with_advice = pack((LESSON, lesson(words="Well done!")))

    assert [problem.code for problem in lint_pack(with_advice, TODAY)] == ["L904"]
    assert read_pack(with_advice).pack is not None


def test_a_pack_is_checked_and_loaded_from_one_reading_of_each_file(monkeypatch):
    paths: list[str] = []

    def counted(path: str, content: bytes) -> object:
        paths.append(path)
        return read_yaml(path, content)

    monkeypatch.setattr("bot.content.draft_reader.read_yaml", counted)
    lessons = [(f"handoff/{number:02}-x.yaml", lesson(id=f"handoff-{number:02}")) for number in range(1, 99)]

    checked = check_pack(pack(*lessons), TODAY)

    assert checked.pack is not None
    assert len(paths) == len(set(paths)) == 100


def _mutated(text: bytes, seed: int) -> bytes:
    """`text` with up to three lines dropped, repeated, indented, swapped or cut."""
    chance = random.Random(seed)  # noqa: S311 - a seeded choice of mutations, no secret
    lines = text.split(b"\n")
    for _ in range(chance.randint(1, 3)):
        here, there = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(7):
            case 0:
                lines.pop(here) if len(lines) > 1 else None
            case 1:
                lines.insert(there % len(lines), lines[here % len(lines)])
            case 2:
                lines[here % len(lines)] = b"  " + lines[here % len(lines)]
            case 3:
                lines[here % len(lines)] = lines[here % len(lines)].lstrip()
            case 4:
                lines[here % len(lines)] = lines[here % len(lines)].replace(b": ", b":\n  - ")
            case 5:
                lines[here % len(lines)] += bytes([chance.randrange(256)])
            case _:
                lines[here % len(lines)] = lines[here % len(lines)][: chance.randrange(9)]
    return b"\n".join(lines)


@pytest.mark.parametrize("path", [LESSON, "pack.yaml", "bibliography.yaml"])
@given(seed=st.integers(0, 2**32))
@example(seed=409)  # two lines became one source's key: too long, and no key after it was cut
def test_any_damage_to_a_file_is_loaded_or_refused_at_a_line_that_it_has(path, seed):
    base = pack()
    damaged = with_file(base, path, _mutated(base.files[path], seed))

    read = read_pack(damaged)

    assert (read.pack is None) == bool(read.problems)
    for problem in lint_pack(damaged, TODAY):
        assert 1 <= problem.line <= max(1, damaged.files[problem.path].count(b"\n") + 1)


json_like = st.recursive(
    st.text(max_size=5) | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["key", "text", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(field=st.sampled_from([*lesson(), "review_by", "notice", "extra"]), value=json_like)
def test_any_value_in_any_field_is_loaded_or_refused(field, value):
    fields = lesson() | {field: value}
    changed = with_file(pack(), LESSON, yaml.safe_dump(fields, sort_keys=False).encode())

    read = read_pack(changed)

    assert (read.pack is None) == bool(read.problems)
    assert lint_pack(changed, TODAY) is not None


def test_folder_that_is_not_there_is_refused_without_a_pack(tmp_path):
    read = read_pack(load_folder(tmp_path / "none"))

    assert read.pack is None
    assert {problem.code for problem in read.problems} >= {"F101"}


@pytest.mark.parametrize("key", ["a b" * 30, "-" * 80, "é" * 61, "A" * 61, "lee-2018 " * 9])
def test_a_sources_key_that_is_too_long_and_no_key_either_is_one_problem_at_its_line(key):
    fields = lesson() | {"sources": [key]}
    changed = with_file(pack(), LESSON, yaml.safe_dump(fields, sort_keys=False).encode())

    read = read_pack(changed)

    assert read.pack is None
    assert [problem.path for problem in read.problems] == [LESSON]
