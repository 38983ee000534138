"""Every estimator is a command with help and a schema, with `fit` before it and without."""

import pytest

from screens.terminal.fit.group import COMMANDS
from tests.screens.terminal.fit.command_line import SCHEMAS, CommandLine, strict_schema


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_the_same_help_with_fit_and_without(
    antiphon: CommandLine, name: str
) -> None:
    with_fit = antiphon.run("fit", name, "--help")
    without = antiphon.run(name, "--help")

    assert (with_fit.code, without.code) == (0, 0)
    assert "--json" in with_fit.out
    assert with_fit.out.replace(f"fit {name}", name).split() == without.out.split()


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_a_schema_that_describes_every_key(name: str) -> None:
    schema = strict_schema(name)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["required"]) <= set(schema["properties"])
    assert {"data", "software", "python", "equivalent_calls", "notes"} <= set(schema["required"])


def test_there_is_no_schema_without_its_command() -> None:
    names = {path.name.removesuffix(".schema.json") for path in SCHEMAS.iterdir()}

    assert names == {*COMMANDS, "hrv"}


def test_an_unknown_option_is_not_an_answer(antiphon: CommandLine) -> None:
    done = antiphon.run("fit", "ancova", "--nonsense")

    assert (done.code, done.out) == (2, "")
