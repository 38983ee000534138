"""The same analysis in R and in SAS, and why their numbers may differ; that of a mixed model is with the mixed model.

Sources: documentation of R's stats, emmeans 1.8, sandwich 3.0 and rbmi 1.6; of SAS/STAT PROC GLM, PROC TTEST and PROC FREQ.
Conventions: ``d`` holds the rows of the analysis as they are exported.
"""

from collections.abc import Sequence

from analysis.estimators.ancova import AncovaFit, CovarianceKind
from analysis.estimators.proportions import Share
from analysis.outcome_values import BASELINE
from analysis.results import Contrast
from analysis.study import Study
from protocols.analysis_plan import PlannedAnalysis
from protocols.imputation import ImputedVariance, PlannedImputation

ARM, VISIT = "arm", "visit"
REFERENCE_NAMED = "The reference arm is named: without that, R takes the first level of a factor and SAS the last."


def data_from_file(code: str) -> str:
    """Return the line of R that reads the rows of an analysis from the folder of an export."""
    return f'd <- read.csv("analyses/{code}.csv", stringsAsFactors = TRUE)'


def means_in_r(code: str, contrast: Contrast) -> str:
    """Return Welch's comparison in R, the first arm minus the second."""
    arms = f'c("{contrast.first}", "{contrast.second}")'
    return "\n".join(
        [
            data_from_file(code),
            f"d${ARM} <- factor(d${ARM}, levels = {arms})",
            f"t.test(outcome ~ {ARM}, data = d)",
        ]
    )


def means_in_sas(contrast: Contrast) -> str:
    """Return Welch's comparison in SAS."""
    return "\n".join(
        [
            "proc ttest data=d order=data;",
            f"  where {ARM} in ('{contrast.first}', '{contrast.second}');",
            f"  class {ARM};",
            "  var outcome;",
            "run;",
        ]
    )


def shares_in_r(first: Share, second: Share, level: float) -> str:
    """Return Newcombe's interval in R."""
    counts = f"{first.events}, {first.n}, {second.events}, {second.n}"
    return f'DescTools::BinomDiffCI({counts}, conf.level = {level:g}, method = "score")'


def shares_in_sas(level: float) -> str:
    """Return Newcombe's interval in SAS, of a table with one row an arm and event and the count ``n``."""
    return (
        f"proc freq data=d;\n  weight n;\n"
        f"  tables {ARM}*event / alpha={1 - level:.10g} riskdiff(cl=newcombe);\nrun;"
    )


def ancova_in_r(code: str, kept: Sequence[str], reference: str, kind: CovarianceKind) -> str:
    """Return the analysis of covariance in R, with its adjusted means."""
    robust = ""
    if kind is not CovarianceKind.CLASSICAL:
        robust = f', vcov. = sandwich::vcovHC(fit, type = "{kind.value}")'
    return "\n".join(
        [
            data_from_file(code),
            f'd${ARM} <- relevel(d${ARM}, ref = "{reference}")',
            f"fit <- lm(outcome ~ {' + '.join([ARM, *kept])}, data = d)",
            f'emmeans::emmeans(fit, trt.vs.ctrl ~ {ARM}, weights = "proportional", adjust = "none"{robust})',
        ]
    )


def ancova_in_sas(fit: AncovaFit, kept: Sequence[str], reference: str) -> str:
    """Return the analysis of covariance in SAS, with its adjusted means."""
    factors = [c.name for c in fit.sample.covariates if c.is_factor and c.name in kept]
    classes = " ".join([f"{ARM}(ref='{reference}')", *factors])
    return "\n".join(
        [
            "proc glm data=d;",
            f"  class {classes};",
            f"  model outcome = {' '.join([ARM, *kept])} / solution;",
            f"  lsmeans {ARM} / om stderr cl pdiff=control('{reference}');",
            "run;",
        ]
    )


def ancova_differences(kept: Sequence[str], kind: CovarianceKind) -> list[str]:
    """Say why R or SAS may differ for an analysis of covariance."""
    notes = [REFERENCE_NAMED]
    if any(name != BASELINE for name in kept):
        notes.append(
            "Adjusted means weigh the levels of a factor by their shares among all analysed: emmeans' default "
            "and SAS without OM weigh them equally. Differences between arms are the same."
        )
    if kind is not CovarianceKind.CLASSICAL:
        notes.append(
            f"{kind.value} keeps the residual degrees of freedom, as emmeans does; "
            "SAS has these errors in PROC REG only, without CLASS."
        )
    return notes


def imputation_in_r(
    study: Study, planned: PlannedAnalysis, promise: PlannedImputation, covariates: Sequence[str]
) -> str:
    """Return the imputation and its analysis with R's rbmi."""
    reference = study.contrasts[0].second
    references = ", ".join(f'{arm} = "{reference}"' for arm in study.arm_order)
    terms = [f"{name} * {VISIT}" if name == BASELINE else name for name in covariates]
    model = ", ".join(f'"{term}"' for term in [*terms, f"{ARM} * {VISIT}"])
    after = ", ".join(f'"{name}"' for name in covariates)
    method = (
        'method_condmean(type = "jackknife")'
        if promise.variance is ImputedVariance.JACKKNIFE
        else f"method_bayes(n_samples = {promise.imputations})"
    )
    visit = study.protocol.outcome(planned.outcome).visit
    columns = f'subjid = "participant", visit = "{VISIT}", group = "{ARM}", outcome = "outcome"'
    return "\n".join(
        [
            data_from_file(planned.code),
            f"vars <- rbmi::set_vars({columns}, covariates = c({model}))",
            "# ice: one row a participant whose outcome stays missing, with its first such visit and",
            f'# strategy "{promise.strategy.value}"',
            f"drawn <- rbmi::draws(d, ice, vars, rbmi::{method})",
            f"imputed <- rbmi::impute(drawn, references = c({references}))",
            f"then <- rbmi::set_vars({columns}, covariates = c({after}))",
            f'rbmi::pool(rbmi::analyse(imputed, rbmi::ancova, vars = then, visits = "{visit}"))',
        ]
    )


def imputation_differences(promise: PlannedImputation) -> list[str]:
    """Say why R or SAS may differ for an analysis after imputation."""
    notes = [
        "rbmi finds the imputation model with R's mmrm, which stops its search early; here it is at the exact optimum."
    ]
    if promise.variance is ImputedVariance.RUBIN:
        notes.append("Random imputations: another program, or another seed, gives other numbers.")
    else:
        notes.append(
            "The jackknife takes the fit without each participant in turn to its own optimum; "
            "SAS's macros for reference-based imputation draw at random and pool by Rubin's rules, which is another variance."
        )
    return notes
