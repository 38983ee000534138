"""How an invented person answers a questionnaire whose total is meant to be about so much."""

import math
from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np

from protocols.questionnaire import Item, Questionnaire

_RARE_ITEMS = {("phq9", "9"): 0.12}
"""Items that are endorsed much more rarely than the others of their questionnaire."""


def answer_items(
    questionnaire: Questionnaire,
    total: float,
    *,
    missing_share: float,
    draw: np.random.Generator,
    within: tuple[float, float] = (0.0, math.inf),
) -> Mapping[str, float | None]:
    """Answer every item so that the sum of the answers is near a latent total.

    Parameters
    ----------
    questionnaire : Questionnaire
        What is asked.
    total : float
        Latent sum of the raw answers, before noise.
    missing_share : float
        Probability that an item is left out, in [0, 1].
    draw : numpy.random.Generator
        Source of chance.
    within : tuple of float
        Least and most that the sum may be.

    Returns
    -------
    mapping of str to float or None
        By item code; None where the person preferred not to answer.
    """
    items = questionnaire.items
    values = [float(item.minimum) for item in items]
    most = sum(item.maximum - item.minimum for item in items)
    points = round(float(np.clip(draw.normal(total, 0.06 * most), *within).clip(0, most)))
    if len(items) == 1:
        values[0] += points
    else:
        _spread(questionnaire, values, points, draw)
    left_out = draw.random(len(items)) < missing_share
    return {
        item.code: None if out else value
        for item, value, out in zip(items, values, left_out, strict=True)
    }


def answer_id(draw: np.random.Generator) -> str:
    """Return a UUID from the simulation's own chance, so that a simulation can be repeated."""
    return str(UUID(bytes=draw.bytes(16), version=4))


def _spread(
    questionnaire: Questionnaire, values: list[float], points: int, draw: np.random.Generator
) -> None:
    appeal = [_RARE_ITEMS.get((questionnaire.id, item.code), 1.0) for item in questionnaire.items]
    for _ in range(points):
        weights = _open_weights(questionnaire.items, values, appeal)
        if not weights.any():
            return
        chosen = int(np.searchsorted(np.cumsum(weights), draw.random() * weights.sum()))
        values[chosen] += 1.0


def _open_weights(
    items: Sequence[Item], values: Sequence[float], appeal: Sequence[float]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(
        [
            likely if value < item.maximum else 0.0
            for item, value, likely in zip(items, values, appeal, strict=True)
        ]
    )
