"""What admins, authors, and operators did is recorded with it, and nothing that a learner does."""

from datetime import timedelta

import pytest

from bot.domain.audience import Audience
from bot.domain.audit import AUDIT_RETENTION, AuditAction, describe_action
from bot.domain.learner import Person
from bot.domain.lesson import Pack
from bot.domain.roles import Role
from bot.learning import (
    audit_log,
    pack_audiences,
    pack_removal,
    pack_versions,
    packs,
    practice,
    privacy,
    retractions,
    roles,
)
from bot.learning.audit_log import PAGE_SIZE, AuditEvent
from bot.learning.pack_audiences import AudienceChange
from bot.storage.packs import EVERYONES_SCOPE
from tests.builders import CLERK, NURSE, TEAM, lesson
from tests.builders import pack as make_pack
from tests.ward import Ward

ADMIN = Person(TEAM, "U0ADMIN")


def own_pack(version: str = "1.0") -> Pack:
    return make_pack(lesson("count-twice"), lesson(f"read-back-{version}"), slug="pharmacy", version=version)


def load(ward: Ward, pack: Pack, scope: str = TEAM, by: str = ADMIN.user_id) -> int:
    return ward.run(packs.load_pack, pack, scope, by, ward.clock()).version_id


def events(ward: Ward) -> list[AuditEvent]:
    """What was done since the ward's own pack was loaded, oldest first."""
    return list(ward.run(audit_log.list_events, None, None))[1:]


def actions(ward: Ward) -> list[tuple[str, str]]:
    return [(each.action.value, each.subject) for each in events(ward)]


def test_all_that_is_done_with_packs_is_recorded(ward: Ward):
    name = own_pack().name
    first = load(ward, own_pack())
    load(ward, own_pack())  # changes nothing
    second = load(ward, own_pack("2.0"))
    ward.run(packs.roll_back_pack, second, TEAM, ADMIN.user_id, ward.clock())
    retracted = ward.run(
        retractions.retract_lesson, ward.library, first, TEAM, "count-twice", "Wrong", ADMIN.user_id, ward.clock()
    )
    ward.run(retractions.lift_retraction, ward.library, retracted.retraction_id, TEAM, ADMIN.user_id, ward.clock())
    change = AudienceChange(Audience.CHOSEN, [NURSE.user_id])
    ward.run(pack_audiences.change_audience, first, ADMIN, change, ward.clock())
    ward.run(pack_removal.remove_pack, first, TEAM, ADMIN.user_id, ward.clock())

    title = retracted.title
    assert actions(ward) == [
        ("pack.loaded", f"{name} 1.0"),
        ("pack.loaded", f"{name} 2.0"),
        ("pack.rolled_back", f"{name} 2.0"),
        ("lesson.retracted", f"“{title}” of {name}"),
        ("lesson.used_again", f"“{title}”"),
        ("pack.audience_set", f"{name} 1.0: chosen people"),
        ("pack.removed", f"{name} 1.0"),
    ]
    assert {each.by for each in events(ward)} == {ADMIN.user_id}
    assert NURSE.user_id not in str(events(ward)), "who was chosen is nobody's business"


def test_what_learners_do_is_not_recorded(ward: Ward):
    ward.enrol(NURSE)
    ward.clock.set("2026-03-03 10:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock())

    assert events(ward) == []


def test_a_workspace_reads_what_was_done_there_and_for_everyone(ward: Ward):
    load(ward, own_pack())
    load(ward, make_pack(lesson("for-all"), slug="all"), EVERYONES_SCOPE, pack_versions.OPERATOR)
    load(ward, make_pack(lesson("elsewhere"), slug="theirs"), "T0CLINIC", "U0OTHER")

    page = ward.run(audit_log.read_page, ADMIN, None, ward.clock())

    newest, before, *_ = [(each.team_id, each.by) for each in page.events]
    assert newest == (EVERYONES_SCOPE, pack_versions.OPERATOR)
    assert before == (TEAM, ADMIN.user_id)
    assert "U0OTHER" not in str(page)


def test_the_log_is_read_page_by_page(ward: Ward):
    for number in range(PAGE_SIZE + 5):
        load(ward, own_pack(f"1.{number}"))

    newest = ward.run(audit_log.read_page, ADMIN, None, ward.clock())
    oldest = ward.run(audit_log.read_page, ADMIN, newest.older_than, ward.clock())

    assert len(newest.events) == PAGE_SIZE
    assert newest.events[-1].id == newest.older_than
    assert oldest.older_than is None
    assert len({each.id for each in (*newest.events, *oldest.events)}) == PAGE_SIZE + 6


def test_entries_are_kept_for_two_years(ward: Ward):
    load(ward, own_pack())
    ward.clock.advance(days=AUDIT_RETENTION.days)
    load(ward, own_pack("2.0"))
    ward.clock.advance(days=1)

    assert len(ward.run(audit_log.read_page, ADMIN, None, ward.clock()).events) == 1, "even before they are deleted"
    ward.run(audit_log.delete_old_entries, ward.clock())

    kept = ward.run(audit_log.list_events, None, None)
    assert [each.subject for each in kept] == [f"{own_pack().name} 2.0"]
    assert ward.run(audit_log.list_events, None, ward.clock() + timedelta(days=1)) == ()


def test_an_author_is_made_and_unmade_and_both_are_recorded(ward: Ward):
    assert ward.run(roles.change_people, ADMIN, Role.AUTHOR, [], [CLERK.user_id, NURSE.user_id], ward.clock())
    assert ward.run(roles.is_author, CLERK)
    assert not ward.run(roles.is_author, Person("T0CLINIC", CLERK.user_id)), "only in this workspace"
    both = [CLERK.user_id, NURSE.user_id]

    assert ward.run(roles.change_people, ADMIN, Role.AUTHOR, both, [NURSE.user_id], ward.clock()) == (CLERK.user_id,)

    assert not ward.run(roles.is_author, CLERK)
    assert ward.run(roles.list_people, TEAM, Role.AUTHOR) == (NURSE.user_id,)
    assert ward.run(roles.change_people, ADMIN, Role.AUTHOR, [NURSE.user_id], [NURSE.user_id], ward.clock()) == ()
    assert [(each.action, each.person) for each in events(ward)] == [
        (AuditAction.ROLE_GIVEN, CLERK.user_id),
        (AuditAction.ROLE_GIVEN, NURSE.user_id),
        (AuditAction.ROLE_TAKEN, CLERK.user_id),
    ]


def test_an_old_list_of_authors_undoes_nothing_that_happened_since(ward: Ward):
    ward.enrol(CLERK)
    ward.run(roles.change_people, ADMIN, Role.AUTHOR, [], [CLERK.user_id], ward.clock())
    ward.run(roles.change_people, ADMIN, Role.AUTHOR, [CLERK.user_id], [CLERK.user_id, "U0SINCE"], ward.clock())
    ward.run(privacy.erase_learner, CLERK, ward.clock())

    chosen = [CLERK.user_id, NURSE.user_id]
    changed = ward.run(roles.change_people, ADMIN, Role.AUTHOR, [CLERK.user_id], chosen, ward.clock())

    assert changed == (NURSE.user_id,)
    assert set(ward.run(roles.list_people, TEAM, Role.AUTHOR)) == {NURSE.user_id, "U0SINCE"}


def test_delete_me_ends_a_role_and_takes_the_id_out_of_the_log(ward: Ward):
    ward.enrol(CLERK)
    ward.run(roles.change_people, ADMIN, Role.AUTHOR, [], [CLERK.user_id], ward.clock())
    load(ward, own_pack(), by=CLERK.user_id)

    ward.run(privacy.erase_learner, CLERK, ward.clock())

    assert not ward.run(roles.is_author, CLERK)
    assert [(each.by, each.person) for each in events(ward)] == [(ADMIN.user_id, "erased"), ("erased", None)]


@pytest.mark.parametrize("action", list(AuditAction))
def test_each_action_is_said_in_a_sentence(action: AuditAction):
    said = describe_action(action, "Pharmacy 1.0", "Ben", "Amara")

    assert said
    assert "{" not in said
