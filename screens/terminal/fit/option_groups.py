"""Options in groups: a command takes a frozen dataclass, the terminal shows its fields as options of the command."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints


def with_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command for the terminal whose options are the fields of its groups.

    Parameters
    ----------
    command
        A function; a parameter whose type is a dataclass is a group. Options are in the order of parameters and fields.

    Returns
    -------
    callable
        It takes the options one by one, makes the groups of them, and calls the command.

    Raises
    ------
    TypeError
        If two groups have an option of the same name.
    """
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hint for name, hint in hints.items() if _is_group(hint)}
    spread: list[Parameter] = []
    for name, parameter in signature(command).parameters.items():
        spread += (
            _options_of(groups[name])
            if name in groups
            else [parameter.replace(annotation=hints[name], kind=Parameter.KEYWORD_ONLY)]
        )
    names = [parameter.name for parameter in spread]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        message = f"{command.__name__} has two options named {', '.join(sorted(twice))}"
        raise TypeError(message)

    def run(**options: Any) -> None:  # noqa: ANN401 - whatever typer reads
        made = {
            name: group(**{field.name: options.pop(field.name) for field in fields(group)})
            for name, group in groups.items()
        }
        command(**made, **options)

    run.__name__ = command.__name__
    run.__doc__ = command.__doc__
    run.__module__ = command.__module__
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in spread}
    run.__signature__ = Signature(spread)  # type: ignore[attr-defined]
    return run


def _is_group(hint: object) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)


def _options_of(group: type[Any]) -> list[Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=_default(field),
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]


def _default(field: Field[Any]) -> object:
    return Parameter.empty if field.default is MISSING else field.default
