"""The arms that the loop can play, by code.

Conventions: a preset that was used is never altered. What is new is another preset with another hash, and the protocol says
which one its sessions go by, so that sessions of earlier presets are replayed as they were.

Contents: `arm_definition`, `filling_of`, `arm_codes`, `UnknownArmError`.
"""

from dataclasses import replace

from interventions.arms.adaptive import ADAPTIVE
from interventions.arms.arm import ArmDefinition, Filling
from interventions.arms.matched_fixed import MATCHED_FIXED, MATCHED_FIXED_2
from protocols.design import AffectModel
from protocols.music import MusicEdition

_FILLINGS = {filling.definition.code: filling for filling in (ADAPTIVE, MATCHED_FIXED)}
_SECOND_EDITION = {**_FILLINGS, MATCHED_FIXED_2.definition.code: MATCHED_FIXED_2}
_PRESETS = {
    (filling.definition.code, filling.definition.composition): filling
    for filling in (ADAPTIVE, MATCHED_FIXED, MATCHED_FIXED_2)
}
SENSING_ALL = "window-60s-2"
"""The beats of the last minute, and what other sensors brought meanwhile."""


class UnknownArmError(ValueError):
    """No arm of this code can be played."""


def arm_codes() -> tuple[str, ...]:
    """Return the codes of every arm that can be played."""
    return tuple(_FILLINGS)


def filling_of(definition: ArmDefinition) -> Filling:
    """Return what fills the stages of an arm.

    Parameters
    ----------
    definition : ArmDefinition
        Of any edition.

    Raises
    ------
    UnknownArmError
        If no preset has this code and this composition.
    """
    preset = (definition.code, definition.composition)
    if preset not in _PRESETS:
        message = f"There is no arm {definition.code!r} that plays {definition.composition!r}."
        raise UnknownArmError(message)
    return _PRESETS[preset]


def arm_definition(
    code: str, model: AffectModel | None = None, edition: MusicEdition | None = None
) -> ArmDefinition:
    """Return the definition of an arm: frozen, with its hash.

    Parameters
    ----------
    code : str
        Code of the arm, as in the protocol.
    model : AffectModel or None
        By which affect is estimated; None: from the heart, as before there was a choice.
    edition : MusicEdition or None
        Which presets fill the arms; None: the first.

    Raises
    ------
    UnknownArmError
        If no arm has this code.
    """
    fillings = _SECOND_EDITION if edition is MusicEdition.SECOND else _FILLINGS
    if code not in fillings:
        message = f"There is no arm {code!r}: choose one of {', '.join(fillings)}."
        raise UnknownArmError(message)
    first = fillings[code].definition
    if model is AffectModel.ALL_SIGNALS:
        return replace(first, sensing=SENSING_ALL, inference=model.value)
    return first
