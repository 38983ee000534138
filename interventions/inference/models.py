"""Which model of affect a session goes by: the one that its arm's definition names, also in a replay years later.

Contents: `AnyBelief`, `nothing_sensed`, `infer`, `UnknownModelError`.
"""

from typing import TypeAlias

from data.records.sessions import ListenerState, RestingBaseline
from interventions.inference import affect, arousal
from interventions.inference.affect import Belief, Sensed
from interventions.inference.arousal import Estimate

AnyBelief: TypeAlias = Estimate | Belief
"""What a model believes; its type says which model it is."""


class UnknownModelError(ValueError):
    """No model of affect has this name."""


def nothing_sensed(model: str) -> AnyBelief:
    """Return what a model believes before the first window.

    Parameters
    ----------
    model : str
        As the arm's definition names it.

    Raises
    ------
    UnknownModelError
        If this software does not know it.
    """
    beginnings: dict[str, AnyBelief] = {
        arousal.MODEL: arousal.PRIOR,
        affect.MODEL: affect.NOTHING_SENSED,
    }
    if model not in beginnings:
        message = (
            f"There is no model of affect {model!r}: this software knows {', '.join(beginnings)}."
        )
        raise UnknownModelError(message)
    return beginnings[model]


def infer(
    before: AnyBelief, sensed: Sensed, baseline: RestingBaseline
) -> tuple[AnyBelief, ListenerState]:
    """Update a model's belief with what one pass brought.

    Parameters
    ----------
    before : Estimate or Belief
        What was believed.
    sensed : Sensed
        The window's measures and the report; the first model sees the heart and the tension only.
    baseline : RestingBaseline
        The listener's resting values.
    """
    if isinstance(before, Belief):
        return affect.infer(before, sensed, baseline)
    return arousal.infer(
        before,
        sensed.measures,
        baseline,
        now_s=sensed.now_s,
        rating=sensed.report.tension if sensed.report else None,
    )
