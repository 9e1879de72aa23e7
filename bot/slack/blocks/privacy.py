"""Privacy: who can see what, the export, and deleting everything."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.learning.privacy import ErasureResult
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, home_tab, modal, section, text_message


def export_modal() -> View:
    """Say what happens to the export files before they are sent."""
    return modal(
        ids.EXPORT_MODAL,
        "Export your words",
        [
            section(
                "I'll send your reflections and answers to this conversation as three files: a page to read or print, "
                "which Word opens, and the same as text and for other programs. *They stay in Slack until you "
                "delete them*, and Slack's own rules apply to them: your organization may keep copies of files."
            )
        ],
        submit="Send the files",
        close="Not now",
    )


def export_message() -> MessageContent:
    """Introduce the files of an export, which follow this message, and offer to delete them."""
    return MessageContent.of(
        [
            section(
                "*Here's your export:* your reflections and answers, in three files. They stay in Slack until you "
                "delete them, and your organization may keep copies of files."
            ),
            _delete_files_row(),
        ]
    )


def export_deleted_message(*, with_everything: bool = False) -> MessageContent:
    """Say that an export's files are gone. `with_everything`: because its owner deleted everything."""
    again = "" if with_everything else " Type `/rounds export` for a new one."
    everything = " with everything else" if with_everything else ""
    return text_message(
        f"*The files of this export were deleted{everything}.* Your organization may have kept copies.{again}"
    )


def export_left_message(left: int) -> MessageContent:
    """Say that some of an export's files couldn't be deleted, and offer to try again."""
    files = _count(left, "file of this export", "files of this export")
    return MessageContent.of(
        [
            section(
                f"*{files} couldn't be deleted from Slack.* Try again in a moment. If it still doesn't work, an owner "
                "of your workspace can delete files."
            ),
            _delete_files_row(),
        ]
    )


def privacy_modal() -> View:
    """Say who can see what, and offer export and deletion."""
    blocks: list[Block] = [
        section("Only you can read *your reflections* in Rounds. They are stored encrypted."),
        section("*Admins* see how many people learn, and no number under five. No words, no answers."),
        section("I don't store or log *situations* that you type to the coach unless you save one to your journal."),
        section(
            "*What you share* with a channel is posted there in your name, and nothing is shared by itself. If you "
            "count with your team, Home says whether most of you practiced: never who, or how many."
        ),
        section("*Calendars* with your shifts: only starts and ends are kept, and an address is stored encrypted."),
        section(
            "*Your Slack profile* tells me your time zone. If you switch it on, a status of vacation or sickness "
            "pauses lessons; I keep until when, and nothing of the status."
        ),
        actions("privacy", [button("Export my words", ids.OPEN_EXPORT), button("Delete everything", ids.OPEN_DELETE)]),
    ]
    return modal(ids.READ_ONLY_MODAL, "Privacy", blocks)


def delete_modal() -> View:
    """Ask before everything is deleted."""
    return modal(
        ids.DELETE_MODAL,
        "Delete everything?",
        [
            section(
                "This removes your reflections, answers, streak, saved lessons and settings from Rounds, and the "
                "export files I sent you. It can't be undone, and no more lessons will come."
            ),
            section(
                "Lessons in this conversation stay in Slack. They may show which option you chose, never your words."
            ),
            section(
                "Posts you shared in channels stay too, with your words. You can ask the channel's owners to delete "
                "them."
            ),
            section(
                "For a year I keep a code made from your user id, so that an admin's invitation can't reach you again. "
                "It holds nothing else, and it ends if you press *Start*."
            ),
            section(
                "If an admin made you an author of packs, that ends, and admins can see it. So does being chosen for a "
                "pack, which nobody sees. What you did as an admin or author stays in the audit log, without your name."
            ),
        ],
        submit="Delete everything",
        close="Keep it",
    )


def erased_message(erased: ErasureResult, files_removed: int) -> MessageContent:
    """Say what was deleted."""
    removed = [
        _count(erased.reflections, "reflection", "reflections"),
        _count(erased.answers, "answer", "answers"),
        "your streak and settings",
        *([_count(files_removed, "export file", "export files") + " in Slack"] if files_removed else []),
    ]
    blocks: list[Block] = [section(f"*Everything is deleted:* {', '.join(removed[:-1])} and {removed[-1]}. Take care.")]
    if left := len(erased.files) - files_removed:
        them = "it" if left == 1 else "them"
        files = _count(left, "export file", "export files")
        blocks.append(section(f"{files} in Slack couldn't be removed. You can delete {them} there yourself."))
    blocks.append(actions("welcome", [button("Start again", ids.START_LESSONS)]))
    return MessageContent.of(blocks)


def erased_home_view() -> View:
    """Build App Home for somebody who just deleted everything."""
    return home_tab([section("Everything is deleted."), actions("welcome", [button("Start again", ids.START_LESSONS)])])


def _delete_files_row() -> Block:
    return actions("export", [button("Delete these files", ids.DELETE_EXPORT)])


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
