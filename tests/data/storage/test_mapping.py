"""Records to rows and back."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.storage.encryption import Keys
from data.storage.errors import RecordUnusableError
from data.storage.kinds import KINDS, kind_of
from data.storage.mapping import Mapper
from tests.data.storage.examples import ASSESSMENT, CONSENT, EVERY_KIND, PLAYBACK, loop_step

MAPPER = Mapper(Keys(bytes(32)))
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"])),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    NoneType: st.none(),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - a type
    """Return every value that a field of a record may hold."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if get_origin(hint) is UnionType:
        return st.one_of([values_of(one) for one in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=3).map(tuple)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    assert isinstance(hint, type)
    assert is_dataclass(hint)
    hints = get_type_hints(hint)
    return st.builds(hint, **{one.name: values_of(hints[one.name]) for one in fields(hint)})


@given(data=st.data(), kind=st.sampled_from(sorted(KINDS, key=lambda kind: kind.__name__)))
def test_every_record_comes_back_as_it_was(data: st.DataObject, kind: type[Any]) -> None:
    record = data.draw(values_of(kind))
    stored = kind_of(kind)

    returned = MAPPER.to_record(stored, MAPPER.to_row(stored, record))

    assert returned == record


def test_there_is_an_example_of_every_kind() -> None:
    assert {type(record) for record in EVERY_KIND} == set(KINDS)


def test_the_columns_of_every_table_are_the_fields_of_its_record() -> None:
    wrong = [
        stored.name
        for stored in KINDS.values()
        if "payload" not in stored.columns
        and list(stored.columns) != [one.name for one in fields(stored.kind)]
    ]

    assert wrong == []


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_a_payload_with_a_number_that_is_not_finite_is_refused(bad: float) -> None:
    step = loop_step()
    broken = replace(step, measures=replace(step.measures, ln_rmssd=bad))

    with pytest.raises(RecordUnusableError, match="not finite"):
        MAPPER.to_row(kind_of(type(broken)), broken)


def test_a_text_that_says_nan_is_no_number() -> None:
    step = replace(loop_step(), software_version="NaN, Infinity")

    row = MAPPER.to_row(kind_of(type(step)), step)

    assert MAPPER.to_record(kind_of(type(step)), row) == step


def test_a_time_without_a_zone_is_refused() -> None:
    consent = replace(CONSENT, signed_at=datetime(2026, 3, 2, 12))  # noqa: DTZ001 - the fault

    with pytest.raises(RecordUnusableError, match="no time zone"):
        MAPPER.to_row(kind_of(type(consent)), consent)


def test_a_time_of_another_zone_is_kept_in_utc() -> None:
    vienna = timezone(timedelta(hours=1))
    consent = replace(CONSENT, signed_at=datetime(2026, 3, 2, 12, tzinfo=vienna))

    row = MAPPER.to_row(kind_of(type(consent)), consent)

    assert row["signed_at"] == "2026-03-02T11:00:00.000000Z"


def test_a_payload_is_nowhere_in_the_row_in_clear() -> None:
    row = MAPPER.to_row(kind_of(type(PLAYBACK)), PLAYBACK)

    assert set(row) == {"id", "session_id", "sequence", "payload"}
    assert b"639450" not in row["payload"]


def test_nested_values_stay_readable_in_the_row() -> None:
    row = MAPPER.to_row(kind_of(type(ASSESSMENT)), ASSESSMENT)

    assert row["answers"] == [{"criterion": "adult", "met": True}, {"criterion": "x", "met": False}]
