"""Which estimators are commands: `antiphon fit NAME`, and each also as `antiphon NAME`."""

from collections.abc import Callable, Mapping
from typing import Any

import typer

from screens.terminal.fit import (
    ancova,
    assurance,
    blinding,
    cluster_correlation,
    complier_effect,
    counts,
    crossover,
    crossover_many_periods,
    donors,
    dose_response,
    impute,
    means,
    mediation,
    mmrm,
    multiplicity,
    ordinal,
    power,
    reliability,
    reliable_change,
    rerandomization,
    responder_curve,
    responders,
    restricted_mean,
    risk_difference,
    sample_size,
    sequential,
    session_course,
    subgroups,
    survival,
    win_ratio,
)
from screens.terminal.fit.finite_options import with_finite_options

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "mmrm": mmrm.fit_mmrm,
    "ancova": ancova.fit_ancova,
    "impute": impute.fit_impute,
    "means": means.fit_means,
    "risk-difference": risk_difference.fit_risk_difference,
    "responders": responders.fit_responders,
    "counts": counts.fit_counts,
    "ordinal": ordinal.fit_ordinal,
    "survival": survival.fit_survival,
    "restricted-mean": restricted_mean.fit_restricted_mean,
    "crossover": crossover.fit_crossover,
    "cace": complier_effect.fit_complier_effect,
    "mediation": mediation.fit_mediation,
    "dose-response": dose_response.fit_dose_response,
    "reliable-change": reliable_change.fit_reliable_change,
    "responder-curve": responder_curve.fit_responder_curve,
    "reliability": reliability.fit_reliability,
    "cluster-correlation": cluster_correlation.fit_cluster_correlation,
    "blinding": blinding.fit_blinding,
    "win-ratio": win_ratio.fit_win_ratio,
    "subgroups": subgroups.fit_subgroups,
    "session-course": session_course.fit_session_course,
    "crossover-many-periods": crossover_many_periods.fit_crossover_many_periods,
    "donors": donors.fit_donors,
    "rerandomization": rerandomization.fit_rerandomization,
    "multiplicity": multiplicity.fit_multiplicity,
    "sequential": sequential.fit_sequential,
    "sample-size": sample_size.fit_sample_size,
    "assurance": assurance.fit_assurance,
    "power": power.fit_power,
}

COMMANDS: Mapping[str, Callable[..., Any]] = {
    name: with_finite_options(function) for name, function in FUNCTIONS.items()
}
"""Name of each command and its function, in the order of the help."""

app = typer.Typer(
    help="Any estimator on a plain CSV file, without a trial. Exit 3: a fit that must not be trusted.",
    no_args_is_help=True,
)
for name, function in COMMANDS.items():
    app.command(name)(function)
