"""The same mixed model in R and in SAS, and why their numbers may differ from ours.

Sources: documentation of R packages mmrm 0.3 and emmeans 1.8, of SAS/STAT PROC MIXED; differences measured against both.
"""

from collections.abc import Mapping

from analysis.estimators.mixed_model.formulas.terms import read_formula
from analysis.estimators.mixed_model.formulas.variables import Category
from analysis.estimators.mixed_model.inference import Method
from analysis.estimators.mixed_model.likelihood import Estimation
from analysis.estimators.mixed_model.marginal_means import GridRows, Weights
from analysis.estimators.mixed_model.mmrm import Mmrm

R_METHODS: Mapping[Method, tuple[str, str]] = {
    Method.KENWARD_ROGER_LINEAR: ("Kenward-Roger", "Kenward-Roger-Linear"),
    Method.KENWARD_ROGER: ("Kenward-Roger", "Kenward-Roger"),
    Method.SATTERTHWAITE: ("Satterthwaite", "Asymptotic"),
    Method.BETWEEN_WITHIN: ("Between-Within", "Asymptotic"),
    Method.RESIDUAL: ("Residual", "Asymptotic"),
    Method.EMPIRICAL_CR0: ("Satterthwaite", "Empirical"),
    Method.EMPIRICAL_CR2: ("Satterthwaite", "Empirical-Bias-Reduced"),
    Method.EMPIRICAL_CR3: ("Satterthwaite", "Empirical-Jackknife"),
}
"""Arguments ``method`` and ``vcov`` of ``mmrm()``."""
SAS_METHODS: Mapping[Method, str] = {
    Method.KENWARD_ROGER_LINEAR: "kenwardroger(firstorder)",
    Method.KENWARD_ROGER: "kenwardroger",
    Method.SATTERTHWAITE: "satterthwaite",
    Method.BETWEEN_WITHIN: "betwithin",
    Method.RESIDUAL: "residual",
}
SAS_STRUCTURES: Mapping[str, str] = {
    "us": "un",
    "cs": "cs",
    "csh": "csh",
    "ar1": "ar(1)",
    "ar1h": "arh(1)",
    "toep": "toep",
    "toeph": "toeph",
    "adh": "ante(1)",
    "sp_exp": "sp(exp)({coordinates})",
    "sp_gau": "sp(gau)({coordinates})",
}
NOT_IN_R = {"sp_gau"}


def call_in_r(fitted: Mmrm, means: tuple[str, ...] = (), weights: Weights = Weights.EQUAL) -> str:
    """Return the call of R's mmrm and emmeans; empty when R has no such model.

    Parameters
    ----------
    fitted : Mmrm
    means : tuple of str
        Factors of the marginal means, the compared one first.
    weights : Weights
    """
    structure, roles = fitted.fit.structure.name, fitted.table.roles
    if structure in NOT_IN_R or roles.baseline is not None:
        return ""
    place = ", ".join(roles.coordinates) if structure.startswith("sp_") else roles.visit
    by = f"{roles.group} / {roles.participant}" if roles.group else roles.participant
    method, vcov = R_METHODS[fitted.inference.method]
    weighted = f", weights = d${roles.weight}" if roles.weight else ""
    reml = "TRUE" if fitted.fit.estimation is Estimation.REML else "FALSE"
    lines = [
        f"d${category.name} <- factor(d${category.name}, levels = c({_quoted(category.levels)}))"
        for category in _categories(fitted)
    ]
    lines.append(f"d${roles.participant} <- factor(d${roles.participant})")
    lines.append(
        f"fit <- mmrm::mmrm({fitted.table.formula} + {structure}({place} | {by}), data = d{weighted}, "
        f'reml = {reml}, method = "{method}", vcov = "{vcov}")'
    )
    if means:
        within = f" | {' * '.join(means[1:])}" if means[1:] else ""
        lines.append(
            f"emmeans::emmeans(fit, trt.vs.ctrl ~ {means[0]}{within}, data = d, "
            f'weights = "{weights.value}", adjust = "none")'
        )
    return "\n".join(lines)


def call_in_sas(fitted: Mmrm, means: tuple[str, ...] = ()) -> str:
    """Return the call of PROC MIXED; empty when SAS has no such model."""
    structure, roles, method = (
        fitted.fit.structure.name,
        fitted.table.roles,
        fitted.inference.method,
    )
    empirical = method is Method.EMPIRICAL_CR0
    if structure not in SAS_STRUCTURES or not (empirical or method in SAS_METHODS):
        return ""
    if roles.baseline is not None:
        return ""
    kind = SAS_STRUCTURES[structure].format(coordinates=" ".join(roles.coordinates))
    terms = read_formula(fitted.table.formula)
    model = " ".join("*".join(term) for term in terms.terms)
    # ref= would move the first visit behind the last, and with it the order of the covariance
    classes = " ".join(
        c.name if c.name == roles.visit else f"{c.name}(ref='{c.levels[0]}')"
        for c in _categories(fitted)
    )
    extra = " / subject={} type={}{}".format(
        roles.participant, kind, f" group={roles.group}" if roles.group else ""
    )
    lines = [
        f"proc mixed data=d method={fitted.fit.estimation.name.lower()}{' empirical' if empirical else ''};",
        f"  class {roles.participant} {classes};",
        f"  model {terms.outcome.text} = {model} / solution ddfm={SAS_METHODS.get(method, 'betwithin')};",
        f"  repeated {roles.visit}{extra};",
    ]
    if roles.weight:
        lines.append(f"  weight {roles.weight};")
    if means:
        lines.append(f"  lsmeans {'*'.join(means)} / cl diff;")
    return "\n".join([*lines, "run;"])


def differences(fitted: Mmrm, grid_rows: GridRows | None = None) -> tuple[str, ...]:
    """Say why R's or SAS' numbers may differ from these; only what applies to this model.

    Parameters
    ----------
    fitted : Mmrm
    grid_rows : GridRows, optional
        Of the marginal means; None when there are none.
    """
    method, structure = fitted.inference.method, fitted.fit.structure.name
    notes = [
        "R mmrm stops its default search early: standard errors differ by up to 2e-4, relative. These numbers are at the exact optimum.",
        "The first level of a factor is the reference; SAS takes the last unless told otherwise, and of the visits always.",
    ]
    notes += _on_method(method, structure)
    if fitted.fit.estimation is Estimation.ML:
        notes.append("AIC counts covariance parameters only, under ML too.")
    notes.append("BIC counts participants with data; SAS counts every level of its subject effect.")
    if structure == "adh":
        notes.append("SAS calls this structure ANTE(1).")
    if grid_rows is not None:
        notes.append(_on_grid(fitted, grid_rows))
    if fitted.fit.aliased:
        notes.append(
            f"Not estimable from these data and left out: {', '.join(fitted.fit.aliased)}."
        )
    return tuple(notes)


def _on_method(method: Method, structure: str) -> list[str]:
    linear = method is Method.KENWARD_ROGER_LINEAR
    if linear:
        found = ["Kenward-Roger without second derivatives of the covariance (linear)."]
        if structure == "us":
            found.append("SAS DDFM=KR with TYPE=UN gives the linear form too.")
        else:
            found.append("SAS DDFM=KR gives the full form; the linear one is DDFM=KR(FIRSTORDER).")
        return found
    if method is Method.KENWARD_ROGER:
        return [
            "The full Kenward-Roger form depends on the parametrization of the covariance: this is R mmrm's; SAS differs."
        ]
    if method is Method.SATTERTHWAITE:
        return [
            "Satterthwaite's degrees of freedom of a test of several rows depend on its basis; here that of R's type II and III tests."
        ]
    if method is Method.BETWEEN_WITHIN:
        return [
            "Between-within as in R mmrm: SAS gives every effect the degrees of freedom between participants under TYPE=UN."
        ]
    if method is Method.EMPIRICAL_CR3:
        return ["The jackknife form (CR3) is without the factor (n - 1) / n, as in R mmrm."]
    return []


def _on_grid(fitted: Mmrm, grid_rows: GridRows) -> str:
    table = fitted.table
    everyone, analysed = len(table.covariates_observed), len(table.analysed)
    if everyone == analysed:
        return f"Marginal means are at the covariate means of the {analysed} rows analysed."
    if grid_rows is GridRows.ALL:
        return (
            f"Marginal means are at the covariate means of all {everyone} rows with covariates, those without outcome too; "
            f"R emmeans takes the {analysed} rows analysed unless told data = d. Differences between arms are the same."
        )
    return (
        f"Marginal means are at the covariate means of the {analysed} rows analysed, as in R emmeans without data = d; "
        f"{everyone} rows have covariates."
    )


def _categories(fitted: Mmrm) -> list[Category]:
    variables = fitted.table.coding.variables
    found = [v for v in variables.values() if isinstance(v, Category)]
    visit = fitted.table.roles.visit
    if all(category.name != visit for category in found):
        found.append(
            Category(name=visit, levels=fitted.table.visits, codes=fitted.table.data.visit)
        )
    return [category for category in found if category.name.isidentifier()]


def _quoted(levels: tuple[str, ...]) -> str:
    return ", ".join(f'"{level}"' for level in levels)
