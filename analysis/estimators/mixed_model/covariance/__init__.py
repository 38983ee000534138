"""Covariance structures of the visits of one participant, one family a file; each structure is a value.

`structure` says what every structure can do; `unstructured`, `patterned` (compound symmetry, autoregressive, Toeplitz,
antedependence) and `spatial` (exponential, Gaussian) are the families. Parametrization: that of the R package mmrm 0.3,
so that parameters can be compared one by one.
"""
