"""Tests of terms, beside statsmodels on data of one visit, where the types are classical."""

import pandas as pd
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm

from analysis.estimators.mixed_model.fit import fit_mixed_model
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


def test_a_term_that_the_data_cannot_separate_says_so() -> None:
    table = make_trial(4)
    table["same"] = table["arm"].map({"A": "x", "B": "z"})

    found = _tests(table, "y ~ arm + visit + same", HypothesisType.II)

    assert found["same"].test is None
    assert "not estimable" in found["same"].reason
