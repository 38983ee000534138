"""`antiphon ...` in this process: what it prints, with which code it ends, and whether its JSON keeps to its schema."""

import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from screens.terminal import command

SCHEMAS = Path(__file__).resolve().parents[4] / "docs" / "reference" / "schemas"


@dataclass(frozen=True, kw_only=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    error: str


@dataclass(frozen=True, kw_only=True)
class CommandLine:
    """Types commands."""

    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    def run(self, *words: object) -> Done:
        """Type a command and wait for its end."""
        self.patch.setattr(sys, "argv", ["antiphon", *map(str, words)])
        self.patch.setattr(command, "app", built_once())
        code = command.main()
        printed = self.capture.readouterr()
        return Done(code=code, out=printed.out, error=printed.err)

    def json(self, *words: object) -> dict[str, Any]:
        """Type a `fit` command with --json; its answer must keep to the schema of the command."""
        done = self.run(*words, "--json")
        assert done.code == 0, done.error
        found: dict[str, Any] = json.loads(done.out)
        jsonschema.Draft202012Validator(strict_schema(str(words[1]))).validate(found)
        return found

    def refusal(self, *words: object) -> Done:
        """Type a command that must not give an answer: one sentence on standard error, nothing on standard output."""
        done = self.run(*words, "--json")
        assert done.code in {2, 3}, done
        assert done.out == ""
        assert len(done.error.strip().splitlines()) == 1
        assert "Traceback" not in done.error
        return done


@cache
def built_once(app: typer.Typer = command.app) -> Any:  # noqa: ANN401 - whatever typer makes of its application
    """Return the commands as typer builds them at every start; once, because it takes longer than most answers."""
    return typer.main.get_command(app)


@cache
def strict_schema(command: str) -> dict[str, Any]:
    """Return the schema of a command, with every key that it does not describe forbidden."""
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{command}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    strict: dict[str, Any] = closed(schema)
    return strict


def closed(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Forbid undescribed keys in every object of a schema."""
    if isinstance(part, list):
        return [closed(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {key: closed(value) for key, value in part.items()}
    if found.get("type") == "object" and "properties" in found:
        found.setdefault("additionalProperties", False)
    return found


def run_python(lines: str) -> Any:  # noqa: ANN401 - whatever the lines give
    """Run the two lines of Python of an answer."""
    names: dict[str, Any] = {}
    assert len(lines.splitlines()) == 2
    exec(lines, names)  # noqa: S102 - our own two lines
    return names["answer"]


def relative(found: float, expected: float) -> float:
    """Return the relative difference."""
    return abs(found - expected) / abs(expected)
