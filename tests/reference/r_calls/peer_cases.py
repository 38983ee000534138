"""Numbers that we print without a call of R, held against R: sample sizes by rpact and stats, the win ratio pair by pair."""

from tests.reference.r_calls.case import Case

TRIAL = ("--data", "trial.csv", "--arm", "arm")


def _size(name: str, words: tuple[str, ...], asked: str, first: str = "value$nFixed1") -> Case:
    return Case(
        name=f"size_{name}",
        words=("sample-size", "--estimator", *words),
        instead=asked,
        numbers={"n_first": first},
        relative=2e-5,
    )


SIZES = (
    _size(
        "means_unequal",
        ("t-test", "--difference", "2", "--sd", "6", "--ratio", "1.5", "--power", "0.85"),
        "rpact::getSampleSizeMeans(alternative = 2, stDev = 6, sided = 2, alpha = 0.05, beta = 0.15, allocationRatioPlanned = 1.5)",
    ),
    _size(
        "means_one_sided",
        ("t-test", "--difference", "3.1", "--sd", "5.5", "--sides", "one", "--alpha", "0.01", "--power", "0.9"),
        'power.t.test(delta = 3.1, sd = 5.5, sig.level = 0.01, power = 0.9, alternative = "one.sided", tol = 1e-12)',
        "value$n",
    ),
    _size(
        "pairs",
        ("pairs", "--difference", "1.4", "--sd", "4", "--power", "0.8"),
        'power.t.test(delta = 1.4, sd = 4, power = 0.8, type = "paired", tol = 1e-12)',
        "value$n",
    ),
    _size(
        "proportions",
        ("proportions", "--proportions", "0.55,0.35"),
        "rpact::getSampleSizeRates(pi1 = 0.55, pi2 = 0.35, sided = 2, alpha = 0.05, beta = 0.1)",
    ),
    _size(
        "proportions_unequal_margin",
        ("proportions", "--proportions", "0.62,0.6", "--hypothesis", "-0.12", "--sides", "one", "--alpha", "0.025", "--ratio", "2"),
        "rpact::getSampleSizeRates(pi1 = 0.62, pi2 = 0.6, thetaH0 = -0.12, sided = 1, alpha = 0.025, beta = 0.1, allocationRatioPlanned = 2)",
    ),
    _size(
        "survival",
        ("survival", "--hazards", "0.06,0.1", "--accrual", "12", "--follow-up", "9", "--power", "0.8"),
        "rpact::getSampleSizeSurvival(lambda1 = 0.06, lambda2 = 0.1, accrualTime = c(0, 12), followUpTime = 9, sided = 2, alpha = 0.05, beta = 0.2)",
    ),
    _size(
        "looks",
        (
            "t-test", "--difference", "2", "--sd", "6", "--sides", "one", "--alpha", "0.025", "--looks", "0.4,0.7,1", "--spending",
            "hwang-shih-decani", "--parameter", "-2",
        ),
        """
design <- rpact::getDesignGroupSequential(typeOfDesign = "asHSD", gammaA = -2, informationRates = c(0.4, 0.7, 1), alpha = 0.025, beta = 0.1)
rpact::getSampleSizeMeans(design, alternative = 2, stDev = 6)
""",
        "value$maxNumberOfSubjects1",
    ),
)  # fmt: skip
WINS = (
    Case(
        name="win_ratio",
        words=("win-ratio", *TRIAL, "--ranked", "days=event,relapse", "--ranked", "base=lower,2"),
        instead="""
d <- read.csv("trial.csv")
one <- subset(d, arm == "MUSIC"); two <- subset(d, arm == "CTRL")
winner <- function(i, j) {
  a <- one[i, ]; b <- two[j, ]
  if (b$relapse == 1 && b$days < a$days) return(1)
  if (a$relapse == 1 && a$days < b$days) return(-1)
  if (b$base - a$base > 2) return(1)
  if (a$base - b$base > 2) return(-1)
  0
}
w <- outer(seq_len(nrow(one)), seq_len(nrow(two)), Vectorize(winner))
""",
        numbers={
            "wins": "sum(w == 1)",
            "losses": "sum(w == -1)",
            "ties": "sum(w == 0)",
            "win_ratio.estimate": "sum(w == 1) / sum(w == -1)",
            "win_odds.estimate": "sum((w + 1) / 2) / sum((1 - w) / 2)",
            "net_benefit.estimate": "mean(w)",
        },
    ),
    Case(
        name="exact_ranks_by_coin",
        words=("means", *TRIAL, "--outcome", "gain", "--ranks", "exact"),
        instead="""
d <- read.csv("trial.csv")
p <- coin::pvalue(coin::wilcox_test(gain ~ factor(arm), data = d, distribution = "exact"))
""",
        numbers={"shift.p": "p"},
        relative=1e-9,
    ),
)  # fmt: skip
CASES = (*SIZES, *WINS)
