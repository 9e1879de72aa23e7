"""The kinds of delivery, each declared in one module: when it comes, when it is moot, and what its message shows.

A new kind is a new module here, and its name in this table. What has the name of none of these in the database, as
after going back to an older version, isn't sent: it fails as `unknown_kind`.
"""

from bot.kinds import check_in, day_end, invitation, lesson, postponed_lesson
from bot.slack.message_kind import MessageKinds

KINDS: MessageKinds = {
    kind.name: kind for kind in (lesson.KIND, day_end.KIND, postponed_lesson.KIND, check_in.KIND, invitation.KIND)
}
