"""What every look so far says about each hypothesis of a plan, ready to be tested at a share of the level."""

from collections.abc import Mapping, Sequence

from analysis.interim_analysis.design import SMALLEST_STEP
from analysis.interim_analysis.looks import LookEstimate
from analysis.interim_analysis.sequential_p import LookSeries, SeenLook, sequential_p
from analysis.look_designs import sides_of, spending_function
from analysis.look_values import benefit_sign, look_estimate, observed_of, planned_for
from analysis.planned_tests import PlannedTests, decide_together
from analysis.results import NotEstimableError, Result
from data.records.looks import HeldLook, LookFinding
from protocols.design import Protocol
from protocols.hypotheses import PlannedTest, planned_hypotheses
from protocols.interim_looks import PlannedLooks


def series_so_far(
    protocol: Protocol,
    looks: PlannedLooks,
    held: Sequence[HeldLook],
    results: Mapping[str, Result],
    *,
    is_ended: bool,
) -> dict[str, LookSeries]:
    """Return all looks at each hypothesis, the one that the results are of as the last.

    Parameters
    ----------
    protocol : Protocol
    looks : PlannedLooks
        Of the protocol.
    held : sequence of HeldLook
        Before, with their findings.
    results : mapping of str to Result
        By name of the hypothesis.
    is_ended : bool
        Whether the results are those at the end of the trial.

    Returns
    -------
    dict of str to LookSeries
        Without hypotheses that no look could estimate. A look that added no information to a hypothesis is left out.
    """
    found = {}
    for test in planned_hypotheses(protocol):
        seen = _grown(
            [
                *_earlier(protocol, test, held),
                *_now(protocol, results.get(test.name), len(held) + 1),
            ]
        )
        if not seen:
            continue
        spending, parameter = looks.spending_of(test.analysis)
        found[test.name] = LookSeries(
            rule=spending_function(spending, parameter),
            sides=sides_of(protocol, test.analysis),
            looks=tuple(seen),
            is_ended=is_ended and seen[-1].number == len(held) + 1,
        )
    return found


def decide_at_looks(protocol: Protocol, series: Mapping[str, LookSeries]) -> PlannedTests:
    """Test all hypotheses together, each by the p value of all its looks."""
    return decide_together(protocol, {name: sequential_p(one)[0] for name, one in series.items()})


def _earlier(protocol: Protocol, test: PlannedTest, held: Sequence[HeldLook]) -> list[SeenLook]:
    outcome = next(a.outcome for a in protocol.analysis.analyses if a.code == test.analysis)
    sign = benefit_sign(protocol, outcome)
    found = [(look.number, look.finding(test.name)) for look in held]
    return [
        SeenLook(number=number, information=finding.information, estimate=estimate)
        for number, finding in found
        if finding is not None and (estimate := _kept_estimate(finding, sign)) is not None
    ]


def _kept_estimate(finding: LookFinding, sign: float) -> LookEstimate | None:
    if finding.estimate is None or finding.standard_error is None:
        return None
    return LookEstimate(
        estimate=sign * finding.estimate, standard_error=finding.standard_error, df=finding.df
    )


def _now(protocol: Protocol, result: Result | None, number: int) -> list[SeenLook]:
    if result is None:
        return []
    try:
        estimate = look_estimate(protocol, result)
    except NotEstimableError:
        return []
    information = observed_of(result) / planned_for(protocol)
    return [SeenLook(number=number, information=information, estimate=estimate)]


def _grown(seen: Sequence[SeenLook]) -> list[SeenLook]:
    """Leave out looks that added nothing to the information of the one before."""
    kept: list[SeenLook] = []
    for look in seen:
        before = kept[-1].information if kept else 0.0
        if look.information - before >= SMALLEST_STEP * look.information > 0:
            kept.append(look)
    return kept
