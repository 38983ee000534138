r"""James's index: one number for the blind of a whole trial, from 0 (everybody knows) over 0.5 (guesses as good as chance) to 1 (nobody dares to guess).

With q the share who name an arm and κ Cohen's kappa between the arm and the arm that they name,

.. math:: \mathrm{BI} = (2 - q - q κ) / 2

which is James's weighting: 0 for a right guess, 0.5 for a wrong one, 1 for “do not know”. Its variance is that of the delta method for a multinomial table.
Bang's index (`analysis.estimators.blinding_index`) looks at each arm and can show that one arm guesses right while the other guesses wrong, which cancel here.

References
----------
James, Bloch, Lee, Kraemer & Fuller (1996), Statistics in Medicine 15, 1421-1434.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analysis.estimators.arrays import FloatArray
from analysis.estimators.blinding_index import BlindingIndex, GuessCount
from analysis.estimators.frame import ColumnError, complete_rows, labels
from analysis.results import Interval, NotEstimableError

if TYPE_CHECKING:
    import pandas as pd

CountArray = NDArray[np.int64]


def guess_table(
    frame: "pd.DataFrame", arm: str, guess: str, arms: Sequence[str], unknown: str
) -> CountArray:
    """Count guesses from one row a participant; rows without arm or guess are left out.

    Parameters
    ----------
    arms
        In the order of rows and columns.
    unknown
        What stands for “do not know”.

    Returns
    -------
    array of int, shape (arms + 1, arms)
        Row: the arm that was named, the last one those who do not know. Column: the arm of the participant.

    Raises
    ------
    ColumnError
        If a guess is neither an arm nor ``unknown``.
    """
    rows = complete_rows(frame, (arm, guess)).frame
    answers = (*arms, unknown)
    table = np.zeros((len(answers), len(arms)), dtype=np.int64)
    for own, named in zip(labels(rows, arm), labels(rows, guess), strict=True):
        if named not in answers:
            raise ColumnError(
                f"column {guess!r} has {named!r}, which is neither an arm ({', '.join(arms)}) nor {unknown!r}"
            )
        if own in arms:
            table[answers.index(named), arms.index(own)] += 1
    return table


def guesses_of_arm(table: CountArray, place: int) -> GuessCount:
    """Return the guesses of the arm in one column of a table, for Bang's index."""
    named = table[:-1, place]
    return GuessCount(
        correct=int(named[place]),
        incorrect=int(named.sum() - named[place]),
        unknown=int(table[-1, place]),
    )


def estimate_james_index(table: CountArray, *, confidence_level: float) -> BlindingIndex:
    """Estimate James's index of a table as `guess_table` gives it.

    Returns
    -------
    BlindingIndex
        The index, from 0 to 1; without an interval and with a reason when nobody guesses.

    Raises
    ------
    NotEstimableError
        If nobody answered, or all who guess have one arm and name one, so that chance cannot be told.
    """
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import

    n = int(table.sum())
    if n == 0:
        message = "nobody has answered"
        raise NotEstimableError(message)
    if not table[:-1].any():
        reason = f"all {n} answers are “do not know”"
        return BlindingIndex(index=1.0, standard_error=0.0, interval=None, reason=reason)
    shares = table[:-1] / n
    by_chance = float(shares.sum(axis=1) @ shares.sum(axis=0))
    named = float(shares.sum())
    if np.isclose(by_chance, named**2):
        message = "all who guess have the same arm and name the same one, so chance cannot be told"
        raise NotEstimableError(message)
    product = named * (float(np.trace(shares)) * named - by_chance) / (named**2 - by_chance)
    index = (2 - named - product) / 2
    slopes = _slopes(shares)
    squares = float(np.sum(shares * slopes**2)) - float(np.sum(shares * slopes)) ** 2
    error = float(np.sqrt(max(0.0, squares) / n))
    margin = float(ndtri((1 + confidence_level) / 2)) * error
    return BlindingIndex(
        index=index,
        standard_error=error,
        interval=Interval(
            lower=max(0.0, index - margin), upper=min(1.0, index + margin), level=confidence_level
        ),
    )


def _slopes(shares: FloatArray) -> FloatArray:
    """Return the derivative of the index by the share of each cell with a guess; by the others it is 0."""
    named, right = float(shares.sum()), float(np.trace(shares))
    guessed, had = shares.sum(axis=1), shares.sum(axis=0)
    by_chance = float(guessed @ had)
    above, below = right * named - by_chance, named**2 - by_chance
    of_chance = had[:, None] + guessed[None, :]
    of_above = right + named * np.eye(len(shares)) - of_chance
    of_below = 2 * named - of_chance
    of_product = (above + named * of_above) / below - named * above * of_below / below**2
    return np.asarray(-(1 + of_product) / 2)
