"""`antiphon fit sample-size`: participants that a comparison needs, or the power that so many give."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from screens.terminal.fit.answer import Answer, TextTable, finite, give, shown
from screens.terminal.fit.looks import (
    AlphaSpending,
    Bounds,
    Design,
    Parameter,
    Sides,
    SidesName,
    design_of,
)
from screens.terminal.fit.options import AsJson, listed_numbers
from screens.terminal.fit.python_lines import Called, python_lines, python_method_lines
from screens.terminal.fit.record import Calls, record
from screens.terminal.fit.sample_size_designs import (
    Assumptions,
    Estimator,
    Reference,
    VisitCorrelation,
    design_for,
)
from screens.terminal.outcome import UnusableInputError

if TYPE_CHECKING:
    from analysis.interim_analysis.boundaries import SolvedDesign
    from analysis.sample_size.requirement import Design as Comparison
    from analysis.sample_size.requirement import Requirement, Target
    from analysis.sample_size.sequential import SequentialRequirement


@dataclass(frozen=True, kw_only=True, slots=True)
class _Allowances:
    """What the number is multiplied by, in both arms."""

    dropout: tuple[float, ...]
    cluster_size: float | None
    icc: float | None
    cluster_variation: float
    not_taken_up: float
    taken_up_elsewhere: float

    def applied(self, found: "Requirement") -> "Requirement":
        """Return the participants to randomize."""
        from analysis.sample_size.allowances import (
            allow_for_clusters,
            allow_for_losses,
            allow_for_non_adherence,
            design_effect,
        )

        if self.cluster_size is not None or self.icc is not None:
            if self.cluster_size is None or self.icc is None:
                message = "Clusters need both --cluster-size and --icc."
                raise UnusableInputError(message)
            effect = design_effect(
                cluster_size=self.cluster_size,
                intracluster_correlation=self.icc,
                size_variation=self.cluster_variation,
            )
            found = allow_for_clusters(found, first=effect, second=effect)
        if self.not_taken_up or self.taken_up_elsewhere:
            found = allow_for_non_adherence(
                found,
                not_taken_up=self.not_taken_up,
                taken_up_elsewhere=self.taken_up_elsewhere,
            )
        if self.dropout:
            found = allow_for_losses(found, first=self.dropout[0], second=self.dropout[-1])
        return found


def fit_sample_size(
    estimator: Annotated[Estimator, typer.Option(help="Analysis that the trial is planned for.")],
    difference: Annotated[
        float | None, typer.Option(help="Difference that must not be missed, first minus second.")
    ] = None,
    sd: Annotated[
        str | None,
        typer.Option(
            help="Standard deviation; of crossover within participants, of pairs that of "
            "differences, of mmrm at the last visit (two numbers: one an arm)."
        ),
    ] = None,
    correlation: Annotated[
        float | None, typer.Option(help="With baseline (ancova, change), between visits (mmrm).")
    ] = None,
    reference: Annotated[
        Reference, typer.Option(help="Distribution of ancova and change: Borm's formula is normal.")
    ] = Reference.STUDENT,
    margin: Annotated[float | None, typer.Option(help="Non-inferiority margin, above 0.")] = None,
    lower_margin: Annotated[float | None, typer.Option(help="Equivalence.")] = None,
    upper_margin: Annotated[float | None, typer.Option(help="Equivalence.")] = None,
    proportions: Annotated[
        str | None, typer.Option(help="Expected in both arms: '0.5,0.3'.")
    ] = None,
    hypothesis: Annotated[
        float | None,
        typer.Option(help="Difference (proportions) or ratio (counts, survival) to be refuted."),
    ] = None,
    rates: Annotated[str | None, typer.Option(help="Events a unit of exposure: '1.2,0.8'.")] = None,
    exposure: Annotated[float | None, typer.Option(help="Of one participant (counts).")] = None,
    dispersion: Annotated[float, typer.Option(help="Negative binomial; 0 is Poisson.")] = 0.0,
    hazards: Annotated[str | None, typer.Option(help="Events a unit of time: '0.1,0.06'.")] = None,
    accrual: Annotated[float, typer.Option(help="Time of entry (survival).")] = 0.0,
    follow_up: Annotated[
        float | None, typer.Option(help="Time after the last entry (survival).")
    ] = None,
    loss_hazard: Annotated[float, typer.Option(help="Losses a unit of time (survival).")] = 0.0,
    visit_correlation: Annotated[
        VisitCorrelation, typer.Option(help="How it falls between visits (mmrm).")
    ] = VisitCorrelation.AR1,
    retention: Annotated[
        str | None, typer.Option(help="Share still there at each visit (mmrm): '1,0.9,0.8,0.7'.")
    ] = None,
    retention_second: Annotated[
        str | None, typer.Option(help="The same of the second arm, if it differs.")
    ] = None,
    odds_ratio: Annotated[float | None, typer.Option(help="Ordinal.")] = None,
    shares: Annotated[
        str | None, typer.Option(help="Of the categories in the second arm (ordinal).")
    ] = None,
    probability_of_more: Annotated[
        float | None, typer.Option(help="That one of the first arm has more (rank).")
    ] = None,
    alpha: Annotated[float, typer.Option(help="Significance level, as --sides says.")] = 0.05,
    power: Annotated[float, typer.Option(help="Power.")] = 0.9,
    sides: Sides = SidesName.TWO,
    ratio: Annotated[
        float, typer.Option(help="Participants of the first arm for each of the second.")
    ] = 1.0,
    dropout: Annotated[
        str | None, typer.Option(help="Share without outcome, one number or one an arm.")
    ] = None,
    cluster_size: Annotated[
        float | None, typer.Option(help="Participants of a therapist, group or site.")
    ] = None,
    icc: Annotated[float | None, typer.Option(help="Correlation within clusters.")] = None,
    cluster_variation: Annotated[
        float, typer.Option(help="Coefficient of variation of cluster sizes.")
    ] = 0.0,
    not_taken_up: Annotated[
        float, typer.Option(help="Share of the first arm that does not take it up.")
    ] = 0.0,
    taken_up_elsewhere: Annotated[
        float, typer.Option(help="Share of the second arm that gets it elsewhere.")
    ] = 0.0,
    looks: Annotated[
        str | None, typer.Option(help="Looks before the end: a number, or fractions '0.5,1'.")
    ] = None,
    design: Design = None,
    spending: AlphaSpending = None,
    parameter: Parameter = None,
    n: Annotated[
        str | None, typer.Option(help="Participants of both arms: gives their power instead.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Participants that a trial needs, in closed form; with --n the power of so many."""
    from analysis.interim_analysis.boundaries import solve_design
    from analysis.interim_analysis.design import Sides as DesignSides
    from analysis.sample_size.requirement import Target
    from analysis.sample_size.sequential import sequential_requirement

    if estimator is Estimator.MMRM and dropout is not None:
        message = "--dropout: the losses of mmrm are in --retention already."
        raise UnusableInputError(message)
    comparison = design_for(
        estimator,
        Assumptions(
            difference=difference,
            sd=sd,
            correlation=correlation,
            reference=reference,
            margin=margin,
            lower_margin=lower_margin,
            upper_margin=upper_margin,
            proportions=proportions,
            hypothesis=hypothesis,
            rates=rates,
            exposure=exposure,
            dispersion=dispersion,
            hazards=hazards,
            accrual=accrual,
            follow_up=follow_up,
            loss_hazard=loss_hazard,
            visit_correlation=visit_correlation,
            retention=retention,
            retention_second=retention_second,
            odds_ratio=odds_ratio,
            shares=shares,
            probability_of_more=probability_of_more,
        ),
    )
    target = Target(
        significance_level=alpha,
        statistical_power=power,
        sides=DesignSides.ONE_SIDED if sides is SidesName.ONE else DesignSides.TWO_SIDED,
        allocation_ratio=ratio,
    )
    allowances = _Allowances(
        dropout=listed_numbers(dropout, "--dropout"),
        cluster_size=cluster_size,
        icc=icc,
        cluster_variation=cluster_variation,
        not_taken_up=not_taken_up,
        taken_up_elsewhere=taken_up_elsewhere,
    )
    if n is not None:
        sizes = listed_numbers(n, "--n")
        give(_power_answer(estimator, comparison, target, sizes), as_json=as_json)
        return
    solved = None
    sequential = None
    found = comparison.requirement(target)
    python = python_method_lines(comparison, "requirement", target)
    if looks is not None:
        bounds = Bounds(design=design, spending=spending, parameter=parameter)
        plan = design_of(bounds, looks, alpha, power, sides)
        solved = solve_design(plan)
        sequential = sequential_requirement(comparison, solved, allocation_ratio=ratio)
        found = sequential.maximum
        python = python_lines(
            sequential_requirement,
            comparison,
            Called(function=solve_design, values=(plan,)),
            allocation_ratio=ratio,
        )
    answer = _size_answer(
        estimator, comparison, target, found, allowances, sequential, solved, python
    )
    give(answer, as_json=as_json)


def _size_answer(
    estimator: Estimator,
    comparison: "Comparison",
    target: "Target",
    found: "Requirement",
    allowances: _Allowances,
    sequential: "SequentialRequirement | None",
    solved: "SolvedDesign | None",
    python: str,
) -> Answer:
    allowed = allowances.applied(found)
    whole = allowed.participants
    without = found.participants
    reached = (
        None if solved is not None else comparison.statistical_power(without[0], without[1], target)
    )
    notes = ("Rounded up once, at the end, in each arm.",)
    plain = {
        **_header(estimator, target),
        "method": allowed.method,
        "n_first": allowed.first,
        "n_second": allowed.second,
        "n_total": allowed.total,
        "participants": list(whole),
        "n_first_before_allowances": found.first,
        "n_second_before_allowances": found.second,
        "power_reached": reached,
        "sequential": None if sequential is None else _sequential(sequential),
        **record(None, Calls(python=python), notes),
    }
    table = TextTable(
        title=f"{estimator.value}: {allowed.method}",
        header=("arm", "participants", "not rounded", "before allowances"),
        rows=(
            ("first", str(whole[0]), shown(allowed.first), shown(found.first)),
            ("second", str(whole[1]), shown(allowed.second), shown(found.second)),
        ),
    )
    said = [_in_words(target)]
    if reached is not None:
        said.append(f"Power of {without[0]} + {without[1]} before allowances: {reached:.4f}.")
    if sequential is not None:
        looks = ", ".join(str(sum(look.participants)) for look in sequential.at_looks)
        said.append(
            f"Participants with data at the looks: {looks}; on average "
            f"{sequential.expected_total:.1f} with the effect, "
            f"{sequential.expected_total_without_effect:.1f} without."
        )
    return Answer(plain=plain, tables=(table,), remarks=(*said, *notes))


def _power_answer(
    estimator: Estimator,
    comparison: "Comparison",
    target: "Target",
    sizes: tuple[float, ...],
) -> Answer:
    if len(sizes) != 2 or min(sizes) <= 0:
        message = "--n: write the participants of both arms, e.g. '60,60'."
        raise UnusableInputError(message)
    first, second = sizes
    reached = comparison.statistical_power(first, second, target)
    python = python_method_lines(comparison, "statistical_power", first, second, target)
    plain = {
        **_header(estimator, target),
        "method": comparison.requirement(target).method,
        "n_first": first,
        "n_second": second,
        "n_total": first + second,
        "participants": [int(first), int(second)],
        "n_first_before_allowances": first,
        "n_second_before_allowances": second,
        "power_reached": reached,
        "sequential": None,
        **record(None, Calls(python=python)),
    }
    table = TextTable(
        title=f"{estimator.value}: power",
        header=("first", "second", "power"),
        rows=((shown(first), shown(second), f"{reached:.4f}"),),
    )
    return Answer(plain=plain, tables=(table,), remarks=(_in_words(target),))


def _header(estimator: Estimator, target: "Target") -> dict[str, Any]:
    return {
        "estimator": estimator.value,
        "alpha": target.significance_level,
        "sides": target.sides.value,
        "power": target.statistical_power,
        "allocation_ratio": target.allocation_ratio,
    }


def _in_words(target: "Target") -> str:
    return (
        f"{target.sides.value} level {target.significance_level:g}, power "
        f"{target.statistical_power:g}, allocation {target.allocation_ratio:g} to 1."
    )


def _sequential(found: "SequentialRequirement") -> dict[str, Any]:
    return {
        "at_looks": [
            {"n_first": look.first, "n_second": look.second, "n_total": look.total}
            for look in found.at_looks
        ],
        "expected_total_h1": found.expected_total,
        "expected_total_h0": found.expected_total_without_effect,
        "critical_effects": [finite(effect) for effect in found.critical_effects],
    }
