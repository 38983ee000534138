"""A planned mixed model with the baseline as one of its outcomes: the rows, and the same model in R and SAS.

Conventions: the baseline is the first visit of the model, with one mean in all arms, because randomization makes them alike. Whoever has a baseline and no
later value informs that mean. R and SAS have no such constraint: there, an arm has a column of its own at every later visit.

References
----------
Liang & Zeger (2000), Sankhya B 62, 134-148. Lu (2010), Statistics in Medicine 29, 2585-2594.
"""

from dataclasses import replace
from itertools import product

import numpy as np

from analysis.equivalent_calls import ARM, VISIT, data_from_file
from analysis.estimators.mixed_model.mmrm import Mmrm
from analysis.estimators.mixed_model.other_software import SAS_METHODS, SAS_STRUCTURES
from analysis.missing_data.repeated_outcomes import RepeatedOutcomes
from analysis.outcome_values import outcome_values, strategy_effect
from analysis.results import NotEstimableError
from analysis.roles import baseline_visit
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis

PARTICIPANT = "participant"
UNSTRUCTURED = "us"
DIFFERENCES = (
    "R's gls stops its search early and gives the same estimates to about six digits; its standard errors are not adjusted for small samples, and its degrees of "
    "freedom are those of all rows."
)


def with_baseline(
    study: Study, planned: PlannedAnalysis, outcomes: RepeatedOutcomes
) -> RepeatedOutcomes:
    """Return the outcomes with the baseline as their first visit.

    Raises
    ------
    NotEstimableError
        If the outcome has no visit before randomization.
    """
    outcome = study.protocol.outcome(planned.outcome)
    visit = baseline_visit(study.protocol, outcome.questionnaire)
    if visit is None:
        raise NotEstimableError(f"{outcome.code} is not measured before randomization")
    found = outcome_values(study, outcome, strategy_effect(study, planned)).baseline
    column = [found.get(person, np.nan) for person in outcomes.participants]
    return replace(
        outcomes,
        visits=(visit.code, *outcomes.visits),
        outcome=np.column_stack([column, outcomes.outcome]),
        interruptions=(None,) * len(outcomes.participants),
    )


def constrained_formula(covariates: list[str]) -> str:
    """Return the fixed effects: visits, arms within later visits, and factors that do not change over time."""
    return "outcome ~ " + " + ".join([VISIT, f"{VISIT}:{ARM}", *covariates])


def _columns(fitted: Mmrm) -> list[tuple[str, str, str]]:
    """Return arm, visit and name of the column of each arm at each visit after baseline."""
    variables = fitted.table.coding.variables
    arms = sorted(set(np.unique(getattr(variables[ARM], "levels", ()))))
    reference = getattr(variables[ARM], "levels", ("",))[0]
    later = fitted.table.visits[1:]
    return [
        (arm, visit, f"{arm}_{visit}") for arm, visit in product(arms, later) if arm != reference
    ]


def constrained_in_r(code: str, fitted: Mmrm, covariates: list[str]) -> str:
    """Return the same model by R's nlme; empty for another covariance than unstructured."""
    if fitted.fit.structure.name != UNSTRUCTURED:
        return ""
    visits = ", ".join(f'"{visit}"' for visit in fitted.table.visits)
    columns = _columns(fitted)
    terms = " + ".join([VISIT, *covariates, *(name for _, _, name in columns)])
    return "\n".join(
        [
            data_from_file(code),
            f"d${VISIT} <- factor(d${VISIT}, levels = c({visits}))",
            *(
                f'd${name} <- as.numeric(d${ARM} == "{arm}" & d${VISIT} == "{visit}")'
                for arm, visit, name in columns
            ),
            f"fit <- nlme::gls(outcome ~ {terms}, data = d,",
            f"  correlation = nlme::corSymm(form = ~ as.integer({VISIT}) | {PARTICIPANT}),",
            f"  weights = nlme::varIdent(form = ~ 1 | {VISIT}))",
            "summary(fit)$tTable",
        ]
    )


def constrained_in_sas(fitted: Mmrm, covariates: list[str]) -> str:
    """Return the same model by PROC MIXED; empty where SAS has no such covariance or method."""
    structure, method = fitted.fit.structure.name, fitted.inference.method
    if structure not in SAS_STRUCTURES or method not in SAS_METHODS:
        return ""
    columns = _columns(fitted)
    return "\n".join(
        [
            "data d;",
            "  set d;",
            *(f"  {name} = ({ARM}='{arm}' and {VISIT}='{visit}');" for arm, visit, name in columns),
            "run;",
            "proc mixed data=d method=reml;",
            f"  class {' '.join([PARTICIPANT, VISIT, *covariates])};",
            f"  model outcome = {' '.join([VISIT, *covariates, *(name for _, _, name in columns)])} / solution ddfm={SAS_METHODS[method]};",
            f"  repeated {VISIT} / subject={PARTICIPANT} type={SAS_STRUCTURES[structure]};",
            "run;",
        ]
    )
