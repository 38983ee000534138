"""Many participants of a pattern are replaced by fewer, and no number of the fit can tell."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.estimators.mixed_model import stand_ins
from analysis.estimators.mixed_model.data import MixedModelData
from analysis.estimators.mixed_model.fit import fit_mixed_model
from analysis.estimators.mixed_model.formulas.table import read_table
from analysis.estimators.mixed_model.inference import Method, infer
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.patterns import sum_patterns
from analysis.estimators.mixed_model.structures import STRUCTURES
from tests.analysis.estimators.mixed_model.trials import FORMULA, ROLES, make_trial


def _data(participants: int, **roles: object) -> MixedModelData:
    own = replace(ROLES, **roles)  # type: ignore[arg-type]
    return read_table(make_trial(3, participants=participants, missing=0.1), FORMULA, own).data


@pytest.mark.parametrize("method", [Method.KENWARD_ROGER, Method.KENWARD_ROGER_LINEAR])
def test_a_fit_is_the_same_with_everybody_and_with_those_who_stand_for_them(
    method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _data(300, group="arm", weight="weight")
    fewer = fit_mixed_model(data)
    monkeypatch.setattr(stand_ins, "WORTH_REPLACING", np.inf)
    everybody = fit_mixed_model(data)
    assert len(fewer.patterns.stand_ins.rows) < len(everybody.patterns.stand_ins.rows) == 300
    assert fewer.log_likelihood == pytest.approx(everybody.log_likelihood, abs=1e-9)
    assert fewer.theta == pytest.approx(everybody.theta, abs=1e-10)
    rows = np.eye(len(fewer.columns))
    one, other = (infer(fit, method).estimate(rows) for fit in (fewer, everybody))
    assert one.estimate == pytest.approx(other.estimate, rel=1e-10)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-10)
    assert one.df == pytest.approx(other.df, rel=1e-9)


@pytest.mark.parametrize("structure", ["us", "ar1h"])
def test_a_participant_for_whom_others_stand_can_be_left_out(structure: str) -> None:
    data = _data(250)
    sums = sum_patterns(data)
    replaced = np.flatnonzero(sums.stand_ins.place_of < 0)
    real = np.flatnonzero(sums.stand_ins.place_of >= 0)
    for person in (int(replaced[0]), int(replaced[-1]), int(real[3])):
        quick = fit_mixed_model(sums.without(person), STRUCTURES[structure], Estimation.REML)
        slow = fit_mixed_model(data.without(person), STRUCTURES[structure], Estimation.REML)
        assert quick.beta == pytest.approx(slow.beta, rel=1e-9)
        assert quick.sigma == pytest.approx(slow.sigma, rel=1e-8)
        assert quick.log_likelihood == pytest.approx(slow.log_likelihood, abs=1e-8)


def test_two_participants_can_be_left_out_one_after_the_other() -> None:
    data = _data(250)
    sums = sum_patterns(data)
    last, first = np.flatnonzero(sums.stand_ins.place_of < 0)[[-1, 0]]
    quick = fit_mixed_model(sums.without(int(last)).without(int(first)))
    slow = fit_mixed_model(data.without(int(last)).without(int(first)))
    assert quick.log_likelihood == pytest.approx(slow.log_likelihood, abs=1e-8)
    assert quick.beta == pytest.approx(slow.beta, rel=1e-9)


def test_more_participants_of_the_same_patterns_add_nothing_to_what_a_fit_goes_through() -> None:
    some, many = (sum_patterns(_data(n)) for n in (2000, 8000))
    assert len(some.size) == len(many.size) == 4
    assert len(many.stand_ins.rows) <= len(some.stand_ins.rows)


def test_rare_patterns_cost_only_the_participants_who_have_them() -> None:
    sums = sum_patterns(_data(24))
    assert len(sums.stand_ins.rows) == 24
    assert (sums.stand_ins.place_of >= 0).all()
