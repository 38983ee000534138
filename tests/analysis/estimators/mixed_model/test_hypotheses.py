"""Tests of terms, beside statsmodels on data of one visit, where the types are classical."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm

from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.roles import ConstrainedBaseline
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.hypotheses import HypothesisType, TermTest, compare_terms
from analysis.estimators.mixed_model.inference import Method, infer
from tests.analysis.estimators.mixed_model.trials import ROLES, make_trial


def _tests(table: pd.DataFrame, formula: str, kind: HypothesisType) -> dict[str, TermTest]:
    read = read_table(table, formula, ROLES)
    inference = infer(fit_mixed_model(read.data), Method.RESIDUAL)
    return {test.term: test for test in compare_terms(inference, read, kind)}


@pytest.mark.parametrize("kind", HypothesisType)
def test_one_visit_gives_the_classical_analysis_of_variance(kind: HypothesisType) -> None:
    table = make_trial(4, participants=31, visits=1, missing=0.0)
    right = "baseline + C(arm, Sum) * C(site, Sum)"
    expected = anova_lm(smf.ols(f"y ~ {right}", table).fit(), typ=2 if kind == "II" else 3)
    expected = expected.rename(lambda name: name.replace("C(", "").replace(", Sum)", ""))

    found = _tests(table, "y ~ baseline + arm * site", kind)

    assert list(found) == ["baseline", "arm", "site", "arm:site"]
    for term, one in found.items():
        assert one.test is not None
        assert one.test.numerator_df == expected.loc[term, "df"]
        assert one.test.denominator_df == pytest.approx(expected.loc["Residual", "df"])
        assert one.test.statistic == pytest.approx(expected.loc[term, "F"])
        assert one.test.p == pytest.approx(expected.loc[term, "PR(>F)"])


def test_a_covariate_and_its_interaction_contain_each_other_only_with_the_same_numbers() -> None:
    table = make_trial(4, participants=31, visits=1, missing=0.0)
    expected = anova_lm(smf.ols("y ~ baseline * C(arm)", table).fit(), typ=2)

    found = _tests(table, "y ~ baseline * arm", HypothesisType.II)

    assert found["baseline"].test is not None
    assert found["baseline"].test.statistic == pytest.approx(expected.loc["baseline", "F"])


def test_an_empty_cell_takes_the_comparisons_with_it_that_need_it() -> None:
    table = make_trial(4, participants=40)
    table.loc[(table["arm"] == "B") & (table["visit"] == "V3"), "y"] = np.nan
    read = read_table(table, "y ~ arm * visit", ROLES)
    inference = infer(fit_mixed_model(read.data))

    third = {t.term: t for t in compare_terms(inference, read, HypothesisType.III)}
    second = {t.term: t for t in compare_terms(inference, read, HypothesisType.II)}

    # with sums to zero over three visits no interaction is left without the third; against V1 one is
    assert third["arm:visit"].test is None
    assert "not estimable" in third["arm:visit"].reason
    left = second["arm:visit"].test
    assert left is not None
    assert left.numerator_df == 1
    assert "1 of 2 comparisons" in second["arm:visit"].reason
    alone = np.zeros((1, 5))
    alone[0, inference.fit.columns.index("armB:visitV2")] = 1
    assert left.statistic == pytest.approx(inference.test(alone).statistic)


@pytest.mark.parametrize("kind", HypothesisType)
def test_a_constrained_baseline_leaves_the_comparisons_after_it(kind: HypothesisType) -> None:
    roles = replace(ROLES, baseline=ConstrainedBaseline(arm="arm", visit="V1"))
    read = read_table(make_trial(1), "y ~ visit + visit:arm", roles)
    inference = infer(fit_mixed_model(read.data))
    after = [column.endswith("armB") for column in inference.fit.columns]

    found = {t.term: t for t in compare_terms(inference, read, kind)}["visit:arm"]

    assert sum(after) == 2
    expected = inference.test(np.eye(len(after))[after])
    assert found.test is not None
    assert found.test.numerator_df == 2
    assert found.test.statistic == pytest.approx(expected.statistic)
    assert found.test.denominator_df == pytest.approx(expected.denominator_df)


def test_a_term_that_the_data_cannot_separate_says_so() -> None:
    table = make_trial(4)
    table["same"] = table["arm"].map({"A": "x", "B": "z"})

    found = _tests(table, "y ~ arm + visit + same", HypothesisType.II)

    assert found["same"].test is None
    assert "not estimable" in found["same"].reason
