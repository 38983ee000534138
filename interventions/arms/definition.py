"""The arms that the loop can play, by code.

Contents: `arm_definition`, `filling_of`, `arm_codes`, `UnknownArmError`.
"""

from interventions.arms.adaptive import ADAPTIVE
from interventions.arms.arm import ArmDefinition, Filling
from interventions.arms.matched_fixed import MATCHED_FIXED

_FILLINGS = {filling.definition.code: filling for filling in (ADAPTIVE, MATCHED_FIXED)}


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


def arm_definition(code: str) -> ArmDefinition:
    """Return the definition of an arm: frozen, with its hash.

    Parameters
    ----------
    code : str
        Code of the arm, as in the protocol; an unknown one is an `UnknownArmError`.
    """
    return filling_of(code).definition
