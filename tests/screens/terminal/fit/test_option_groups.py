"""Options in groups: the terminal shows fields as options, the command gets groups."""

from dataclasses import dataclass
from inspect import signature
from typing import Annotated

import pytest
import typer

from screens.terminal.fit.finite_options import with_finite_options
from screens.terminal.fit.option_groups import with_groups
from screens.terminal.outcome import UnusableInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Two options."""

    width: Annotated[float, typer.Option(help="In cm.")]
    height: Annotated[float, typer.Option(help="In cm.")] = 2.0


def test_the_fields_of_a_group_are_options_in_their_place_with_their_defaults() -> None:
    seen: list[tuple[str, Size, bool]] = []

    @with_groups
    def draw(name: str, size: Size, *, filled: bool = False) -> None:
        seen.append((name, size, filled))

    parameters = signature(draw).parameters
    draw(name="box", width=3.0, height=2.0, filled=True)

    assert list(parameters) == ["name", "width", "height", "filled"]
    assert parameters["height"].default == 2.0
    assert parameters["width"].default is parameters["width"].empty
    assert seen == [("box", Size(width=3.0), True)]


def test_two_options_of_one_name_are_refused() -> None:
    def draw(width: float, size: Size) -> None:
        raise AssertionError((width, size))

    with pytest.raises(TypeError, match="two options named width"):
        with_groups(draw)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e31, -1e31])
def test_a_number_that_is_none_is_told_with_its_option(value: float) -> None:
    def draw(line_width: float) -> None:
        raise AssertionError(line_width)

    with pytest.raises(UnusableInputError, match=r"^--line-width: "):
        with_finite_options(draw)(line_width=value)
