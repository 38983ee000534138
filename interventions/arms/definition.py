"""The arms that the loop can play, by code.

Conventions: a preset that was used is never altered. What is new is another preset with another hash, and the protocol says
which one its sessions go by, so that sessions of earlier presets are replayed as they were.

Contents: `arm_definition`, `filling_of`, `arm_codes`, `UnknownArmError`.
"""

from dataclasses import replace

from interventions.arms.adaptive import ADAPTIVE
from interventions.arms.arm import ArmDefinition, Filling
from interventions.arms.matched_fixed import MATCHED_FIXED
from protocols.design import AffectModel

_FILLINGS = {filling.definition.code: filling for filling in (ADAPTIVE, MATCHED_FIXED)}
SENSING_ALL = "window-60s-2"
"""The beats of the last minute, and what other sensors brought meanwhile."""


class UnknownArmError(ValueError):
    """No arm of this code can be played."""


def arm_codes() -> tuple[str, ...]:
    """Return the codes of every arm that can be played."""
    return tuple(_FILLINGS)


def filling_of(code: str) -> Filling:
    """Return what fills the stages of an arm.

    Parameters
    ----------
    code : str
        Code of the arm, as in the protocol.

    Raises
    ------
    UnknownArmError
        If no arm has this code.
    """
    if code not in _FILLINGS:
        message = f"There is no arm {code!r}: choose one of {', '.join(_FILLINGS)}."
        raise UnknownArmError(message)
    return _FILLINGS[code]


def arm_definition(code: str, model: AffectModel | None = None) -> ArmDefinition:
    """Return the definition of an arm: frozen, with its hash.

    Parameters
    ----------
    code : str
        Code of the arm, as in the protocol; an unknown one is an `UnknownArmError`.
    model : AffectModel or None
        By which affect is estimated; None: from the heart, as before there was a choice.
    """
    first = filling_of(code).definition
    if model is AffectModel.ALL_SIGNALS:
        return replace(first, sensing=SENSING_ALL, inference=model.value)
    return first
