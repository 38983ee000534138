"""A look at the data before the end: what it finds about every hypothesis, and what the bounds advise.

For the unblinded statistician only: the records carry the names of the arms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.harms import harms_of
from analysis.hypothesis_results import hypothesis_results
from analysis.interim_analysis.sequential_p import LookSeries, nominal_level
from analysis.look_series import decide_at_looks, series_so_far
from analysis.look_values import in_outcome_units, observed_of, planned_for
from analysis.multiplicity.hypotheses import Decision
from analysis.primary_look import PrimaryLook, finite, judge_primary_look
from analysis.results import NotEstimableError, Result
from analysis.study import derive_study
from data.records.bundle import TrialRecords
from data.records.looks import HeldLook, LookFinding, LookFindings
from protocols.design import Protocol
from protocols.hypotheses import hypotheses_of_analysis, planned_hypotheses


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenLook:
    """One look, not yet on record."""

    number: int
    data_sha256: str
    protocol_sha256: str
    code_version: str
    findings: LookFindings


def take_look(protocol: Protocol, records: TrialRecords, code_version: str) -> TakenLook:
    """Look at the data.

    Parameters
    ----------
    protocol : Protocol
        With looks.
    records : TrialRecords
        With the names of the arms and the looks held before.
    code_version : str
        Version of the program.

    Returns
    -------
    TakenLook
        Findings in the order of the plan's hypotheses.

    Raises
    ------
    NotEstimableError
        If the plan has no looks, the primary analysis no estimate, no information came since the look before, or all of
        the planned information is there.
    """
    looks = protocol.analysis.looks
    if looks is None:
        raise NotEstimableError("the protocol promises no look before the end")
    study = derive_study(protocol, records, code_version)
    results = hypothesis_results(study, harms_of(study))
    _check_primary(protocol, results, records.looks)
    series = series_so_far(protocol, looks, records.looks, results, is_ended=False)
    tests = decide_at_looks(protocol, series)
    number = len(records.looks) + 1
    primary = {
        test.name for test in hypotheses_of_analysis(protocol, protocol.primary_analysis.code)
    }
    findings = tuple(
        _finding(
            protocol,
            _Asked(
                decision=tests.decision(test.name),
                result=results[test.name],
                series=series.get(test.name),
                number=number,
                is_primary=test.name in primary,
            ),
        )
        for test in planned_hypotheses(protocol)
    )
    return TakenLook(
        number=number,
        data_sha256=study.provenance.data_sha256,
        protocol_sha256=study.provenance.protocol_sha256,
        code_version=code_version,
        findings=LookFindings(findings=findings),
    )


def _check_primary(
    protocol: Protocol, results: Mapping[str, Result], held: Sequence[HeldLook]
) -> None:
    for test in hypotheses_of_analysis(protocol, protocol.primary_analysis.code):
        result = results.get(test.name)
        if result is None:
            continue
        if result.p is None:
            raise NotEstimableError(f"the primary analysis has no estimate yet: {result.reason}")
        observed, planned = observed_of(result), planned_for(protocol)
        if observed >= planned:
            message = f"all of the planned information is there ({observed} of {planned} participants with the outcome): lock the database instead"
            raise NotEstimableError(message)
        before = held[-1].finding(test.name) if held else None
        if before is not None and observed <= before.observed:
            message = f"nobody more has the primary outcome than at look {held[-1].number} ({before.observed} participants)"
            raise NotEstimableError(message)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    decision: Decision
    result: Result
    series: LookSeries | None
    """None: no look could estimate it."""
    number: int
    is_primary: bool

    @property
    def seen(self) -> LookSeries | None:
        """All looks, where the present one added something."""
        now = self.series is not None and self.series.looks[-1].number == self.number
        return self.series if now else None


def _finding(protocol: Protocol, asked: _Asked) -> LookFinding:
    result, level, series = asked.result, asked.decision.local_level, asked.seen
    bound = None if series is None else finite(series.bounds(level)[-1])
    interval = None if series is None else series.interval(len(series.looks) - 1, level)
    shown = None if interval is None else in_outcome_units(protocol, result.outcome, interval)
    primary = PrimaryLook()
    if asked.is_primary and series is not None:
        primary = judge_primary_look(protocol, series, level)
    return LookFinding(
        hypothesis=asked.decision.name,
        observed=observed_of(result),
        planned=planned_for(protocol),
        estimate=result.estimate,
        standard_error=result.standard_error,
        df=result.df,
        z=None if series is None else series.looks[-1].estimate.z,
        p=result.p,
        local_level=level,
        nominal_level=None if bound is None else nominal_level(bound),
        efficacy_bound=bound,
        futility_bound=primary.futility_bound,
        harm_bound=primary.harm_bound,
        repeated_lower=None if shown is None else shown.lower,
        repeated_upper=None if shown is None else shown.upper,
        conditional_power=primary.conditional_power,
        is_rejected=asked.decision.is_rejected,
        advice=primary.advice,
        reason=result.reason,
    )
