"""The longest session: music never plays longer than the protocol's rule, whatever was planned.

Part of the safety layer: it holds in every arm, and no policy and no composer can pass it by. What counts is music:
pauses do not, because no frame is heard in them; music heard twice, after a reload, does.

Contents: `SESSION_LENGTH`, `IN_WORDS`, `longest_frames`, `named_in`.
"""

from collections.abc import Sequence
from dataclasses import replace

from data.records.sessions import Decision
from protocols.design import SafetyRule

SESSION_LENGTH = "session_length"
IN_WORDS = "The music has played for as long as the safety rule for the longest session allows: the session ends."
"""What the rule does, for the record."""
SECONDS_PER_MINUTE = 60.0


def longest_frames(rules: Sequence[SafetyRule], sampling_rate_hz: int) -> int | None:
    """Return how many frames of music a session may hold at most.

    Parameters
    ----------
    rules : sequence of SafetyRule
        The protocol's rules; the threshold of ``session_length`` is in minutes.
    sampling_rate_hz : int
        Frames a second.

    Returns
    -------
    int or None
        None when the protocol has no such rule.
    """
    minutes = next((rule.threshold for rule in rules if rule.code == SESSION_LENGTH), None)
    return None if minutes is None else round(minutes * SECONDS_PER_MINUTE * sampling_rate_hz)


def named_in(decision: Decision) -> Decision:
    """Return the decision of the segment that the rule cuts, with the rule named in it.

    Parameters
    ----------
    decision : Decision
        What was decided; a rule that is in force already stays the one that is named by its code.
    """
    return replace(
        decision,
        reason=f"{decision.reason} {IN_WORDS}".strip(),
        safety_rule=decision.safety_rule or SESSION_LENGTH,
    )
