"""What loading an upload would change, field by field, with what to confirm first."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject

from bot.domain.audience import Audience
from bot.errors import PackProblem
from bot.language import gettext as _
from bot.learning.pack_comparison import PackChange
from bot.slack import action_ids as ids
from bot.slack.blocks.admin import MAX_LIST_LENGTH, MAX_LISTED, problem_list
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    confirm,
    context,
    escape,
    fit_lines,
    header,
    section,
    shorten,
    text_message,
)
from bot.slack.blocks.pack_audience import audience_text
from bot.slack.blocks.pack_pilot_text import pilot_before_load

MAX_TEXT_LENGTH = 100
"""Characters shown of a field's old text, and of its new one. Longer texts are cut down to the words that differ."""

MAX_WARNINGS_LENGTH, MAX_WARNINGS = 2_000, 8
"""Characters and number of the things to confirm. The rest are counted."""

MAX_QUESTION = 300
"""Characters of a confirmation dialog (Slack's limit)."""


def change_message(
    change: PackChange, advice: Sequence[PackProblem], file_name: str, *, for_admin: bool = True
) -> MessageContent:
    """Say what loading an upload would change, with *Preview* and *Load*, which is for whoever has looked.

    Unless it is `for_admin`, it is for an author, who doesn't choose who gets a pack.
    """
    if change.is_unchanged:
        return text_message(
            _(
                "`{file}` is already live: {pack}. Nothing changed.",
                file=escape(file_name),
                pack=escape(_title(change)),
            )
        )
    return MessageContent.of(_change(change, advice, for_admin=for_admin))


def shown_again(change: PackChange, *, for_admin: bool = True) -> MessageContent:
    """Say what loading a version would change that was uploaded before, as `change_message` does."""
    if change.is_unchanged:
        return text_message(_("*{pack} is already live.* Nothing changed.", pack=escape(_title(change))))
    return MessageContent.of(_change(change, (), for_admin=for_admin))


def pilot_change_message(change: PackChange, *, is_outdated: bool = False) -> MessageContent:
    """Say what using an upload in its pack's pilot would change for the cohort, with *Use in the pilot*.

    `is_outdated`: it was pressed, but another version is in the pilot since it was shown.
    """
    if change.is_unchanged:
        return text_message(_("*{pack} is in the pilot already.* Nothing changed.", pack=escape(_title(change))))
    note = _(
        "*Not used yet, because the version in the pilot has changed since you sent this file.* Here is what using it "
        "would change now."
    )
    title, lines, value = _("*Changes*"), change.format_differences(), str(change.version_id)
    shown = fit_lines(_bullets(change.format_differences(MAX_TEXT_LENGTH)), MAX_LIST_LENGTH, MAX_LISTED)
    compared = f"{value}.{change.before_version_id or 0}"
    use = button(_("Use in the pilot"), ids.USE_IN_PILOT, value=compared, confirm=_question(change))
    is_cut = shown != "\n".join(_bullets(lines))
    return MessageContent.of(
        [
            *([section(note)] if is_outdated else []),
            header(_title(change)),
            section(escape(change.summary)),
            *_warnings(change),
            *([section(f"{title}\n{shown}")] if shown else []),
            *_retracted(change),
            actions(
                "pilot",
                [
                    *([_preview_button(value)] if _has_lessons(change) else []),
                    use,
                    *([_all_changes_button(f"{value}.1")] if is_cut else []),
                    button(_("Not now"), ids.DISCARD_PACK, value=value),
                ],
            ),
        ]
    )


def outdated_message(change: PackChange, *, for_admin: bool = True) -> MessageContent:
    """Say that an upload wasn't loaded, as another version went live since it was shown, and show it again."""
    if change.is_unchanged:
        return text_message(_("*{pack} is already live.* Nothing changed.", pack=escape(_title(change))))
    note = _(
        "*Not loaded yet, because the live version has changed since you sent this file.* Here is what loading it "
        "would change now. Press *Load* if that is still right."
    )
    return MessageContent.of([section(note), *_change(change, (), for_admin=for_admin)])


def changes_comment(change: PackChange) -> str:
    """Introduce the file with every change."""
    if change.is_for_pilot:
        return _(
            "Everything that using *{pack}* in the pilot would change, one field per line.", pack=escape(_title(change))
        )
    return _("Everything that loading *{pack}* would change, one field per line.", pack=escape(_title(change)))


def changes_file(change: PackChange) -> tuple[str, bytes]:
    """Return the name and content of the text file with every change, as `rounds packs diff` prints it."""
    lines = [_title(change), change.summary, *change.warnings, "", *change.format_differences()]
    return f"{change.slug}-{change.version}-changes.txt", "\n".join([*lines, ""]).encode(errors="replace")


def _change(change: PackChange, advice: Sequence[PackProblem], *, for_admin: bool) -> list[Block]:
    whole = "\n".join(_bullets(change.format_differences()))
    changes, preview = _("*Changes*"), _("*Preview* sends you a lesson of this upload. Only you see it.")
    shown = fit_lines(_bullets(change.format_differences(MAX_TEXT_LENGTH)), MAX_LIST_LENGTH, MAX_LISTED)
    return [
        header(_title(change)),
        section(escape(change.summary)),
        *_warnings(change),
        *([section(f"{changes}\n{shown}")] if shown else []),
        *_retracted(change),
        *_advice(advice),
        *_audience(change),
        *pilot_before_load(change),
        *([context(preview)] if _has_lessons(change) else []),
        actions("pack", _buttons(change, is_cut=shown != whole, for_admin=for_admin)),
    ]


def _audience(change: PackChange) -> list[Block]:
    if change.audience is Audience.EVERYONE:
        return [context(_("*Load* makes it live at once for everyone in this workspace who learns with Rounds."))]
    audience = audience_text(change.audience)
    return [context(_("*Load* makes it live for {audience}, as before.", audience=audience))]


def _retracted(change: PackChange) -> list[Block]:
    if not change.retracted:
        return []
    title = _("*Retracted before, and still not used*")
    return [section(f"{title}\n{fit_lines(_bullets(change.retracted), MAX_LIST_LENGTH, MAX_LISTED)}")]


def _buttons(change: PackChange, *, is_cut: bool, for_admin: bool) -> list[ButtonElement]:
    value = str(change.version_id)
    compared = f"{value}.{change.before_version_id or 0}"
    question = _question(change)
    load = button(_("Load"), ids.LOAD_PACK, value=compared, confirm=question)
    load_for = button(_("Load for some people"), ids.OPEN_LOAD_FOR, value=compared, confirm=question)
    preview = [_preview_button(value)] if _has_lessons(change) else []
    return [
        *preview,
        load,
        *([load_for] if for_admin and change.audience is Audience.EVERYONE and not change.replaces_own else []),
        *_pilot_buttons(change, compared, for_admin=for_admin),
        *([_all_changes_button(value)] if is_cut else []),
        button(_("Not now"), ids.DISCARD_PACK, value=value),
    ]


def _pilot_buttons(change: PackChange, compared: str, *, for_admin: bool) -> list[ButtonElement]:
    """Return the button that starts a pilot, or the one that uses the upload in the pilot that runs."""
    if change.pilot is None:
        return [button(_("Try with a cohort"), ids.OPEN_PILOT, value=compared)] if for_admin else []
    use = button(_("Use in the pilot"), ids.COMPARE_WITH_PILOT, value=str(change.version_id))
    return [] if change.is_in_pilot else [use]


def _preview_button(value: str) -> ButtonElement:
    return button(_("Preview"), ids.PREVIEW_PACK, value=value, label=_("Preview a lesson of this upload"))


def _all_changes_button(value: str) -> ButtonElement:
    return button(_("All changes"), ids.SEND_PACK_CHANGES, value=value, label=_("Send me all changes as a file"))


def _has_lessons(change: PackChange) -> bool:
    return bool(change.added or change.changed or change.unchanged)


def _warnings(change: PackChange) -> list[Block]:
    if not change.warnings:
        return []
    title = (
        _("*Check this before you use it in the pilot*")
        if change.is_for_pilot
        else _("*Check this before you load it*")
    )
    return [section(f"{title}\n{fit_lines(_bullets(change.warnings), MAX_WARNINGS_LENGTH, MAX_WARNINGS)}")]


def _question(change: PackChange) -> ConfirmObject | None:
    """Return the question that *Load* or *Use in the pilot* asks first, or None if nothing is unusual."""
    if not change.warnings:
        return None
    warnings = shorten(" ".join(change.warnings), MAX_QUESTION)
    if change.is_for_pilot:
        return confirm(_("Use it in the pilot anyway?"), warnings, _("Use anyway"), _("Cancel"))
    return confirm(_("Load it anyway?"), warnings, _("Load anyway"), _("Cancel"))


def _advice(problems: Sequence[PackProblem]) -> list[Block]:
    if not problems:
        return []
    title = _("*Advice for its authors* (you can load it anyway)")
    return [section(f"{title}\n{problem_list(problems)}")]


def _bullets(lines: Sequence[str]) -> list[str]:
    return [f"• {escape(line)}" for line in lines]


def _title(change: PackChange) -> str:
    return f"{change.name} {change.version}"
