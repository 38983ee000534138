# Rscript fit_structures.R VISITS.csv > answers.json
# The covariance structures of a mixed model for repeated measures, three ways:
#   brute     restricted likelihood written out person by person in base R, nlminb, then Newton steps with numDeriv until the gradient
#             is below 1e-6; Satterthwaite and Kenward-Roger (linear) from numerical derivatives. Nothing in common with our program.
#   gls       nlme::gls with tight control
#   glmmTMB   dispformula = ~ 0; groups through lme4::dummy
d <- read.csv(commandArgs(trailingOnly = TRUE)[1], na.strings = "")
d$visit <- factor(d$visit); d$arm <- factor(d$arm); d$sex <- factor(d$sex); d$id <- factor(d$id)
d <- droplevels(d[!is.na(d$y), ])
d$number <- as.integer(d$visit)
formula <- y ~ base + sex + arm * visit
x <- model.matrix(formula, d); y <- d$y; people <- split(seq_len(nrow(d)), d$id)
m <- nlevels(d$visit); lag <- abs(outer(1:m, 1:m, "-"))

toeplitz_of <- function(z) toeplitz(c(1, tanh(z)))
antedependent <- function(z) { r <- diag(m); for (i in 1:(m - 1)) for (j in (i + 1):m) r[i, j] <- r[j, i] <- prod(tanh(z[i:(j - 1)])); r }
correlations <- list(
  cs = list(k = 1, f = function(z) { r <- matrix(tanh(z), m, m); diag(r) <- 1; r }),
  ar1 = list(k = 1, f = function(z) tanh(z)^lag),
  toep = list(k = m - 1, f = toeplitz_of),
  ad = list(k = m - 1, f = antedependent)
)
structures <- list()
for (name in names(correlations)) {
  local({
    one <- correlations[[name]]
    structures[[name]] <<- list(k = 1 + one$k, f = function(t, rows) exp(2 * t[1]) * one$f(t[-1]))
    structures[[paste0(name, "h")]] <<- list(k = m + one$k, f = function(t, rows) { s <- exp(t[1:m]); one$f(t[-(1:m)]) * outer(s, s) })
  })
}
structures$us <- list(k = m * (m + 1) / 2, f = function(t, rows) { l <- diag(exp(t[1:m])); l[lower.tri(l)] <- t[-(1:m)]; l %*% t(l) })
structures$sp_exp <- list(k = 2, f = function(t, rows) exp(2 * t[1]) * exp(-as.matrix(dist(d$week[rows])) / exp(t[2])), spatial = TRUE)
starts <- list(
  cs = c(1.3, 0.5), ar1 = c(1.3, 0.8), toep = c(1.3, 0.8, 0.5, 0.3), ad = c(1.3, 0.8, 0.8, 0.8), csh = c(rep(1.3, m), 0.5), ar1h = c(rep(1.3, m), 0.8),
  toeph = c(rep(1.3, m), 0.8, 0.5, 0.3), adh = c(rep(1.3, m), 0.8, 0.8, 0.8), us = c(rep(1.1, m), rep(0.5, m * (m - 1) / 2)), sp_exp = c(1.3, 1)
)

brute <- function(name, grouped = FALSE, weighted = FALSE, ml = FALSE) {
  structure <- structures[[name]]
  group <- if (grouped) as.integer(d$arm) else rep(1L, nrow(d))
  w <- if (weighted) d$weight else rep(1, nrow(d))
  sigma_of <- function(theta, rows) {
    own <- theta[(group[rows[1]] - 1) * structure$k + seq_len(structure$k)]
    s <- structure$f(own, rows)
    if (is.null(structure$spatial)) s <- s[as.integer(d$visit)[rows], as.integer(d$visit)[rows]]
    s / sqrt(outer(w[rows], w[rows]))
  }
  # people of one group, seen at the same visits, are added up together; a weight multiplies the row by its root
  alike <- split(people, sapply(people, function(rows) paste(group[rows[1]], paste(d$visit[rows], collapse = " "))))
  z <- cbind(x, y) * sqrt(w)
  stacked <- lapply(alike, function(some) do.call(cbind, lapply(seq_len(ncol(z)), function(column) sapply(some, function(rows) z[rows, column]))))
  for (k in seq_along(stacked)) stacked[[k]] <- matrix(stacked[[k]], length(alike[[k]][[1]]))
  unweighted <- function(theta, rows) { s <- sigma_of(theta, rows); s * sqrt(outer(w[rows], w[rows])) }
  sums <- function(theta) {
    total <- matrix(0, ncol(z), ncol(z)); logdet <- -sum(log(w))
    for (k in seq_along(alike)) {
      some <- alike[[k]]; n <- length(some[[1]])
      l <- tryCatch(t(chol(unweighted(theta, some[[1]]))), error = function(e) NULL)
      if (is.null(l)) return(NULL)
      total <- total + crossprod(matrix(forwardsolve(l, stacked[[k]]), n * length(some)))
      logdet <- logdet + 2 * length(some) * sum(log(diag(l)))
    }
    p <- ncol(x); a <- total[1:p, 1:p]; phi <- chol2inv(chol(a)); beta <- drop(phi %*% total[1:p, p + 1])
    list(a = a, phi = phi, beta = beta, rss = total[p + 1, p + 1] - sum(beta * total[1:p, p + 1]), logdet = logdet)
  }
  deviance <- function(theta) {
    s <- sums(theta)
    if (is.null(s)) return(1e10)
    n <- length(y) - if (ml) 0 else ncol(x)
    s$logdet + s$rss + n * log(2 * pi) + if (ml) 0 else as.numeric(determinant(s$a)$modulus)
  }
  message(name, if (grouped) " groups", if (weighted) " weights", " ", format(Sys.time(), "%X"))
  theta <- rep(starts[[name]], if (grouped) nlevels(d$arm) else 1)
  for (round in 1:3) theta <- nlminb(theta, deviance, control = list(eval.max = 5000, iter.max = 2000, rel.tol = 1e-14))$par
  for (step in 1:4) {
    g <- numDeriv::grad(deviance, theta); h <- numDeriv::hessian(deviance, theta)
    if (max(abs(g)) < 1e-7) break
    theta <- theta - solve(h, g)
  }
  s <- sums(theta); covariance <- 2 * solve(numDeriv::hessian(deviance, theta)); g <- numDeriv::grad(deviance, theta)
  contrast <- as.numeric(colnames(x) == "armMUSIC") + as.numeric(colnames(x) == paste0("armMUSIC:visit", levels(d$visit)[m]))
  variance <- function(theta) drop(contrast %*% sums(theta)$phi %*% contrast)
  slope <- numDeriv::grad(variance, theta)
  satterthwaite <- 2 * variance(theta)^2 / drop(slope %*% covariance %*% slope)
  list(
    log_likelihood = -deviance(theta) / 2, gradient = max(abs(g)) / 2, beta = s$beta, columns = colnames(x), se = sqrt(diag(s$phi)),
    contrast = list(estimate = sum(contrast * s$beta), se = sqrt(variance(theta)), df = satterthwaite, kr_se = if (ml) NA else kenward_roger(theta, s$phi, covariance, contrast, sigma_of)),
    parameters = length(theta)
  )
}

kenward_roger <- function(theta, phi, covariance, contrast, sigma_of) {
  k <- length(theta); p <- matrix(0, ncol(x), ncol(x)); P <- rep(list(p), k); Q <- p
  for (rows in people) {
    w <- solve(sigma_of(theta, rows)); n <- length(rows); xi <- x[rows, , drop = FALSE]
    moves <- matrix(numDeriv::jacobian(function(t) as.vector(sigma_of(t, rows)), theta), ncol = k)
    each <- lapply(seq_len(k), function(h) matrix(moves[, h], n))
    for (h in seq_len(k)) {
      left <- t(xi) %*% w %*% each[[h]] %*% w
      P[[h]] <- P[[h]] + left %*% xi
      for (j in seq_len(k)) Q <- Q + covariance[h, j] * left %*% each[[j]] %*% w %*% xi
    }
  }
  R <- matrix(0, ncol(x), ncol(x))
  for (h in seq_len(k)) for (j in seq_len(k)) R <- R + covariance[h, j] * P[[h]] %*% phi %*% P[[j]]
  adjusted <- phi + 2 * phi %*% (Q - R) %*% phi
  sqrt(drop(contrast %*% adjusted %*% contrast))
}

library(nlme)
tight <- glsControl(tolerance = 1e-12, msTol = 1e-14, msMaxIter = 5000, maxIter = 5000, opt = "nlminb")
gls_of <- function(...) {
  fit <- gls(formula, d, ..., method = "REML", control = tight)
  list(log_likelihood = as.numeric(logLik(fit)), beta = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))))
}
by_gls <- list(
  cs = gls_of(corCompSymm(form = ~ number | id)),
  ar1 = gls_of(corAR1(form = ~ number | id)),
  csh = gls_of(corCompSymm(form = ~ number | id), varIdent(form = ~ 1 | visit)),
  ar1h = gls_of(corAR1(form = ~ number | id), varIdent(form = ~ 1 | visit)),
  us = gls_of(corSymm(form = ~ number | id), varIdent(form = ~ 1 | visit)),
  sp_exp = gls_of(corExp(form = ~ week | id)),
  cs_weights = gls_of(corCompSymm(form = ~ number | id), varFixed(~ I(1 / weight))),
  ar1h_weights = gls_of(corAR1(form = ~ number | id), varComb(varIdent(form = ~ 1 | visit), varFixed(~ I(1 / weight)))),
  us_weights = gls_of(corSymm(form = ~ number | id), varComb(varIdent(form = ~ 1 | visit), varFixed(~ I(1 / weight)))),
  sp_exp_weights = gls_of(corExp(form = ~ week | id), varFixed(~ I(1 / weight)))
)
suppressMessages(library(glmmTMB)); library(lme4, quietly = TRUE)
d$place <- numFactor(d$week)
tmb_of <- function(term) {
  full <- as.formula(paste("y ~ base + sex + arm * visit +", term))
  fit <- suppressWarnings(glmmTMB(full, d, dispformula = ~ 0, REML = TRUE, control = glmmTMBControl(optCtrl = list(iter.max = 5000, eval.max = 5000, rel.tol = 1e-14))))
  list(log_likelihood = as.numeric(logLik(fit)), beta = unname(fixef(fit)$cond), se = unname(sqrt(diag(vcov(fit)$cond))))
}
by_tmb <- list(
  us = tmb_of("us(0 + visit | id)"), csh = tmb_of("cs(0 + visit | id)"), toeph = tmb_of("toep(0 + visit | id)"), ar1 = tmb_of("ar1(0 + visit | id)"),
  sp_exp = tmb_of("exp(0 + place | id)"),
  us_groups = tmb_of('us(0 + dummy(arm, "CTRL"):visit | id) + us(0 + dummy(arm, "MUSIC"):visit | id)'),
  toeph_groups = tmb_of('toep(0 + dummy(arm, "CTRL"):visit | id) + toep(0 + dummy(arm, "MUSIC"):visit | id)')
)
by_brute <- c(
  sapply(c("us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "sp_exp"), brute, simplify = FALSE),
  list(
    toeph_ml = brute("toeph", ml = TRUE), adh_ml = brute("adh", ml = TRUE),
    us_weights = brute("us", weighted = TRUE), cs_weights = brute("cs", weighted = TRUE), ar1h_weights = brute("ar1h", weighted = TRUE),
    adh_weights = brute("adh", weighted = TRUE), sp_exp_weights = brute("sp_exp", weighted = TRUE), us_groups = brute("us", grouped = TRUE),
    csh_groups = brute("csh", grouped = TRUE), toeph_groups = brute("toeph", grouped = TRUE), adh_groups = brute("adh", grouped = TRUE),
    sp_exp_groups = brute("sp_exp", grouped = TRUE), ar1h_groups_weights = brute("ar1h", grouped = TRUE, weighted = TRUE)
  )
)
versions <- c(list(R = as.character(getRversion())), lapply(setNames(nm = c("nlme", "glmmTMB", "TMB", "lme4", "numDeriv", "jsonlite")), function(p) as.character(packageVersion(p))))
cat(jsonlite::toJSON(list(versions = versions, brute = by_brute, gls = by_gls, glmmTMB = by_tmb), digits = 17, auto_unbox = TRUE, pretty = TRUE), "\n")
