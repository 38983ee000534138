"""Calls on periods, sessions, donors, doses, items, take-up and mediators; p values, looks; mixed models and imputation."""

from tests.reference.r_calls.case import Case, effect

TRIAL = ("--data", "trial.csv", "--arm", "arm")
POST = (*TRIAL, "--outcome", "post")
EXACT_P = (
    "{{corner <- function(s) {{b <- bitwAnd(s, c(1, 2, 4)) > 0; (-1)^sum(b) * mvtnorm::pmvt(upper = ifelse(b, -1, 1) * abs(value[{k}, 1]), "
    "df = 92L, corr = cov2cor(covariance), algorithm = mvtnorm::TVPACK(abseps = 1e-14))[1]}}; 1 - sum(sapply(0:7, corner))}}"
)
"""The call's own integral is simulated, to about 1e-5: here the same probability from lower tails, to 1e-14."""
PERIODS = (
    Case(
        name="crossover",
        words=("crossover", "--data", "two_periods.csv", "--outcome", "y", "--subject", "id", "--period", "period", "--treatment", "treatment"),
        numbers={
            **effect("treatment", "coef(value)[2, 1]", "coef(value)[2, 2]", "value$df[2]", "", "", "coef(value)[2, 4]"),
            **effect("period", "-coef(value)[3, 1]", "coef(value)[3, 2]"),
        },
    ),
    Case(
        name="crossover_many_periods",
        words=(
            "crossover-many-periods", "--data", "three_periods.csv", "--outcome", "y", "--subject", "id", "--period", "period",
            "--treatment", "music", "--reference", "A",
        ),
        numbers={
            **effect("effects.0", "coef(value)[2, 1]", "coef(value)[2, 2]", "value$df[2]", "", "", "coef(value)[2, 4]"),
            **effect("effects.1", "coef(value)[3, 1]", "coef(value)[3, 2]"),
        },
    ),
    Case(
        name="donors",
        words=("donors", "--data", "donors.csv", "--outcome", "y", "--arm", "arm", "--arms", "ADAPTIVE,YOKED", "--donor", "donor"),
        numbers=effect(
            "mean_difference", "value$estimate", "value$stderr", "value$parameter", "value$conf.int[1]", "value$conf.int[2]", "value$p.value"
        ),
    ),
)  # fmt: skip

COURSE = (
    "session-course", "--data", "sessions.csv", "--outcome", "change", "--subject", "id", "--session", "session", "--arm", "arm",
    "--covariates", "base", "--effects",
)  # fmt: skip
MIDDLE = effect(
    "at_middle",
    "coef(value)['armMUSIC', 1]",
    "coef(value)['armMUSIC', 2]",
    "coef(value)['armMUSIC', 3]",
)
GROWTH = effect(
    "per_session",
    "coef(value)['armMUSIC:centred', 1]",
    "coef(value)['armMUSIC:centred', 2]",
    "coef(value)['armMUSIC:centred', 3]",
)
LEVELS = {"between_variance": "value$varcor$id[1, 1]", "within_variance": "value$sigma^2"}
SLOPES = {"slope_variance": "value$varcor$id[2, 2]"}
SESSIONS = tuple(
    Case(
        name=f"session_course_{effects.replace('-', '_')}",
        words=(*COURSE, effects),
        numbers={**MIDDLE, **GROWTH, **LEVELS, **(SLOPES if "slope" in effects else {})},
        relative=2e-5,
        relative_df=2e-2,
    )
    for effects in ("compound-symmetry", "intercept", "intercept-and-slope")
)

CACE = (
    "cace",
    "--data",
    "trial.csv",
    "--outcome",
    "post",
    "--assigned",
    "offered",
    "--received",
    "heard",
    "--covariates",
    "base,sex",
)
MEDIATED = (
    "mediation",
    *TRIAL,
    "--outcome",
    "score",
    "--mediator",
    "calm",
    "--covariates",
    "base,sex",
)
INDIRECT = {
    "indirect.estimate": "value[['indirect']]",
    "indirect.se": "value[['se']]",
    "path_b.se": "b[[2]]",
    "path_a.estimate": "a[[1]]",
}
MECHANISM = (
    Case(
        name="complier_effect",
        words=CACE,
        numbers={
            **effect("complier_effect", "coef(value)[2, 1]", "coef(value)[2, 2]", "value$df[2]", "", "", "coef(value)[2, 4]"),
            "first_stage_f": "value$diagnostics['Weak instruments', 'statistic']",
        },
    ),
    Case(
        name="complier_effect_hc1",
        words=(*CACE, "--robust", "HC1"),
        numbers=effect("complier_effect", "coef(value)[2, 1]", "coef(value)[2, 2]", "value$df[2]", "", "", "coef(value)[2, 4]"),
    ),
    Case(
        name="mediation",
        words=MEDIATED,
        numbers={**INDIRECT, "direct.estimate": "coef(y)[2]", "direct.se": "coef(summary(y))[2, 2]"},
    ),
    Case(name="mediation_aroian", words=(*MEDIATED, "--error", "aroian"), numbers=INDIRECT),
    Case(name="mediation_goodman_ml", words=(*MEDIATED, "--error", "goodman", "--variance", "maximum-likelihood"), numbers=INDIRECT),
    Case(
        name="dose_response",
        words=("dose-response", "--data", "trial.csv", "--outcome", "gain", "--dose", "dose"),
        numbers={
            "tests.0.statistic": "value[1, 1]", "tests.1.statistic": "value[2, 1]", "tests.2.statistic": "value[3, 1]",
            "tests.0.p": EXACT_P.format(k=1), "tests.1.p": EXACT_P.format(k=2), "tests.2.p": EXACT_P.format(k=3), "df": "fit$df.residual",
        },
        relative=1e-5,
    ),
    Case(
        name="subgroups",
        words=("subgroups", *POST, "--subgroup", "site", "--covariates", "base"),
        instead="""
d <- read.csv("trial.csv")
s <- sapply(split(d, d$site), function(x) coef(summary(lm(post ~ I(arm == "MUSIC") + base, data = x)))[2, 1:2])
y <- s[1, ]; v <- s[2, ]^2
pooled <- function(tau2) sum(y / (v + tau2)) / sum(1 / (v + tau2))
excess <- function(tau2) sum((y - pooled(tau2))^2 / (v + tau2)) - (length(y) - 1)
tau2 <- if (excess(0) <= 0) 0 else uniroot(excess, c(0, 1000), tol = 1e-13)$root
""",
        numbers={
            "heterogeneity": "tau2",
            "overall.estimate": "pooled(tau2)",
            "overall.se": "sqrt(1 / sum(1 / (v + tau2)))",
            "subgroups.1.own.estimate": "y[2]",
            "subgroups.1.own.se": "sqrt(v[2])",
            "interaction.statistic": "excess(0) + length(y) - 1",
        },
        relative=1e-8,
    ),
)  # fmt: skip

ICC = "values[[4]]$results[{}, '{}']"
RELIABILITY = (
    Case(
        name="reliability",
        words=("reliability", "--data", "trial.csv", "--items", "item1,item2,item3,item4", "--level", "0.9"),
        numbers={
            "alpha": "values[[3]]$total$raw_alpha",
            "standardized_alpha": "values[[3]]$total$std.alpha",
            "without_item.2.alpha": "values[[3]]$alpha.drop$raw_alpha[3]",
            "intraclass_correlations.1.estimate": ICC.format(2, "ICC"),
            "intraclass_correlations.1.lower": ICC.format(2, "lower bound"),
            "intraclass_correlations.1.upper": ICC.format(2, "upper bound"),
            "intraclass_correlations.5.estimate": ICC.format(6, "ICC"),
            "intraclass_correlations.3.upper": ICC.format(4, "upper bound"),
        },
        relative=1e-9,
    ),
    Case(
        name="omega",
        words=("reliability", "--data", "trial.csv", "--items", "item1,item2,item3,item4"),
        numbers={
            "omega": "value",
            "lower": "values[[3]]$feldt$lower.ci",
            "upper": "values[[3]]$feldt$upper.ci",
        },
        relative=1e-5,
    ),
)  # fmt: skip

P = "0.011,0.034,0.007,0.21,0.049"
MULTIPLICITY = (
    *(
        Case(
            name=f"multiplicity_{method}",
            words=("multiplicity", "--p", P, "--method", method),
            numbers={f"hypotheses.{k}.adjusted_p": f"value[{k + 1}]" for k in range(5)},
        )
        for method in ("bonferroni", "holm", "hochberg", "hommel", "benjamini-hochberg", "benjamini-yekutieli")
    ),
    Case(
        name="multiplicity_graph",
        words=(
            "multiplicity", "--p", "0.011,0.034,0.007", "--method", "graph", "--weights", "1/2,1/2,0", "--arrow", "H1:H3=1/2",
            "--arrow", "H1:H2=1/2", "--arrow", "H2:H3=1", "--arrow", "H3:H1=1",
        ),
        instead="""
p <- c(0.011, 0.034, 0.007); w <- c(1/2, 1/2, 0); g <- rbind(c(0, 1/2, 1/2), c(0, 0, 1), c(1, 0, 0))
adjusted <- rep(NA, 3); left <- 1:3; last <- 0
while (length(left)) {
  j <- left[which.min(ifelse(w[left] > 0, p[left] / w[left], Inf))]
  last <- adjusted[j] <- max(last, min(1, p[j] / w[j]))
  left <- setdiff(left, j); old <- g
  for (l in left) w[l] <- w[l] + w[j] * old[j, l]
  for (l in left) for (k in left) g[l, k] <- if (l != k && old[l, j] * old[j, l] < 1) (old[l, k] + old[l, j] * old[j, k]) / (1 - old[l, j] * old[j, l]) else 0
}
""",
        numbers={f"hypotheses.{k}.adjusted_p": f"adjusted[{k + 1}]" for k in range(3)},
    ),
)  # fmt: skip
DESIGN = {
    "boundaries.0.efficacy_z": "design$criticalValues[1]",
    "boundaries.1.efficacy_z": "design$criticalValues[2]",
    "boundaries.1.one_sided_level": "design$stageLevels[2]",
    "boundaries.0.alpha_spent": "design$alphaSpent[1] {sides}",
    "inflation_factor": "value$inflationFactor",
    "expected_information_h1": "value$averageSampleNumber1",
    "expected_information_h0": "value$averageSampleNumber0",
    "boundaries.0.power": "value$rejectionProbabilities[1]",
}
FUTILITY = {
    "boundaries.0.futility_z": "design$futilityBounds[1]",
    "boundaries.1.futility_z": "design$futilityBounds[2]",
}


def _design(name: str, words: tuple[str, ...], *, futility: bool = False) -> Case:
    numbers = {path: text.format(sides="") for path, text in DESIGN.items()}
    return Case(
        name=name,
        words=("sequential", *words),
        numbers={**numbers, **(FUTILITY if futility else {})},
        relative=2e-5,
    )


LOOKS = (
    _design("looks_obrien_fleming", ("--looks", "4", "--design", "obrien-fleming", "--power", "0.85")),
    _design("looks_wang_tsiatis", ("--looks", "0.3,0.75,1", "--design", "wang-tsiatis", "--parameter", "0.25", "--alpha", "0.01")),
    _design("looks_pocock_two_sided", ("--looks", "3", "--spending", "pocock", "--sides", "two", "--alpha", "0.05", "--power", "0.8")),
    _design("looks_kim_demets", ("--looks", "0.2,0.6,1", "--spending", "kim-demets", "--parameter", "2.5")),
    _design(
        "looks_futility",
        ("--looks", "3", "--spending", "hwang-shih-decani", "--parameter", "-3", "--futility", "hwang-shih-decani", "--futility-parameter", "-1"),
        futility=True,
    ),
    _design("looks_futility_binding", ("--looks", "4", "--futility", "obrien-fleming", "--binding"), futility=True),
    _design("looks_futility_bounds", ("--looks", "3", "--futility-bounds", "0,0.5"), futility=True),
    _design("looks_futility_bounds_binding", ("--looks", "3", "--futility-bounds", "0,0.5", "--binding"), futility=True),
)  # fmt: skip

MMRM = (
    "mmrm",
    "--data",
    "visits.csv",
    "--formula",
    "y ~ base + sex + arm * visit",
    "--subject",
    "id",
    "--visit",
    "visit",
)
IMPUTE = (
    "impute", "--data", "visits.csv", "--outcome", "y", "--arm", "arm", "--subject", "id", "--visit", "visit", "--reference", "CTRL",
    "--strategy", "JR", "--covariates", "base,sex", "--draws", "3",
)  # fmt: skip
OBSERVED = {
    "n_observations": "sum(!is.na(d$y))",
    "n_participants": "length(unique(d$id[!is.na(d$y)]))",
}
REPEATED = (
    *(
        Case(
            name=f"mmrm_{kind}",
            words=(*MMRM, "--covariance", kind, "--lsmeans", "arm | visit"),
            before="mmrm::",
            numbers=OBSERVED,
        )
        for kind in ("us", "toeph", "ad")
    ),
    Case(
        name="mmrm_groups_weights",
        words=(
            *MMRM, "--covariance", "sp_exp", "--coordinates", "week", "--group", "arm", "--weights", "weight", "--method",
            "satterthwaite",
        ),
        before="mmrm::",
        numbers=OBSERVED,
    ),
    *(
        Case(
            name=f"impute_{variance}",
            words=(*IMPUTE, "--variance", variance),
            before="rbmi::",
            numbers={"n_participants": "nlevels(d$id)",
                "strategies.0.participants": "sum(d$arm[match(data_ice$id, d$id)] == 'MUSIC')",
                "strategies.1.participants": "sum(d$arm[match(data_ice$id, d$id)] == 'CTRL')"},
        )
        for variance in ("rubin", "jackknife")
    ),
)  # fmt: skip
CASES = (*PERIODS, *SESSIONS, *MECHANISM, *RELIABILITY, *MULTIPLICITY, *LOOKS, *REPEATED)
