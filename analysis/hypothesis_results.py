"""The results of the hypotheses of a plan, and of nothing else: for a look, and for one analysis that shares its level."""

from collections.abc import Sequence

from analysis.analyses import analyse
from analysis.exploration import planned_analysis
from analysis.harms import Harms
from analysis.hypothesis_tests import decide_hypotheses, with_tests
from analysis.imputed_analysis import impute_one
from analysis.planned_looks import judge_planned_looks
from analysis.results import Result
from analysis.study import Study
from protocols.hypotheses import planned_hypotheses


def hypothesis_results(study: Study, harms: Harms) -> dict[str, Result]:
    """Carry out the analyses of all hypotheses of a plan, and return the result of each by its name."""
    tests = planned_hypotheses(study.protocol)
    found: dict[str, Result] = {}
    for code in dict.fromkeys(test.analysis for test in tests):
        planned = planned_analysis(study.protocol, code)
        imputation = planned.imputation
        imputed = () if imputation is None else impute_one(study, planned, imputation)
        found |= {one.id: one for one in analyse(study, harms, planned, imputed)}
    return {test.name: found[test.name] for test in tests if test.name in found}


def with_decisions(study: Study, harms: Harms, results: Sequence[Result]) -> tuple[Result, ...]:
    """Return the results of one planned analysis with what is decided about them together with all other hypotheses.

    Parameters
    ----------
    study : Study
    harms : Harms
    results : sequence of Result
        Of one analysis.

    Returns
    -------
    tuple of Result
        As they were where none of them is a hypothesis of the plan.
    """
    names = {test.name for test in planned_hypotheses(study.protocol)}
    if not names & {one.id for one in results}:
        return tuple(results)
    everything = tuple(hypothesis_results(study, harms).values())
    judged = judge_planned_looks(study.protocol, everything, study.records)
    tests = decide_hypotheses(study.protocol, everything, study.records, judged)
    return with_tests(results, tests, judged)
