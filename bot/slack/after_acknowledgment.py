"""What was done, and what to do next, when a handler fails after it has acknowledged.

Most handlers save first. Where one works on after it has acknowledged, or only shows something, its text is here.
"""

from bot.language import mark
from bot.slack import action_ids as ids

SAVED = mark("what you did was saved. You don't need to do it again.")

NO_ANSWER = mark("if you see no answer, please type it again.")

NOT_SHOWN = mark("if nothing new appeared, please press it again.")

FILES_NOT_SENT = mark("I may not have sent you every file. Please ask for them again.")

MAYBE_SHARED = mark("your post may be in the channel. Please look there before you share it again.")

INVITE_AGAIN = mark("I may not have invited everyone. Please invite them again: nobody gets a second message.")

SETTINGS_SAVED = mark("your settings were saved. You don't need to choose again.")

_AFTER_MODAL = {
    ids.REFLECTION_MODAL: mark("your reflection was saved. You don't need to write it again."),
    ids.SETTINGS_MODAL: SETTINGS_SAVED,
    ids.MORE_SETTINGS_MODAL: SETTINGS_SAVED,
    ids.SHIFTS_MODAL: mark("your shifts were saved. You don't need to enter them again."),
    ids.CALENDAR_MODAL: mark(
        "your shifts may have changed. Open *Settings* in Home to see. If they haven't, please send the calendar again."
    ),
    ids.SHARE_TIP_MODAL: MAYBE_SHARED,
    ids.SHARE_ENTRY_MODAL: MAYBE_SHARED,
    ids.EXPORT_MODAL: mark(
        "I may not have sent every file. Everything you wrote is still saved here. Please export it again."
    ),
    ids.CERTIFICATE_MODAL: mark(
        "I may not have sent your whole certificate. Please ask for it again; it has the same code then."
    ),
    ids.AUTHORS_MODAL: mark(
        "the authors may have changed. Type `/rounds admin authors` to see. If they haven't, please choose them again."
    ),
    ids.VIEWERS_MODAL: mark(
        "the viewers may have changed. Type `/rounds admin viewers` to see. If they haven't, please choose them again."
    ),
    ids.AUDIENCE_MODAL: mark(
        "I may not have saved who gets the pack. Please choose again: the same choice twice does no harm."
    ),
    ids.LOAD_FOR_MODAL: mark(
        "the pack may have been loaded. Type `/rounds admin packs` to see. If it isn't there, please load it again."
    ),
    ids.PILOT_MODAL: mark(
        "the pilot may have started. Type `/rounds admin packs` to see. If it isn't there, please start it again."
    ),
    ids.INVITE_MODAL: INVITE_AGAIN,
    ids.NEW_COHORT_MODAL: mark(
        "the cohort is there, but I may not have invited everyone. Please press *Manage* below it, then *Add people*, "
        "and choose them again: nobody gets a second message."
    ),
    ids.ADD_TO_COHORT_MODAL: INVITE_AGAIN,
    ids.POST_INVITATION_MODAL: mark(
        "your invitation may be in the channel. Please look there before you post it again."
    ),
    ids.COHORT_FILE_MODAL: mark("I didn't get to the end of your file. Nothing changed. Please upload it again."),
    ids.DELETE_MODAL: mark(
        "everything in Rounds is deleted. If an export file is still in Slack, you can delete it there."
    ),
}

_AFTER_PRESS = {
    ids.APPLY_COHORT_FILE: mark(
        "I may not have added everyone in your file. Please upload it again: nobody gets a second message."
    ),
    ids.DELETE_EXPORT: mark("some of the files may still be there. Please press *Delete these files* again."),
    ids.SEND_LESSON_NOW: mark("if your lesson doesn't come, please press *Lesson now* again."),
    **dict.fromkeys(
        (
            ids.SEND_TEMPLATE,
            ids.DOWNLOAD_PACK,
            ids.SEND_PACK_CHANGES,
            ids.SEND_COHORT_TEMPLATE,
            ids.SEND_REPORT_FILES,
        ),
        FILES_NOT_SENT,
    ),
    **dict.fromkeys(
        (
            ids.FINISH_DAY,
            ids.SHOW_ANOTHER_TIP,
            ids.SHOW_PREVIOUS_TIP,
            ids.SHOW_TIP_OF_SKILL,
            ids.OPEN_TIP,
            ids.COACH_SHORTER,
            ids.COACH_PUSHBACK,
            ids.COACH_REPLY,
            ids.COACH_NEXT,
            ids.COACH_CHOOSE,
            ids.COACH_NONE,
            ids.SHOW_PILOT_CHANGE,
            ids.COMPARE_WITH_PILOT,
            ids.PREVIEW_PACK,
            ids.SHOW_PREVIEW,
            ids.in_preview(ids.ANSWER_LESSON.partition(".")[0]),
            ids.OLDER_AUDIT_ENTRIES,
            ids.SHOW_COHORT_REPORT,
            ids.CHOOSE_REPORT,
            ids.CHOOSE_REPORT_PERIOD,
        ),
        NOT_SHOWN,
    ),
}


def find_text_after_acknowledgment(name: str) -> str:
    """Return the text for what somebody did, marked for translation; it follows a semicolon.

    `name`: a command, or the id of a modal or a button without what follows its first two parts.
    """
    if name.startswith("/"):
        return NO_ANSWER
    return {**_AFTER_MODAL, **_AFTER_PRESS}.get(name, SAVED)
