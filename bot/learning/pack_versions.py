"""Versions of packs: who brings them, and what others here need to read of one."""

from collections.abc import Sequence

from bot.content.codec import lesson_from_json, program_from_json
from bot.domain.lesson import Pack, Skill
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.language import mark
from bot.learning.library import UNREADABLE_LESSON_ERRORS
from bot.storage import Session
from bot.storage import packs as queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackVersion

PROGRAM = "rounds"
"""Who loads the pack that comes with the program."""

OPERATOR = "operator"
"""Who loads, removes, or retracts with the `rounds` command."""

NOT_LIVE = mark(
    "That version is no longer live. Nothing was changed. Type `/rounds admin packs` to see what is live now."
)

USER_ID_PREFIXES = ("U", "W")


def is_user_id(by: str) -> bool:
    """Return whether this is a Slack user's id, not `PROGRAM`, `OPERATOR`, or an erased person."""
    return by.startswith(USER_ID_PREFIXES)


def get_version(session: Session, version_id: int, scope: str) -> PackVersion:
    """Return a stored version, live or not. Raises NotFound if it isn't in this scope."""
    version = session.get(PackVersion, version_id)
    if version is None or version.scope != scope:
        raise NotFound(_("That upload has expired. Nothing was changed. Upload the file again."))
    return version


def get_live_version(session: Session, version_id: int, team_id: str) -> PackVersion:
    """Return a version that a workspace uses (or everyone, with `EVERYONES_SCOPE`). NotFound if it isn't live there."""
    for version in queries.find_live_versions_for_workspace(session, team_id).values():
        if version.id == version_id:
            return version
    raise NotFound(_(NOT_LIVE))


def find_shared(session: Session, slug: str, scope: str) -> PackVersion | None:
    """Return everyone's live version of a workspace's own pack, which is taught when that is gone."""
    return queries.find_live_versions(session, EVERYONES_SCOPE).get(slug) if scope != EVERYONES_SCOPE else None


def build_pack(session: Session, version: PackVersion, rows: Sequence[LessonRevision]) -> Pack:
    """Return a version with these of its lessons. Raises Refused if a later version of Rounds wrote them."""
    try:
        lessons = tuple(lesson_from_json(row.content) for row in rows)
    except UNREADABLE_LESSON_ERRORS:
        raise Refused(
            _(
                "{pack} was loaded by a later version of Rounds, so I can't read all of it. Nothing was changed. Ask "
                "whoever runs Rounds to update it.",
                pack=f"{version.name} {version.version}",
            )
        ) from None
    return Pack(
        slug=version.slug,
        name=version.name,
        version=version.version,
        skills=tuple(Skill(**skill) for skill in version.skills),
        lessons=lessons,
        digest=version.digest,
        bibliography=queries.find_bibliography(session, version.id),
        programs=tuple(map(program_from_json, version.programs)),
    )
