"""The delivery kinds. Each module declares when its kind is sent, when it is skipped, and what its message shows.

To add a kind, add a module here and its name to this table. A row with an unknown kind, as after a downgrade, fails as
`unknown_kind`.
"""

from bot.kinds import (
    announcement,
    check_in,
    day_end,
    extra_lesson,
    invitation,
    invitation_reminder,
    lesson,
    postponed_lesson,
)
from bot.slack.message_kind import MessageKinds

KINDS: MessageKinds = {
    kind.name: kind
    for kind in (
        lesson.KIND,
        day_end.KIND,
        postponed_lesson.KIND,
        extra_lesson.KIND,
        check_in.KIND,
        invitation.KIND,
        invitation_reminder.KIND,
        announcement.KIND,
    )
}
