"""Covariance structures by the short names that analysis plans, R and SAS users write."""

from collections.abc import Mapping
from types import MappingProxyType

from analysis.estimators.mixed_model.covariance.patterned import (
    Variances,
    antedependence,
    autoregressive,
    compound_symmetry,
    toeplitz,
)
from analysis.estimators.mixed_model.covariance.spatial import Decay, Spatial
from analysis.estimators.mixed_model.covariance.structure import CovarianceStructure
from analysis.estimators.mixed_model.covariance.unstructured import Unstructured

_ALL: tuple[CovarianceStructure, ...] = (
    Unstructured(),
    compound_symmetry(),
    compound_symmetry(Variances.HETEROGENEOUS),
    autoregressive(),
    autoregressive(Variances.HETEROGENEOUS),
    toeplitz(),
    toeplitz(Variances.HETEROGENEOUS),
    antedependence(),
    antedependence(Variances.HETEROGENEOUS),
    Spatial(),
    Spatial(Decay.GAUSSIAN),
)

STRUCTURES: Mapping[str, CovarianceStructure] = MappingProxyType({s.name: s for s in _ALL})
"""us, cs, csh, ar1, ar1h, toep, toeph, ad, adh, sp_exp, sp_gau."""
