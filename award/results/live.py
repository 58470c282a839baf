"""A stream of a meeting's revisions that holds no store session between two looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

LIMIT = 2
"""Streams a process: each holds one of its few threads; who gets none asks every few seconds."""
PAUSE = 1.5
LONGEST = 240.0
BEAT = 5.0
_streams = threading.BoundedSemaphore(LIMIT)


def take_stream() -> bool:
    """Take one of the process's streams; False where all are taken."""
    return _streams.acquire(blocking=False)


def give_back_stream() -> None:
    """Give a stream back that was taken."""
    _streams.release()


def revisions(
    look: Callable[[], int],
    known: int,
    *,
    wait: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[str]:
    """Yield server-sent events: "changed" with the revision as often as it is another one.

    look: reads the revision with a short session of its own. known: what the page shows. After
    four minutes the stream ends, and the browser opens another one; a "beat" every few seconds lets
    a dead connection be noticed: its stream is free for somebody else, and the page asks instead.
    """
    ends, beat = clock() + LONGEST, clock()
    yield "retry: 2000\n\n"
    while clock() < ends:
        found = look()
        if found != known:
            known, beat = found, clock()
            yield f"event: changed\ndata: {found}\n\n"
        elif clock() - beat >= BEAT:
            beat = clock()
            yield f"event: beat\ndata: {found}\n\n"
        wait(PAUSE)
