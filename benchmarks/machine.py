"""What the figures were measured on: processors, load, versions. No name and no path of the machine."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("numpy", "scipy", "statsmodels", "streamlit", "sqlalchemy", "neurokit2", "pretty_midi")


def describe() -> str:
    """Return machine, load and versions in a few lines."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{processor()}, {os.cpu_count()} processors; {platform.system()} {platform.machine()}\n"
        f"Python {platform.python_version()}; {packages}"
    )


def load() -> str:
    """Return how busy the machine is: programs that want a processor, over the last minute."""
    if not hasattr(os, "getloadavg"):
        return "load unknown"
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def processor() -> str:
    """Return the name of the processor."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text("utf-8").splitlines() if facts.is_file() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or "unknown processor"
