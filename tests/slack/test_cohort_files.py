"""A roster file from its upload to its last person: checked after the acknowledgment, shown, and applied once."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import aiohttp
import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import select

from bot.content.cohort_files import is_cohort_file, parse_cohort_file, write_template
from bot.delivery.transactions import Transactions
from bot.domain.cohort import CohortDraft
from bot.domain.cohort_file import FileColumn, FileRow
from bot.domain.learner import Person
from bot.errors import DatabaseBusy, NotFound
from bot.language import LANGUAGES, speak
from bot.learning import cohort_files, cohorts, privacy
from bot.learning.cohorts import CohortView
from bot.sandbox import Sandbox
from bot.slack import listed_people
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.cohort_files import CohortFileHandlers
from bot.slack.listed_people import FEW, PAGE_SIZE, LookupFailed, find_people
from bot.storage.tables import CohortMember
from tests.builders import TEAM
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

ADMIN, LEAD = Person(TEAM, "U0ADMIN"), Person(TEAM, "U0LEAD")
SPRING = CohortDraft("Spring managers", date(2026, 3, 9), lead=LEAD.user_id)


def user(user_id: str, email: str | None = None, **fields: Any) -> dict[str, Any]:
    profile = {"email": email} if email else {}
    return {"id": user_id, "team_id": TEAM, "tz": "Europe/London", "locale": "en-GB", "profile": profile, **fields}


def rows(*named: str) -> list[FileRow]:
    return [
        FileRow(number, FileColumn.EMAIL, each, "") if "@" in each else FileRow(number, FileColumn.USER_ID, "", each)
        for number, each in enumerate(named, start=2)
    ]


def info(found: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "user": found}


def refused(error: str) -> dict[str, Any]:
    return {"ok": False, "error": error}


def page(*users: dict[str, Any], onward: str = "") -> dict[str, Any]:
    return {"ok": True, "members": list(users), "response_metadata": {"next_cursor": onward}}


async def test_a_few_people_are_looked_up_one_by_one(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers("users.lookupByEmail", info({"id": "U0ANA", "profile": {}}))  # which doesn't tell the locale
    slack.answers("users.info", info(user("U0ANA", "ana@example.org")), info(user("U0BEN", tz="Asia/Tokyo")))

    found = await find_people(client, rows("ana@example.org", "U0BEN"), ADMIN)

    assert [(each.user_id, each.slack_tz, each.locale) for each in found.people] == [
        ("U0ANA", "Europe/London", "en-GB"), ("U0BEN", "Asia/Tokyo", "en-GB")
    ]  # fmt: skip
    assert found.problems == ()
    assert slack.calls("users.list") == []


async def test_many_people_are_found_in_the_list_page_by_page(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    emails = [f"person{number}@example.org" for number in range(FEW + 20)]
    everyone = [user(f"U{number:04}", email.upper()) for number, email in enumerate(emails)]
    slack.answers("users.lookupByEmail", info(everyone[0]))
    slack.answers("users.list", page(*everyone[:30], user("U0OTHER", "other@example.org"), onward="more"))
    slack.answers("users.list", page(*everyone[30:]))

    found = await find_people(client, rows(*emails), ADMIN)

    assert [each.user_id for each in found.people] == [each["id"] for each in everyone]
    assert [call.get("limit") for call in slack.calls("users.list")] == [str(PAGE_SIZE)] * 2
    assert len(slack.calls("users.lookupByEmail")) == 1
    assert slack.calls("users.info") == []


async def test_whoever_isnt_in_the_list_is_looked_up(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    """In an Enterprise Grid, a colleague of another workspace is in no list of this one."""
    everyone = [user(f"U{number:04}") for number in range(FEW)]
    colleague = user("U9GRID", team_id="T0OTHER", enterprise_user={"enterprise_id": "E0GRID"})
    slack.answers("users.list", page(*everyone))
    slack.answers("users.info", info(colleague), refused("user_not_found"))

    inviter = replace(ADMIN, enterprise_id="E0GRID")
    found = await find_people(client, rows(*(each["id"] for each in everyone), "U9GRID", "U9GONE"), inviter)

    assert len(found.people) == FEW + 1
    assert [(each.row, each.message[:40]) for each in found.problems] == [
        (FEW + 3, "Nobody here has this Slack member ID. Ch")
    ]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (refused("user_not_found"), "Nobody here has this Slack member ID."),
        (info(user("U0ANA", deleted=True)), "This account is deactivated."),
        (info(user("U0ANA", is_bot=True)), "This is an app, not a person."),
        (info(user("U0ANA", is_invited_user=True)), "This person hasn't joined Slack yet."),
        (info(user("U0ANA", is_stranger=True)), "This person is from another organization"),
        (info(user("U0ANA", team_id="T0OTHER")), "This person is from another organization"),
    ],
)
async def test_whoever_cant_be_in_a_cohort_is_named_by_row(
    slack: ScriptedSlack, client: AsyncWebClient, answer: dict[str, Any], told: str
) -> None:
    slack.answers("users.info", answer)

    found = await find_people(client, rows("U0ANA"), ADMIN)

    assert found.people == ()
    ((row, column, message),) = ((each.row, each.column, each.message) for each in found.problems)
    assert (row, column) == (2, FileColumn.USER_ID)
    assert message.startswith(told)


async def test_slackbot_is_an_app(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers("users.info", info(user("USLACKBOT")))

    assert (await find_people(client, rows("USLACKBOT"), ADMIN)).problems[0].message.startswith("This is an app")


async def test_one_person_by_email_and_by_id_is_named_twice(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    ana = info(user("U0ANA", "ana@example.org"))
    slack.answers("users.lookupByEmail", ana)
    slack.answers("users.info", ana, ana)

    found = await find_people(client, rows("U0ANA", "ana@example.org"), ADMIN)

    assert [each.user_id for each in found.people] == ["U0ANA"]
    assert [(each.row, each.message) for each in found.problems] == [
        (3, "This is the same person as in row 2. Remove one of the two rows.")
    ]


async def test_an_email_beside_the_id_of_somebody_else_is_a_problem(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("users.info", info(user("U0ANA", "ana@example.org")), info(user("U0BEN")))

    found = await find_people(
        client,
        [
            FileRow(2, FileColumn.USER_ID, "ben@example.org", "U0ANA"),
            FileRow(3, FileColumn.USER_ID, "ben@example.org", "U0BEN"),
        ],
        ADMIN,
    )

    assert [(each.row, each.column) for each in found.problems] == [(2, FileColumn.EMAIL)]


async def test_without_the_scope_a_file_with_ids_is_read_and_one_with_emails_says_what_to_do(
    slack: ScriptedSlack, client: AsyncWebClient
) -> None:
    slack.answers("users.info", info(user("U0ANA")))
    assert len((await find_people(client, rows("U0ANA"), ADMIN)).people) == 1
    slack.answers("users.lookupByEmail", refused("missing_scope"))

    found = await find_people(client, rows("U0ANA", "ben@example.org", "cy@example.org"), ADMIN)

    (problem,) = found.problems
    assert (found.people, problem.row) == ((), 0)
    assert "2 rows name somebody by email address alone" in problem.message
    assert "Slack member IDs" in problem.message
    assert listed_people.EMAIL_SCOPE in problem.message


async def test_a_slack_that_fails_is_no_unknown_person(slack: ScriptedSlack, client: AsyncWebClient) -> None:
    slack.answers("users.info", refused("fatal_error"))

    with pytest.raises(LookupFailed, match="Nothing changed"):
        await find_people(client, rows("U0ANA"), ADMIN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_in_each_language_is_read(language: str) -> None:
    speak(language)
    try:
        template = write_template()
    finally:
        speak("en")

    (row,) = parse_cohort_file(template + b"ana@example.org,,Europe/London,2026-03-09\r\n", date(2026, 3, 2)).rows
    assert (row.email, row.tz, row.starts_on) == ("ana@example.org", "Europe/London", date(2026, 3, 9))


def test_only_the_files_that_are_read_may_be_chosen() -> None:
    assert [name for name in ("a.csv", "A.XLSX", "a.xls", "a.pdf", "csv") if is_cohort_file(name)] == [
        "a.csv",
        "A.XLSX",
    ]


@dataclass
class Desk:
    """An admin, or a lead, with a cohort and a file."""

    ward: Ward
    slack: ScriptedSlack
    client: AsyncWebClient
    handlers: CohortFileHandlers
    cohort: CohortView

    async def check(self, content: bytes, name: str = "roster.csv", by: Person = ADMIN) -> dict[str, Any] | None:
        """Submit the modal with a file, and return how it was acknowledged."""
        file = {"name": name, "size": len(content), "url_private_download": f"{self.slack.url}file"}
        self.slack.answers("file", aiohttp.web.Response(body=content))
        ack = AsyncAck()
        values = {"file": {"file": {"files": [file]}}}
        view = {"private_metadata": str(self.cohort.id), "state": {"values": values}}
        await self.handlers.check(ack, view, self.client, by)
        return ack.response.body if ack.response else None  # type: ignore[return-value]

    async def press(self, name: str, file_id: int, by: Person = ADMIN) -> None:
        body = {"actions": [{"value": str(file_id)}], "response_url": f"{self.slack.url}respond"}
        if name == "apply":
            await self.handlers.apply(AsyncAck(), body, self.client, by)
        else:
            await self.handlers.cancel(AsyncAck(), body, by)

    def told(self) -> list[str]:
        """The messages, and what replaced them."""
        return [body["text"] for method, body in self.slack.asked if method in {"chat.postMessage", "respond"}]

    def members(self) -> list[str]:
        return self.ward.run(lambda session: sorted(session.exec(select(CohortMember.user_id)).all()))


@pytest.fixture
def desk(ward: Ward, slack: ScriptedSlack, client: AsyncWebClient, session: aiohttp.ClientSession) -> Desk:
    ward.clock.set("2026-03-02 10:00")
    context = HandlerContext(
        Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS, frozenset({ADMIN.user_id})
    )
    for person in (ADMIN, LEAD):
        ward.meet(person)
    cohort = ward.run(cohorts.start_cohort, ward.library, ADMIN, SPRING, ward.clock())
    return Desk(ward, slack, client, CohortFileHandlers(context), cohort)


def known(desk: Desk, *user_ids: str) -> None:
    desk.slack.answers("users.info", *(info(user(each)) for each in user_ids))


async def test_nothing_is_done_unless_the_file_is_whole(desk: Desk) -> None:
    known(desk, "U0ANA")
    desk.slack.answers("users.info", refused("user_not_found"))

    await desk.check(b"Slack ID,Start\nU0ANA,2026-03-09\nnobody,\nU0CY,soon\n")

    (told,) = desk.told()
    assert "Nothing changed. 3 problems in roster.csv:" in told
    assert "Row 3, Slack member ID: This isn't a Slack member ID" in told
    assert "Row 4, Slack member ID: Nobody here has this" in told
    assert "Row 4, Start date: This isn't a date." in told
    assert desk.members() == []


async def test_twenty_problems_are_listed_and_the_rest_are_counted(desk: Desk) -> None:
    await desk.check(b"Email\n" + b"nobody\n" + b"".join(b"nobody%d\n" % number for number in range(29)))

    (told,) = desk.told()
    assert "30 problems" in told
    assert told.count("This isn't an email address") == 20
    assert "and 10 more" in told


async def test_the_preview_describes_the_file_and_applying_puts_everyone_in(desk: Desk) -> None:
    known(desk, "U0ANA", "U0BEN")
    await desk.check(b"Slack ID,Time zone,Start\nU0ANA,Asia/Tokyo,2026-03-11\nU0BEN,,\n")
    (preview,) = desk.told()
    assert "roster.csv names 2 people for Spring managers. Nothing has changed yet." in preview
    assert "Asia/Tokyo: 1 person" in preview
    assert "as in their Slack profile: 1 person" in preview
    assert "People who are in another cohort move here." in preview
    assert desk.members() == []

    await desk.press("apply", 1)

    assert desk.members() == ["U0ANA", "U0BEN"]
    assert sorted(desk.ward.invited()) == ["U0ANA", "U0BEN"]
    assert "your file is applied. Invitations come from Monday 9 March on" in desk.told()[-1]


async def test_the_preview_is_the_same_whoever_is_in_the_cohort_or_deleted_everything(desk: Desk) -> None:
    content = b"Slack ID\nU0ANA\nU0BEN\n"
    known(desk, *("U0ANA", "U0BEN") * 3)
    await desk.check(content)
    await desk.press("apply", 1)
    await desk.check(content)
    desk.ward.enrol(Person(TEAM, "U0BEN"))
    desk.ward.run(privacy.erase_learner, Person(TEAM, "U0BEN"), desk.ward.clock())
    await desk.check(content)
    await desk.press("apply", 3)

    told = desk.told()
    assert told[0] == told[3] == told[4]
    assert told[2] == told[-1], "what is said after applying is the same, too"
    assert desk.members() == ["U0ANA"]


async def test_a_lead_may_and_is_told_that_nobody_moves(desk: Desk) -> None:
    desk.slack.answers("users.info", info(user(LEAD.user_id)), info(user(LEAD.user_id)), info(user("U0ANA")))

    await desk.check(b"Slack ID\nU0ANA\n", by=LEAD)

    assert "People who are in another cohort stay there." in desk.told()[0]


async def test_somebody_who_leads_nothing_is_refused(desk: Desk) -> None:
    desk.slack.answers("users.info", info(user("U0ANA")))

    with pytest.raises(NotFound):
        await desk.check(b"Slack ID\nU0ANA\n", by=Person(TEAM, "U0ANA"))
    assert desk.told() == []


async def test_what_is_obviously_wrong_is_said_in_the_modal(desk: Desk) -> None:
    wrong = await desk.check(b"", "roster.pdf")
    desk.handlers.being_checked.add(ADMIN)
    busy = await desk.check(b"Slack ID\nU0ANA\n")

    assert "I read .xlsx and .csv files." in str(wrong)
    assert "still checking your other file" in str(busy)
    assert desk.told() == []


async def test_canceling_deletes_what_was_read_and_a_late_press_is_told(desk: Desk) -> None:
    known(desk, "U0ANA")
    await desk.check(b"Slack ID\nU0ANA\n")

    await desk.press("cancel", 1)

    assert desk.told()[-1] == "Canceled. Nothing changed, and the list is deleted."
    for name in ("apply", "cancel"):
        with pytest.raises(NotFound, match="applied or canceled already"):
            await desk.press(name, 1)
    assert desk.members() == []


async def test_a_second_press_while_a_file_is_applied_does_nothing(desk: Desk) -> None:
    known(desk, "U0ANA")
    await desk.check(b"Slack ID\nU0ANA\n")
    desk.handlers.being_applied.add(1)

    await desk.press("apply", 1)

    assert desk.members() == []


async def test_what_was_interrupted_goes_on_with_another_press(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    known(desk, "U0ANA")
    await desk.check(b"Slack ID\nU0ANA\n")
    applied = cohort_files.apply_part

    def busy(*_: object) -> bool:
        raise DatabaseBusy

    monkeypatch.setattr(cohort_files, "apply_part", busy)
    await desk.press("apply", 1)
    assert "something went wrong before everyone was put in" in desk.told()[-1]
    monkeypatch.setattr(cohort_files, "apply_part", applied)

    await desk.press("apply", 1)

    assert desk.members() == ["U0ANA"]
    assert "your file is applied" in desk.told()[-1]


async def test_no_address_is_stored_or_logged(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    ana = info(user("U0ANA", "ana.private@example.org"))
    desk.slack.answers("users.lookupByEmail", ana)
    desk.slack.answers("users.info", ana)

    await desk.check(b"Email\nana.private@example.org\n")
    await desk.press("apply", 1)

    assert desk.members() == ["U0ANA"]
    assert not any("ana.private" in text for text in [*desk.told(), caplog.text])
    dump = desk.ward.run(_everything)
    assert "U0ANA" in dump
    assert "ana.private" not in dump


def _everything(session: Any) -> str:
    return "\n".join(session.connection().connection.driver_connection.iterdump())


async def test_the_sandbox_is_asked_as_slack_is(sandbox_with_emails: Sandbox) -> None:
    client = AsyncWebClient(token=sandbox_with_emails.bot_token, base_url=sandbox_with_emails.api_url)

    found = await find_people(
        client, rows("amara@riverside.example", "U0JONAS", "U0RUTH", "U0ROUNDS"), Person("T0RIVER", "U0TOMAS")
    )

    assert [each.user_id for each in found.people] == ["U0AMARA", "U0JONAS"]
    assert [each.row for each in found.problems] == [4, 5]


@pytest.fixture
async def sandbox_with_emails() -> Any:
    from bot.slack.manifest import manifest
    from tests.shipped import shipped_pack

    local = Sandbox(manifest(shipped_pack().skills))
    await local.start()
    yield local
    await local.stop()
