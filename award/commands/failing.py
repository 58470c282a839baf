"""How a command fails: readable lines on standard error, exit 1 for input and store."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from award import texts
from award.commands.language import system_language
from award.errors import AwardError

NO_TABLE = re.compile(r"no such (table|column)|(relation|column) .* does not exist")
Function = TypeVar("Function", bound=Callable[..., Any])


def readable_errors(function: Function) -> Function:
    """Turn our refusals and the store's failures into one line each and exit 1."""

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except AwardError as error:
            click.echo(texts.sentence(error, system_language()), err=True)
        except SQLAlchemyError as error:
            reason = str(error.__cause__ or error).splitlines()[0]
            code = "store.refused" if NO_TABLE.search(reason) is None else "store.not_ready"
            click.echo(texts.say(code, system_language(), {"reason": reason}), err=True)
        except OSError as error:
            click.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
        sys.exit(1)

    return guarded  # type: ignore[return-value]
