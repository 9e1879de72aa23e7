"""Tells from what Slack sends whether somebody belongs to the workspace (or its Grid) that installed Rounds.

Guests of the workspace (`is_restricted`, `is_ultra_restricted`) work there, so they may learn; they are never admins.
People whom Slack Connect brings in belong elsewhere, and a bot is nobody.
Fields: https://docs.slack.dev/reference/objects/user-object and https://docs.slack.dev/apis/slack-connect.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.domain.learner import Person
from bot.errors import Refused
from bot.language import mark

if TYPE_CHECKING:  # worker processes run without Bolt
    from slack_bolt.context.async_context import AsyncBoltContext

Body = Mapping[str, Any]

SLACKBOT = "USLACKBOT"
"""Slackbot's user id. `users.info` doesn't mark it as a bot."""


NOBODY_HERE = ("is_bot", "is_workflow_bot", "deleted", "is_invited_user", "is_stranger")
"""Fields of a user object that say that nobody of this workspace is there: no person, not anymore, or not yet."""


class NotAMember(Refused):
    """Somebody doesn't belong to the workspace that installed Rounds. Nothing was saved."""

    default = mark("Rounds is only for people of the workspace that installed it. Nothing was saved.")


@dataclass(frozen=True, slots=True)
class Installation:
    """The workspace that installed Rounds, its Grid if it has one, and the bot's own user id."""

    team_id: str
    enterprise_id: str | None = None
    bot_user_id: str | None = None

    @classmethod
    def of_context(cls, context: "AsyncBoltContext") -> "Installation | None":
        """Return the installation that Bolt found; None after an uninstall."""
        found = context.authorize_result
        if found is None or not found.team_id:
            return None
        return cls(found.team_id, found.enterprise_id, found.bot_user_id)

    def is_own(self, organization: str) -> bool:
        """Return whether this is our workspace or Grid."""
        return organization in {self.team_id, self.enterprise_id}

    def is_addressed_by(self, body: Body) -> bool:
        """Return whether a payload is for this installation. An event says so in its authorizations."""
        view = body.get("view") or {}
        installed_in = view.get("app_installed_team_id") if isinstance(view, Mapping) else None
        addressed = [each for each in [installed_in, *_authorized(body)] if each]
        return not addressed or any(map(self.is_own, addressed))

    def includes(self, user: Body) -> bool:
        """Return whether a user object of Slack's is a person of this workspace or its Grid, and still there."""
        if user.get("id") == SLACKBOT or any(user.get(name) for name in NOBODY_HERE):
            return False
        team_id = user.get("team_id")
        in_grid = (user.get("enterprise_user") or {}).get("enterprise_id")
        return not team_id or self.is_own(str(team_id)) or bool(in_grid and in_grid == self.enterprise_id)


def is_workspace_admin(user: Body, person: Person) -> bool:
    """Return whether a user object of Slack's is an admin or owner of the person's own workspace, and no guest."""
    if not Installation(person.team_id, person.enterprise_id).includes(user):
        return False
    if is_slack_guest(user):
        return False
    teams = [user.get("team_id") or person.team_id, *((user.get("enterprise_user") or {}).get("teams") or [])]
    has_role = user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")
    return bool(has_role) and person.team_id in teams


def is_slack_guest(user: Body) -> bool:
    """Return whether a user object of Slack's is a guest of the workspace."""
    return bool(user.get("is_restricted") or user.get("is_ultra_restricted"))


def organizations_of_actor(body: Body) -> set[str]:
    """Return the workspaces or Grids to which a payload says that whoever acted belongs. Some payloads name none."""
    return {str(each) for each in _named(body) if each}


def is_from_bot(body: Body, bot_user_id: str | None) -> bool:
    """Return whether a bot acted, or Slack itself."""
    event, user = body.get("event") or {}, body.get("user")
    actor = event.get("user") if event else user
    if isinstance(actor, Mapping):
        return bool(actor.get("is_bot")) or actor.get("id") in {SLACKBOT, bot_user_id}
    is_message_of_bot = bool(event.get("bot_id") or event.get("bot_profile")) or event.get("subtype") == "bot_message"
    return is_message_of_bot or (actor or body.get("user_id")) in {SLACKBOT, bot_user_id or SLACKBOT}


def _named(body: Body) -> Iterator[object]:
    event, user = body.get("event"), body.get("user")
    if isinstance(event, Mapping):
        changed = event.get("user")
        if isinstance(changed, Mapping):  # user_change
            yield (changed.get("enterprise_user") or {}).get("enterprise_id") or changed.get("team_id")
        else:
            yield event.get("user_team") or event.get("team")
            yield event.get("source_team")
    elif isinstance(user, Mapping) and user.get("team_id"):
        yield user["team_id"]
    elif isinstance(team := body.get("team"), Mapping):
        yield team.get("id")
    else:
        yield body.get("team_id")


def _authorized(body: Body) -> Iterator[str | None]:
    for each in body.get("authorizations") or []:
        yield each.get("enterprise_id") if each.get("is_enterprise_install") else each.get("team_id")
