"""One record of every kind, in an order in which each finds what it refers to."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from data.records.allocation import Allocation, AllocationSlot, ListCommitment
from data.records.answers import ItemAnswer, QuestionnaireCompletion
from data.records.beat_edits import BeatAct, BeatEdit, ImportedBeats
from data.records.calibrations import CalibrationEnd, HeadphoneCalibration
from data.records.capture_consents import CaptureConsent, CaptureKind
from data.records.code_breaks import CodeBreak, CodeBreakReceipt
from data.records.harm_askings import HarmAnswer, HarmAsking
from data.records.looks import DecidedLook, InterimLook, LookDecision
from data.records.music import MusicalParameters
from data.records.participants import (
    Consent,
    CriterionAnswer,
    EligibilityAssessment,
    Identity,
    Participant,
    ParticipantState,
    ProtocolDeviation,
    Withdrawal,
    WithdrawalKind,
)
from data.records.people import ParticipantLink, Role, SignIn, SignInFailures, SignInMeans, User
from data.records.resting_signals import RestingSamples, RestingSignal
from data.records.safety import AdverseEvent, AlertState, Causality, SafetyAlert
from data.records.sessions import (
    Composed,
    Decision,
    Delivered,
    ListenerState,
    ListeningSession,
    LoopStep,
    ParameterChange,
    Playback,
    Reactivity,
    RestingBaseline,
    SessionState,
)
from data.records.signals import (
    RRSeries,
    SignalBatch,
    SignalKind,
    Window,
    WindowGrade,
    WindowMeasures,
)
from data.records.trial import (
    DatabaseLock,
    ProtocolState,
    ProtocolVersion,
    Site,
    Trial,
    Unblinding,
)
from data.records.visits import (
    PlannedSession,
    PlannedVisit,
    PlanState,
    RestingBeats,
    RestingMeasurement,
)
from data.storage.passwords import PasswordCost

CHEAP = PasswordCost(memory_kib=8, passes=1, lanes=1)
NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)
DAY = date(2026, 3, 2)
SESSION_ID = "LEI-001/session-1/attempt-1"


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def move(self, by: timedelta) -> None:
        """Let time pass."""
        self.now += by


CALIBRATION = HeadphoneCalibration(
    id="LEI/HP-1/1",
    site_id="LEI",
    label="HP-1",
    make="Acme",
    model="Closed 7",
    playing_device="Tablet 2",
    system_volume="50 of 100",
    spl_at_minus20_lufs_dba=72.5,
    method="sound level meter, flat plate",
    measured_on=DAY,
    measured_by="Bea",
    note="",
    recorded_at=NOON,
    recorded_by="bea",
)
CALIBRATION_END = CalibrationEnd(
    id="LEI/HP-1/1", site_id="LEI", reason="Dropped", ended_at=NOON, ended_by="bea"
)
SITE = Site(id="LEI", name="Leiden", open=True, on_call="Dr Vos, 071 555 01 23")
OTHER_SITE = Site(id="GRA", name="Graz", open=True, on_call="Dr Huber")
VERSION = ProtocolVersion(
    id="CALM-1/1.0",
    study_id="CALM-1",
    version="1.0",
    state=ProtocolState.FROZEN,
    document='{"title":"Ruhe – für alle"}',
    sha256="a" * 64,
    reason="",
    frozen_at=NOON,
    frozen_by="ana",
)
TRIAL = Trial(id="CALM-1", protocol_version_id="CALM-1/1.0", simulated=True, started_at=NOON)
USER = User(
    id="bea",
    display_name="Bea Øst",
    role=Role.COORDINATOR,
    site_id="LEI",
    password_hash="$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",  # noqa: S106 - of nobody
    active=True,
    created_at=NOON,
)
SIGN_IN = SignIn(
    id="d" * 64,
    user_id="bea",
    role=Role.COORDINATOR,
    site_id="LEI",
    created_at=NOON,
    last_seen_at=NOON,
    ended_at=None,
    means=SignInMeans.PASSWORD,
)
FAILURES = SignInFailures(id="bea", failures=2, last_failed_at=NOON)


def participant(number: int = 1, site: str = "LEI") -> Participant:
    """Make a participant who was just screened."""
    return Participant(
        id=f"{site}-{number:03d}",
        site_id=site,
        state=ParticipantState.PRESCREENED,
        screened_on=DAY,
        age_years=34,
        sex=None,
        simulated=True,
    )


IDENTITY = Identity(
    id="LEI-001", full_name="Zoë van Rijn", birth_date="1991-05-04", contact="zoe@example.org"
)
LINK = ParticipantLink(
    id="e" * 64, participant_id="LEI-001", created_at=NOON, created_by="bea", used_at=None
)
CONSENT = Consent(
    id="consent-1",
    participant_id="LEI-001",
    consent_version="1.0",
    signed_at=NOON,
    sensing_notice_shown_at=NOON,
    recorded_by="bea",
)
ASSESSMENT = EligibilityAssessment(
    id="assessment-1",
    participant_id="LEI-001",
    answers=(
        CriterionAnswer(criterion="adult", met=True),
        CriterionAnswer(criterion="x", met=False),
    ),
    eligible=False,
    reasons=("x",),
    assessed_at=NOON,
    assessed_by="bea",
)
WITHDRAWAL = Withdrawal(
    id="withdrawal-1",
    participant_id="LEI-001",
    kind=WithdrawalKind.TRIAL,
    reason="moved away",
    at=NOON,
    recorded_by="bea",
)
DEVIATION = ProtocolDeviation(
    id="deviation-1",
    participant_id="LEI-001",
    category="visit_out_of_window",
    description="3 days late",
    important=False,
    at=NOON,
    recorded_by="bea",
)
COMMITMENT = ListCommitment(
    id="CALM-1",
    protocol_hash="a" * 64,
    merkle_root="b" * 64,
    strata=("severity=moderate|site=LEI", "severity=severe|site=LEI"),
    slots=200,
    software_version="0.1.0",
    committed_at=NOON,
    committed_by="ana",
)


def slot(position: int, arm: str = "adaptive") -> AllocationSlot:
    """Make one slot of a sealed list."""
    return AllocationSlot(
        id=f"severity=moderate|site=LEI#{position}",
        stratum="severity=moderate|site=LEI",
        position=position,
        arm=arm,
        salt="0f" * 16,
        leaf_hash="c" * 64,
    )


SLOT = slot(1)
ALLOCATION = Allocation(
    id="LEI-001",
    slot_id=SLOT.id,
    stratum=SLOT.stratum,
    code="K7QX",
    arm="matched_fixed",
    randomized_at=NOON,
    randomized_by="bea",
)
VISIT = PlannedVisit(
    id="LEI-001/week_4",
    participant_id="LEI-001",
    visit="week_4",
    planned_on=DAY,
    opens_on=DAY,
    closes_on=DAY,
    state=PlanState.PLANNED,
)
PLANNED_SESSION = PlannedSession(
    id="LEI-001/session-1",
    participant_id="LEI-001",
    number=1,
    planned_on=DAY,
    opens_on=DAY,
    closes_on=DAY,
    state=PlanState.PLANNED,
)
RESTING = RestingMeasurement(
    id="LEI-001/baseline",
    participant_id="LEI-001",
    visit="baseline",
    recipe="rmssd-median11-20pct-v1",
    ln_rmssd=3.4012,
    heart_rate_bpm=None,
    flagged_share=0,
    covered_share=1.0,
    valid_pairs=280,
    reason="",
    source="ecg",
    measured_at=NOON,
    ln_rmssd_mad=0.21,
)
RESTING_BEATS = RestingBeats(
    id="LEI-001/baseline/beats-1",
    participant_id="LEI-001",
    visit="baseline",
    kind=SignalKind.ECG,
    rr_times_s=(0.75, 1.5),
    rr_ms=(750.0, 750.5),
    recorded_at=NOON,
)

RESTING_SIGNAL = RestingSignal(
    id="LEI-001/baseline/electrodermal_level_us",
    participant_id="LEI-001",
    visit="baseline",
    variable="electrodermal_level_us",
    recipe="eda-rise-0.01us-v1",
    value=2.5,
    unit="μS",
    reason="",
    quality="good",
    usable_share=0.98,
    sampling_rate_hz=4.0,
    duration_s=300.0,
    samples_id="LEI-001/baseline/electrodermal-1",
    measured_at=NOON,
)
RESTING_SAMPLES = RestingSamples(
    id="LEI-001/baseline/electrodermal-1",
    participant_id="LEI-001",
    visit="baseline",
    signal="electrodermal",
    unit="uS",
    sampling_rate_hz=4.0,
    samples=(2.5, None, 2.75),
    recorded_at=NOON,
)
CAPTURE_CONSENT = CaptureConsent(
    id="LEI-001/voice-1",
    participant_id="LEI-001",
    kind=CaptureKind.VOICE,
    agreed=True,
    notice_version="1.0",
    said_at=NOON,
    recorded_by="bea",
)
IMPORTED_BEATS = ImportedBeats(
    id="LEI-001/import-1",
    participant_id="LEI-001",
    label="Holter of the ward",
    kind=SignalKind.ECG,
    sampling_rate_hz=250.0,
    rr_times_s=(0.75, 1.5),
    rr_ms=(750.0, 750.5),
    imported_at=NOON,
    imported_by="bea",
)
BEAT_EDIT = BeatEdit(
    id="LEI-001/baseline/beats-1/edit-1",
    participant_id="LEI-001",
    recording_id="LEI-001/baseline/beats-1",
    number=1,
    act=BeatAct.MOVE,
    beat=2,
    time_s=None,
    shift_ms=-12.5,
    reverts=None,
    reason="The peak is on the T wave",
    edited_at=NOON,
    edited_by="bea",
)


def answer(item: str = "gad7_1", value: float | None = 2.0, whose: str = "LEI-001") -> ItemAnswer:
    """Make one answer."""
    return ItemAnswer(
        id=f"{whose}/{item}",
        participant_id=whose,
        occasion="baseline",
        questionnaire="gad7",
        questionnaire_version="1",
        item=item,
        value=value,
        answered_at=NOON,
        recorded_by=whose,
    )


COMPLETION = QuestionnaireCompletion(
    id="LEI-001/baseline/gad7",
    participant_id="LEI-001",
    occasion="baseline",
    questionnaire="gad7",
    completed_at=NOON,
)
ADVERSE_EVENT = AdverseEvent(
    id="event-1",
    participant_id="LEI-001",
    term="headache",
    domain="physical",
    grade=1,
    serious=False,
    seriousness="",
    causality=Causality.POSSIBLE,
    expected=True,
    outcome="recovered",
    action="none",
    session_id=None,
    started_at=NOON,
    aware_at=NOON,
    recorded_by="bea",
)
ALERT = SafetyAlert(
    id="alert-1",
    participant_id="LEI-001",
    rule="phq9_item9",
    severity="urgent",
    detail="value 2",
    state=AlertState.RAISED,
    raised_at=NOON,
)
SESSION = ListeningSession(
    id=SESSION_ID,
    participant_id="LEI-001",
    planned_session_id="LEI-001/session-1",
    number=1,
    seed=2**64 - 1,
    arm_definition_hash="f" * 64,
    baseline=RestingBaseline(
        heart_rate_bpm=68.5,
        heart_rate_scale_bpm=7.0,
        ln_rmssd=3.4,
        ln_rmssd_scale=0.4,
        source="recorded",
    ),
    source="recording",
    planned_duration_s=1200,
    state=SessionState.RUNNING,
    started_at=NOON,
    ended_at=None,
    stop_reason="",
    listened_s=0.0,
)
_MUSIC = MusicalParameters(
    tempo_bpm=66.25,
    note_density_per_s=1.2,
    brightness=0.4,
    register=60.5,
    dynamics=54.0,
    articulation=1.05,
    dissonance=0.1,
    mode="major",
    root=0,
    voices=3,
    loudness_lufs=-23.0,
)


def loop_step(sequence: int = 0, session_id: str = SESSION_ID) -> LoopStep:
    """Make one pass of the loop with 70 beats in its window."""
    times_s = tuple(round(0.85 * beat + 0.001 * sequence, 3) for beat in range(70))
    return LoopStep(
        id=f"{session_id}/{sequence}",
        session_id=session_id,
        sequence=sequence,
        start_s=14.5 * sequence,
        window=Window(
            start_s=-60.0,
            end_s=0.0,
            beats=RRSeries(times_s=times_s, rr_ms=(850.0,) * 70, kind=SignalKind.ECG),
            newest_sample_age_s=0.2,
            signal_ok=True,
            signal_reason="",
        ),
        measures=WindowMeasures(
            grade=WindowGrade.GOOD,
            reason="",
            heart_rate_bpm=70.6,
            ln_rmssd=3.3,
            flagged_share=0.0,
            covered_share=0.99,
            valid_pairs=68,
        ),
        state=ListenerState(
            arousal=0.3,
            arousal_sd=0.2,
            valence=None,
            heart_rate_z=0.1,
            ln_rmssd_z=None,
            held=False,
            model="kalman-v1",
        ),
        decision=Decision(
            target_arousal=0.1,
            proposed=_MUSIC,
            applied=_MUSIC,
            changes=(
                ParameterChange(
                    parameter="tempo_bpm", proposed=70.0, applied=66.25, because="bound"
                ),
            ),
            reason="towards the target",
            propensity=1.0,
            shadow=None,
            policy="iso-v1",
            safety_rule="",
        ),
        composed=Composed(
            composer="rules-v1",
            seed=7,
            phase="opening",
            notes=80,
            duration_s=14.5,
            score_sha256="a" * 64,
        ),
        delivered=Delivered(
            frames=639_450, sampling_rate_hz=44_100, audio_sha256="", loudness_lufs=None, peak=None
        ),
        reactivity=Reactivity(
            heart_rate_change_bpm=None, arousal_change=-0.1, rating=None, learned="nothing"
        ),
        arm_definition_hash="f" * 64,
        software_version="0.1.0",
        previous_step_sha256="",
    )


PLAYBACK = Playback(
    id=f"{SESSION_ID}/0",
    session_id=SESSION_ID,
    sequence=0,
    frames_played=639_450,
    underruns=0,
    gap_s=0.0,
    volume=0.8,
    reported_at=NOON,
)
BATCH = SignalBatch(
    id=f"{SESSION_ID}/0",
    session_id=SESSION_ID,
    sequence=0,
    kind=SignalKind.ECG,
    originator="chest belt",
    start_s=0.5,
    end_s=2.0,
    rr_times_s=(0.5, 1.25, 2.0),
    rr_ms=(750.0, 750.5, 749.0),
)
CODE_BREAK = CodeBreak(
    id="LEI-001/code-break-1",
    participant_id="LEI-001",
    reason="Unconscious; the ward asks what was heard",
    told_to="Dr Vos",
    broken_at=NOON,
    broken_by="ada",
)
CODE_BREAK_RECEIPT = CodeBreakReceipt(
    id="LEI-001/code-break-1/sam",
    participant_id="LEI-001",
    code_break_id="LEI-001/code-break-1",
    read_at=NOON,
    read_by="sam",
)
HARM_ASKING = HarmAsking(
    id=f"{SESSION_ID}/harms-1",
    participant_id="LEI-001",
    session_id=SESSION_ID,
    answer=HarmAnswer.REPORTED,
    told_openly=False,
    domains=("affective", "physical"),
    reason="",
    asked_at=NOON,
    asked_by="bea",
)
INTERIM_LOOK = InterimLook(
    id="look-1",
    number=1,
    data_sha256="b" * 64,
    protocol_sha256="c" * 64,
    code_version="0.1.0",
    held_at=NOON,
    held_by="una",
    findings='{"findings":[]}',
)
DECIDED_LOOK = DecidedLook(
    id="look-1",
    decision=LookDecision.GO_ON,
    reason="far from every bound",
    decided_at=NOON,
    decided_by="una",
)
UNBLINDING = Unblinding(
    id="CALM-1",
    requested_by="sam",
    requested_at=NOON,
    reason="analysis",
    confirmed_by=None,
    confirmed_at=None,
)
LOCK = DatabaseLock(
    id="CALM-1", data_hash="a" * 64, reason="last visit done", locked_at=NOON, locked_by="sam"
)

EVERY_KIND: tuple[object, ...] = (
    SITE,
    VERSION,
    TRIAL,
    USER,
    SIGN_IN,
    FAILURES,
    CALIBRATION,
    CALIBRATION_END,
    participant(),
    IDENTITY,
    LINK,
    CONSENT,
    ASSESSMENT,
    WITHDRAWAL,
    DEVIATION,
    COMMITMENT,
    SLOT,
    ALLOCATION,
    CODE_BREAK,
    CODE_BREAK_RECEIPT,
    VISIT,
    PLANNED_SESSION,
    RESTING,
    RESTING_BEATS,
    RESTING_SIGNAL,
    RESTING_SAMPLES,
    CAPTURE_CONSENT,
    IMPORTED_BEATS,
    BEAT_EDIT,
    answer(),
    COMPLETION,
    ADVERSE_EVENT,
    ALERT,
    SESSION,
    HARM_ASKING,
    INTERIM_LOOK,
    DECIDED_LOOK,
    loop_step(),
    PLAYBACK,
    BATCH,
    UNBLINDING,
    LOCK,
)
