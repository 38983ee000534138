"""Who may do what: one table, deny by default.

Contents: `Permission`, `PERMISSIONS`, `is_permitted`, and the two sets of permissions that open what is
encrypted: `SEES_SEALED` (what tells arms apart) and `SEES_IDENTITY` (who a participant is).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from data.records.people import Role


class Permission(StrEnum):
    """One thing a person may be allowed to do; every use case names the one it needs."""

    SIGN_IN = "sign_in"
    """Sign in and out, see the own account."""
    OPEN_TRIAL = "open_trial"
    MANAGE_PEOPLE = "manage_people"
    BACK_UP = "back_up"
    SEAL_ALLOCATION = "seal_allocation"
    CONFIRM_UNBLINDING = "confirm_unblinding"
    BREAK_CODE = "break_code"
    """Be shown one participant's arm in an emergency: only for those who need not be blind."""
    SEE_CODE_BREAKS = "see_code_breaks"
    """Read that a code was broken, by whom and why; never the arm."""
    HEAR_ARMS = "hear_arms"
    """Play an arm's music without a participant: only for those who need not be blind."""
    SEE_PROTOCOL = "see_protocol"
    SEE_PARTICIPANTS = "see_participants"
    SEE_IDENTITY = "see_identity"
    ENROL = "enrol"
    RANDOMIZE = "randomize"
    SCHEDULE = "schedule"
    RUN_SESSION = "run_session"
    CALIBRATE = "calibrate"
    """Record how loud the headphones of a site are, and end such a record."""
    ENTER_DATA = "enter_data"
    SEE_RECORDINGS = "see_recordings"
    """See the beats of recordings and what was edited in them; nothing in them is sealed."""
    EDIT_RECORDINGS = "edit_recordings"
    """Edit the beats of recordings, and bring files with recordings."""
    INVITE_PARTICIPANT = "invite_participant"
    """Make the one-time link a participant signs in by."""
    MANAGE_SAFETY = "manage_safety"
    WITHDRAW = "withdraw"
    ANSWER = "answer"
    ANALYSE = "analyse"
    HOLD_LOOKS = "hold_looks"
    """Look at the data by arm before the end, and read what earlier looks found."""
    EXTRACT_RECORDS = "extract_records"
    """Build the records of an analysis: sees arms in order to mask them."""
    LOCK_DATABASE = "lock_database"
    REQUEST_UNBLINDING = "request_unblinding"
    SEE_AUDIT = "see_audit"
    SEE_FLOW = "see_flow"
    VERIFY = "verify"


_EVERYBODY = frozenset({Permission.SIGN_IN})
_STAFF = _EVERYBODY | {Permission.SEE_PROTOCOL}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: _STAFF
        | {
            Permission.OPEN_TRIAL,
            Permission.MANAGE_PEOPLE,
            Permission.BACK_UP,
            Permission.SEAL_ALLOCATION,
            Permission.CONFIRM_UNBLINDING,
            Permission.BREAK_CODE,
            Permission.SEE_CODE_BREAKS,
            Permission.HEAR_ARMS,
            Permission.SEE_AUDIT,
            Permission.VERIFY,
        },
        Role.COORDINATOR: _STAFF
        | {
            Permission.SEE_PARTICIPANTS,
            Permission.SEE_IDENTITY,
            Permission.ENROL,
            Permission.RANDOMIZE,
            Permission.SCHEDULE,
            Permission.RUN_SESSION,
            Permission.CALIBRATE,
            Permission.ENTER_DATA,
            Permission.SEE_RECORDINGS,
            Permission.EDIT_RECORDINGS,
            Permission.INVITE_PARTICIPANT,
            Permission.MANAGE_SAFETY,
            Permission.WITHDRAW,
            Permission.ANSWER,
            Permission.SEE_FLOW,
        },
        Role.STATISTICIAN: _STAFF
        | {
            Permission.ANALYSE,
            Permission.SEE_RECORDINGS,
            Permission.EXTRACT_RECORDS,
            Permission.LOCK_DATABASE,
            Permission.REQUEST_UNBLINDING,
            Permission.SEE_CODE_BREAKS,
            Permission.SEE_AUDIT,
            Permission.SEE_FLOW,
            Permission.VERIFY,
        },
        Role.UNBLINDED_STATISTICIAN: _STAFF | {Permission.HOLD_LOOKS},
        Role.REVIEWER: _STAFF
        | {
            Permission.SEE_RECORDINGS,
            Permission.EXTRACT_RECORDS,
            Permission.SEE_CODE_BREAKS,
            Permission.SEE_AUDIT,
            Permission.SEE_FLOW,
            Permission.VERIFY,
        },
        Role.PARTICIPANT: _EVERYBODY | {Permission.ANSWER},
    }
)

SEES_SEALED = frozenset(
    {
        Permission.RANDOMIZE,
        Permission.RUN_SESSION,
        Permission.SEAL_ALLOCATION,
        Permission.HOLD_LOOKS,
        Permission.EXTRACT_RECORDS,
        Permission.VERIFY,
        Permission.BREAK_CODE,
    }
)
SEES_IDENTITY = frozenset({Permission.SEE_IDENTITY, Permission.ENROL})


def is_permitted(role: Role, permission: Permission) -> bool:
    """Say whether a role has a permission; what the table does not grant is denied.

    Examples
    --------
    >>> is_permitted(Role.COORDINATOR, Permission.RANDOMIZE)
    True
    >>> is_permitted(Role.PARTICIPANT, Permission.RANDOMIZE)
    False
    """
    return permission in PERMISSIONS.get(role, frozenset())
