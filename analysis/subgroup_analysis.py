"""A planned subgroup analysis: the adjusted difference in each level of a factor, whether it differs, and shrunken towards its mean.

Conventions: the main result is the spread of the effect over subgroups, with the p value of the interaction (Cochran's Q); the effects
that are promised are the shrunken ones, those as estimated stand beside them. A level in which nothing can be estimated is left out and named.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import compress

from analysis.effect_estimates import estimate_of
from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Covariate,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.effect import ArmSize
from analysis.estimators.subgroups import (
    ShrunkenSubgroup,
    SubgroupEffect,
    Subgroups,
    compare_subgroups,
)
from analysis.outcome_values import select_cases
from analysis.quantities import (
    ADJUSTED_DIFFERENCE,
    SHRUNKEN_DIFFERENCE,
    SPREAD_OF_EFFECTS,
)
from analysis.result_rows import (
    ResultRow,
    arm_counts,
    build_sample,
    describe_cases,
    refused_row,
)
from analysis.results import ArmEstimate, Contrast, Estimate, NotEstimableError
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.planned_estimators import PlannedSubgroups

OWN_SUFFIX = ".own"
ASSUMPTIONS = "Shrinkage takes the true effects of the subgroups as drawn from one normal distribution. The trial was not planned to tell subgroups apart."


@dataclass(frozen=True, kw_only=True, slots=True)
class _Levels:
    compared: Subgroups
    arms: dict[str, tuple[ArmEstimate, ...]]
    left_out: tuple[str, ...]

    def of(self, level: str) -> ShrunkenSubgroup:
        """Return one subgroup.

        Raises
        ------
        NotEstimableError
            With the reason, if it was left out.
        """
        for found in self.compared.subgroups:
            if found.name == level:
                return found
        reason = next(said for said in self.left_out if said.startswith(f"{level}: "))
        raise NotEstimableError(reason.removeprefix(f"{level}: "))


_Finder = Callable[[Contrast], _Levels]


def subgroup_rows(study: Study, planned: PlannedAnalysis) -> list[ResultRow]:
    """Return the spread of the effect, then of each level the shrunken effect and the effect as estimated."""
    promise = planned.subgroups
    if promise is None:
        return [refused_row(planned, "the plan names no factor of subgroups")]
    cases = select_cases(study, planned)
    arms = describe_cases(study, cases)
    sample = build_sample(study, planned, cases)
    rows = {row.participant_id: row for row in study.datasets.participants}
    levels = tuple(rows[person].level(promise.factor) for person in cases.values)
    counts = arm_counts(study, cases)

    @cache
    def found(contrast: Contrast) -> _Levels:
        return _compare(study, sample, levels, counts, contrast)

    def spread(contrast: Contrast) -> Estimate:
        compared = found(contrast)
        return _spread(compared, arms, promise)

    main = ResultRow(
        suffix="", label="", quantity=SPREAD_OF_EFFECTS, estimate=spread, describe=lambda: arms
    )
    factor = next(f for f in study.protocol.randomization.factors if f.code == promise.factor)
    each = [
        row
        for level in factor.levels
        if level.code in levels
        for row in _level_rows(main, found, level.code, level.label)
    ]
    return [main, *each]


def _level_rows(main: ResultRow, found: _Finder, code: str, label: str) -> list[ResultRow]:
    def shrunken(contrast: Contrast) -> Estimate:
        one = found(contrast).of(code)
        comment = f"Weight of its own estimate: {one.weight_on_own:.2f}."
        arms = found(contrast).arms[code]
        return estimate_of(one.shrunken, arms, model="", assumptions=ASSUMPTIONS, comment=comment)

    def own(contrast: Contrast) -> Estimate:
        one = found(contrast).of(code)
        return estimate_of(one.own, found(contrast).arms[code], model="")

    promised = replace(
        main,
        suffix=f".{code}",
        label=f" ({label}, shrunken)",
        quantity=SHRUNKEN_DIFFERENCE,
        estimate=shrunken,
        describe=tuple,
    )
    beside = replace(
        promised,
        suffix=f".{code}{OWN_SUFFIX}",
        label=f" ({label}, as estimated)",
        quantity=f"{ADJUSTED_DIFFERENCE} in a subgroup",
        estimate=own,
    )
    return [promised, beside]


def _compare(
    study: Study,
    sample: Sample,
    levels: tuple[str, ...],
    counts: tuple[ArmCount, ...],
    contrast: Contrast,
) -> _Levels:
    level = study.protocol.analysis.confidence_level
    effects, arms, left_out = [], {}, []
    for name in sorted(set(levels)):
        here = _only(sample, [own == name for own in levels])
        own = tuple(replace(c, n_available=here.arm.count(c.arm)) for c in counts)
        try:
            fit = fit_ancova(here, own)
            found = estimate_ancova(fit, contrast, CovarianceKind.CLASSICAL, confidence_level=level)
        except NotEstimableError as error:
            left_out.append(f"{name}: {error}")
            continue
        arms[name] = found.arms
        effects.append(
            SubgroupEffect(
                name=name,
                estimate=found.estimate or 0.0,
                standard_error=found.standard_error or 0.0,
                arms=tuple(ArmSize(arm=a.arm, n=a.n_analysed) for a in found.arms),
            )
        )
    return _Levels(
        compared=compare_subgroups(effects, confidence_level=level),
        arms=arms,
        left_out=tuple(left_out),
    )


def _only(sample: Sample, kept: list[bool]) -> Sample:
    return replace(
        sample,
        outcome=tuple(compress(sample.outcome, kept)),
        arm=tuple(compress(sample.arm, kept)),
        covariates=tuple(_chosen(one, kept) for one in sample.covariates),
    )


def _chosen(covariate: Covariate, kept: list[bool]) -> Covariate:
    chosen = list(compress(covariate.values, kept))
    texts = tuple(value for value in chosen if isinstance(value, str))
    numbers = tuple(value for value in chosen if isinstance(value, float))
    return replace(covariate, values=texts or numbers)


def _spread(found: _Levels, arms: tuple[ArmEstimate, ...], promise: PlannedSubgroups) -> Estimate:
    compared = found.compared
    overall = compared.overall
    comment = [
        f"Interaction: Q {compared.interaction_statistic:.2f} on {compared.interaction_df} degrees of freedom.",
        f"Mean of the effects: {overall.estimate or 0.0:.2f}.",
        *(f"Left out, {said}." for said in found.left_out),
    ]
    return Estimate(
        estimate=compared.heterogeneity,
        standard_error=None,
        df=None,
        interval=None,
        p=compared.p_interaction,
        arms=arms,
        model=f"analysis of covariance in each level of {promise.factor}; Paule–Mandel; Cochran's Q",
        comment=" ".join(comment),
        assumptions=ASSUMPTIONS,
    )
