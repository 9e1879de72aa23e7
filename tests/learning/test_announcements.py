"""A message to a cohort: once to each who started and hasn't paused, one a day, and nothing that tells on anybody."""

from datetime import date, datetime

import pytest
from sqlmodel import select

from bot.domain.announcement import MAX_WORDS_LENGTH
from bot.domain.audit import AuditAction
from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.errors import NotFound, Refused
from bot.learning import (
    announcements,
    audit_log,
    cohorts,
    deactivation,
    enrollment,
    privacy,
    workspace_lifecycle,
)
from bot.learning.announcements import AnnouncementView, TakenBack
from bot.learning.cohorts import CohortView
from bot.storage import Session
from bot.storage.tables import Announcement, Delivery, SendState
from tests.builders import CLERK, NURSE, TEAM
from tests.engine_kinds import KINDS
from tests.learning.test_cohorts import ADMIN, LEAD, add, start
from tests.ward import Ward

WORDS = "We meet on Thursday at 3, in room 12."
MATRON = Person(TEAM, "U0MATRON")


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward on a Tuesday morning, at work."""
    ward.clock.set("2026-03-10 10:00")
    for person in (ADMIN, LEAD):
        ward.meet(person)
    return ward


def begin(ward: Ward, *people: Person) -> CohortView:
    """A cohort of these people, who have started."""
    cohort = start(ward, CohortDraft("Spring managers", date(2026, 3, 9), lead=LEAD.user_id))
    for person in people:
        ward.enrol(person)
    add(ward, cohort, *people)
    return cohort


def announce(
    ward: Ward, cohort: CohortView, words: str = WORDS, person: Person = LEAD, *, is_admin: bool = False
) -> AnnouncementView:
    return ward.run(announcements.announce, person, cohort.id, words, is_admin, ward.clock())


def take_back(ward: Ward, sent: AnnouncementView, person: Person = LEAD, *, is_admin: bool = False) -> TakenBack:
    return ward.run(announcements.take_back, person, sent.id, is_admin, ward.clock())


def came(ward: Ward, *times: str) -> list[tuple[str, str, str]]:
    """Deliver at each of these times. Return when whom which announcement reached."""
    found = []
    for at in times:
        ward.clock.set(at)
        for sent in ward.deliver():
            if sent.kind == DeliveryKindName.ANNOUNCEMENT:
                text = KINDS[sent.kind].build(None, ward.clock().date(), sent.formats, sent.extras).text
                found.append((at, sent.user_id, text))
    return found


def who(ward: Ward, *times: str) -> list[str]:
    return sorted(user_id for _at, user_id, _text in came(ward, *times))


def stored(ward: Ward) -> list[str | None]:
    return ward.run(lambda session: [each.words for each in session.exec(select(Announcement))])


def rows(ward: Ward) -> list[tuple[str, str | None]]:
    def read(session: Session) -> list[tuple[str, str | None]]:
        found = select(Delivery).where(Delivery.kind == DeliveryKindName.ANNOUNCEMENT)
        return sorted((str(each.state), each.reason) for each in session.exec(found))

    return ward.run(read)


def test_it_says_who_wrote_it_to_whom_and_reads_as_it_was_typed(ward: Ward) -> None:
    announce(ward, begin(ward, NURSE), "Hello <!channel> & @here *now*:\nThursday.")

    [(_, user_id, text)] = came(ward, "2026-03-10 10:10")

    assert user_id == NURSE.user_id
    assert text.startswith("From <@U0LEAD>, to your group Spring managers:")
    assert "Hello &lt;!channel&gt; &amp; @here *now*:\nThursday." in text


def test_it_comes_once_and_not_before_it_can_be_taken_back(ward: Ward) -> None:
    announce(ward, begin(ward, NURSE, CLERK))

    assert who(ward, "2026-03-10 10:09") == []
    assert who(ward, "2026-03-10 10:10") == [CLERK.user_id, NURSE.user_id]
    assert who(ward, "2026-03-10 10:11", "2026-03-11 10:10", "2026-03-12 10:10") == []


def test_only_people_who_started_and_havent_paused_or_left_get_it(ward: Ward) -> None:
    others = [Person(TEAM, f"U0{name}") for name in ("NEW", "DECLINED", "PAUSED", "UNTIL", "LEFT", "STOPPED")]
    new, declined, paused, until, left, _stopped = others
    cohort = begin(ward, NURSE, *others[2:])
    add(ward, cohort, new, declined)
    ward.run(enrollment.decline_invitation, declined, ward.clock())
    ward.run(enrollment.pause_lessons, paused, None, ward.clock())
    ward.run(enrollment.pause_lessons, until, date(2026, 3, 20), ward.clock())
    ward.run(deactivation.deactivate_learner, ward.find(left).id, ward.clock())
    announce(ward, cohort)
    ward.run(enrollment.pause_lessons, others[5], None, ward.clock())

    assert who(ward, "2026-03-10 10:10", "2026-03-11 10:00", "2026-03-20 10:00") == [NURSE.user_id]


def test_it_comes_in_each_ones_working_hours(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    in_tokyo, in_new_york = Person(TEAM, "U0TOKYO"), Person(TEAM, "U0NY")
    ward.enrol(in_tokyo, tz="Asia/Tokyo")
    ward.enrol(in_new_york, tz="America/New_York")
    add(ward, cohort, in_tokyo, in_new_york)

    announce(ward, cohort)

    times = ("2026-03-10 10:10", "2026-03-10 12:59", "2026-03-10 13:00", "2026-03-10 23:59", "2026-03-11 00:00")
    assert [(at, user_id) for at, user_id, _text in came(ward, *times)] == [
        ("2026-03-10 10:10", NURSE.user_id),
        ("2026-03-10 13:00", in_new_york.user_id),
        ("2026-03-11 00:00", in_tokyo.user_id),
    ]


def test_after_an_outage_it_comes_by_day_and_after_days_not_at_all(ward: Ward) -> None:
    announce(ward, begin(ward, NURSE))
    assert who(ward, "2026-03-11 03:00") == []
    assert who(ward, "2026-03-11 10:10") == [NURSE.user_id]

    ward.clock.set("2026-03-16 10:00")
    announce(ward, ward.run(cohorts.list_cohorts, ward.library, TEAM, None)[0])
    assert who(ward, "2026-03-20 10:10") == []


def test_whoever_joins_later_doesnt_get_it_and_whoever_leaves_neither(ward: Ward) -> None:
    cohort = begin(ward, NURSE, CLERK)
    other = start(ward, CohortDraft("Other", date(2026, 3, 9)))
    announce(ward, cohort)
    ward.clock.advance(minutes=1)
    ward.enrol(MATRON)
    add(ward, cohort, MATRON)
    add(ward, other, CLERK)

    assert who(ward, "2026-03-10 10:10", "2026-03-11 10:10") == [NURSE.user_id]


def test_whoever_moves_to_a_cohort_with_an_older_message_gets_neither(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    other = start(ward, CohortDraft("Other", date(2026, 3, 9)))
    announce(ward, other, "Of the other cohort.", ADMIN, is_admin=True)
    announce(ward, cohort)
    ward.clock.advance(minutes=1)
    add(ward, other, NURSE)

    assert who(ward, "2026-03-10 10:10") == []


def test_one_message_a_day_wherever_the_lead_and_the_admin_are(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    in_tokyo = Person(TEAM, "U0TOKYO")
    ward.meet(in_tokyo, tz="Asia/Tokyo")
    announce(ward, cohort)

    for person, is_admin in ((LEAD, False), (ADMIN, True), (in_tokyo, True)):
        with pytest.raises(Refused, match="already got a message today"):
            announce(ward, cohort, "Another one.", person, is_admin=is_admin)
        with pytest.raises(Refused, match="already got a message today"):
            ward.run(announcements.check_announcing, person, cohort.id, is_admin, ward.clock())
    assert len(came(ward, "2026-03-10 10:10")) == 1

    ward.clock.set("2026-03-11 09:00")
    assert announce(ward, cohort, "Another one.").is_new
    assert len(came(ward, "2026-03-11 09:10")) == 1


def test_a_double_press_sends_nothing_twice(ward: Ward) -> None:
    cohort = begin(ward, NURSE)

    first, second = announce(ward, cohort), announce(ward, cohort)

    assert (first.id, first.is_new, second.is_new) == (second.id, True, False)
    assert len(came(ward, "2026-03-10 10:10", "2026-03-10 10:20")) == 1


@pytest.mark.parametrize("words", ["", " \n ", "\x00\x07", "x" * (MAX_WORDS_LENGTH + 1)])
def test_no_words_and_too_many_are_refused(ward: Ward, words: str) -> None:
    with pytest.raises(Refused):
        announce(ward, begin(ward, NURSE), words)

    assert stored(ward) == []


def test_others_write_to_nobody(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    for person, is_admin in ((NURSE, False), (Person("T0OTHER", "U0ADMIN"), True)):
        with pytest.raises(NotFound):
            announce(ward, cohort, person=person, is_admin=is_admin)

    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())
    with pytest.raises(NotFound):
        announce(ward, cohort)


def test_one_that_is_taken_back_in_time_reached_nobody_and_another_one_can_be_sent(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    sent = announce(ward, cohort, "Tursday")
    ward.clock.set("2026-03-10 10:09")

    assert take_back(ward, sent) == TakenBack("Spring managers", in_time=True)
    assert stored(ward) == []
    announce(ward, cohort, "Thursday")

    [(_, _, text)] = came(ward, "2026-03-10 10:10", "2026-03-10 10:19")
    assert "Thursday" in text


def test_one_that_is_taken_back_later_reaches_nobody_else(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    in_new_york = Person(TEAM, "U0NY")
    ward.enrol(in_new_york, tz="America/New_York")
    add(ward, cohort, in_new_york)
    sent = announce(ward, cohort)
    assert who(ward, "2026-03-10 10:10") == [NURSE.user_id]

    assert take_back(ward, sent) == TakenBack("Spring managers", in_time=False)

    assert stored(ward) == [None]
    assert who(ward, "2026-03-10 13:00") == []
    assert rows(ward) == [("sent", None), ("skipped", "taken_back")]
    with pytest.raises(Refused):
        announce(ward, cohort, "Another one.")
    with pytest.raises(NotFound):
        take_back(ward, sent)


def test_who_may_take_it_back(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    sent = announce(ward, cohort, person=ADMIN, is_admin=True)
    for person, is_admin in ((NURSE, False), (Person("T0OTHER", "U0ADMIN"), True)):
        with pytest.raises(NotFound):
            take_back(ward, sent, person, is_admin=is_admin)

    assert take_back(ward, sent, LEAD).in_time


def test_what_the_sender_is_told_doesnt_depend_on_whether_anybody_gets_it(ward: Ward) -> None:
    """A lead adds one person, and tries everything to find out whether they have started."""
    told = []
    for name, has_started in (("U0STARTED", True), ("U0NEW", False)):
        person = Person(TEAM, name)
        cohort = start(ward, CohortDraft(name, date(2026, 3, 9), lead=LEAD.user_id))
        if has_started:
            ward.enrol(person)
        add(ward, cohort, person)
        ward.clock.set("2026-03-10 10:00")
        sent = announce(ward, cohort)
        came(ward, "2026-03-10 10:10")
        ward.run(announcements.forget_words, ward.clock())
        again = [_outcome(ward, cohort, WORDS), _outcome(ward, cohort, "Other words")]
        told.append((sent.is_new, again, take_back(ward, sent), _outcome(ward, cohort, WORDS)))

    assert told[0][:2] == told[1][:2]
    assert (told[0][2].in_time, told[0][3]) == (told[1][2].in_time, told[1][3])


def _outcome(ward: Ward, cohort: CohortView, words: str) -> str:
    try:
        announce(ward, cohort, words)
    except Refused as refusal:
        return str(refusal)
    return "sent"


def test_the_words_are_forgotten_once_nobody_waits_for_them(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    in_new_york = Person(TEAM, "U0NY")
    ward.enrol(in_new_york, tz="America/New_York")
    add(ward, cohort, in_new_york)
    announce(ward, cohort)
    ward.run(announcements.forget_words, ward.clock())
    came(ward, "2026-03-10 10:10")

    ward.run(announcements.forget_words, ward.clock())
    assert stored(ward) == [WORDS], "New York waits"
    came(ward, "2026-03-10 13:00")
    ward.run(announcements.forget_words, ward.clock())
    assert stored(ward) == [None]

    ward.clock.set("2026-04-10 10:00")
    ward.run(announcements.forget_words, ward.clock())
    assert stored(ward) == []


def test_words_that_slack_may_not_have_are_kept_and_not_forever(ward: Ward) -> None:
    announce(ward, begin(ward, NURSE))
    ward.clock.set("2026-03-10 10:10")
    ward.claim()
    assert (str(SendState.SENDING), None) in rows(ward)

    ward.run(announcements.forget_words, ward.clock())
    assert stored(ward) == [WORDS]
    ward.clock.set("2026-03-28 10:00")
    ward.run(announcements.forget_words, ward.clock())
    assert stored(ward) == [None]


def test_it_can_be_taken_back_until_nobody_can_wait_for_it(ward: Ward) -> None:
    sent = announce(ward, begin(ward, NURSE))
    ward.clock.set("2026-03-27 10:01")

    with pytest.raises(Refused, match="too late"):
        take_back(ward, sent)


def test_closing_the_cohort_takes_it_back(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    announce(ward, cohort)

    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())

    assert who(ward, "2026-03-10 10:10") == []
    ward.run(announcements.forget_words, ward.clock())
    assert stored(ward) == [None]


def test_a_sender_who_deletes_everything_takes_their_words_along(ward: Ward) -> None:
    cohort = begin(ward, NURSE)
    announce(ward, cohort)

    ward.run(privacy.erase_learner, LEAD, ward.clock())

    assert stored(ward) == []
    assert who(ward, "2026-03-10 10:10") == []


def test_a_receiver_who_deletes_everything_leaves_no_row(ward: Ward) -> None:
    announce(ward, begin(ward, NURSE))

    ward.run(privacy.erase_learner, NURSE, ward.clock())

    assert rows(ward) == []


def test_a_workspace_that_is_erased_leaves_no_announcement(ward: Ward) -> None:
    announce(ward, begin(ward, NURSE))
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())
    later: datetime = ward.clock.advance(days=40)
    while ward.run(workspace_lifecycle.erase_part_of_workspace, TEAM, later):
        pass

    assert stored(ward) == []


def test_the_audit_log_has_who_and_which_cohort_and_never_the_words(ward: Ward) -> None:
    sent = announce(ward, begin(ward, NURSE))
    take_back(ward, sent)

    events = [each for each in ward.run(audit_log.list_events, TEAM, None) if "announce" in each.action]

    assert [(each.by, each.action, each.subject, each.person) for each in events] == [
        (LEAD.user_id, AuditAction.COHORT_ANNOUNCED, "Spring managers", None),
        (LEAD.user_id, AuditAction.COHORT_ANNOUNCEMENT_TAKEN_BACK, "Spring managers", None),
    ]
    assert WORDS not in str(events)
