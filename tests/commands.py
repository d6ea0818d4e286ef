"""Python and `manage.py` in a process of their own, as somebody starts them at a terminal."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WALKERS_PASSWORD = "walk through it"


def kept_environment() -> dict[str, str]:
    """What of this process's environment others get; none of its settings."""
    return {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}


def run(*words, **environment):
    """Python in a process of its own, with this environment alone."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=kept_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def manage(*words, **environment):
    return run("manage.py", *words, **environment)
