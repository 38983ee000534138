"""Whether what is played is possible and safe: musical bounds, matching, safety rules."""

import math
from collections.abc import Iterator

from protocols.design import Protocol
from protocols.music import ParameterRange
from protocols.problems import Fault
from protocols.questionnaire import UnknownQuestionnaireError, load_questionnaire

POSSIBLE = {
    "tempo_bpm": (30.0, 180.0),
    "note_density_per_s": (0.0, 12.0),
    "brightness": (0.0, 1.0),
    "register": (24.0, 108.0),
    "dynamics": (1.0, 127.0),
    "articulation": (0.1, 1.2),
    "dissonance": (0.0, 1.0),
}
"""Musical parameters that a plan bounds, and what each can be at all."""

FIXED_THRESHOLDS = {"stop_button": 0.1, "signal_hold": 5.0}
"""Thresholds that are built in: a protocol may say them, and cannot change them."""

_LOUDNESS_LUFS = (-40.0, -16.0)
_SHORTEST_FADE_S = 0.5


def session_faults(protocol: Protocol) -> Iterator[Fault]:
    """Yield what is wrong with music, matching and safety rules.

    Parameters
    ----------
    protocol : Protocol
        The protocol.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    yield from _plan_faults(protocol)
    yield from _range_faults(protocol)
    yield from _matching_faults(protocol)
    yield from _safety_faults(protocol)


def _plan_faults(protocol: Protocol) -> Iterator[Fault]:
    music = protocol.music
    for name in ("target_arousal", "target_valence"):
        if not -1 <= getattr(music, name) <= 1:
            yield Fault(("music", name), f"“{name}” is outside -1 to 1.", "Move it inside.")
    quietest, loudest = _LOUDNESS_LUFS
    if not quietest <= music.loudness_lufs <= loudest:
        what = f"The loudness {music.loudness_lufs:g} LUFS is outside {quietest:g} to {loudest:g}."
        yield Fault(("music", "loudness_lufs"), what, "The usual session loudness is -23.")
    if music.fade_s < _SHORTEST_FADE_S:
        what = f"A fade of {music.fade_s:g} s startles."
        yield Fault(("music", "fade_s"), what, f"Use at least {_SHORTEST_FADE_S:g} s.")


def _range_faults(protocol: Protocol) -> Iterator[Fault]:
    named = [bounds.parameter for bounds in protocol.music.ranges]
    for parameter in POSSIBLE:
        if named.count(parameter) != 1:
            what = f"“{parameter}” has {named.count(parameter)} ranges."
            yield Fault(("music", "ranges"), what, "Give every parameter exactly one range.")
    for position, bounds in enumerate(protocol.music.ranges):
        for what in _range_problems(bounds):
            yield Fault(("music", "ranges", position), what, "Correct this range.")


def _range_problems(bounds: ParameterRange) -> Iterator[str]:
    if bounds.parameter not in POSSIBLE:
        yield f"“{bounds.parameter}” is no musical parameter; known: {', '.join(POSSIBLE)}."
        return
    lowest, highest = POSSIBLE[bounds.parameter]
    if not lowest <= bounds.minimum < bounds.maximum <= highest:
        yield (
            f"{bounds.parameter} from {bounds.minimum:g} to {bounds.maximum:g} is not a range "
            f"inside {lowest:g} to {highest:g}."
        )
    elif not 0 < bounds.maximum_change <= bounds.maximum - bounds.minimum:
        yield f"{bounds.parameter} may change by {bounds.maximum_change:g} at once, out of its range."


def _matching_faults(protocol: Protocol) -> Iterator[Fault]:
    matching = protocol.matching
    features = [bound.feature for bound in matching.bounds]
    for position, bound in enumerate(matching.bounds):
        place = ("matching", "bounds", position)
        if bound.bound < 0:
            yield Fault(place, f"The bound of {bound.feature} is negative.", "Write its size.")
        if bound.feature in features[:position]:
            yield Fault(place, f"{bound.feature} has two bounds.", "Keep one of them.")
    if not 0 < matching.maximum_standardized_difference <= 1:
        smd = ("matching", "maximum_standardized_difference")
        yield Fault(smd, "The largest standardized difference is not in 0 to 1.", "0.1 is usual.")


def _safety_faults(protocol: Protocol) -> Iterator[Fault]:
    codes = {rule.code for rule in protocol.safety_rules}
    if "stop_button" not in codes:
        what = "There is no rule “stop_button”: a participant must be able to stop the music."
        yield Fault(("safety_rules",), what, "Add it.")
    asked = {q for visit in protocol.visits for q in visit.questionnaires}
    for rule in sorted(_alert_rules(asked) - codes):
        what = (
            f"A questionnaire of the schedule raises the alert “{rule}”, which has no safety rule."
        )
        yield Fault(("safety_rules",), what, "Say who does what, and when.")
    yield from _length_faults(protocol)
    yield from _fixed_faults(protocol)
    for position, safety in enumerate(protocol.safety_rules):
        if safety.threshold is not None and not 0 < safety.threshold < math.inf:
            what = f"The threshold of {safety.code} is not a positive number."
            yield Fault(("safety_rules", position, "threshold"), what, "Correct it.")
        hours = safety.acknowledge_within_hours
        if hours is not None and not 0 < hours < math.inf:
            what = f"The time to acknowledge {safety.code} is not a positive number of hours."
            place = ("safety_rules", position, "acknowledge_within_hours")
            yield Fault(place, what, "Correct it, or leave it out.")


def _fixed_faults(protocol: Protocol) -> Iterator[Fault]:
    for position, safety in enumerate(protocol.safety_rules):
        fixed = FIXED_THRESHOLDS.get(safety.code, safety.threshold)
        if safety.threshold != fixed:
            what = (
                f"The software keeps {fixed:g} {safety.unit} for {safety.code}: another threshold would "
                "be written and not obeyed."
            )
            yield Fault(("safety_rules", position, "threshold"), what, f"Write {fixed:g}.")


def _length_faults(protocol: Protocol) -> Iterator[Fault]:
    planned = protocol.sessions.duration_minutes
    for position, safety in enumerate(protocol.safety_rules):
        longest = safety.threshold
        if safety.code == "session_length" and longest is not None and planned > longest:
            what = (
                f"Sessions are planned for {planned:g} minutes, and the safety rule session_length ends "
                f"them after {longest:g}: none could ever be heard to its end."
            )
            place = ("safety_rules", position, "threshold")
            yield Fault(
                place, what, "Plan shorter sessions, or raise the threshold with its reason."
            )


def _alert_rules(questionnaires: set[str]) -> set[str]:
    rules: set[str] = set()
    for questionnaire in questionnaires:
        try:
            rules |= {alert.rule for alert in load_questionnaire(questionnaire).alerts}
        except UnknownQuestionnaireError:
            continue  # `schedule_faults` reports it
    return rules
