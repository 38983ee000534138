"""Which record type lies in which table, who reaches its rows, and what of it is sealed.

Contents: `StoredKind`, `KINDS` (by record type), `kind_of`, `Scope`, `Custody`, `Writers`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import Float, LargeBinary, Table
from sqlalchemy.types import TypeEngine

from data.records import (
    allocation,
    answers,
    beat_edits,
    calibrations,
    capture_consents,
    code_breaks,
    harm_askings,
    looks,
    participants,
    people,
    resting_signals,
    safety,
    sessions,
    signals,
    trial,
    visits,
)
from data.records.local_days import UNNAMED_TIME_ZONE
from data.storage import tables
from data.storage.errors import RecordUnusableError
from data.storage.tables import Moment


class Scope(Enum):
    """What ties a row to a participant, and so to a site."""

    EVERYBODY = auto()
    """A row of the whole trial."""
    STAFF = auto()
    """A row of the whole trial that participants do not see."""
    ACCOUNT = auto()
    """A row of the people who work: read with MANAGE_PEOPLE, or one's own."""
    OF_SITE = auto()
    """`site_id`; participants do not see it."""
    PARTICIPANT = auto()
    """The row's id is the participant id."""
    OF_PARTICIPANT = auto()
    """`participant_id`."""
    OF_SESSION = auto()
    """`session_id`, which begins with the participant id and a slash."""


class Custody(Enum):
    """Whose key seals the sealed columns."""

    ARM = auto()
    """What tells arms apart: opened with a permission of `SEES_SEALED`, else empty."""
    IDENTITY = auto()
    """Who a participant is: only read with a permission of `SEES_IDENTITY`, under the participant's key."""
    STEP = auto()
    """The whole record is one payload; only read with a permission of `SEES_SEALED`."""


class Writers(Enum):
    """Who writes rows of a kind, besides what the permission says."""

    STORAGE = auto()
    """Storage alone."""
    STAFF = auto()
    PARTICIPANTS = auto()
    """Participants too, their own rows."""


@dataclass(frozen=True, kw_only=True, eq=False)
class StoredKind:
    """How one record type is kept."""

    kind: type[Any]
    table: Table
    scope: Scope
    writers: Writers = Writers.STAFF
    clinical: bool = True
    """Changes no more after the database lock."""
    lasting: bool = False
    """Never changed once recorded: a correction is a new record."""
    custody: Custody = Custody.ARM
    digested: frozenset[str] = field(default_factory=frozenset)
    """Columns whose SHA-256 stands in the audit instead of the value; only in kinds that last."""
    secret: frozenset[str] = field(default_factory=frozenset)
    """Columns that never leave storage."""
    later: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Columns that a later migration added, and what older rows got: while a row holds that value, the
    column stays out of its image in the audit and of its hash, so that old images and hashes still fit."""

    @property
    def name(self) -> str:
        """The kind in words, for messages."""
        return self.table.name.replace("_", " ")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(self.table.c.keys())

    @cached_property
    def sealed(self) -> frozenset[str]:
        """The columns that hold ciphertext."""
        return self._names_of(LargeBinary)

    @cached_property
    def moments(self) -> frozenset[str]:
        """The columns that hold a time."""
        return self._names_of(Moment)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The columns that hold a real number."""
        return self._names_of(Float)

    def as_first_made(self, plain: Mapping[str, Any]) -> dict[str, Any]:
        """Return a row or a record in plain values, without later columns that say nothing yet."""
        return {
            name: value
            for name, value in plain.items()
            if name not in self.later or value != self.later[name]
        }

    def _names_of(self, kind: type[TypeEngine[Any]]) -> frozenset[str]:
        return frozenset(one.name for one in self.table.columns if isinstance(one.type, kind))


_ALL = (
    StoredKind(
        kind=trial.ProtocolVersion,
        table=tables.PROTOCOL_VERSION,
        scope=Scope.EVERYBODY,
        clinical=False,
    ),
    StoredKind(
        kind=trial.Site,
        table=tables.SITE,
        scope=Scope.EVERYBODY,
        clinical=False,
        later=MappingProxyType({"time_zone": UNNAMED_TIME_ZONE}),
    ),
    StoredKind(kind=trial.Trial, table=tables.TRIAL, scope=Scope.EVERYBODY, clinical=False),
    StoredKind(
        kind=trial.DatabaseLock,
        table=tables.DATABASE_LOCK,
        scope=Scope.EVERYBODY,
        clinical=False,
        lasting=True,
    ),
    StoredKind(kind=trial.Unblinding, table=tables.UNBLINDING, scope=Scope.STAFF, clinical=False),
    StoredKind(kind=looks.InterimLook, table=tables.INTERIM_LOOK, scope=Scope.STAFF, lasting=True),
    StoredKind(
        kind=looks.DecidedLook,
        table=tables.DECIDED_LOOK,
        scope=Scope.STAFF,
        clinical=False,
        lasting=True,
    ),
    StoredKind(
        kind=people.User,
        table=tables.USER,
        scope=Scope.ACCOUNT,
        clinical=False,
        secret=frozenset({"password_hash"}),
    ),
    StoredKind(
        kind=people.SignIn,
        table=tables.SIGN_IN,
        scope=Scope.ACCOUNT,
        writers=Writers.STORAGE,
        clinical=False,
    ),
    StoredKind(
        kind=people.SignInFailures,
        table=tables.SIGN_IN_FAILURES,
        writers=Writers.STORAGE,
        scope=Scope.ACCOUNT,
        clinical=False,
    ),
    StoredKind(
        kind=people.ParticipantLink,
        table=tables.PARTICIPANT_LINK,
        writers=Writers.STORAGE,
        scope=Scope.OF_PARTICIPANT,
        clinical=False,
    ),
    StoredKind(
        kind=calibrations.HeadphoneCalibration,
        table=tables.HEADPHONE_CALIBRATION,
        scope=Scope.OF_SITE,
        lasting=True,
    ),
    StoredKind(
        kind=calibrations.CalibrationEnd,
        table=tables.CALIBRATION_END,
        scope=Scope.OF_SITE,
        lasting=True,
    ),
    StoredKind(kind=participants.Participant, table=tables.PARTICIPANT, scope=Scope.PARTICIPANT),
    StoredKind(
        kind=participants.Identity,
        table=tables.IDENTITY,
        scope=Scope.PARTICIPANT,
        custody=Custody.IDENTITY,
    ),
    StoredKind(
        kind=participants.Consent, table=tables.CONSENT, scope=Scope.OF_PARTICIPANT, lasting=True
    ),
    StoredKind(
        kind=participants.EligibilityAssessment,
        table=tables.ELIGIBILITY_ASSESSMENT,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=participants.Withdrawal,
        table=tables.WITHDRAWAL,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=participants.ProtocolDeviation,
        table=tables.PROTOCOL_DEVIATION,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=allocation.ListCommitment,
        table=tables.LIST_COMMITMENT,
        scope=Scope.STAFF,
        lasting=True,
    ),
    StoredKind(
        kind=allocation.AllocationSlot,
        table=tables.ALLOCATION_SLOT,
        scope=Scope.STAFF,
        lasting=True,
    ),
    StoredKind(
        kind=allocation.Allocation,
        table=tables.ALLOCATION,
        scope=Scope.PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=code_breaks.CodeBreak,
        table=tables.CODE_BREAK,
        scope=Scope.OF_PARTICIPANT,
        clinical=False,
        lasting=True,
    ),
    StoredKind(
        kind=code_breaks.CodeBreakReceipt,
        table=tables.CODE_BREAK_RECEIPT,
        scope=Scope.OF_PARTICIPANT,
        clinical=False,
        lasting=True,
    ),
    StoredKind(kind=visits.PlannedVisit, table=tables.PLANNED_VISIT, scope=Scope.OF_PARTICIPANT),
    StoredKind(
        kind=visits.PlannedSession, table=tables.PLANNED_SESSION, scope=Scope.OF_PARTICIPANT
    ),
    StoredKind(
        kind=visits.RestingMeasurement,
        table=tables.RESTING_MEASUREMENT,
        scope=Scope.OF_PARTICIPANT,
        later=MappingProxyType(
            {
                "ln_rmssd_mad": None,
                "heart_rate_mad_bpm": None,
                "edits": 0,
                "corrected_share": None,
            }
        ),
    ),
    StoredKind(
        kind=visits.RestingBeats,
        table=tables.RESTING_BEATS,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
        digested=frozenset({"rr_times_s", "rr_ms"}),
    ),
    StoredKind(
        kind=resting_signals.RestingSignal,
        table=tables.RESTING_SIGNAL,
        scope=Scope.OF_PARTICIPANT,
    ),
    StoredKind(
        kind=resting_signals.RestingSamples,
        table=tables.RESTING_SAMPLES,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
        digested=frozenset({"samples"}),
    ),
    StoredKind(
        kind=capture_consents.CaptureConsent,
        table=tables.CAPTURE_CONSENT,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=beat_edits.ImportedBeats,
        table=tables.IMPORTED_BEATS,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
        digested=frozenset({"rr_times_s", "rr_ms"}),
    ),
    StoredKind(
        kind=beat_edits.BeatEdit,
        table=tables.BEAT_EDIT,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=answers.ItemAnswer,
        table=tables.ITEM_ANSWER,
        writers=Writers.PARTICIPANTS,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=answers.QuestionnaireCompletion,
        table=tables.QUESTIONNAIRE_COMPLETION,
        writers=Writers.PARTICIPANTS,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=safety.AdverseEvent,
        table=tables.ADVERSE_EVENT,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=safety.SafetyAlert,
        table=tables.SAFETY_ALERT,
        scope=Scope.OF_PARTICIPANT,
        writers=Writers.PARTICIPANTS,
    ),
    StoredKind(
        kind=sessions.ListeningSession,
        table=tables.LISTENING_SESSION,
        scope=Scope.OF_PARTICIPANT,
        later=MappingProxyType(
            {"calibration_id": "", "gain_cap": 1.0, "ear_level_dba": None, "sensor_id": ""}
        ),
    ),
    StoredKind(
        kind=harm_askings.HarmAsking,
        table=tables.HARM_ASKING,
        scope=Scope.OF_PARTICIPANT,
        lasting=True,
    ),
    StoredKind(
        kind=sessions.LoopStep,
        table=tables.LOOP_STEP,
        scope=Scope.OF_SESSION,
        lasting=True,
        custody=Custody.STEP,
        digested=frozenset({"payload"}),
    ),
    StoredKind(
        kind=sessions.Playback,
        table=tables.PLAYBACK,
        scope=Scope.OF_SESSION,
        custody=Custody.STEP,
    ),
    StoredKind(
        kind=signals.SignalBatch,
        table=tables.SIGNAL_BATCH,
        scope=Scope.OF_SESSION,
        lasting=True,
        digested=frozenset({"rr_times_s", "rr_ms"}),
    ),
)

KINDS: Mapping[type[Any], StoredKind] = MappingProxyType({one.kind: one for one in _ALL})
BY_TABLE: Mapping[str, StoredKind] = MappingProxyType({one.table.name: one for one in _ALL})


def kind_of(kind: type[Any]) -> StoredKind:
    """Return how a record type is kept.

    Raises
    ------
    RecordUnusableError
        If the store has no table for the type.
    """
    try:
        return KINDS[kind]
    except KeyError:
        message = f"The store has no table for {kind.__name__}; see data/storage/kinds.py."
        raise RecordUnusableError(message) from None
