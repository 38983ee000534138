"""What every screen may show of a running session: the same in every arm, and nothing that tells arms apart.

Contents: `SessionStatus`, `SignalShown`, `status_of`, `rule_of_attention`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.records.sessions import ListeningSession, LoopStep, SessionState, StopCause
from data.records.signals import WindowGrade
from interventions.control import safety
from interventions.delivery.ear_level import LOUDNESS_CAP
from protocols.design import SafetyRule
from trials.sessions.journal import GENERATOR_FAILURE


@dataclass(frozen=True, kw_only=True, slots=True)
class SignalShown:
    """One measure of one signal, and whether the estimate listened to it."""

    of: str
    """``heart_rate``, ``ln_rmssd`` or a measure of another sensor."""
    value: float | None
    unit: str
    grade: WindowGrade
    counted: bool
    reason: str
    """Why it did not count, or counted less; empty when it counted in full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionStatus:
    """What every screen may show of a running session: nothing that tells arms apart."""

    session_id: str
    participant_id: str
    number: int
    state: SessionState
    paused: bool
    stop_reason: str
    next_sequence: int
    listened_s: float
    planned_s: float
    heart_rate_bpm: float | None
    ln_rmssd: float | None
    signal: str
    """``good``, ``degraded``, ``hold`` or ``waiting``."""
    signal_reason: str
    sample_age_s: float | None
    coordinator_needed: bool
    """True when a safety rule demands that a person looks at the participant or the sensor."""
    attention: str = ""
    """Why a person must look, in the protocol's words for the rule; empty when nobody must."""
    calibrated: bool = False
    """False: nobody has measured the headphones, and the session is flagged."""
    arousal: float | None = None
    """Estimated, in z units of the listener's rest; None before the first pass."""
    arousal_sd: float | None = None
    valence: float | None = None
    """Only from what the participant says."""
    valence_sd: float | None = None
    signals: tuple[SignalShown, ...] = ()


def status_of(
    session: ListeningSession, step: LoopStep | None, rule: str, rules: Sequence[SafetyRule]
) -> SessionStatus:
    """Return what may be shown of a session by its record and its newest pass.

    Parameters
    ----------
    session : ListeningSession
        The record.
    step : LoopStep or None
        The newest pass; None before the first.
    rule : str
        Code of the rule that demands a person; empty when none does.
    rules : sequence of SafetyRule
        The protocol's rules, with their labels.
    """
    measures = step.measures if step else None
    state = step.state if step else None
    return SessionStatus(
        session_id=session.id,
        participant_id=session.participant_id,
        number=session.number,
        state=session.state,
        paused=False,
        stop_reason="",
        next_sequence=0,
        listened_s=0.0,
        planned_s=session.planned_duration_s,
        heart_rate_bpm=measures.heart_rate_bpm if measures else None,
        ln_rmssd=measures.ln_rmssd if measures else None,
        signal=str(measures.grade) if measures else "waiting",
        signal_reason=measures.reason if measures else "",
        sample_age_s=step.window.newest_sample_age_s if step else None,
        coordinator_needed=bool(rule),
        attention=_label_of(rule, rules),
        calibrated=bool(session.calibration_id),
        arousal=state.arousal if state else None,
        arousal_sd=state.arousal_sd if state else None,
        valence=state.valence if state else None,
        valence_sd=state.valence_sd if state else None,
        signals=_shown(step) if step else (),
    )


def rule_of_attention(session: ListeningSession, step: LoopStep | None, *, above_cap: bool) -> str:
    """Return the code of the rule that demands that a person looks; empty when none does.

    Parameters
    ----------
    session : ListeningSession
        The record.
    step : LoopStep or None
        The newest pass.
    above_cap : bool
        Whether a player was louder than it may be.
    """
    if session.stop_cause is StopCause.GENERATOR:
        return GENERATOR_FAILURE
    rule = step.decision.safety_rule if step else ""
    if safety.needs_a_person(rule):
        return rule
    return LOUDNESS_CAP if above_cap else ""


def _shown(step: LoopStep) -> tuple[SignalShown, ...]:
    measures = step.measures
    said = {one.of: one for one in step.state.observations}
    values: list[tuple[str, float | None, str, WindowGrade, str]] = [
        ("heart_rate", measures.heart_rate_bpm, "beats/min", measures.grade, measures.reason),
        ("ln_rmssd", measures.ln_rmssd, "ln ms", measures.grade, measures.reason),
    ]
    values += [
        (one.measure.value, one.value, one.unit, one.grade, one.reason) for one in measures.streams
    ]
    return tuple(
        SignalShown(
            of=of,
            value=value,
            unit=unit,
            grade=said[of].grade if of in said else grade,
            counted=said[of].counted if of in said else value is not None,
            reason=said[of].reason if of in said else reason,
        )
        for of, value, unit, grade, reason in values
    )


def _label_of(code: str, rules: Sequence[SafetyRule]) -> str:
    return next((rule.label for rule in rules if rule.code == code), code)
