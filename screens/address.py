"""Where a browser on this machine finds the server, as far as that is known when it starts.

Streamlit's own starters keep their address in its options. uvicorn's command keeps it on the command
line and in `UVICORN_...`, which its own parser reads here once more. Of any other starter nothing is known.

Contents: `address_of_server`.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - recognised here, bound by nobody


def address_of_server(command_line: Sequence[str] | None = None) -> str | None:
    """Return the address at which this machine's browser finds the server.

    Parameters
    ----------
    command_line : sequence of str or None
        How the process was started; None: as this one was.

    Returns
    -------
    str or None
        Without a slash at its end; None when the starter does not tell, or leaves the port to chance.
    """
    program, *options = sys.argv if command_line is None else command_line
    match starter_of(Path(program)):
        case "uvicorn":
            return _of_uvicorn(options)
        case "streamlit" | "app":
            return _of_streamlit()
        case _:
            return None


def starter_of(program: Path) -> str:
    """Return the name of the command behind a program: `python -m uvicorn` is uvicorn."""
    return program.parent.name if program.name == "__main__.py" else program.stem


def _of_streamlit() -> str | None:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return _written(scheme, st.get_option("server.address") or "", st.get_option("server.port"))


def _of_uvicorn(options: Sequence[str]) -> str | None:
    from uvicorn.main import main as command

    told = command.make_context("uvicorn", list(options), resilient_parsing=True).params
    if told["uds"] or told["fd"] is not None:
        return None
    scheme = "https" if told["ssl_certfile"] else "http"
    return _written(scheme, told["host"], told["port"])


def _written(scheme: str, host: str, port: int) -> str | None:
    if port == 0:
        return None
    name = "localhost" if host in EVERYWHERE else host
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}"
