"""`python -m benchmarks.simulated_power`: power and type I error of every estimator, beside the closed form where there is one.

60 participants an arm, the usual assumptions of each estimator, nobody lost. Three minutes to a quarter of an hour.
"""

import argparse
import os
from collections.abc import Mapping

from analysis.operating_characteristics.executors import ProcessExecutor, SerialExecutor
from analysis.sample_size.counts import TwoRates
from analysis.sample_size.means import EquivalentMeans, TwoMeans, ancova, non_inferior_means
from analysis.sample_size.ordered import ProportionalOdds
from analysis.sample_size.proportions import TwoProportions
from analysis.sample_size.repeated_measures import (
    RepeatedArm,
    RepeatedMeasures,
    autoregressive,
)
from analysis.sample_size.requirement import Design, Target
from analysis.sample_size.survival import Survival
from analysis.sample_size.within_participant import Crossover
from analysis.simulated_power.designs import DESIGNS
from analysis.simulated_power.enrolment import Enrolment
from analysis.simulated_power.simulate import simulate_power

PER_ARM, SEED = 60, 20261125
SLOW = ("rerandomization", "dose-response", "impute-")
FEWER = 5
"""The slow ones have so many times fewer trials."""
_VISITS = RepeatedArm(
    standard_deviation=(1 - 0.5**6) ** 0.5,  # given the baseline, three visits before
    correlation=autoregressive(3, 0.5),
    retention=(1.0, 1.0, 1.0),
)
CLOSED_FORMS: Mapping[str, Design] = {
    "t-test": TwoMeans(difference=0.5, standard_deviation=1.0),
    "ancova": ancova(difference=0.5, standard_deviation=1.0, baseline_correlation=0.5),
    "equivalence": EquivalentMeans(
        difference=0.0, lower_margin=-0.5, upper_margin=0.5, standard_deviation=0.75**0.5
    ),
    "non-inferiority": non_inferior_means(difference=0.0, margin=0.5, standard_deviation=0.75**0.5),
    "mmrm": RepeatedMeasures(
        difference=0.5,
        first=_VISITS,
        second=_VISITS,
    ),
    "risk-difference": TwoProportions(first=0.5, second=0.3, hypothesis=None),
    "counts": TwoRates(first=0.8, second=1.2, exposure=1.0, dispersion=0.5),
    "hazard-ratio": Survival(
        hazard_first=0.06, hazard_second=0.1, accrual_time=0.0, follow_up_time=12.0
    ),
    "ordinal": ProportionalOdds(odds_ratio=2.0, second=(0.3, 0.4, 0.3)),
    "crossover": Crossover(difference=0.5, within_standard_deviation=1.0),
}
"""Of the usual assumptions."""


def closed_form(name: str) -> str:
    """Return the power in closed form, in percent; nothing where there is no formula."""
    if name not in CLOSED_FORMS:
        return ""
    level = 0.1 if name == "equivalence" else 0.05
    target = Target(significance_level=level, statistical_power=0.8)
    return f"{100 * CLOSED_FORMS[name].statistical_power(PER_ARM, PER_ARM, target):.1f}"


def main() -> None:
    """Simulate and print one line an estimator."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulated_power")
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--estimators", nargs="+", default=list(DESIGNS))
    chosen = parser.parse_args()
    executor = SerialExecutor() if chosen.workers == 1 else ProcessExecutor(workers=chosen.workers)
    people = Enrolment(participants=(PER_ARM, PER_ARM))
    print("| estimator | trials | power, % | closed form, % | type I error, % | bias | covers, % |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in chosen.estimators:
        trials = chosen.trials // FEWER if name.startswith(SLOW) else chosen.trials
        found = simulate_power(
            name,
            DESIGNS[name].make_world(people, {}),
            confidence_level=0.95,
            trials=trials,
            seed=SEED,
            executor=executor,
        )
        one, null = found.with_effect, found.without_effect
        shares = [
            f"{100 * share.value:.1f} ({100 * share.standard_error:.1f})"
            for share in (one.shown, null.shown, one.coverage)
        ]
        bias = f"{one.bias.value:.3f} ({one.bias.standard_error:.3f})"
        print(
            f"| {name} | {trials} | {shares[0]} | {closed_form(name)} | {shares[1]} | {bias} | {shares[2]} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
