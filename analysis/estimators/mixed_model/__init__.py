"""Mixed model for repeated measures (MMRM): exact, fast, and it says when it must not be trusted.

From arrays::

    from analysis.estimators.mixed_model.data import MixedModelData
    from analysis.estimators.mixed_model.fit import fit_mixed_model
    from analysis.estimators.mixed_model.likelihood import Estimation
    from analysis.estimators.mixed_model.covariance.unstructured import Unstructured
    from analysis.estimators.mixed_model.patterns import sum_patterns

    data = MixedModelData(
        outcome=...,
        design=...,
        columns=("(Intercept)", ...),
        participant=...,
        visit=...,
        n_visits=4,
        group=None,
        weight=None,
        coordinates=None,
    )  # one row for each observed participant-visit; data.without(participant) leaves one out
    fit = fit_mixed_model(data, covariance=Unstructured(), estimation=Estimation.REML, start=None)
    (
        fit.columns,
        fit.aliased,
        fit.beta,
        fit.beta_covariance,
        fit.sigma,
    )  # sigma: (groups, visits, visits)
    (
        fit.theta,
        fit.theta_covariance,
        fit.log_likelihood,
        fit.gradient_max,
        fit.converged,
        fit.trouble,
    )

A jackknife sums the data once and starts each refit from the first one::

    sums = sum_patterns(data)
    refits = [fit_mixed_model(sums.without(i), start=fit.theta) for i in range(sums.n_participants)]

Files, in the order of the work: `data` (arrays, checked), `patterns` (sums over participants), `covariance/` (structures),
`likelihood` (value, gradient, Hessian), `newton` (search), `fit`.
"""
