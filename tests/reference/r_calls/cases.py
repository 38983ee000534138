"""Calls on one row a participant: means, analysis of covariance, shares, counts, survival, ordered categories."""

from collections.abc import Mapping

from tests.reference.r_calls.case import Case, effect

TRIAL = ("--data", "trial.csv", "--arm", "arm")
POST = (*TRIAL, "--outcome", "post")

WELCH: Mapping[str, str] = {
    **effect(
        "difference", "values[[3]]$estimate[1] - values[[3]]$estimate[2]", "values[[3]]$stderr", "values[[3]]$parameter",
        "values[[3]]$conf.int[1]", "values[[3]]$conf.int[2]", "values[[3]]$p.value",
    ),
    "shift.statistic": "values[[4]]$statistic",
    "shift.p": "values[[4]]$p.value",
}  # fmt: skip
MEANS = (
    Case(name="welch", words=("means", *POST), numbers=WELCH),
    Case(
        name="student",
        words=("means", *POST, "--arms", "CTRL,MUSIC", "--variances", "equal", "--ranks", "normal", "--level", "0.9"),
        numbers=WELCH,
    ),
    Case(
        name="exact_ranks",
        words=("means", *TRIAL, "--outcome", "gain", "--ranks", "exact"),
        numbers={
            **WELCH,
            "shift.estimate": "values[[4]]$estimate",
            "shift.lower": "values[[4]]$conf.int[1]",
            "shift.upper": "values[[4]]$conf.int[2]",
        },
    ),
)  # fmt: skip

CONTRAST = effect(
    "contrasts.0", "value$contrasts$estimate[1]", "value$contrasts$SE[1]", "value$contrasts$df[1]", "value$contrasts$lower.CL[1]",
    "value$contrasts$upper.CL[1]", "value$contrasts$p.value[1]",
)  # fmt: skip
ADJUSTED = {
    "ls_means.0.estimate": "value$emmeans$emmean[1]",
    "ls_means.0.se": "value$emmeans$SE[1]",
    "ls_means.1.lower": "value$emmeans$lower.CL[2]",
    "ls_means.1.upper": "value$emmeans$upper.CL[2]",
}
THREE_ARMS = (
    "ancova", "--data", "three_arms.csv", "--outcome", "y", "--arm", "arm", "--reference", "WAIT", "--covariates", "base,ward",
)  # fmt: skip
ANCOVA = (
    Case(
        name="ancova",
        words=("ancova", *POST, "--covariates", "base,sex", "--level", "0.9"),
        numbers={
            **CONTRAST,
            **ADJUSTED,
            "coefficients.2.p": "coef(summary(fit))['base', 4]",
            "tests.0.F": "drop1(fit, test = 'F')['arm', 'F value']",
        },
    ),
    *(
        Case(
            name=f"ancova_{kind.lower()}",
            words=("ancova", *POST, "--covariates", "base,sex", "--robust", kind),
            numbers={**CONTRAST, **ADJUSTED},
        )
        for kind in ("HC0", "HC2", "HC3")
    ),
    Case(
        name="ancova_slopes",
        words=(*THREE_ARMS, "--interactions", "base"),
        numbers={**CONTRAST, **ADJUSTED},
    ),
    Case(
        name="ancova_dunnett",
        words=(*THREE_ARMS, "--dunnett"),
        numbers={
            "contrasts.0.estimate": "value$contrasts$estimate[1]",
            "contrasts.0.p": "value$contrasts$p.value[1]",
            "contrasts.1.p": "value$contrasts$p.value[2]",
            "contrasts.1.lower": "value$contrasts$lower.CL[2]",
        },
        relative=2e-4,
    ),
    Case(
        name="ancova_clusters",
        words=("ancova", *POST, "--covariates", "base,sex", "--cluster", "site"),
        numbers={
            **effect("contrasts.0", "value$beta[2]", "value$SE[2]", "value$df[2]", "value$CI_L[2]", "value$CI_U[2]", "value$p_val[2]"),
            **effect("coefficients.3", "value$beta[4]", "value$SE[4]", "value$df[4]", "", "", "value$p_val[4]"),
        },
    ),
)  # fmt: skip

NEWCOMBE = """
x <- matrix(c(23, 17, 14, 28), 2)
a <- prop.test(23, 40, correct = FALSE); b <- prop.test(14, 42, correct = FALSE)
"""
COUNTS = ("risk-difference", "--counts", "23/40,14/42")
SHARES = (
    Case(
        name="newcombe",
        words=(*COUNTS, "--method", "newcombe"),
        instead=NEWCOMBE,
        numbers={
            "risk_difference.lower": "23/40 - 14/42 - sqrt((23/40 - a$conf.int[1])^2 + (b$conf.int[2] - 14/42)^2)",
            "risk_difference.upper": "23/40 - 14/42 + sqrt((a$conf.int[2] - 23/40)^2 + (14/42 - b$conf.int[1])^2)",
            "tests.0.p": "chisq.test(x, correct = FALSE)$p.value",
            "tests.1.p": "fisher.test(x)$p.value",
        },
    ),
    Case(
        name="agresti_caffo",
        words=(*COUNTS, "--method", "agresti-caffo"),
        instead="p <- c(24/42, 15/44); half <- qnorm(0.975) * sqrt(sum(p * (1 - p) / c(42, 44))); d <- p[1] - p[2]",
        numbers={"risk_difference.lower": "d - half", "risk_difference.upper": "d + half"},
    ),
    *(
        Case(
            name=f"share_{method}",
            words=(*COUNTS, "--method", method),
            instead=f"""
p1 <- 23/40; p2 <- 14/42
constrained <- function(d) optimize(function(q) {{
  a <- q + d
  23 * log(a) + 17 * log(1 - a) + 14 * log(q) + 28 * log(1 - q)
}}, c(max(0, -d) + 1e-9, min(1, 1 - d) - 1e-9), maximum = TRUE, tol = 1e-12)$maximum
z2 <- function(d) {{ q <- constrained(d); a <- q + d; (p1 - p2 - d)^2 / ((a * (1 - a) / 40 + q * (1 - q) / 42) * {factor}) }}
edge <- function(from, to) uniroot(function(d) z2(d) - qchisq(0.95, 1), c(from, to), tol = 1e-12)$root
""",
            numbers={"risk_difference.lower": "edge(-0.5, p1 - p2)", "risk_difference.upper": "edge(p1 - p2, 0.9)"},
            relative=1e-6,
        )
        for method, factor in (("mee", "1"), ("miettinen-nurminen", "82/81"))
    ),
    Case(name="share_scas", words=(*COUNTS, "--method", "scas"), instead="TRUE"),
    Case(
        name="strata",
        words=("risk-difference", "--counts", "23/40,14/42", "--counts", "9/20,5/25", "--counts", "11/31,8/29", "--method", "sato"),
        numbers={
            "odds_ratio.estimate": "values[[2]]$estimate",
            "odds_ratio.lower": "values[[2]]$conf.int[1]",
            "odds_ratio.upper": "values[[2]]$conf.int[2]",
            "tests.0.p": "values[[2]]$p.value",
            "tests.1.p": "values[[3]]$p.value",
        },
    ),
    *(
        Case(
            name=f"responders_{kind.lower()}",
            words=("responders", *TRIAL, "--response", "response", "--covariates", "base,sex", "--robust", kind),
            instead=f"""
d <- read.csv("trial.csv")
d$arm <- factor(d$arm, levels = c("CTRL", "MUSIC"))
fit <- glm(response ~ arm + base + sex, binomial, d, control = glm.control(epsilon = 1e-14))
covariance <- {covariance}
risks <- function(one_arm) {{
  x <- model.matrix(~ arm + base + sex, transform(d, arm = factor(one_arm, levels = c("CTRL", "MUSIC"))))
  p <- plogis(drop(x %*% coef(fit)))
  list(risk = mean(p), gradient = colMeans(p * (1 - p) * x))
}}
one <- risks("MUSIC"); two <- risks("CTRL")
difference <- one$gradient - two$gradient
ratio <- one$gradient / one$risk - two$gradient / two$risk
""",
            numbers={
                **effect("risk_difference", "one$risk - two$risk", "sqrt(t(difference) %*% covariance %*% difference)"),
                **effect("risk_ratio", "one$risk / two$risk", "sqrt(t(ratio) %*% covariance %*% ratio)"),
                "risk_first.estimate": "one$risk",
                "coefficients.1.se": "sqrt(covariance[2, 2])",
            },
            relative=1e-9,
        )
        for kind, covariance in (("model", "vcov(fit)"), ("HC3", 'sandwich::vcovHC(fit, type = "HC3")'))
    ),
)  # fmt: skip

RATE = ("counts", *TRIAL, "--count", "events", "--exposure", "exposure", "--covariates", "base")
RATES = (
    Case(
        name="negative_binomial",
        words=RATE,
        numbers={
            **effect("rate_ratio", "exp(coef(value)[2, 1])", "coef(value)[2, 2]", "", "", "", "coef(value)[2, 4]"),
            "theta": "value$theta",
            "theta_se": "value$SE.theta",
            "log_likelihood": "value$twologlik / 2",
            "aic": "value$aic",
        },
        relative=1e-5,
    ),
    Case(
        name="poisson_robust",
        words=(*RATE, "--model", "poisson-robust"),
        numbers={
            **effect("rate_ratio", "exp(value[2, 1])", "value[2, 2]", "", "", "", "value[2, 4]"),
            "log_likelihood": "as.numeric(logLik(fit))",
            "aic": "AIC(fit)",
        },
        relative=1e-7,
    ),
)  # fmt: skip

SURVIVAL = ("survival", *TRIAL, "--time", "days", "--event", "relapse", "--covariates", "base")
HAZARD = effect(
    "hazard_ratio", "exp(coef(fit)[1])", "sqrt(vcov(fit)[1, 1])", "", "values[[5]]$conf.int[1, 3]", "values[[5]]$conf.int[1, 4]",
    "coef(values[[5]])[1, 5]",
)  # fmt: skip
LOG_RANK = {
    "log_rank.statistic": "values[[7]]$chisq",
    "log_rank.p": "pchisq(values[[7]]$chisq, 1, lower.tail = FALSE)",
}
CURVES = {
    "medians.0.median": "summary(value)$table[2, 'median']",
    "medians.0.lower": "summary(value)$table[2, '0.95LCL']",
    "medians.1.median": "summary(value)$table[1, 'median']",
    "medians.1.lower": "summary(value)$table[1, '0.95LCL']",
    "medians.1.upper": "summary(value)$table[1, '0.95UCL']",
}
TIMES = (
    Case(name="survival", words=SURVIVAL, numbers={**HAZARD, **LOG_RANK, **CURVES}, relative=1e-7),
    Case(
        name="survival_strata",
        words=(*SURVIVAL, "--stratum", "sex"),
        numbers={**HAZARD, **LOG_RANK},
        relative=1e-7,
    ),
)

ORDINAL = (
    Case(
        name="ordinal",
        words=("ordinal", *TRIAL, "--category", "state", "--categories", "none,mild,severe", "--covariates", "base,sex"),
        numbers={
            **effect(
                "odds_ratio", "exp(coef(fit)['armMUSIC'])", "sqrt(vcov(fit)['armMUSIC', 'armMUSIC'])", "", "", "",
                "coef(summary(fit))['armMUSIC', 4]",
            ),
            "thresholds.0": "fit$alpha[1]",
            "thresholds.1": "fit$alpha[2]",
            "log_likelihood": "as.numeric(logLik(fit))",
            "odds_ratios_by_cut.0.estimate": "exp(value[1, 1])",
            "odds_ratios_by_cut.1.se": "value[2, 2]",
        },
        relative=1e-6,
    ),
)  # fmt: skip
CASES = (*MEANS, *ANCOVA, *SHARES, *RATES, *TIMES, *ORDINAL)
