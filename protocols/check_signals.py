"""Whether outcomes of signals name a variable that there is, in its unit, by its recipe, and in its direction."""

from collections.abc import Iterator

from protocols.outcomes import Outcome, OutcomeSource
from protocols.problems import Fault, Path
from protocols.signal_variables import SIGNAL_VARIABLES, SignalVariable


def signal_faults(outcome: Outcome, path: Path) -> Iterator[Fault]:
    """Yield what is wrong with the variable of an outcome.

    Parameters
    ----------
    outcome : Outcome
        Of any source.
    path : Path
        Where it stands.

    Yields
    ------
    Fault
        One for each disagreement.
    """
    if outcome.source is not OutcomeSource.RESTING_SIGNAL:
        if outcome.variable is not None:
            what = f"{outcome.code} names a variable of a signal, but its source is {outcome.source.value}."
            yield Fault((*path, "variable"), what, "Leave it out, or write source: resting_signal.")
        return
    variable = SIGNAL_VARIABLES.get(outcome.variable or "")
    if variable is None:
        said = f"“{outcome.variable}”, which is none" if outcome.variable else "none"
        what = f"{outcome.code} is of a signal and names as its variable {said}."
        yield Fault((*path, "variable"), what, f"Variables: {', '.join(SIGNAL_VARIABLES)}.")
        return
    yield from _disagreements(outcome, variable, path)


def _disagreements(outcome: Outcome, variable: SignalVariable, path: Path) -> Iterator[Fault]:
    if outcome.questionnaire is not None:
        what = f"{outcome.code} is of a signal and names a questionnaire."
        yield Fault((*path, "questionnaire"), what, "Leave it out.")
    if outcome.unit != variable.unit:
        what = f"{outcome.code} is in {outcome.unit}, but {variable.code} is measured in {variable.unit}."
        yield Fault((*path, "unit"), what, f"Write unit: {variable.unit}.")
    if outcome.recipe != variable.recipe:
        said = outcome.recipe or "no recipe"
        what = f"{outcome.code} names {said}, but {variable.code} is computed by {variable.recipe}."
        yield Fault((*path, "recipe"), what, f"Write recipe: {variable.recipe}.")
    if variable.direction not in {None, outcome.direction}:
        what = f"{outcome.code} says that less {variable.label.lower()} is better."
        yield Fault((*path, "direction"), what, f"Write direction: {variable.direction}.")
