"""The audit's codes in words people read.

Contents: `ACTIONS`, `action_in_words`, `subject_in_words`, `change_in_words`.
"""

import re

from trials.audit_trail import NOTHING, AuditRow, FieldChange

ACTIONS = {
    "acknowledge_alert": "took on a safety alert",
    "add_user": "added an account",
    "amend_protocol": "amended the protocol",
    "ask_harms": "asked for harms after a session, or said why not",
    "answer_refused": "gave an answer that came too late, and raised an alert",
    "assess_eligibility": "assessed eligibility",
    "back_up": "made a backup",
    "begin_session": "began a listening session",
    "break_code": "broke the code of one participant in an emergency",
    "change_password": "changed the own password",
    "close_alert": "closed a safety alert",
    "complete_baseline": "completed the baseline",
    "complete_form": "completed a questionnaire",
    "complete_visit": "completed a visit",
    "confirm_unblinding": "confirmed unblinding",
    "correct_answer": "corrected an answer",
    "create_first_administrator": "made the first account",
    "deactivate_account": "closed an account",
    "decide_look": "put on record what was decided after a look before the end",
    "edit_beats": "edited the beats of a recording",
    "end_calibration": "ended a calibration of headphones",
    "end_session": "ended a listening session",
    "enter_form": "entered a questionnaire",
    "explain_stop": "said why a listening session was stopped",
    "explore": "analysed outside the plan",
    "export": "exported data",
    "hold_look": "held a look at the data before the end",
    "import_beats": "brought a file with a recording",
    "lock_database": "locked the database",
    "miss_session": "recorded that a session did not take place",
    "miss_visit": "recorded that a visit did not take place",
    "note_no_signal": "recorded that a signal could not be recorded at rest",
    "open_trial": "opened the trial and sealed the lists",
    "participant_token": "made a participant's link",
    "raise_alert": "raised a safety alert",
    "pause_session": "paused a listening session",
    "randomize": "randomized a participant",
    "reactivate_account": "opened an account again",
    "record_calibration": "recorded a calibration of headphones",
    "record_adverse_event": "recorded an adverse event",
    "record_capture_consent": "recorded whether voice or face may be measured",
    "record_consent": "recorded consent",
    "record_deviation": "recorded a protocol deviation",
    "record_playback": "recorded what was played",
    "record_resting": "recorded a resting measurement",
    "record_resting_signal": "recorded a signal at rest",
    "record_loop_step": "recorded a pass of a session",
    "read_of_code_break": "confirmed to have read of a code break",
    "redeem_participant_token": "signed in by a participant's link",
    "request_unblinding": "asked for unblinding",
    "resume_session": "went on with a listening session",
    "save_answer": "answered an item",
    "screen_participant": "entered a person for screening",
    "set_password": "gave an account a new password",
    "set_site": "changed a site",
    "sign": "signed",
    "sign_in": "signed in",
    "sign_in_process": "signed in as a program",
    "sign_in_refused": "was refused at the sign-in",
    "sign_out": "signed out",
    "withdraw": "recorded a withdrawal",
}
"""What each use case does, as the end of a sentence that begins with a person."""

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z")
_HASH = re.compile(r"([0-9a-f]{8})[0-9a-f]{56}")
SHOWN_FIELDS = 6
SHOWN_CHARACTERS = 60


def action_in_words(code: str) -> str:
    """Return what was done.

    Examples
    --------
    >>> action_in_words("record_consent"), action_in_words("some_new_act")
    ('recorded consent', 'some new act')
    """
    return ACTIONS.get(code, code.replace("_", " "))


def subject_in_words(row: AuditRow) -> str:
    """Return what an entry is about: the kind of record and its id."""
    kind = row.table.replace("_", " ")
    return f"{kind} {shortened(row.record_id)}".strip()


def change_in_words(row: AuditRow) -> str:
    """Return what changed, in short; the export has all of it."""
    told = [change for change in row.changes if not (row.is_new and says_nothing_new(row, change))]
    shown = "; ".join(field_in_words(change, is_new=row.is_new) for change in told[:SHOWN_FIELDS])
    more = len(told) - SHOWN_FIELDS
    return f"{shown}; and {more} more" if more > 0 else shown


def says_nothing_new(row: AuditRow, change: FieldChange) -> bool:
    """Whether a field of a new record is empty, or repeats who did it and when."""
    known = {NOTHING, row.user_id, row.role, f"{row.at:%Y-%m-%d %H:%M} UTC"}
    return shortened(change.after) in known


def field_in_words(change: FieldChange, *, is_new: bool) -> str:
    """Return what became of one field."""
    name = change.field.replace("_", " ")
    if change.field == "note":
        return _HASH.sub(r"\1...", change.after)
    if is_new:
        return f"{name}: {shortened(change.after)}"
    return f"{name}: {shortened(change.before or NOTHING)} → {shortened(change.after)}"


def shortened(value: str) -> str:
    """Return a value so that it fits a cell: hashes by their beginning, times by the minute.

    Examples
    --------
    >>> shortened("2026-11-24T22:13:28.306716Z"), shortened("ab" * 32), shortened("9")
    ('2026-11-24 22:13 UTC', 'abababab...', '9')
    """
    text = _MOMENT.sub(r"\1 \2 UTC", value)
    text = _HASH.sub(r"\1...", text)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."
