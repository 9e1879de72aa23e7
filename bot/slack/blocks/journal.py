"""The journal: a learner's reflections to read, search, edit, and delete."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    OverflowMenuElement,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.patient_clues import PatientClue
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.journal import PAGE_SIZE, JournalEntry, JournalPage, JournalSearch
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    actions,
    button,
    context,
    divider,
    escape,
    form_field,
    modal,
    option,
    section,
    verbatim_section,
)
from bot.slack.blocks.patient_warning import words_digest
from bot.slack.blocks.reflection import field_label, words_field
from bot.slack.form_values import entered

WORDS, SKILL, ENTRY = "journal_words", ids.FILTER_JOURNAL_BY_SKILL, "entry"
MAX_SEARCH_LENGTH = 80
ANY = "-"
"""The value for no skill, as Slack accepts no empty value."""

MAX_MENU_SKILLS = 99
"""Most skills in the menu: with *All skills*, Slack's limit of 100 options."""


def journal_modal(page: JournalPage, formats: Formats) -> View:
    """Show entries, newest first, with the search."""
    looked_for = bool(page.search.words or page.search.skill)
    if not page.entries and not looked_for:
        empty = _("Nothing here yet. Press *Reflect* under a lesson to write your first line.")
        return modal(ids.READ_ONLY_MODAL, _("Journal"), [section(empty)])
    if looked_for:
        counted = ngettext(
            "{count} entry found. Only you can read them in Rounds.",
            "{count} entries found. Only you can read them in Rounds.",
            page.total,
        )
    else:
        counted = ngettext(
            "{count} entry. Only you can read them in Rounds.",
            "{count} entries. Only you can read them in Rounds.",
            page.total,
        )
    blocks: list[Block] = [*_search(page), context(counted)]
    for each in page.entries:
        blocks += [divider(), *_entry(each, formats)]
    if turns := _turns(page):
        blocks.append(actions("pages", turns))
    metadata = _to_metadata(page.search, page.offset)
    return modal(ids.JOURNAL_MODAL, _("Journal"), blocks, submit=_("Find"), metadata=metadata)


def edit_modal(entry: JournalEntry, journal: str) -> View:
    """Show an entry's words for editing. `journal`: the metadata of the journal below it."""
    return _edit_modal(entry.prompt, entry.words, [entry.id, journal, ""])


def warning_modal(view: Mapping[str, Any], words: str, clues: Sequence[PatientClue]) -> View:
    """Show the modal as submitted, with a warning that it may point to a patient. The next *Save* saves these words."""
    asked = field_label(view, ENTRY)
    entry_id, journal, _warned_of = json.loads(view["private_metadata"])
    return _edit_modal(asked, words, [entry_id, journal, words_digest(words)], clues)


def remove_modal(entry: JournalEntry, journal: str, formats: Formats) -> View:
    """Ask before an entry is deleted."""
    return modal(
        ids.DELETE_ENTRY_MODAL,
        _("Delete this entry?"),
        [
            section(f"*{formats.write_full_day(entry.learning_day)}* · {escape(entry.title)}"),
            section(
                _("Its words are deleted for good. The day still counts, and files you exported stay as they are.")
            ),
        ],
        submit=_("Delete it"),
        close=_("Keep it"),
        metadata=json.dumps([entry.id, journal, ""]),
    )


def read_entry(view: Mapping[str, Any]) -> tuple[int, str]:
    """Read from a modal which entry it is about, and the digest of the words that it has warned about, or ""."""
    entry_id, _journal, warned_of = json.loads(view["private_metadata"])
    return int(entry_id), str(warned_of)


def read_journal(view: Mapping[str, Any]) -> tuple[JournalSearch, int]:
    """Read from a modal what the journal below it shows: the search and the offset."""
    return read_metadata(json.loads(view["private_metadata"])[1])


def read_metadata(text: str) -> tuple[JournalSearch, int]:
    """Read the search and the offset from a journal's metadata."""
    words, skill, offset = json.loads(text)
    return JournalSearch(words, skill), int(offset)


def read_search(view: Mapping[str, Any]) -> JournalSearch:
    """Read the search that is entered in a journal."""
    values = entered(view["state"]["values"])
    words, chosen = values.get(WORDS) or "", values.get(SKILL) or ANY
    return JournalSearch(words.strip()[:MAX_SEARCH_LENGTH], "" if chosen == ANY else chosen)


def _edit_modal(asked: str, words: str, metadata: list[object], clues: Sequence[PatientClue] = ()) -> View:
    return modal(
        ids.EDIT_ENTRY_MODAL,
        _("Edit this entry"),
        words_field(ENTRY, ENTRY, asked, words, clues),
        submit=_("Save"),
        close=_("Not now"),
        metadata=json.dumps(metadata),
    )


def _search(page: JournalPage) -> list[Block]:
    field = PlainTextInputElement(
        action_id=WORDS,
        max_length=MAX_SEARCH_LENGTH,
        initial_value=page.search.words or None,
    )
    options = [option(_("All skills"), ANY)]
    options += [option(each.name, each.slug) for each in page.skills[:MAX_MENU_SKILLS]]
    chosen = next((each for each in options if each.value == page.search.skill), options[0])
    skill = StaticSelectElement(action_id=SKILL, options=options, initial_option=chosen)
    return [
        form_field(WORDS, _("Words to find"), field, optional=True),
        actions(SKILL, [skill]),
    ]


def _entry(each: JournalEntry, formats: Formats) -> list[Block]:
    menu = OverflowMenuElement(
        action_id=f"{ids.OPEN_ENTRY_MENU}.{each.id}",
        options=[
            option(_("Edit"), f"edit.{each.id}"),
            option(_("Share with my team"), f"share.{each.id}"),
            option(_("Delete"), f"remove.{each.id}"),
        ],
    )
    return [
        section(
            f"*{formats.write_full_day(each.learning_day)}* · {escape(each.title)}\n_{escape(each.prompt)}_",
            accessory=menu,
        ),
        verbatim_section(each.words),
    ]


def _turns(page: JournalPage) -> list[ButtonElement]:
    turns = []
    if page.offset > 0:
        turns.append(button(_("Newer"), f"{ids.TURN_JOURNAL_PAGE}.newer", value=str(max(0, page.offset - PAGE_SIZE))))
    if page.offset + len(page.entries) < page.total:
        turns.append(button(_("Older"), f"{ids.TURN_JOURNAL_PAGE}.older", value=str(page.offset + PAGE_SIZE)))
    return turns


def _to_metadata(search: JournalSearch, offset: int) -> str:
    return json.dumps([search.words, search.skill, offset])
