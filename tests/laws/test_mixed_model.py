"""Laws of the mixed model: what holds for all data, structures and ways of writing them."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.estimators.ancova import (
    ArmCount,
    CovarianceKind,
    Covariate,
    Sample,
    estimate_ancova,
    fit_ancova,
)
from analysis.estimators.mixed_model.covariance.structure import Geometry
from analysis.estimators.mixed_model.curvature import differentiate
from analysis.estimators.mixed_model.fit import MixedModelFit, fit_mixed_model
from analysis.estimators.mixed_model.formulas.roles import Roles
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.hypotheses import HypothesisType, compare_terms
from analysis.estimators.mixed_model.inference import FTest, Method, infer
from analysis.estimators.mixed_model.likelihood import Estimation, Model, evaluate
from analysis.estimators.mixed_model.marginal_means import estimate_rows, marginal_rows
from analysis.estimators.mixed_model.patterns import sum_patterns
from analysis.estimators.mixed_model.structures import STRUCTURES
from analysis.results import Contrast
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial

SEEDS = st.integers(0, 10_000)
STRUCTURE = st.sampled_from(sorted(STRUCTURES))
OF_VISITS = st.sampled_from([name for name in sorted(STRUCTURES) if not name.startswith("sp")])
SPATIAL_ROLES = replace(ROLES, coordinates=("time",))
FEW = settings(max_examples=12, deadline=None)


def _roles(structure: str, **changes: object) -> Roles:
    base = SPATIAL_ROLES if structure.startswith("sp") else ROLES
    return replace(base, **changes)  # type: ignore[arg-type]


def _fit(seed: int, structure: str, formula: str = FORMULA) -> MixedModelFit:
    read = read_table(make_trial(seed, participants=40), formula, _roles(structure))
    fit = fit_mixed_model(read.data, STRUCTURES[structure])
    assume(fit.is_trustworthy)
    return fit


@FEW
@given(seed=SEEDS, structure=STRUCTURE, estimation=st.sampled_from(Estimation))
def test_gradient_and_hessian_are_the_slopes_of_the_likelihood(
    seed: int, structure: str, estimation: Estimation
) -> None:
    roles = _roles(structure, weight="weight", group="arm")
    data = read_table(make_trial(seed, missing=0.2), FORMULA, roles).data
    model = Model(
        patterns=sum_patterns(data), structure=STRUCTURES[structure], estimation=estimation
    )
    draw = np.random.Generator(np.random.PCG64(seed))
    fitted = fit_mixed_model(data, STRUCTURES[structure], estimation)
    assume(fitted.smallest_eigenvalue > 0.05)  # else a difference of 1e-5 is not small
    here = evaluate(model, fitted.theta + draw.normal(0, 0.02, model.n_parameters))
    assume(here is not None)
    assert here is not None
    exact = differentiate(model, here)
    for place in range(model.n_parameters):
        step = 1e-5 * np.eye(model.n_parameters)[place]
        after, before = (evaluate(model, here.theta + sign * step) for sign in (1, -1))
        assert after is not None
        assert before is not None
        slope = (after.deviance - before.deviance) / 2e-5
        bend = (differentiate(model, after).gradient - differentiate(model, before).gradient) / 2e-5
        scale = np.abs(exact.hessian).max()
        assert exact.gradient[place] == pytest.approx(slope, abs=1e-6 * scale)
        assert np.abs(exact.hessian[place] - bend).max() < 1e-6 * scale


@FEW
@given(seed=SEEDS, structure=STRUCTURE)
def test_derivatives_of_a_covariance_are_its_slopes(seed: int, structure: str) -> None:
    draw = np.random.Generator(np.random.PCG64(seed))
    m = int(draw.integers(2, 6))
    place = draw.uniform(0, 3, (m, 1))
    geometry = Geometry(n_visits=m, distances=np.abs(place - place.T)[None])
    family = STRUCTURES[structure]
    theta = draw.normal(0, 0.7, family.n_parameters(m))
    exact = family.derivatives(theta, geometry)
    weight = draw.normal(size=(1, m, m))
    weight = weight + weight.swapaxes(1, 2)
    for number, step in enumerate(1e-6 * np.eye(len(theta))):
        matrices = [family.matrix(theta + sign * step, geometry) for sign in (1, -1)]
        firsts = [family.derivatives(theta + sign * step, geometry).first for sign in (1, -1)]
        slope, bend = ((values[0] - values[1]) / 2e-6 for values in (matrices, firsts))
        assert exact.first[number] == pytest.approx(slope, rel=1e-6, abs=1e-7)
        for other, expected in enumerate(bend):
            pair = np.zeros((len(theta), len(theta)))
            pair[number, other] += 0.5
            pair[other, number] += 0.5
            assert exact.second.weighted(pair) == pytest.approx(expected, rel=1e-6, abs=1e-7)
            total = exact.second.against(weight)[number, other]
            assert total == pytest.approx((expected * weight).sum(), rel=1e-6, abs=1e-6)


@FEW
@given(seed=SEEDS, structure=OF_VISITS, row=st.integers(0, 6))
def test_kenward_roger_of_one_row_has_satterthwaites_degrees_of_freedom(
    seed: int, structure: str, row: int
) -> None:
    fit = _fit(seed, structure)
    combination = np.eye(7)[[row]]

    joint = infer(fit, Method.KENWARD_ROGER).test(combination)
    single = infer(fit, Method.SATTERTHWAITE).estimate(combination)

    assert joint.denominator_df == pytest.approx(single.df[0], rel=1e-8)


@FEW
@given(seed=SEEDS, order=st.permutations(["north", "south", "west"]), arms=st.permutations("AB"))
def test_type_three_tests_do_not_depend_on_the_coding(
    seed: int, order: list[str], arms: list[str]
) -> None:
    table = make_trial(seed, participants=40)
    formula = "y ~ baseline + site + arm * visit"
    levels = {"site": tuple(order), "arm": tuple(arms), "visit": ("V3", "V1", "V2")}

    def tests(roles: Roles) -> list[FTest]:
        read = read_table(table, formula, roles)
        inference = infer(fit_mixed_model(read.data), Method.KENWARD_ROGER_LINEAR)
        found = compare_terms(inference, read, HypothesisType.III)
        return [one.test for one in found if one.test is not None]

    plain, recoded = tests(ROLES), tests(replace(ROLES, levels=levels))

    assert len(plain) == 5
    for one, other in zip(plain, recoded, strict=True):
        assert other.statistic == pytest.approx(one.statistic, rel=1e-7, abs=1e-9)
        assert other.denominator_df == pytest.approx(one.denominator_df, rel=1e-6)


@FEW
@given(seed=SEEDS)
def test_one_visit_is_analysis_of_covariance(seed: int) -> None:
    table = make_trial(seed, visits=1, missing=0.0)
    read = read_table(table, "y ~ baseline + site + arm", ROLES)
    inference = infer(fit_mixed_model(read.data), Method.KENWARD_ROGER_LINEAR)
    (found,) = estimate_rows(inference, marginal_rows(read, ("arm",)).minus("arm"))
    sample = Sample(
        outcome_name="y",
        outcome=tuple(table["y"]),
        arm=tuple(table["arm"]),
        covariates=tuple(
            Covariate(name=name, values=tuple(table[name])) for name in ("baseline", "site")
        ),
    )
    arms = [ArmCount(arm=arm, label=arm, n_available=0) for arm in "AB"]
    expected = estimate_ancova(
        fit_ancova(sample, arms),
        Contrast(first="B", second="A", label="B − A"),
        CovarianceKind.CLASSICAL,
        confidence_level=0.95,
    )

    assert found.estimate == pytest.approx(expected.estimate, rel=1e-8, abs=1e-9)
    assert found.standard_error == pytest.approx(expected.standard_error, rel=1e-8)
    assert found.df == pytest.approx(expected.df, rel=1e-7)
    assert found.p == pytest.approx(expected.p, abs=1e-9)


@FEW
@given(seed=SEEDS, structure=OF_VISITS)
def test_complete_data_without_covariates_give_the_differences_of_raw_means(
    seed: int, structure: str
) -> None:
    table = make_trial(seed, missing=0.0)
    read = read_table(table, "y ~ arm * visit", ROLES)
    fit = fit_mixed_model(read.data, STRUCTURES[structure])
    assume(fit.is_trustworthy)
    rows = marginal_rows(read, ("visit", "arm")).minus("arm")

    found = estimate_rows(infer(fit), rows)

    means = table.groupby(["visit", "arm"])["y"].mean().unstack()
    assert [one.estimate for one in found] == pytest.approx(list(means["B"] - means["A"]))


@FEW
@given(seed=SEEDS, structure=STRUCTURE)
def test_order_of_rows_and_names_of_participants_change_nothing(seed: int, structure: str) -> None:
    table = make_trial(seed, participants=40)
    mixed = table.sample(frac=1.0, random_state=seed)
    mixed["id"] = mixed["id"].map(lambda name: name[::-1])
    plain, other = (
        fit_mixed_model(read_table(t, FORMULA, _roles(structure)).data, STRUCTURES[structure])
        for t in (table, mixed)
    )
    assume(plain.is_trustworthy)

    assert other.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert other.beta == pytest.approx(plain.beta, rel=1e-8, abs=1e-8)
    assert other.theta == pytest.approx(plain.theta, rel=1e-7, abs=1e-8)


@FEW
@given(
    seed=SEEDS,
    structure=OF_VISITS,
    unit=st.sampled_from([1e-6, 0.1, 1000.0]),
    shift=st.sampled_from([0.0, -300.0, 1e4]),
)
def test_units_of_outcome_and_covariate_change_no_t_statistic(
    seed: int, structure: str, unit: float, shift: float
) -> None:
    table = make_trial(seed, participants=40)
    other = table.assign(
        y=unit * table["y"] + shift * unit, baseline=table["baseline"] / unit + shift
    )
    results = []
    for one in (table, other):
        fit = fit_mixed_model(read_table(one, FORMULA, ROLES).data, STRUCTURES[structure])
        assume(fit.is_trustworthy)
        results.append((fit, infer(fit, Method.KENWARD_ROGER).estimate(np.eye(7)[1:])))
    (plain, before), (scaled, after) = results

    assert after.t == pytest.approx(before.t, rel=1e-6, abs=1e-6)
    assert after.df == pytest.approx(before.df, rel=1e-6)
    assert scaled.sigma == pytest.approx(plain.sigma * unit**2, rel=1e-6)


@FEW
@given(seed=SEEDS)
def test_a_structure_that_contains_another_is_at_least_as_likely(seed: int) -> None:
    data = read_table(make_trial(seed, participants=40), FORMULA, ROLES).data
    fits = {
        name: fit_mixed_model(data, STRUCTURES[name]) for name in STRUCTURES if name[:2] != "sp"
    }
    assume(all(fit.is_trustworthy for fit in fits.values()))
    order = {name: fit.log_likelihood + 1e-8 for name, fit in fits.items()}

    for chain in (("us", "toeph", "ar1h", "ar1"), ("us", "adh", "ad", "ar1"), ("toep", "cs")):
        for larger, smaller in pairwise(chain):
            assert order[larger] >= fits[smaller].log_likelihood


@FEW
@given(seed=SEEDS)
def test_the_linear_adjustment_does_not_depend_on_the_parametrization(seed: int) -> None:
    # at two visits cs, ar1, toep and ad are one model with three parametrizations
    table = make_trial(seed, visits=2)
    read = read_table(table, FORMULA, ROLES)
    fits = [fit_mixed_model(read.data, STRUCTURES[name]) for name in ("cs", "ar1", "toep", "ad")]
    assume(all(fit.is_trustworthy for fit in fits))

    linear = [infer(fit, Method.KENWARD_ROGER_LINEAR).estimate(np.eye(5)) for fit in fits]

    for other in linear[1:]:
        assert other.standard_error == pytest.approx(linear[0].standard_error, rel=1e-7)
        assert other.df == pytest.approx(linear[0].df, rel=1e-6)


@FEW
@given(
    seed=SEEDS,
    structure=OF_VISITS,
    method=st.sampled_from(
        [
            Method.SATTERTHWAITE,
            Method.KENWARD_ROGER,
            Method.KENWARD_ROGER_LINEAR,
            Method.EMPIRICAL_CR2,
        ]
    ),
)
def test_groups_that_share_no_parameter_are_separate_fits(
    seed: int, structure: str, method: Method
) -> None:
    table = make_trial(seed, participants=60)
    together = read_table(table, "y ~ 0 + arm:visit + arm:baseline", replace(ROLES, group="arm"))
    apart = {
        arm: read_table(table[table["arm"] == arm], "y ~ 0 + visit + baseline", ROLES)
        for arm in "AB"
    }
    whole = fit_mixed_model(together.data, STRUCTURES[structure])
    parts = {arm: fit_mixed_model(one.data, STRUCTURES[structure]) for arm, one in apart.items()}
    assume(all(fit.is_trustworthy for fit in (whole, *parts.values())))
    found = infer(whole, method).estimate(np.eye(8))

    assert whole.log_likelihood == pytest.approx(
        sum(part.log_likelihood for part in parts.values()), abs=1e-8
    )
    for arm, part in parts.items():
        own = [column.startswith(f"arm{arm}") for column in whole.columns]
        expected = infer(part, method).estimate(np.eye(4))
        assert found.estimate[own] == pytest.approx(expected.estimate, rel=1e-7, abs=1e-7)
        assert found.standard_error[own] == pytest.approx(expected.standard_error, rel=1e-7)
        assert found.df[own] == pytest.approx(expected.df, rel=1e-6)
