# Bounds of rpact at shares of a level, p values over several looks, and the group sequential graphical procedure
# of Maurer & Bretz (2013), as written in their paper: look by look, hypothesis by hypothesis, the share passed on.
# Run: Rscript looks.R > looks.json
suppressPackageStartupMessages({
  library(rpact)
  library(jsonlite)
})

spending <- list(o_brien_fleming = "asOF", pocock = "asP")

bounds <- function(kind, level, information) {
  # two-sided level; the information of the last look counts as all of it, which is how a trial ends
  getDesignGroupSequential(
    sided = 2, alpha = level, informationRates = information / max(information),
    typeOfDesign = spending[[kind]], tolerance = 1e-10
  )$criticalValues
}

running <- function(kind, level, information, planned = 1) {
  # bounds at looks that do not end the trial: the planned end follows them
  utils::head(bounds(kind, level, c(information, planned)), length(information))
}

shares <- expand.grid(level = c(0.05, 0.04, 0.025, 0.01, 0.002), kind = names(spending), stringsAsFactors = FALSE)
information <- c(0.4, 0.7, 1)
at_shares <- lapply(seq_len(nrow(shares)), function(i) {
  list(
    kind = shares$kind[i], level = shares$level[i], information = information,
    bounds = bounds(shares$kind[i], shares$level[i], information)
  )
})

# p value of all looks so far: the smallest level at which some look rejects
level_of <- function(kind, place, z, information, ended) {
  excess <- function(log_level) {
    found <- if (ended) bounds(kind, exp(log_level), information) else running(kind, exp(log_level), information)
    found[place] - abs(z)
  }
  if (excess(log(0.49)) > 0) return(1)  # a level that rpact does not take
  exp(uniroot(excess, log(c(2e-6, 0.49)), tol = 1e-11)$root)
}
p_cases <- list(
  list(kind = "o_brien_fleming", information = c(0.4, 0.7, 1), z = c(1.1, 2.3, 2.2), ended = TRUE),
  list(kind = "o_brien_fleming", information = c(0.4, 0.7, 1), z = c(2.9, 2.6, 1.2), ended = TRUE),
  list(kind = "pocock", information = c(0.4, 0.7, 1), z = c(2.2, 1.9, 2.0), ended = TRUE),
  list(kind = "pocock", information = c(0.35, 0.8), z = c(1.0, 2.4), ended = FALSE)
)
p_values <- lapply(p_cases, function(case) {
  found <- sapply(seq_along(case$z), function(k) {
    last <- case$ended && k == length(case$z)
    level_of(case$kind, k, case$z[k], case$information[seq_len(k)], last)
  })
  c(case, list(p = min(found), look = which.min(found)))
})

# Maurer & Bretz (2013): at a look, reject whoever's statistic now or before reaches the bound of its share; pass the
# share on, which is spent anew over all looks; repeat until nobody is rejected
procedure <- function(weights, transitions, kinds, z, information, alpha) {
  names(kinds) <- names(weights)
  rejected_at <- setNames(rep(0L, length(weights)), names(weights))
  active <- names(weights)
  looks <- ncol(z)
  for (look in seq_len(looks)) {
    seen <- information[seq_len(look)]
    repeat {
      hit <- NULL
      for (name in active) {
        share <- weights[[name]] * alpha
        if (share <= 0) next
        bound <- if (look == looks) bounds(kinds[[name]], share, seen) else running(kinds[[name]], share, seen)
        if (any(abs(z[name, seq_len(look)]) >= bound)) {
          hit <- name
          break
        }
      }
      if (is.null(hit)) break
      rejected_at[[hit]] <- look
      rest <- setdiff(active, hit)
      new_weights <- weights
      for (l in rest) new_weights[[l]] <- weights[[l]] + weights[[hit]] * transitions[hit, l]
      new_weights[[hit]] <- 0
      new_transitions <- transitions * 0
      for (l in rest) for (k in rest) if (l != k && transitions[l, hit] * transitions[hit, l] < 1) {
        new_transitions[l, k] <- (transitions[l, k] + transitions[l, hit] * transitions[hit, k]) /
          (1 - transitions[l, hit] * transitions[hit, l])
      }
      weights <- new_weights
      transitions <- new_transitions
      active <- rest
    }
  }
  list(rejected_at = as.list(rejected_at), shares_left = as.list(unlist(weights)[active]))
}

hypotheses <- c("first", "second", "third")
transitions <- matrix(c(0, 0.5, 0.5, 0.5, 0, 0.5, 1, 0, 0), 3, byrow = TRUE, dimnames = list(hypotheses, hypotheses))
weights <- setNames(as.list(c(0.6, 0.4, 0)), hypotheses)
kinds <- c("o_brien_fleming", "pocock", "o_brien_fleming")
set.seed(2013)
trials <- lapply(seq_len(25), function(i) {
  drift <- runif(3, 0.5, 4)
  steps <- diff(c(0, information))
  z <- t(sapply(drift, function(d) cumsum(rnorm(3, d * steps, sqrt(steps))) / sqrt(information)))
  z <- round(z, 4)
  dimnames(z) <- list(hypotheses, NULL)
  c(list(z = lapply(hypotheses, function(h) z[h, ])), procedure(weights, transitions, kinds, z, information, 0.05))
})

beta <- lapply(c(TRUE, FALSE), function(binding) {
  design <- getDesignGroupSequential(
    sided = 1, alpha = 0.025, beta = 0.1, informationRates = information, typeOfDesign = "asOF",
    typeBetaSpending = "bsP", bindingFutility = binding, tolerance = 1e-10
  )
  list(binding = binding, efficacy = design$criticalValues, futility = design$futilityBounds)
})

cat(toJSON(
  list(
    software = list(R = R.version.string, rpact = as.character(packageVersion("rpact"))),
    information = information, at_shares = at_shares, p_values = p_values,
    graph = list(
      hypotheses = hypotheses, weights = unlist(weights, use.names = FALSE),
      transitions = unname(apply(transitions, 1, as.list, simplify = FALSE)), kinds = kinds, trials = trials
    ),
    beta_spending = beta
  ),
  digits = 15, auto_unbox = TRUE, pretty = TRUE
))
