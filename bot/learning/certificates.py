"""Certificates: what a learner can have one about, issuing it, and checking a code."""

import secrets
from datetime import datetime
from typing import NamedTuple

from bot.domain import certificate as rules
from bot.domain.certificate import Achievement, AnsweredLesson, Certificate
from bot.domain.cohort import CODE_ALPHABET
from bot.domain.learner import Person
from bot.errors import NotFound, Refused
from bot.language import current_language, mark
from bot.language import gettext as _
from bot.learning import enrollment, planning
from bot.learning.library import Curriculum, Library
from bot.storage import Session
from bot.storage import certificates as queries
from bot.storage import practice as practice_queries
from bot.storage.tables import Certificate as CertificateRow
from bot.storage.tables import Learner

NOT_COMPLETE = mark("There is nothing to certify yet, or that program changed. Nothing was changed.")
NO_NAME = mark("Enter the name that the certificate should show.")
NAME_TOO_LONG = mark("The name is longer than {most} characters. Please shorten it.")
UNPRINTABLE = mark(
    "I can't print {letters} on a certificate yet. Please write the name in Latin, Greek, Cyrillic, or Hebrew letters."
)


class Answered(NamedTuple):
    """What a learner answered, by lesson id, and what they can have a certificate about."""

    lessons: dict[str, AnsweredLesson]
    achievements: tuple[Achievement, ...]


def list_achievements(session: Session, library: Library, person: Person) -> tuple[Achievement, ...]:
    """Return what a learner can have a certificate about. Refused if they haven't started."""
    learner = enrollment.get_started_learner(session, person)
    return find_answered(session, library, library.get_curriculum(session, person.in_workspace), learner).achievements


def find_answered(session: Session, library: Library, curriculum: Curriculum, learner: Learner) -> Answered:
    """Return the lessons that a learner answered, and what they can have a certificate about.

    A lesson counts once, on the day on which it was answered first, under the skill that it had then.
    """
    answers = practice_queries.list_answers(session, learner.id)
    lessons = library.get_readable_lessons(session, {each.revision_id for each in answers})
    answered: dict[str, AnsweredLesson] = {}
    for each in answers:
        if (lesson := lessons.get(each.revision_id)) is not None:
            answered.setdefault(lesson.id, AnsweredLesson(lesson.skill.name, each.learning_day))
    taught = curriculum.lessons_by_id.keys()
    return Answered(answered, rules.find_achievements(curriculum.programs, learner.program, taught, answered))


def issue_certificate(
    session: Session, library: Library, person: Person, slug: str | None, name: str, now: datetime
) -> Certificate:
    """Issue a certificate about a program (slug) or, with None, all lessons, in the language of the work at hand.

    For what was certified before, return that certificate: with the name as it is entered now. Raises Refused if the
    name can't be printed, and NotFound if there is nothing to certify.
    """
    printed = check_name(name)
    learner = enrollment.get_started_learner(session, person)
    curriculum = library.get_curriculum(session, person.in_workspace)
    achievements = find_answered(session, library, curriculum, learner).achievements
    achieved = next((each for each in achievements if each.slug == slug), None)
    if achieved is None:
        raise NotFound(_(NOT_COMPLETE))
    row = queries.find_of_state(session, learner.id, slug or "", achieved.lessons, achieved.last_day)
    if row is None:
        row = CertificateRow(
            code=_new_code(session),
            learner_id=learner.id,
            name=session.cipher.encrypt(printed),
            slug=slug or "",
            program=achieved.program,
            lessons=achieved.lessons,
            minutes=achieved.minutes,
            skills=list(achieved.skills),
            first_day=achieved.first_day,
            last_day=achieved.last_day,
            issued_on=planning.get_learning_day(learner, now),
            language=current_language(),
            at=now,
        )
        session.add(row)
        session.flush()
    elif session.cipher.try_decrypt(row.name) != printed:
        session.delete_words_for_good()
        row.name = session.cipher.encrypt(printed)
    row.language = current_language()
    return _build(session, row, learner.team_id)


def check_name(typed: str) -> str:
    """Return a name as it is printed. Raises Refused if nothing is left of it, or if it is too long."""
    name = rules.clean_name(typed)
    if not name:
        raise Refused(_(NO_NAME))
    if len(name) > rules.MAX_NAME_LENGTH:
        raise Refused(_(NAME_TOO_LONG, most=rules.MAX_NAME_LENGTH))
    if letters := rules.find_unprintable(name):
        raise Refused(_(UNPRINTABLE, letters=letters))
    return name


def find_certificate(session: Session, code: str) -> Certificate | None:
    """Return the certificate with this code, as it is stored (`read_code`); None if there is none."""
    found = queries.find_by_code(session, code)
    return _build(session, *found) if found else None


def list_certificates(session: Session, learner: Learner) -> tuple[Certificate, ...]:
    """Return a learner's certificates, oldest first."""
    return tuple(_build(session, row, learner.team_id) for row in queries.list_of_learner(session, learner.id))


def _build(session: Session, row: CertificateRow, team_id: str) -> Certificate:
    return Certificate(
        code=row.code,
        name=session.cipher.try_decrypt(row.name),
        program=row.program,
        lessons=row.lessons,
        minutes=row.minutes,
        skills=tuple(row.skills),
        first_day=row.first_day,
        last_day=row.last_day,
        issued_on=row.issued_on,
        language=row.language,
        team_id=team_id,
    )


def _new_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(CODE_ALPHABET) for _place in range(rules.CODE_LENGTH))
        if queries.find_by_code(session, code) is None:
            return code
