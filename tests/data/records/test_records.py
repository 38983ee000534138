"""What all records have in common."""

import importlib
import inspect
import pkgutil
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest

import data.records
from data.records.people import Role
from data.records.signals import RRSeries, SignalKind

RECORDS = [
    pytest.param(kind, id=name)
    for module in pkgutil.iter_modules(data.records.__path__, "data.records.")
    for name, kind in inspect.getmembers(importlib.import_module(module.name), is_dataclass)
    if kind.__module__ == module.name
]


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_is_frozen_named_and_slotted(kind: type[object]) -> None:
    parameters = kind.__dataclass_params__  # type: ignore[attr-defined]

    assert parameters.frozen
    assert all(one.kw_only for one in fields(kind))  # type: ignore[arg-type]
    assert hasattr(kind, "__slots__")


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_says_what_it_is(kind: type[object]) -> None:
    assert (kind.__doc__ or "").strip().endswith(".")
    assert not (kind.__doc__ or "").startswith(f"{kind.__name__}(")


def test_a_record_does_not_change() -> None:
    series = RRSeries(times_s=(0.8,), rr_ms=(800.0,), kind=SignalKind.ECG)

    with pytest.raises(FrozenInstanceError):
        series.kind = SignalKind.PPG  # type: ignore[misc]


def test_a_role_reads_as_its_name() -> None:
    assert f"{Role.COORDINATOR}" == "coordinator"
