"""`antiphon fit sample-size`: participants that a comparison needs, or the power that so many give."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from screens.terminal.fit.answer import Answer, give
from screens.terminal.fit.looks import Bounds, Errors, Sides, SidesName, design_of
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.fit.options import AsJson, listed_numbers
from screens.terminal.fit.python_lines import Called, python_lines, python_method_lines
from screens.terminal.fit.sample_size_allowances import Allowances
from screens.terminal.fit.sample_size_answer import Powered, Sized, power_answer, size_answer
from screens.terminal.fit.sample_size_designs import Assumptions, Estimator, design_for
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.interim_analysis.design import GroupSequentialDesign
    from analysis.sample_size.requirement import Design, Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """How sure the trial shall be, and how it is allocated."""

    alpha: Annotated[float, typer.Option(help="Significance level, as --sides says.")] = 0.05
    power: Annotated[float, typer.Option(help="Power.")] = 0.9
    sides: Sides = SidesName.TWO
    ratio: Annotated[
        float, typer.Option(help="Participants of the first arm for each of the second.")
    ] = 1.0


@with_groups
def fit_sample_size(
    estimator: Annotated[Estimator, typer.Option(help="Analysis that the trial is planned for.")],
    assumptions: Assumptions,
    aim: Aim,
    allowances: Allowances,
    bounds: Bounds,
    looks: Annotated[
        str | None, typer.Option(help="Looks before the end: a number, or fractions '0.5,1'.")
    ] = None,
    n: Annotated[
        str | None, typer.Option(help="Participants of both arms: gives their power instead.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Participants that a trial needs, in closed form; with --n the power of so many."""
    if estimator is Estimator.MMRM and allowances.dropout is not None:
        message = "--dropout: the losses of mmrm are in --retention already."
        raise UnusableInputError(message)
    planned = _Planned(
        estimator=estimator, design=design_for(estimator, assumptions), target=_target(aim)
    )
    if n is not None:
        answer = planned.power(listed_numbers(n, "--n"))
    elif looks is None:
        answer = planned.size(allowances)
    else:
        errors = Errors(alpha=aim.alpha, power=aim.power, sides=aim.sides)
        answer = planned.size_with_looks(allowances, design_of(looks, bounds, errors))
    give(answer, as_json=as_json)


def _target(aim: Aim) -> "Target":
    from analysis.interim_analysis.design import Sides as DesignSides
    from analysis.sample_size.requirement import Target

    one = aim.sides is SidesName.ONE
    return Target(
        significance_level=aim.alpha,
        statistical_power=aim.power,
        sides=DesignSides.ONE_SIDED if one else DesignSides.TWO_SIDED,
        allocation_ratio=aim.ratio,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Planned:
    estimator: Estimator
    design: "Design"
    target: "Target"

    def power(self, sizes: tuple[float, ...]) -> Answer:
        if len(sizes) != 2 or min(sizes) <= 0:
            message = "--n: write the participants of both arms, e.g. '60,60'."
            raise UnusableInputError(message)
        first, second = sizes
        found = Powered(
            estimator=self.estimator,
            target=self.target,
            sizes=(first, second),
            power=self.design.statistical_power(first, second, self.target),
            method=self.design.requirement(self.target).method,
            python=python_method_lines(
                self.design, "statistical_power", first, second, self.target
            ),
        )
        return power_answer(found)

    def size(self, allowances: Allowances) -> Answer:
        needed = self.design.requirement(self.target)
        first, second = needed.participants
        found = Sized(
            estimator=self.estimator,
            target=self.target,
            needed=needed,
            allowed=allowances.applied(needed),
            power_reached=self.design.statistical_power(first, second, self.target),
            sequential=None,
            python=python_method_lines(self.design, "requirement", self.target),
        )
        return size_answer(found)

    def size_with_looks(self, allowances: Allowances, plan: "GroupSequentialDesign") -> Answer:
        from analysis.interim_analysis.boundaries import solve_design
        from analysis.sample_size.sequential import sequential_requirement

        ratio = self.target.allocation_ratio
        sequential = sequential_requirement(self.design, solve_design(plan), allocation_ratio=ratio)
        found = Sized(
            estimator=self.estimator,
            target=self.target,
            needed=sequential.maximum,
            allowed=allowances.applied(sequential.maximum),
            power_reached=None,
            sequential=sequential,
            python=python_lines(
                sequential_requirement,
                self.design,
                Called(function=solve_design, values=(plan,)),
                allocation_ratio=ratio,
            ),
        )
        return size_answer(found)
