"""Checks a pack for its authors: finds everything that blocks loading it, and gives advice."""

from collections.abc import Sequence
from datetime import date

from bot.content.checked_pack import CheckedPack
from bot.content.clashes import find_clashes, slug_of
from bot.content.draft_reader import read_draft
from bot.content.other_packs import OtherPack
from bot.content.pack_files import PackFiles
from bot.content.pack_reader import build_pack, find_blocking_problems
from bot.content.rulebook import check_advisory_rules, check_overdue_rule
from bot.errors import PackProblem


def lint_pack(pack_files: PackFiles, today: date, *, release: bool = False) -> tuple[PackProblem, ...]:
    """Return every problem in a pack, by file and line. With `release`, overdue reviews count as problems."""
    return check_pack(pack_files, today, release=release).problems


def check_pack(
    pack_files: PackFiles, today: date, *, release: bool = False, others: Sequence[OtherPack] = ()
) -> CheckedPack:
    """Do the work of `read_pack` and `lint_pack` but read the files once: reading a large pack takes a second.

    Also finds what the pack would take from `others`, the packs beside which it would be live.
    """
    draft = read_draft(pack_files)
    found = {*find_blocking_problems(draft), *find_clashes(draft, others)}
    advice = {*check_advisory_rules(draft, today), *(check_overdue_rule(draft, today) if release else ())}
    return CheckedPack(build_pack(draft, found), tuple(sorted(found | advice)), slug_of(draft))


def find_overdue_reviews(pack_files: PackFiles, today: date) -> tuple[PackProblem, ...]:
    """Return the lessons with an overdue review. They are reminders, and become problems only at a release."""
    return tuple(sorted(check_overdue_rule(read_draft(pack_files), today)))
