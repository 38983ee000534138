"""Mixed model for repeated measures (MMRM): exact, fast, and it says when it must not be trusted.

From a table, in one call: `mmrm.fit_mmrm(table, formula, roles, structures, estimation, method)`.

From arrays, one row for each observed participant and visit::

    data = MixedModelData(
        outcome=...,
        design=...,
        columns=("(Intercept)", "armB"),
        participant=...,
        visit=...,
        n_visits=4,
    )
    fit = fit_mixed_model(data, covariance=Unstructured(), estimation=Estimation.REML, start=None)
    inference = infer(fit, Method.KENWARD_ROGER_LINEAR)
    inference.estimate(rows)  # linear combinations of fit.beta
    inference.test(rows)  # that all of them are zero

A jackknife sums the data once and starts each refit from the first one::

    sums = sum_patterns(data)
    refits = [fit_mixed_model(sums.without(i), start=fit.theta) for i in range(sums.n_participants)]

Files, in the order of the work: `formulas/` (a table, read by a formula), `data` (arrays, checked), `patterns` (sums over
participants), `covariance/` and `structures` (families, by name), `likelihood` (value, gradient, Hessian), `newton` (search), `fit`,
`fallback` (planned order of structures), `degrees_of_freedom`, `kenward_roger`, `empirical`, `inference` (all methods), `estimability`,
`marginal_means`, `hypotheses` (type II and III), `criteria`, `residuals`, `row_covariance`, `predictions`, `random_effects`, `mmrm`.
"""
