"""The audit finds what gives answers away, names the lessons, and says nothing of packs that are too small to judge."""

from typing import Any

import pytest

from bot.content.answer_cues import CUES, cues_to_answer
from bot.content.audit import MIN_QUESTIONS, PackAudit, audit_pack, format_audit
from bot.content.draft_reader import read_draft
from bot.content.schema import LessonSchema
from tests.content.examples import lesson, pack

BY_NAME = {cue.name: cue for cue in CUES}
EVEN = (
    "Call the desk about the part tonight.",
    "Tell the team about the part tonight.",
    "Ask the lead about it tonight.",
)


def asked(right: int, *texts: str, number: int = 1, **changes: object) -> dict[str, Any]:
    """A lesson with these options, of which the one at `right` is correct."""
    fields = lesson(id=f"handoff-{number:02}", **changes)
    options = [
        {"key": "ABCD"[place], "text": text, "correct": place == right, "explanation": "Because " * 16}
        for place, text in enumerate(texts)
    ]
    return fields | {"question": fields["question"] | {"options": options}}


def parsed(fields: dict[str, Any]) -> LessonSchema:
    return read_draft(pack(("handoff/01-lesson.yaml", fields))).lessons[0].parsed


def audit(*lessons: dict[str, Any]) -> PackAudit:
    return audit_pack(read_draft(pack(*((f"handoff/{each['id'][-2:]}-lesson.yaml", each) for each in lessons))))


@pytest.mark.parametrize(
    ("cue", "right"),
    [
        ("longest option", "Call the desk about the part tonight, in some detail."),
        ("most clauses", "Call the desk, tell them, and go."),
        ("no reason given", "Call the desk about the part tonight."),
        ("fewest absolute words", "Call the desk about the part tonight."),
        ("most hedged", "First call the desk, if it may help."),
        ("most numbers", "Call the desk twice before 7 tonight."),
        ("quotes words", "Say: “It is the part.”"),
    ],
)
def test_each_rule_of_thumb_finds_what_it_looks_for(cue: str, right: str):
    others = {
        "no reason given": ("Call the lead, because it may rain.", "Tell them, so that they know."),
        "fewest absolute words": ("Never call the desk about the part.", "Tell everybody about the part tonight."),
    }.get(cue, EVEN[1:])

    found = parsed(asked(0, right, *others))

    assert BY_NAME[cue].points_to_answer(found)
    assert not BY_NAME[cue].points_to_answer(parsed(asked(1, right, *others)))


def test_the_words_of_tip_title_and_words_to_say_are_looked_for_in_the_options():
    for field, cue in (("tip", "most words of the tip"), ("title", "most words of the title")):
        found = parsed(
            asked(
                1, *EVEN[:1], "Plant seven purple tulips.", EVEN[2], **dict[str, Any]({field: "Planted purple tulips"})
            )
        )
        assert cue in [each.name for each in cues_to_answer(found)]


def test_a_rule_of_thumb_that_ties_prefers_nothing():
    same = parsed(asked(0, *("Call the desk tonight.",) * 3))

    assert [each.name for each in cues_to_answer(same)] == []
    assert all(len(cue.favorites(same)) == 3 for cue in CUES)


def test_a_pack_that_gives_its_answers_away_is_told_how_where_and_what_to_change():
    lessons = [
        asked(
            number % 3,
            *_with(EVEN, number % 3, "Call the desk about the broken part, and all it needs, tonight."),
            number=number,
        )
        for number in range(MIN_QUESTIONS + 5)
    ]

    found = audit(*lessons)

    longest = next(way for way in found.guessing if way.name == "longest option")
    assert (longest.share, longest.decided) == (1.0, len(lessons))
    assert longest in found.breaches
    assert len(longest.worst) == 3
    said = "\n".join(format_audit(found, lessons=True))
    assert "longest option                   1.00   0.17-0.40     45  outside" in said
    assert longest.remedy in said
    assert f"clearest in: {longest.worst[0]}" in said
    assert "handoff/44-lesson.yaml: longest option" in said


def test_a_small_pack_has_figures_but_no_judgment():
    found = audit(asked(0, "Call the desk about the part, and tell them all about it.", *EVEN[1:]))

    assert found.breaches == ()
    assert "proves nothing" in "\n".join(format_audit(found))


def test_an_empty_pack_has_no_figures():
    source = pack()
    without = type(source)(source.name, {path: text for path, text in source.files.items() if "handoff/" not in path})

    assert audit_pack(read_draft(without)) == PackAudit(0, 0.0, (), ())


def test_a_model_learns_from_the_other_skills_what_this_skill_gives_away():
    compliance = [
        (
            f"compliance/{number:02}-lesson.yaml",
            asked(number % 3, *_with(EVEN, number % 3, "Ask the desk, then the lead, and then wait until 9."))
            | {"id": f"compliance-{number:02}", "skill": "compliance"},
        )
        for number in range(MIN_QUESTIONS)
    ]
    handoff = [
        (
            f"handoff/{number:02}-lesson.yaml",
            asked(
                number % 3,
                *_with(EVEN, number % 3, "Ask the team, then the engineer, and then go at 7."),
                number=number,
            ),
        )
        for number in range(MIN_QUESTIONS)
    ]

    found = audit_pack(read_draft(pack(*compliance, *handoff)))

    models = [way for way in found.guessing if way.name.startswith("a model")]
    assert [way.share for way in models] == [1.0, 1.0]
    assert set(models) <= set(found.breaches)


def _with(texts: tuple[str, ...], place: int, text: str) -> tuple[str, ...]:
    return (*texts[:place], text, *texts[place + 1 :])
