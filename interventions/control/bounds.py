"""The therapist's bounds and limits of change: what no policy may leave.

Conventions: first the bounds, then the limit of change against what was played before; each alteration is recorded with
its cause. A limit of change can never lead outside the bounds, because what was played before was inside.

Contents: `limit`.
"""

from dataclasses import replace
from typing import Any

from data.records.music import MusicalParameters
from data.records.sessions import ParameterChange
from protocols.music import MusicPlan


def limit(
    proposed: MusicalParameters, previous: MusicalParameters | None, music: MusicPlan
) -> tuple[MusicalParameters, tuple[ParameterChange, ...]]:
    """Move proposed parameters into the bounds and within reach of the previous ones.

    Parameters
    ----------
    proposed : MusicalParameters
        What a policy wants.
    previous : MusicalParameters or None
        What was played in the segment before; None in the first.
    music : MusicPlan
        Bounds and limits of change.

    Returns
    -------
    tuple of MusicalParameters and of ParameterChange
        What may be played, and what had to be altered and why.
    """
    changes = []
    for one in music.ranges:
        wanted = float(getattr(proposed, one.parameter))
        bounded = max(one.minimum, min(one.maximum, wanted))
        reached = bounded
        if previous is not None:
            before = float(getattr(previous, one.parameter))
            reached = max(before - one.maximum_change, min(before + one.maximum_change, bounded))
        if reached != wanted:
            because = "bound" if reached == bounded else "change_limit"
            changes.append(
                ParameterChange(
                    parameter=one.parameter, proposed=wanted, applied=reached, because=because
                )
            )
    return apply_changes(proposed, tuple(changes)), tuple(changes)


def apply_changes(
    proposed: MusicalParameters, changes: tuple[ParameterChange, ...]
) -> MusicalParameters:
    """Return the parameters with these changes made; whole numbers stay whole.

    Parameters
    ----------
    proposed : MusicalParameters
        Before the changes.
    changes : tuple of ParameterChange
        At most one a parameter.
    """
    if not changes:
        return proposed
    values: dict[str, Any] = {change.parameter: change.applied for change in changes}
    if "voices" in values:
        values["voices"] = round(values["voices"])
    return replace(proposed, **values)
