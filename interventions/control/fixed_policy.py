"""The fixed policy: the programme decides, nothing the listener does changes it.

Conventions: the parameters applied are those of the piece. What the adaptive policy would have done is recorded beside
them (in shadow), with the same safety rule in force.

Contents: `NAME`, `instruct`, `settle`.
"""

from dataclasses import replace

from data.records.music import MusicalParameters, Score
from data.records.sessions import Decision
from interventions.control.expression import neutral_default
from protocols.music import MusicPlan

NAME = "fixed-programme-1"


def instruct(
    decided: MusicalParameters,  # noqa: ARG001 - nothing that was decided reaches the composer
    music: MusicPlan,
    seed: int,
) -> MusicalParameters:
    """Return what the composer of the programme is told: the neutral default, whatever was decided.

    Parameters
    ----------
    decided : MusicalParameters
        What the adaptive policy would play.
    music : MusicPlan
        The therapist's bounds.
    seed : int
        The session's seed.
    """
    return neutral_default(music, seed)


def settle(shadow: Decision, score: Score) -> Decision:
    """Replace what the adaptive policy decided by what the programme plays.

    Parameters
    ----------
    shadow : Decision
        What the adaptive policy, bounds and safety layer would have applied.
    score : Score
        The passage that is played.

    Returns
    -------
    Decision
        The piece's parameters, unaltered.
    """
    return replace(
        shadow,
        proposed=score.parameters,
        applied=score.parameters,
        changes=(),
        reason=f"The programme, fixed before the session, plays {score.composer} ({score.phase}).",
        shadow=shadow.applied,
        policy=NAME,
    )
