"""Finds in Slack the people whom a cohort file names, by member ID or, with the optional scope, by email address.

A few are looked up one by one. For more, the list of the workspace's people is read: Slack allows about fifty lookups a
minute, so 5,000 people would take more than an hour, while a page of the list has 500 of them. Addresses are compared
here, and neither stored nor logged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cohort_file import FileColumn, FileProblem, FileRow, ListedPerson, same_person_text
from bot.domain.learner import Person
from bot.errors import RoundsError
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.slack.api_errors import MISSING_SCOPE, slack_error_code
from bot.slack.handler_context import profile_of
from bot.slack.membership import SLACKBOT, Installation

FEW = 40
"""Most people who are looked up one by one: that takes less than a minute."""

PAGE_SIZE = 500
"""People a page of the list. Slack allows up to 1,000."""

EMAIL_SCOPE = "users:read.email"

_UNKNOWN_CODES = {"user_not_found", "user_not_visible", "users_not_found"}
"""Slack's error codes for somebody who isn't there."""

User = Mapping[str, Any]


class LookupFailed(RoundsError):
    """Slack didn't say who the people in a file are. Nothing was changed."""

    default = mark("Slack didn't tell me who the people in your file are. Nothing changed. Please upload it again.")


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """Everyone whom Slack knows, once each, and the problems of the other rows."""

    people: tuple[ListedPerson, ...]
    problems: tuple[FileProblem, ...]


async def find_people(client: AsyncWebClient, rows: Sequence[FileRow], inviter: Person) -> FoundPeople:
    """Find whom these rows name, among the people of the inviter's workspace. Raises LookupFailed.

    `client` must wait for its turn, because this takes minutes if Slack limits the rate.
    """
    try:
        return await _Finder(client, rows, inviter).find()
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        raise LookupFailed from error


class _Finder:
    """Finds the people of one file."""

    def __init__(self, client: AsyncWebClient, rows: Sequence[FileRow], inviter: Person) -> None:
        self._client = client
        self._rows = rows
        self._installation = Installation(inviter.team_id, inviter.enterprise_id)
        self._ids = {row.user_id for row in rows if row.user_id}
        self._emails = {row.email for row in rows if row.email}
        self._by_id: dict[str, User] = {}
        self._by_email: dict[str, User] = {}
        self._has_list = len(rows) > FEW
        self._lookups_left = FEW

    async def find(self) -> FoundPeople:
        by_email_only = [row for row in self._rows if not row.user_id]
        if by_email_only and not await self._may_see_emails(by_email_only[0].email):
            return FoundPeople((), (FileProblem(0, None, _without_scope_text(len(by_email_only))),))
        if self._has_list:
            await self._read_list()
        people: dict[str, ListedPerson] = {}
        first: dict[str, int] = {}
        problems: list[FileProblem] = []
        for row in self._rows:
            user = await self._find(row)
            if problem := self._find_problem(row, user):
                problems.append(problem)
                continue
            user_id, profile = str(user["id"]), profile_of(user)
            if (other := first.setdefault(user_id, row.number)) != row.number:
                problems.append(FileProblem(row.number, row.named_in, same_person_text(other)))
                continue
            people[user_id] = ListedPerson(user_id, row.tz, row.starts_on, profile.tz, profile.locale)
        return FoundPeople(tuple(people.values()), tuple(problems))

    async def _may_see_emails(self, email: str) -> bool:
        """Return whether the app has the scope, by looking up one of the addresses."""
        try:
            await self._look_up(email)
        except SlackApiError as error:
            if slack_error_code(error) == MISSING_SCOPE:
                return False
            raise
        return True

    async def _read_list(self) -> None:
        """Read everyone in the workspace, and remember whom the file names."""
        cursor: str | None = None
        while cursor != "":
            page = await self._client.users_list(limit=PAGE_SIZE, include_locale=True, cursor=cursor)
            for user in page["members"]:
                if str(user.get("id")) in self._ids:
                    self._by_id[str(user["id"])] = user
                if (email := _email_of(user)) in self._emails:
                    self._remember(email, user)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    def _remember(self, email: str, user: User) -> None:
        """Note whose address this is. An account that is in use goes before one that was deactivated."""
        if email not in self._by_email or not user.get("deleted"):
            self._by_email[email] = user

    async def _find(self, row: FileRow) -> User:
        """Return Slack's user object of a row, or an empty one if Slack knows nobody."""
        known = self._by_id.get(row.user_id) if row.user_id else self._by_email.get(row.email)
        if known is not None and (self._has_list or "locale" in known):
            return known
        if self._lookups_left <= 0:
            return known or {}
        self._lookups_left -= 1
        user_id = row.user_id or str((known or await self._look_up(row.email)).get("id") or "")
        return await self._look_at(user_id) if user_id else {}

    async def _look_up(self, email: str) -> User:
        """Look up an address: this doesn't tell the locale."""
        try:
            user: User = (await self._client.users_lookupByEmail(email=email))["user"]
        except SlackApiError as error:
            if slack_error_code(error) not in _UNKNOWN_CODES:
                raise
            return {}
        self._by_email[email] = user
        return user

    async def _look_at(self, user_id: str) -> User:
        try:
            user: User = (await self._client.users_info(user=user_id, include_locale=True))["user"]
        except SlackApiError as error:
            if slack_error_code(error) not in _UNKNOWN_CODES:
                raise
            return {}
        return {**user, "id": user_id}

    def _find_problem(self, row: FileRow, user: User) -> FileProblem | None:
        if row.user_id and row.email and _email_of(user) not in {"", row.email}:
            unlike = _("This isn't the email address of the account with this Slack member ID. Clear one of the two.")
            return FileProblem(row.number, FileColumn.EMAIL, unlike)
        if told := self._why_not(row, user):
            return FileProblem(row.number, row.named_in, told)
        return None

    def _why_not(self, row: FileRow, user: User) -> str | None:
        """Return why somebody can't be in a cohort, or None if they can."""
        if not user:
            if row.user_id:
                return _("Nobody here has this Slack member ID. Check it, or remove the row.")
            return _(
                "Nobody here has this email address in Slack, or the account is deactivated. Check it, or remove the "
                "row."
            )
        if user.get("is_bot") or user.get("is_workflow_bot") or user["id"] == SLACKBOT:
            return _("This is an app, not a person. Remove the row.")
        if user.get("deleted"):
            return _("This account is deactivated. Remove the row.")
        if user.get("is_invited_user"):
            return _("This person hasn't joined Slack yet. Remove the row until they have.")
        if not self._installation.includes(user):
            return _("This person is from another organization, and can't use Rounds here. Remove the row.")
        return None


def _email_of(user: User) -> str:
    return str((user.get("profile") or {}).get("email") or "").casefold()


def _without_scope_text(count: int) -> str:
    named = ngettext(
        "{count} row names somebody by email address alone, and I may not look up addresses here.",
        "{count} rows name somebody by email address alone, and I may not look up addresses here.",
        count,
    )
    instead = _(
        "Add a column with Slack member IDs, or ask whoever installed Rounds to allow the optional permission {scope}.",
        scope=EMAIL_SCOPE,
    )
    return f"{named} {instead}"
