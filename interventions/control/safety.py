"""The safety layer: comes last, in every arm, and no policy can pass it by.

Rules (codes and thresholds are the protocol's, conduct 5.4): without a usable window the music holds its last safe
state, never faster or louder; after ``signal_neutral`` it glides to the neutral default; after ``signal_tell`` the
coordinator is told; a heart rate far above rest for a minute (``heart_rate_rise``) leads to the safe plan for the rest
of the session and tells the coordinator; one above the limit for a minute (``heart_rate_limit``) ends the session.

Conventions: times on the session's clock. A held window neither starts nor ends a rise. The glides obey the limits of
change too, because an abrupt change can startle.

Contents: `SafetyLimits`, `limits_of`, `SafetyMemory`, `CALM`, `watch`, `rule_in_force`,
`needs_a_person`, `stop_reason`, `override`, `safe_plan`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from data.records.music import MusicalParameters
from data.records.sessions import ParameterChange, RestingBaseline
from data.records.signals import WindowGrade, WindowMeasures
from interventions.control.bounds import limit
from interventions.control.expression import (
    expressed_arousal,
    level_span,
    neutral_default,
    parameters_at,
)
from protocols.design import SafetyRule
from protocols.music import MusicPlan

HOLD = "signal_hold"
NEUTRAL = "signal_neutral"
TELL = "signal_tell"
RISE = "heart_rate_rise"
LIMIT = "heart_rate_limit"

IN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        HOLD: "No usable signal: the music holds its last safe state.",
        NEUTRAL: "No usable signal for long: the music glides to the neutral default.",
        TELL: "No usable signal for long: the coordinator is told.",
        RISE: "Heart rate far above rest for a minute: the safe plan, and the coordinator is told.",
        LIMIT: "Heart rate above the limit for a minute: the session ends.",
    }
)
"""What each rule does, for the record."""

SAFE_TEMPO_BPM = 60.0
SAFE_DENSITY_PER_S = 1.0
SAFE_VOICES = 2
SUSTAINED_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyLimits:
    """Thresholds of the protocol; None when the protocol has no such rule."""

    neutral_after_s: float
    tell_after_s: float
    rise_bpm: float | None
    limit_bpm: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SafetyMemory:
    """Since when something has been the case; None while it is not."""

    held_since_s: float | None = None
    risen_since_s: float | None = None
    above_since_s: float | None = None
    is_safe_plan: bool = False
    """True from the first sustained rise to the end of the session."""


CALM = SafetyMemory()


def limits_of(rules: Sequence[SafetyRule]) -> SafetyLimits:
    """Take the thresholds of the loop's rules from the protocol.

    Parameters
    ----------
    rules : sequence of SafetyRule
        The protocol's rules; those of other stages are left out.

    Returns
    -------
    SafetyLimits
        Loss of signal is always handled (30 and 60 s when the protocol is silent).
    """
    thresholds = {rule.code: rule.threshold for rule in rules}
    return SafetyLimits(
        neutral_after_s=thresholds.get(NEUTRAL) or 30.0,
        tell_after_s=thresholds.get(TELL) or 60.0,
        rise_bpm=thresholds.get(RISE),
        limit_bpm=thresholds.get(LIMIT),
    )


def watch(
    before: SafetyMemory,
    measures: WindowMeasures,
    baseline: RestingBaseline,
    limits: SafetyLimits,
    now_s: float,
) -> SafetyMemory:
    """Note what has begun or ended with this window.

    Parameters
    ----------
    before : SafetyMemory
        What was noted.
    measures : WindowMeasures
        The window, graded.
    baseline : RestingBaseline
        The listener's resting values.
    limits : SafetyLimits
        Thresholds.
    now_s : float
        End of the window.

    Returns
    -------
    SafetyMemory
        What is the case now, and since when.
    """
    if measures.grade is WindowGrade.HOLD or measures.heart_rate_bpm is None:
        return replace(before, held_since_s=_since(before.held_since_s, now_s))
    rise_bpm = measures.heart_rate_bpm - baseline.heart_rate_bpm
    is_risen = limits.rise_bpm is not None and rise_bpm > limits.rise_bpm
    is_above = limits.limit_bpm is not None and measures.heart_rate_bpm > limits.limit_bpm
    risen_since_s = _since(before.risen_since_s, now_s) if is_risen else None
    return SafetyMemory(
        held_since_s=None,
        risen_since_s=risen_since_s,
        above_since_s=_since(before.above_since_s, now_s) if is_above else None,
        is_safe_plan=before.is_safe_plan or _lasts(risen_since_s, now_s, SUSTAINED_S),
    )


def _since(before_s: float | None, now_s: float) -> float:
    return now_s if before_s is None else before_s


def _lasts(since_s: float | None, now_s: float, for_s: float) -> bool:
    return since_s is not None and now_s - since_s >= for_s


def rule_in_force(memory: SafetyMemory, limits: SafetyLimits, now_s: float) -> str:
    """Return the code of the gravest rule in force; empty when there is none.

    Parameters
    ----------
    memory : SafetyMemory
        What is the case.
    limits : SafetyLimits
        Thresholds.
    now_s : float
        End of the window.
    """
    if memory.held_since_s is None and _lasts(memory.above_since_s, now_s, SUSTAINED_S):
        return LIMIT
    if memory.is_safe_plan:
        return RISE
    if memory.held_since_s is None:
        return ""
    if _lasts(memory.held_since_s, now_s, limits.tell_after_s):
        return TELL
    return NEUTRAL if _lasts(memory.held_since_s, now_s, limits.neutral_after_s) else HOLD


def needs_a_person(rule: str) -> bool:
    """Return whether a rule demands that a person looks at the participant or the sensor.

    Parameters
    ----------
    rule : str
        Code of the rule in force.
    """
    return rule in {TELL, RISE, LIMIT}


def stop_reason(rule: str) -> str:
    """Return why a rule ends the session; empty when it does not.

    Parameters
    ----------
    rule : str
        Code of the rule in force.
    """
    return IN_WORDS[rule] if rule == LIMIT else ""


def override(
    rule: str,
    allowed: MusicalParameters,
    previous: MusicalParameters | None,
    music: MusicPlan,
    seed: int,
) -> tuple[MusicalParameters, tuple[ParameterChange, ...]]:
    """Replace what the policy may play by what the rule in force demands.

    Parameters
    ----------
    rule : str
        Code of the rule; empty leaves everything as it is.
    allowed : MusicalParameters
        The policy's proposal inside bounds and limits.
    previous : MusicalParameters or None
        What was played before; None in the first segment.
    music : MusicPlan
        Bounds and limits of change.
    seed : int
        The session's seed.

    Returns
    -------
    tuple of MusicalParameters and of ParameterChange
        What is played, and what the rule altered.
    """
    if not rule:
        return allowed, ()
    wanted = _demanded(rule, previous, music, seed)
    reached, _ = limit(wanted, previous, music)
    changes = tuple(
        ParameterChange(
            parameter=name,
            proposed=float(getattr(allowed, name)),
            applied=float(getattr(reached, name)),
            because=rule,
        )
        for name in _ALTERABLE
        if getattr(allowed, name) != getattr(reached, name)
    )
    return reached, changes


_ALTERABLE = (
    "tempo_bpm",
    "note_density_per_s",
    "brightness",
    "register",
    "dynamics",
    "articulation",
    "dissonance",
    "voices",
)


def _demanded(
    rule: str, previous: MusicalParameters | None, music: MusicPlan, seed: int
) -> MusicalParameters:
    if rule in {RISE, LIMIT}:
        return safe_plan(music, seed)
    neutral = neutral_default(music, seed)
    if previous is None:
        return neutral
    is_calmer = expressed_arousal(previous) <= expressed_arousal(neutral)
    return previous if rule == HOLD or is_calmer else neutral


def safe_plan(music: MusicPlan, seed: int) -> MusicalParameters:
    """Return the safe plan: 60 bpm, few notes, two parts, major, soft.

    Parameters
    ----------
    music : MusicPlan
        The therapist's bounds; the plan is moved into them.
    seed : int
        The session's seed.
    """
    calmest = parameters_at(level_span(music)[0], music, seed)
    return replace(
        calmest,
        tempo_bpm=SAFE_TEMPO_BPM,
        note_density_per_s=SAFE_DENSITY_PER_S,
        voices=SAFE_VOICES,
        mode="major",
    )
