"""Certificates: one for each state of what was learned, gone with everything else, and readable by their code alone."""

from datetime import date

import pytest
from sqlmodel import col, func, select, update

from bot.domain.certificate import Certificate
from bot.errors import NotFound, Refused
from bot.language import in_current_language, use_language
from bot.learning import certificates, packs, privacy, programs, progress
from bot.storage import Session
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Certificate as CertificateRow
from tests.answered import answer_in_the_past
from tests.builders import CLERK, NURSE, lesson, pack, program, six_lessons
from tests.ward import Ward

IDS = [each.id for each in six_lessons().lessons]
PATH = program(*IDS[:3])


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward with a program of three lessons, twenty more lessons, and a nurse who has started."""
    more = [lesson(f"more-{number:02}") for number in range(20)]
    made = pack(*six_lessons().lessons, *more, version="2.0", programs=(PATH,))
    ward.run(packs.load_pack, made, EVERYONES_SCOPE, "rounds", ward.clock())
    ward.clock.set("2026-03-02 09:00")
    ward.enrol(NURSE)
    return ward


def issue(ward: Ward, slug: str | None = "first-weeks", name: str = "Amara Okafor") -> Certificate:
    asked = in_current_language(certificates.issue_certificate)
    return ward.run(asked, ward.library, NURSE, slug, name, ward.clock())


def find(ward: Ward, code: str) -> Certificate | None:
    return ward.run(certificates.find_certificate, code)


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(CertificateRow)).one()


def test_a_finished_program_is_certified_and_its_code_says_so(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])

    issued = issue(ward)

    assert find(ward, issued.code) == issued
    assert (issued.name, issued.program, issued.lessons, issued.minutes) == ("Amara Okafor", "First weeks", 3, 15)
    assert (issued.first_day, issued.last_day) == (date(2025, 3, 3), date(2025, 3, 5))
    assert issued.issued_on == date(2026, 3, 2)
    assert issued.skills == ("Financial proficiency", "Conflict resolution")


def test_the_same_state_has_one_certificate_however_often_it_is_asked_for(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])

    first, second = issue(ward), issue(ward, name="  Amara   Okafor ")

    assert first == second
    assert ward.run(count) == 1


def test_a_corrected_name_replaces_the_one_before(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])

    first, second = issue(ward, name="Amara Okafro"), issue(ward)

    assert second.code == first.code
    assert find(ward, first.code) == second
    assert ward.run(count) == 1


def test_more_lessons_bring_another_certificate_and_the_first_stays_valid(ward: Ward) -> None:
    more = [f"more-{number:02}" for number in range(20)]
    ward.run(answer_in_the_past, NURSE, more)
    first = issue(ward, None)
    ward.run(answer_in_the_past, NURSE, IDS[:1], date(2026, 2, 2))

    second = issue(ward, None)

    assert (first.program, first.lessons, second.lessons) == (None, 20, 21)
    assert first.code != second.code
    assert find(ward, first.code) == first


def test_a_lesson_that_was_answered_twice_counts_once(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])
    ward.run(answer_in_the_past, NURSE, IDS[:1], date(2026, 2, 2))

    issued = issue(ward)

    assert (issued.lessons, issued.last_day) == (3, date(2025, 3, 5))


def test_what_is_not_complete_is_not_certified(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:2])

    with pytest.raises(NotFound, match="nothing to certify"):
        issue(ward)
    with pytest.raises(NotFound, match="nothing to certify"):
        issue(ward, None)
    assert ward.run(count) == 0


@pytest.mark.parametrize(
    ("name", "said"), [("\u202e ", "Enter the name"), ("x" * 81, "longer than 80"), ("李明", "can't print 李明")]
)
def test_a_name_that_cannot_be_printed_is_refused_with_the_reason(ward: Ward, name: str, said: str) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])

    with pytest.raises(Refused, match=said):
        issue(ward, name=name)
    assert ward.run(count) == 0


def test_a_certificate_is_for_those_who_have_started(ward: Ward) -> None:
    ward.meet(CLERK)

    with pytest.raises(Refused, match="haven't started"):
        ward.run(certificates.list_achievements, ward.library, CLERK)


def test_the_name_is_encrypted(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])
    issue(ward)

    stored = ward.run(lambda session: session.exec(select(CertificateRow.name)).one())

    assert b"Amara" not in stored


def test_a_certificate_keeps_the_language_that_it_was_asked_for_in(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])
    with use_language("de"):
        issued = issue(ward)

    found = find(ward, issued.code)

    assert found is not None
    assert found.language == "de"


def test_deleting_everything_makes_the_code_unknown(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])
    code = issue(ward).code

    ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert find(ward, code) is None
    assert ward.run(count) == 0


def test_certificates_are_in_the_export(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])
    issued = issue(ward)

    export = ward.run(privacy.export_learner, ward.library, NURSE, ward.clock())

    assert export.certificates == (issued,)


def test_a_name_that_no_key_decrypts_is_not_made_up(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, IDS[:3])
    code = issue(ward).code
    garbled = update(CertificateRow).where(col(CertificateRow.code) == code).values(name=b"x")
    ward.run(lambda session: session.exec(garbled))

    found = find(ward, code)

    assert found is not None
    assert found.name is None


def test_progress_counts_lessons_and_says_what_is_missing_for_a_certificate(ward: Ward) -> None:
    ward.run(answer_in_the_past, NURSE, [f"more-{number:02}" for number in range(12)])

    view = ward.run(progress.read_progress, ward.library, NURSE, ward.clock())

    assert (view.lessons, view.since, view.reflections) == (12, date(2025, 3, 3), 0)
    assert (view.achievements, view.lessons_until_certificate) == ((), 8)


def test_somebody_in_a_program_is_told_of_its_end_and_not_of_twenty_lessons(ward: Ward) -> None:
    ward.run(programs.follow_program, ward.library, NURSE, "first-weeks", ward.clock())
    ward.run(answer_in_the_past, NURSE, IDS[:1])

    view = ward.run(progress.read_progress, ward.library, NURSE, ward.clock())

    assert view.program is not None
    assert view.lessons_until_certificate is None
