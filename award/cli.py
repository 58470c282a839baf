"""The ``award`` command. Exit 0 done, 1 the input or the store is at fault, 2 wrong usage."""

from __future__ import annotations

import importlib
from typing import Any

import click

COMMANDS = {
    "score": "score",
    "assign": "assign",
    "certificates": "certificates",
    "verify": "verify",
    "replay": "replay",
    "init": "install",
    "owner": "install",
    "migrate": "install",
    "serve": "serve",
    "worker": "serve",
    "run": "serve",
    "demo": "demo",
    "import": "imports",
    "tabulate": "season",
    "export": "season",
    "check": "store",
    "backup": "store",
    "restore": "store",
    "audit": "store",
    "bounces": "bounces",
}


RENAMED = {"import": "import_", "audit": "audit_", "replay": "replay_"}
"""Commands whose name is taken in their module."""


class LazyGroup(click.Group):
    """Loads a command's module when it is called: ``award score`` needs no web application."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the commands in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> Any:
        """Import the module of a command and return its function of the same name."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"award.commands.{COMMANDS[name]}")
        return getattr(module, RENAMED.get(name, name))


@click.group(cls=LazyGroup)
def main() -> None:
    """Run an award competition: entries, jury, scoring, results, certificates."""


if __name__ == "__main__":
    main()
