"""The names of everything that can be pressed or submitted: blocks carry them, `app.py` routes them."""

import re

ANSWER = "lesson.answer"
ANSWER_PATTERN = re.compile(r"^lesson\.answer\.([A-D])$")
GUESSED = "lesson.guessed"
REFLECT = "lesson.reflect"
WHY = "lesson.why"
SAVE = "lesson.save"
TRIED = "lesson.tried"
NOT_TRIED = "lesson.not_tried"
DONE = "lesson.done"
WHO_SEES = "lesson.who_sees"

TIP_ANOTHER = "tip.another"
TIP_OPEN = "tip.open"
TIP_OPEN_PATTERN = re.compile(r"^tip\.open\.\d+$")
TIP_SAVE = "tip.save"
TIP_SHARE = "tip.share"
TIP_SKILL = "tip.skill"

START = "learner.start"
NOT_NOW = "learner.not_now"
SETTINGS = "learner.settings"
PAUSE = "learner.pause"
RESUME = "learner.resume"
LESSON_NOW = "learner.lesson_now"

JOURNAL = "journal.open"
JOURNAL_PAGE = "journal.page"
SAVED = "saved.open"
EXPORT = "privacy.export"
DELETE_ME = "privacy.delete_me"
PRIVACY = "privacy.open"
FOUR_WEEKS = "streak.open"
HELP = "help.open"
TODAY = "today.open"

PACK_LOAD = "pack.load"
PACK_DISCARD = "pack.discard"
PACK_BACK = "pack.back"
ADMIN_INVITE = "admin.invite"

REFLECT_MODAL = "modal.reflect"
SETTINGS_MODAL = "modal.settings"
PAUSE_MODAL = "modal.pause"
SHARE_MODAL = "modal.share"
INVITE_MODAL = "modal.invite"
EXPORT_MODAL = "modal.export"
DELETE_MODAL = "modal.delete"
READ_MODAL = "modal.read"
"""A modal that is only read."""
