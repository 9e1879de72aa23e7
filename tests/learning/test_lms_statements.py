"""What an LMS is told about an answer: only with consent, from then on, and never the answer itself."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.lesson import OPTION_LETTERS, Lesson, Pack
from bot.errors import NotFound, Refused
from bot.learning import lms_consents, lms_statements, packs, practice, privacy, programs
from bot.storage import Session
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LmsStatement
from tests.builders import CLERK, NURSE, TEAM, SetClock, lesson, program, six_lessons
from tests.builders import pack as make_pack
from tests.ward import Ward

HOST, PAGE = "lms.example", "https://hospital.slack.com/"
PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"


def consent(ward: Ward, host: str = HOST) -> lms_consents.LmsConsentView:
    return ward.run(lms_consents.give_consent, NURSE, host, PAGE, ward.clock())


def answer_lesson(ward: Ward, choice: str = "B") -> Lesson:
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    return ward.run(practice.answer_lesson, ward.library, NURSE, ref, choice, ward.clock()).state.lesson


def waiting(ward: Ward) -> list[dict[str, Any]]:
    def read(session: Session) -> list[dict[str, Any]]:
        return [row.content for row in session.exec(select(LmsStatement)).all()]

    return sorted(ward.run(read), key=lambda each: str(each["verb"]["id"]))


def verbs(ward: Ward) -> list[str]:
    return [each["verb"]["id"].rpartition("/")[2] for each in waiting(ward)]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    else:
        yield str(value)


@pytest.fixture
def morning(ward: Ward) -> SetClock:
    """A morning on which the nurse's lesson is due."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    return ward.clock


def test_a_lesson_that_comes_again_isnt_told_again(ward: Ward, morning: SetClock) -> None:
    consent(ward)
    shown = []
    for day in (2, 3, 4, 5, 6, 9, 10, 11):
        ward.clock.set(f"2026-03-{day:02} 09:00")
        shown.append(answer_lesson(ward, "B").id)

    assert len(set(shown)) < len(shown), "some came again"
    assert verbs(ward).count("answered") == verbs(ward).count("completed") == len(set(shown))


def test_without_consent_nothing_is_written(ward: Ward, morning: SetClock) -> None:
    answer_lesson(ward)

    assert waiting(ward) == []


def test_with_consent_an_answer_makes_three_statements(ward: Ward, morning: SetClock) -> None:
    consent(ward)

    shown = answer_lesson(ward)

    assert verbs(ward) == ["answered", "completed", "progressed"]
    answered, completed, progressed = waiting(ward)
    iri = f"urn:rounds:pack:essentials:lesson:{shown.id}"
    account = {"objectType": "Agent", "account": {"homePage": PAGE, "name": NURSE.user_id}}
    assert all(each["actor"] == account for each in waiting(ward))
    assert all(each["timestamp"] == "2026-03-02T09:00:00.000Z" for each in waiting(ward))
    assert (answered["object"]["id"], completed["object"]["id"]) == (f"{iri}:question", iri)
    assert completed["object"]["definition"] == {
        "type": "http://adlnet.gov/expapi/activities/lesson",
        "name": {"en": shown.title},
    }
    assert completed["result"] == {"completion": True}
    assert "result" not in answered
    assert progressed["object"]["id"] == "urn:rounds:pack:essentials"
    assert progressed["result"] == {"extensions": {PROGRESS: 16}}  # one of six


@pytest.mark.parametrize("choice", ["A", "B", "C"])
def test_nothing_tells_what_was_chosen_or_whether_it_was_right(ward: Ward, morning: SetClock, choice: str) -> None:
    consent(ward)
    shown = answer_lesson(ward, choice)

    told = waiting(ward)

    whole = json.dumps(told)
    for option in shown.question.options:
        assert option.text not in whole
        assert option.explanation not in whole
    assert shown.question.stem not in whole
    assert not set(strings(told)) & {*OPTION_LETTERS, *OPTION_LETTERS.lower()}
    assert not {"response", "success", "score"} & set(strings(told))


def test_statements_about_a_right_and_a_wrong_answer_differ_in_their_ids_alone(ward: Ward, morning: SetClock) -> None:
    def told(choice: str, person_ref: int) -> list[dict[str, Any]]:
        ward.clock.set(f"2026-03-0{person_ref} 09:00")
        shown = answer_lesson(ward, choice)
        found = [each for each in waiting(ward) if shown.id in json.dumps(each)]
        return [
            {name: value for name, value in json.loads(json.dumps(each).replace(shown.id, "x").replace(
                shown.title, "y")).items() if name not in {"id", "timestamp"}}
            for each in found
        ]  # fmt: skip

    consent(ward)

    assert told("A", 2) == told("B", 3)


def test_what_was_answered_before_the_consent_is_never_told(ward: Ward, morning: SetClock) -> None:
    before = answer_lesson(ward)
    consent(ward)
    ward.clock.set("2026-03-03 09:00")

    answer_lesson(ward)

    assert before.id not in json.dumps(waiting(ward))
    assert waiting(ward)[-1]["result"] == {"extensions": {PROGRESS: 33}}  # but the share counts it, as the modal says


def test_a_second_choice_tells_nothing_more(ward: Ward, morning: SetClock) -> None:
    consent(ward)
    answer_lesson(ward, "A")

    ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())

    assert len(waiting(ward)) == 3


def test_an_answer_that_fails_tells_nothing(ward: Ward, morning: SetClock) -> None:
    consent(ward)

    with pytest.raises(KeyError):
        answer_lesson(ward, "D")

    assert waiting(ward) == []


def test_in_a_program_its_progress_is_told(ward: Ward, morning: SetClock) -> None:
    lessons = six_lessons().lessons
    path = program(lessons[2].id, lessons[0].id)
    ward.run(packs.load_pack, make_pack(*lessons, programs=(path,), version="1.1"), EVERYONES_SCOPE, "x", ward.clock())
    ward.run(programs.follow_program, ward.library, NURSE, path.slug, ward.clock())
    consent(ward)

    shown = answer_lesson(ward)

    assert shown.id == lessons[2].id
    assert waiting(ward)[-1]["object"]["id"] == f"urn:rounds:pack:essentials:program:{path.slug}"
    assert waiting(ward)[-1]["result"] == {"extensions": {PROGRESS: 50}}


def test_a_workspaces_own_lesson_has_an_id_of_that_workspace(ward: Ward) -> None:
    own: Pack = make_pack(lesson("own-01"), slug="own")
    ward.enrol(NURSE)
    ward.run(packs.load_pack, own, TEAM, "x", ward.clock())
    consent(ward)
    for day in range(2, 7):
        ward.clock.set(f"2026-03-0{day} 09:00")
        answer_lesson(ward)
    ward.clock.set("2026-03-09 09:00")
    answer_lesson(ward)
    ward.clock.set("2026-03-10 09:00")
    answer_lesson(ward)

    assert f"urn:rounds:{TEAM.lower()}:pack:own:lesson:own-01" in [each["object"]["id"] for each in waiting(ward)]


def test_turning_it_off_drops_what_waits_and_stops_at_once(ward: Ward, morning: SetClock) -> None:
    consent(ward)
    answer_lesson(ward)

    ended = ward.run(lms_consents.end_consent, NURSE, ward.clock())

    assert ended is not None
    assert ended.waiting == 3
    assert waiting(ward) == []
    ward.clock.set("2026-03-03 09:00")
    answer_lesson(ward)
    assert waiting(ward) == []
    view = ward.run(lms_consents.read_consent, NURSE)
    assert view is not None
    assert not view.holds_for(HOST)


def test_a_consent_holds_for_one_host(ward: Ward, morning: SetClock) -> None:
    view = consent(ward)
    answer_lesson(ward)

    assert (view.holds_for(HOST), view.holds_for("other.example")) == (True, False)
    assert ward.run(lms_statements.claim_statements, "other.example", ward.clock(), 50) == []
    consent(ward, "other.example")
    assert waiting(ward) == []  # what waited was for the first host


def test_giving_the_same_consent_again_drops_nothing(ward: Ward, morning: SetClock) -> None:
    first = consent(ward)
    answer_lesson(ward)
    ward.clock.advance(hours=1)

    again = consent(ward)

    assert (again.given_at, again.waiting) == (first.given_at, 3)


def test_an_account_without_a_home_page_is_refused(ward: Ward, morning: SetClock) -> None:
    with pytest.raises(Refused, match="which account"):
        ward.run(lms_consents.give_consent, NURSE, HOST, "", ward.clock())

    assert ward.run(lms_consents.read_consent, NURSE) is None


def test_strangers_have_no_consent(ward: Ward) -> None:
    assert ward.run(lms_consents.find_told_host, CLERK) is None
    with pytest.raises(NotFound):
        ward.run(lms_consents.give_consent, CLERK, HOST, PAGE, ward.clock())


def test_deleting_everything_drops_what_waits_and_says_who_was_told(ward: Ward, morning: SetClock) -> None:
    consent(ward)
    answer_lesson(ward)

    erased = ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert erased.told_host == HOST
    assert waiting(ward) == []


def test_the_export_names_the_consent(ward: Ward, morning: SetClock) -> None:
    consent(ward)

    exported = ward.run(privacy.export_learner, ward.library, NURSE, ward.clock())

    assert exported.consent is not None
    assert (exported.consent.host, exported.consent.home_page) == (HOST, PAGE)


def test_nobody_else_claims_what_is_claimed(ward: Ward, morning: SetClock) -> None:
    consent(ward)
    answer_lesson(ward)

    first = ward.run(lms_statements.claim_statements, HOST, ward.clock(), 2)
    second = ward.run(lms_statements.claim_statements, HOST, ward.clock(), 50)
    third = ward.run(lms_statements.claim_statements, HOST, ward.clock(), 50)

    assert [len(each) for each in (first, second, third)] == [2, 1, 0]
    ward.clock.advance(seconds=lms_statements.CLAIM_DURATION.total_seconds())
    assert len(ward.run(lms_statements.claim_statements, HOST, ward.clock(), 50)) == 3


def test_what_waited_for_thirty_days_is_dropped_and_not_sent(ward: Ward, morning: SetClock) -> None:
    consent(ward)
    answer_lesson(ward)
    ward.clock.advance(days=30, seconds=-1)
    assert ward.run(lms_statements.drop_expired, ward.clock(), 10) == 0
    ward.clock.advance(seconds=1)

    assert ward.run(lms_statements.claim_statements, HOST, ward.clock(), 50) == []
    assert ward.run(lms_statements.drop_expired, ward.clock(), 2) == 2
    assert ward.run(lms_statements.drop_expired, ward.clock(), 2) == 1
    assert timedelta(days=30) == lms_statements.RETENTION
    assert waiting(ward) == []
