"""Privacy: who can see what, the export, and deleting everything."""

import json
from collections.abc import Iterable
from datetime import date

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.learning.privacy import ErasureResult, ExportedAnswer, LearnerExport
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, modal, section
from bot.slack.blocks.streak_text import streak_and_freezes_text, working_days_text


def export_modal() -> View:
    """Say what happens to the export files before they are sent."""
    return modal(
        ids.EXPORT_MODAL,
        "Export your words",
        [
            section(
                "I'll send your reflections and answers to this conversation as two files: one to read, and the same "
                "for other programs. *They stay in Slack until you delete them*, and Slack's own rules apply to them: "
                "your organization may keep copies of files."
            )
        ],
        submit="Send the files",
        close="Not now",
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


def export_file(export: LearnerExport) -> str:
    """Write the export as Markdown."""
    lines = [
        "# Your words in Rounds",
        "",
        f"Streak: {streak_and_freezes_text(export.streak)}. Longest: {working_days_text(export.streak.longest)}.",
        *([f"A freeze covered: {_dates(export.streak.frozen_days)}."] if export.streak.frozen_days else []),
        *([f"You made up: {_dates(export.repaired_days)}."] if export.repaired_days else []),
    ]
    lines += ["", "## Reflections"]
    for entry in export.entries:
        lines += ["", f"### {entry.learning_day.isoformat()} {entry.title}", "", f"> {entry.prompt}", "", entry.words]
    for heading, answers in (("Answers", export.answers), ("Questions that came back", export.recalls)):
        lines += ["", f"## {heading}", ""]
        for answer in answers:
            fit = "best fit" if answer.correct else "another option works better"
            lines.append(f"- {answer.learning_day.isoformat()} {answer.title}: {answer.choice} ({fit})")
    return "\n".join(lines) + "\n"


def export_json(export: LearnerExport) -> str:
    """Write the export as JSON, with the same content as the Markdown."""
    return (
        json.dumps(
            {
                "streak": {"current": export.streak.current, "longest": export.streak.longest},
                "frozen": sorted(day.isoformat() for day in export.streak.frozen_days),
                "repaired": [day.isoformat() for day in export.repaired_days],
                "reflections": [
                    {
                        "learning_day": entry.learning_day.isoformat(),
                        "lesson": entry.title,
                        "skill": entry.skill,
                        "prompt": entry.prompt,
                        "words": entry.words,
                    }
                    for entry in export.entries
                ],
                "answers": [_answer(answer) for answer in export.answers],
                "recalls": [_answer(answer) for answer in export.recalls],
            },
            ensure_ascii=False,
            indent=1,
        )
        + "\n"
    )


def _answer(answer: ExportedAnswer) -> dict[str, object]:
    return {
        "learning_day": answer.learning_day.isoformat(),
        "lesson": answer.title,
        "choice": answer.choice,
        "correct": answer.correct,
    }


def _dates(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in sorted(days))


def _count(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
