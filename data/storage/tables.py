"""The tables, one a record type, written out column by column.

Conventions: `id` is the primary key; moments are ISO 8601 text in UTC, days are ISO dates; nested tuples
are JSON; sealed columns hold ciphertext (encryption.py). Rows keep the order in which they came
(`rowid`): no row is ever deleted. Four tables are no records: the audit (`audit_entry`, `audit_head`),
what keeps sign-ins alive (`sign_in_activity`, the only table that is not audited) and `store_facts`.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

METADATA = MetaData()
TABLES_VERSION = "0010"
"""The newest migration in `migrations/`."""


def stored_time(moment: datetime) -> str:
    """Return a time as it is stored: always of the same width, so that text sorts as time does.

    Examples
    --------
    >>> from datetime import timedelta, timezone
    >>> stored_time(datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1))))
    '2026-03-01T08:30:00.000000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class Moment(TypeDecorator[str]):
    """A time, as ISO 8601 text in UTC."""

    impl = Text
    cache_ok = True


class WideInteger(TypeDecorator[int]):
    """An integer of any size, as decimal text: a 64-bit seed does not fit SQLite's signed integer."""

    impl = Text
    cache_ok = True

    def process_bind_param(  # type: ignore[explicit-override]  # typing.override is of 3.12
        self,
        value: int | None,
        dialect: Dialect,  # noqa: ARG002 - interface
    ) -> str | None:
        """Write the digits."""
        return None if value is None else str(value)

    def process_result_value(  # type: ignore[explicit-override]
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 - interface
    ) -> int | None:
        """Read the digits."""
        return None if value is None else int(value)


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True)


def _refers(name: str, to: str) -> Column[str]:
    return Column(name, Text, ForeignKey(f"{to}.id"), nullable=False, index=True)


def _participant() -> Column[str]:
    return _refers("participant_id", "participant")


def _site() -> Column[str]:
    return Column("site_id", Text, nullable=False, index=True)


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]


def _optional_texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names]


def _moments(*names: str) -> list[Column[str]]:
    return [Column(name, Moment, nullable=False) for name in names]


def _optional_moments(*names: str) -> list[Column[str]]:
    return [Column(name, Moment) for name in names]


def _integers(*names: str) -> list[Column[int]]:
    return [Column(name, Integer, nullable=False) for name in names]


def _numbers(*names: str) -> list[Column[float]]:
    return [Column(name, Float, nullable=False) for name in names]


def _optional_numbers(*names: str) -> list[Column[float]]:
    return [Column(name, Float) for name in names]


def _flags(*names: str) -> list[Column[bool]]:
    return [Column(name, Boolean, nullable=False) for name in names]


def _nested(*names: str) -> list[Column[Any]]:
    return [Column(name, JSON, nullable=False) for name in names]


def _sealed(*names: str) -> list[Column[bytes]]:
    return [Column(name, LargeBinary, nullable=False) for name in names]


# The trial

PROTOCOL_VERSION = Table(
    "protocol_version",
    METADATA,
    _id(),
    *_texts("study_id", "version", "state", "document", "sha256", "reason"),
    *_optional_moments("frozen_at"),
    *_optional_texts("frozen_by"),
    UniqueConstraint("study_id", "version"),
)
SITE = Table(
    "site",
    METADATA,
    _id(),
    *_texts("name"),
    *_flags("open"),
    *_texts("on_call"),
    Column("time_zone", Text, nullable=False, server_default="UTC"),
)
TRIAL = Table(
    "trial",
    METADATA,
    _id(),
    _refers("protocol_version_id", "protocol_version"),
    *_flags("simulated"),
    *_moments("started_at"),
)
DATABASE_LOCK = Table(
    "database_lock",
    METADATA,
    _id(),
    *_texts("data_hash", "reason"),
    *_moments("locked_at"),
    *_texts("locked_by"),
)
UNBLINDING = Table(
    "unblinding",
    METADATA,
    _id(),
    *_texts("requested_by"),
    *_moments("requested_at"),
    *_texts("reason"),
    *_optional_texts("confirmed_by"),
    *_optional_moments("confirmed_at"),
)

INTERIM_LOOK = Table(
    "interim_look",
    METADATA,
    _id(),
    Column("number", Integer, nullable=False, unique=True),
    *_texts("data_sha256", "protocol_sha256", "code_version"),
    *_moments("held_at"),
    *_texts("held_by"),
    *_sealed("findings"),
)
DECIDED_LOOK = Table(
    "decided_look",
    METADATA,
    Column("id", Text, ForeignKey("interim_look.id"), primary_key=True),
    *_texts("decision"),
    *_sealed("reason"),
    *_moments("decided_at"),
    *_texts("decided_by"),
)

# People who work

USER = Table(
    "user_account",
    METADATA,
    _id(),
    *_texts("display_name", "role"),
    *_optional_texts("site_id"),
    *_texts("password_hash"),
    *_flags("active"),
    *_moments("created_at"),
    *_texts("password_set_by", "password_reset_by"),
)
SIGN_IN = Table(
    "sign_in",
    METADATA,
    _id(),
    *_texts("user_id", "role"),
    *_optional_texts("site_id"),
    *_moments("created_at", "last_seen_at"),
    *_optional_moments("ended_at"),
    *_texts("means"),
)
SIGN_IN_ACTIVITY = Table(
    "sign_in_activity",
    METADATA,
    Column("sign_in_id", Text, ForeignKey("sign_in.id"), primary_key=True),
    *_moments("last_seen_at"),
)
SIGN_IN_FAILURES = Table(
    "sign_in_failures", METADATA, _id(), *_integers("failures"), *_moments("last_failed_at")
)
PARTICIPANT_LINK = Table(
    "participant_link",
    METADATA,
    _id(),
    _participant(),
    *_moments("created_at"),
    *_texts("created_by"),
    *_optional_moments("used_at"),
)

# Equipment of a site

HEADPHONE_CALIBRATION = Table(
    "headphone_calibration",
    METADATA,
    _id(),
    _site(),
    *_texts("label", "make", "model", "playing_device", "system_volume"),
    *_numbers("spl_at_minus20_lufs_dba"),
    *_texts("method", "measured_on", "measured_by", "note"),
    *_moments("recorded_at"),
    *_texts("recorded_by"),
)
CALIBRATION_END = Table(
    "calibration_end",
    METADATA,
    Column("id", Text, ForeignKey("headphone_calibration.id"), primary_key=True),
    _site(),
    *_texts("reason"),
    *_moments("ended_at"),
    *_texts("ended_by"),
)

# Participants

PARTICIPANT = Table(
    "participant",
    METADATA,
    _id(),
    *_texts("site_id", "state", "screened_on"),
    Column("age_years", Integer),
    *_optional_texts("sex"),
    *_flags("simulated"),
)
IDENTITY = Table(
    "identity",
    METADATA,
    Column("id", Text, ForeignKey("participant.id"), primary_key=True),
    *_sealed("full_name", "birth_date", "contact"),
)
CONSENT = Table(
    "consent",
    METADATA,
    _id(),
    _participant(),
    *_texts("consent_version"),
    *_moments("signed_at", "sensing_notice_shown_at"),
    *_texts("recorded_by"),
)
ELIGIBILITY_ASSESSMENT = Table(
    "eligibility_assessment",
    METADATA,
    _id(),
    _participant(),
    *_nested("answers"),
    *_flags("eligible"),
    *_nested("reasons"),
    *_moments("assessed_at"),
    *_texts("assessed_by"),
)
WITHDRAWAL = Table(
    "withdrawal",
    METADATA,
    _id(),
    _participant(),
    *_texts("kind", "reason"),
    *_moments("at"),
    *_texts("recorded_by"),
)
PROTOCOL_DEVIATION = Table(
    "protocol_deviation",
    METADATA,
    _id(),
    _participant(),
    *_texts("category", "description"),
    *_flags("important"),
    *_moments("at"),
    *_texts("recorded_by"),
)

# Allocation

LIST_COMMITMENT = Table(
    "list_commitment",
    METADATA,
    _id(),
    *_texts("protocol_hash", "merkle_root"),
    *_nested("strata"),
    *_integers("slots"),
    *_texts("software_version"),
    *_moments("committed_at"),
    *_texts("committed_by"),
)
ALLOCATION_SLOT = Table(
    "allocation_slot",
    METADATA,
    _id(),
    *_texts("stratum"),
    *_integers("position"),
    *_sealed("arm", "salt"),
    *_texts("leaf_hash"),
    UniqueConstraint("stratum", "position"),
)
ALLOCATION = Table(
    "allocation",
    METADATA,
    Column("id", Text, ForeignKey("participant.id"), primary_key=True),
    Column("slot_id", Text, ForeignKey("allocation_slot.id"), nullable=False, unique=True),
    *_texts("stratum"),
    Column("code", Text, nullable=False, unique=True),
    *_sealed("arm"),
    *_moments("randomized_at"),
    *_texts("randomized_by"),
)
CODE_BREAK = Table(
    "code_break",
    METADATA,
    _id(),
    _participant(),
    *_texts("reason", "told_to"),
    *_moments("broken_at"),
    *_texts("broken_by"),
)
CODE_BREAK_RECEIPT = Table(
    "code_break_receipt",
    METADATA,
    _id(),
    _participant(),
    _refers("code_break_id", "code_break"),
    *_moments("read_at"),
    *_texts("read_by"),
)

# Visits, answers, safety

PLANNED_VISIT = Table(
    "planned_visit",
    METADATA,
    _id(),
    _participant(),
    *_texts("visit", "planned_on", "opens_on", "closes_on", "state"),
    *_optional_moments("done_at"),
    UniqueConstraint("participant_id", "visit"),
)
PLANNED_SESSION = Table(
    "planned_session",
    METADATA,
    _id(),
    _participant(),
    *_integers("number"),
    *_texts("planned_on", "opens_on", "closes_on", "state"),
    UniqueConstraint("participant_id", "number"),
)
RESTING_MEASUREMENT = Table(
    "resting_measurement",
    METADATA,
    _id(),
    _participant(),
    *_texts("visit", "recipe"),
    *_optional_numbers("ln_rmssd", "heart_rate_bpm"),
    *_numbers("flagged_share", "covered_share"),
    *_integers("valid_pairs"),
    *_texts("reason", "source"),
    *_moments("measured_at"),
    *_optional_numbers("ln_rmssd_mad", "heart_rate_mad_bpm"),
    Column("edits", Integer, nullable=False, server_default="0"),
    *_optional_numbers("corrected_share"),
)
RESTING_BEATS = Table(
    "resting_beats",
    METADATA,
    _id(),
    _participant(),
    *_texts("visit", "kind"),
    *_nested("rr_times_s", "rr_ms"),
    *_moments("recorded_at"),
)
RESTING_SIGNAL = Table(
    "resting_signal",
    METADATA,
    _id(),
    _participant(),
    *_texts("visit", "variable", "recipe"),
    *_optional_numbers("value"),
    *_texts("unit", "reason", "quality"),
    *_numbers("usable_share"),
    *_optional_numbers("sampling_rate_hz"),
    *_numbers("duration_s"),
    *_optional_texts("samples_id"),
    *_moments("measured_at"),
)
RESTING_SAMPLES = Table(
    "resting_samples",
    METADATA,
    _id(),
    _participant(),
    *_texts("visit", "signal", "unit"),
    *_numbers("sampling_rate_hz"),
    *_nested("samples"),
    *_moments("recorded_at"),
)
CAPTURE_CONSENT = Table(
    "capture_consent",
    METADATA,
    _id(),
    _participant(),
    *_texts("kind"),
    *_flags("agreed"),
    *_texts("notice_version"),
    *_moments("said_at"),
    *_texts("recorded_by"),
)
IMPORTED_BEATS = Table(
    "imported_beats",
    METADATA,
    _id(),
    _participant(),
    *_texts("label", "kind"),
    *_optional_numbers("sampling_rate_hz"),
    *_nested("rr_times_s", "rr_ms"),
    *_moments("imported_at"),
    *_texts("imported_by"),
)
BEAT_EDIT = Table(
    "beat_edit",
    METADATA,
    _id(),
    _participant(),
    Column("recording_id", Text, nullable=False, index=True),
    *_integers("number"),
    *_texts("act"),
    Column("beat", Integer),
    *_optional_numbers("time_s", "shift_ms"),
    Column("reverts", Integer),
    *_texts("reason"),
    *_moments("edited_at"),
    *_texts("edited_by"),
    UniqueConstraint("recording_id", "number"),
)
ITEM_ANSWER = Table(
    "item_answer",
    METADATA,
    _id(),
    _participant(),
    *_texts("occasion", "questionnaire", "questionnaire_version", "item"),
    *_optional_numbers("value"),
    *_moments("answered_at"),
    *_texts("recorded_by"),
)
QUESTIONNAIRE_COMPLETION = Table(
    "questionnaire_completion",
    METADATA,
    _id(),
    _participant(),
    *_texts("occasion", "questionnaire"),
    *_moments("completed_at"),
    UniqueConstraint("participant_id", "occasion", "questionnaire"),
)
ADVERSE_EVENT = Table(
    "adverse_event",
    METADATA,
    _id(),
    _participant(),
    *_texts("term", "domain"),
    *_integers("grade"),
    *_flags("serious"),
    *_texts("seriousness", "causality"),
    *_flags("expected"),
    *_texts("outcome", "action"),
    *_optional_texts("session_id"),
    *_moments("started_at", "aware_at"),
    *_texts("recorded_by"),
)
SAFETY_ALERT = Table(
    "safety_alert",
    METADATA,
    _id(),
    _participant(),
    *_texts("rule", "severity", "detail", "state"),
    *_moments("raised_at"),
    *_optional_moments("acknowledged_at"),
    *_optional_texts("acknowledged_by"),
    *_optional_moments("closed_at"),
    *_optional_texts("closed_by"),
    *_texts("resolution"),
)

# Listening sessions

LISTENING_SESSION = Table(
    "listening_session",
    METADATA,
    _id(),
    _participant(),
    _refers("planned_session_id", "planned_session"),
    *_integers("number"),
    Column("seed", WideInteger, nullable=False),
    *_sealed("arm_definition_hash"),
    *_nested("baseline"),
    *_texts("source"),
    *_numbers("planned_duration_s"),
    *_texts("state"),
    *_optional_moments("started_at", "ended_at"),
    *_texts("stop_reason"),
    *_numbers("listened_s"),
    *_texts("stop_cause", "protocol_version_id"),
    Column("calibration_id", Text, nullable=False, server_default=""),
    Column("gain_cap", Float, nullable=False, server_default="1"),
    *_optional_numbers("ear_level_dba"),
    Column("sensor_id", Text, nullable=False, server_default=""),
)
LOOP_STEP = Table(
    "loop_step",
    METADATA,
    _id(),
    _refers("session_id", "listening_session"),
    *_integers("sequence"),
    *_sealed("payload"),
    UniqueConstraint("session_id", "sequence"),
)
PLAYBACK = Table(
    "playback",
    METADATA,
    _id(),
    _refers("session_id", "listening_session"),
    *_integers("sequence"),
    *_sealed("payload"),
    UniqueConstraint("session_id", "sequence"),
)
SIGNAL_BATCH = Table(
    "signal_batch",
    METADATA,
    _id(),
    _refers("session_id", "listening_session"),
    *_integers("sequence"),
    *_texts("kind", "originator"),
    *_numbers("start_s", "end_s"),
    *_nested("rr_times_s", "rr_ms"),
)
HARM_ASKING = Table(
    "harm_asking",
    METADATA,
    _id(),
    _participant(),
    _refers("session_id", "listening_session"),
    *_texts("answer"),
    *_flags("told_openly"),
    *_nested("domains"),
    *_texts("reason"),
    *_moments("asked_at"),
    *_texts("asked_by"),
)

# The audit and the store itself

AUDIT_ENTRY = Table(
    "audit_entry",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    *_moments("at"),
    Column("user_id", Text, nullable=False, index=True),
    *_texts("role", "sign_in_id", "action", "reason"),
    *_texts("table"),
    Column("record_id", Text, nullable=False, index=True),
    *_texts("change", "previous_hash", "hash"),
)
AUDIT_HEAD = Table(
    "audit_head",
    METADATA,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    *_moments("at"),
    *_texts("hash", "signature"),
)
STORE_FACTS = Table(
    "store_facts", METADATA, Column("name", Text, primary_key=True), *_texts("value")
)
VERSION = Table("alembic_version", MetaData(), Column("version_num", Text, primary_key=True))
"""Written by Alembic."""
