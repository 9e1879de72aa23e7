"""Privacy: who can see what, the export, and deleting everything."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.privacy import ErasureResult
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, home_tab, modal, section, text_message
from bot.slack.blocks.lms import lms_keeps_text, lms_line


def export_modal() -> View:
    """Say what happens to the export files before they are sent."""
    return modal(
        ids.EXPORT_MODAL,
        _("Export your words"),
        [
            section(
                _(
                    "I'll send your reflections and answers to this conversation as three files: a page to read or "
                    "print, which Word opens, and the same as text and for other programs. *They stay in Slack until "
                    "you delete them*, and Slack's own rules apply to them: your organization may keep copies of files."
                )
            )
        ],
        submit=_("Send the files"),
        close=_("Not now"),
    )


def export_message() -> MessageContent:
    """Introduce the files of an export, which follow this message, and offer to delete them."""
    return MessageContent.of(
        [
            section(
                _(
                    "*Here's your export:* your reflections and answers, in three files. They stay in Slack until you "
                    "delete them, and your organization may keep copies of files."
                )
            ),
            _delete_files_row(),
        ]
    )


def export_deleted_message(*, with_everything: bool = False) -> MessageContent:
    """Say that an export's files are gone. `with_everything`: because its owner deleted everything."""
    if with_everything:
        return text_message(
            _("*The files sent here were deleted with everything else.* Your organization may have kept copies.")
        )
    return text_message(
        _(
            "*The files of this export were deleted.* Your organization may have kept copies. Type `/rounds export` "
            "for a new one."
        )
    )


def export_left_message(left: int) -> MessageContent:
    """Say that some of an export's files couldn't be deleted, and offer to try again."""
    return MessageContent.of(
        [
            section(
                ngettext(
                    "*{count} file of this export couldn't be deleted from Slack.* Try again in a moment. If it still "
                    "doesn't work, an owner of your workspace can delete files.",
                    "*{count} files of this export couldn't be deleted from Slack.* Try again in a moment. If it still "
                    "doesn't work, an owner of your workspace can delete files.",
                    left,
                )
            ),
            _delete_files_row(),
        ]
    )


def privacy_modal(lms_host: str | None = None) -> View:
    """Say who can see what, and offer export and deletion. `lms_host`: an LMS that people can have told, if any."""
    blocks: list[Block] = [
        section(_("Only you can read *your reflections* in Rounds. They are stored encrypted.")),
        section(_("*Admins* see how many people learn, and no number under five. No words, no answers.")),
        section(_("I don't store or log *situations* that you type to the coach unless you save one to your journal.")),
        section(
            _(
                "*What you share* with a channel is posted there in your name, and nothing is shared by itself. If you "
                "count with your team, Home says whether most of you practiced: never who, or how many."
            )
        ),
        section(_("*Calendars* with your shifts: only starts and ends are kept, and an address is stored encrypted.")),
        section(
            _(
                "*Your Slack profile* tells me your time zone. If you switch it on, a status of vacation or sickness "
                "pauses lessons; I keep until when, and nothing of the status."
            )
        ),
        *([lms_line(lms_host)] if lms_host else []),
        actions(
            "privacy", [button(_("Export my words"), ids.OPEN_EXPORT), button(_("Delete everything"), ids.OPEN_DELETE)]
        ),
    ]
    return modal(ids.READ_ONLY_MODAL, _("Privacy"), blocks)


def delete_modal(told_host: str | None = None) -> View:
    """Ask before everything is deleted. `told_host`: the LMS that was told what they completed, if any."""
    return modal(
        ids.DELETE_MODAL,
        _("Delete everything?"),
        [
            section(
                _(
                    "This removes your reflections, answers, streak, saved lessons and settings from Rounds, and the "
                    "export files I sent you. It can't be undone, and no more lessons will come."
                )
            ),
            section(
                _(
                    "Your certificates are deleted, too: their codes stop working, even for people who have a"
                    " printed copy."
                )
            ),
            section(
                _("Lessons in this conversation stay in Slack. They may show which option you chose, never your words.")
            ),
            section(
                _(
                    "Posts you shared in channels stay too, with your words. You can ask the channel's owners to "
                    "delete them."
                )
            ),
            *([section(lms_keeps_text(told_host))] if told_host else []),
            section(
                _(
                    "For a year I keep a code made from your user id, so that an admin's invitation can't reach you "
                    "again. It holds nothing else, and it ends if you press *Start*."
                )
            ),
            section(
                _(
                    "If an admin made you an author of packs or a viewer of reports, that ends, and admins can see it. "
                    "So does being chosen for a pack, which nobody sees. What you did as an admin or author stays in "
                    "the audit log, without your name."
                )
            ),
        ],
        submit=_("Delete everything"),
        close=_("Keep it"),
    )


def erased_message(erased: ErasureResult, files_removed: int) -> MessageContent:
    """Say what was deleted."""
    reflections = ngettext("{count} reflection", "{count} reflections", erased.reflections)
    answers = ngettext("{count} answer", "{count} answers", erased.answers)
    if files_removed:
        said = _(
            "*Everything is deleted:* {reflections}, {answers}, your streak and settings and {files}. Take care.",
            reflections=reflections,
            answers=answers,
            files=ngettext("{count} export file in Slack", "{count} export files in Slack", files_removed),
        )
    else:
        said = _(
            "*Everything is deleted:* {reflections}, {answers} and your streak and settings. Take care.",
            reflections=reflections,
            answers=answers,
        )
    blocks: list[Block] = [section(said)]
    if left := len(erased.files) - files_removed:
        not_removed = ngettext(
            "{count} export file in Slack couldn't be removed. You can delete it there yourself.",
            "{count} export files in Slack couldn't be removed. You can delete them there yourself.",
            left,
        )
        blocks.append(section(not_removed))
    if erased.told_host:
        blocks.append(section(lms_keeps_text(erased.told_host)))
    blocks.append(_start_again_row())
    return MessageContent.of(blocks)


def erased_home_view() -> View:
    """Build App Home for somebody who just deleted everything."""
    return home_tab([section(_("Everything is deleted.")), _start_again_row()])


def _start_again_row() -> Block:
    return actions("welcome", [button(_("Start again"), ids.START_LESSONS)])


def _delete_files_row() -> Block:
    return actions("export", [button(_("Delete these files"), ids.DELETE_EXPORT)])
