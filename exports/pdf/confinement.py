"""Laying out pages in a child process with limits: what a page does to it, it does to nobody else.

The child is kept warm, since WeasyPrint takes a second to load, and replaced after some pages. It
is told everything it needs; a page that takes too long or too much memory ends with the child.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import resource
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from exports.errors import ExportError

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0
MEGABYTES = 1536
PAGES = 500
MARK = b"AWRD"
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from exports.pdf.confinement import serve; serve()"
)


class Confined:
    """A child process that lays out one page at a time; threads wait for one another."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner, self._made = 0, 0

    def print_page(self, request: Mapping[str, Any], blobs: Mapping[str, bytes]) -> bytes:
        """Return the PDF of a page; ``request`` is what ``exports.pdf.press.print_page`` takes.

        Raises what that raises, and ExportError ``rendering_too_long`` (``seconds``),
        ``rendering_too_large`` (``megabytes``) or ``rendering_failed`` where the child died.
        """
        with self._lock:
            child = self._started()
            self._made += 1
            try:
                _send(child.stdin, {**request, "blobs": list(blobs)}, *blobs.values())
                answer, parts = _Reader(child, time.monotonic() + self._seconds).message()
            except TimeoutError:
                self._kill()
                raise ExportError("rendering_too_long", seconds=int(self._seconds)) from None
            except (EOFError, OSError, ValueError):
                self._kill()
                raise ExportError("rendering_failed") from None
        if "code" in answer:
            raise ExportError(answer["code"], **answer["params"])
        return parts[0]

    def close(self) -> None:
        """End the child; the next page starts another."""
        with self._lock:
            self._kill()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # after a fork the child belongs to the parent
            self._child, self._owner = None, os.getpid()
        if self._child and (self._made >= PAGES or self._child.poll() is not None):
            self._kill()
        if self._child is None:
            self._made = 0
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-c", START, str(ROOT), str(self._megabytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # No setting of the installation, so no secret either, reaches the child.
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            )
        return self._child

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is None or self._owner != os.getpid():
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()


shared = Confined()
atexit.register(shared.close)


class _Reader:
    """Reads one message from a child before a moment; TimeoutError after it."""

    def __init__(self, child: subprocess.Popen[bytes], until: float) -> None:
        self._pipe: Any = child.stdout
        self._until = until

    def message(self) -> tuple[dict[str, Any], list[bytes]]:
        if self._exactly(4) != MARK:
            raise ValueError("not a message")
        header = json.loads(self._exactly(int.from_bytes(self._exactly(8), "big")))
        return header, [self._exactly(size) for size in header["sizes"]]

    def _exactly(self, size: int) -> bytes:
        read = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            while len(read) < size:
                if not selector.select(max(0.0, self._until - time.monotonic())):
                    raise TimeoutError
                part = os.read(self._pipe.fileno(), size - len(read))
                if not part:
                    raise EOFError
                read += part
        return bytes(read)


def _send(pipe: IO[bytes] | None, header: Mapping[str, Any], *parts: bytes) -> None:
    if pipe is None:
        raise EOFError
    sizes = [len(part) for part in parts]
    head = json.dumps({**header, "sizes": sizes}).encode()
    pipe.write(MARK + len(head).to_bytes(8, "big") + head)
    for part in parts:
        pipe.write(part)
    pipe.flush()


def serve() -> None:
    """Be the child: answer messages on standard input until it ends."""
    memory = int(sys.argv[2]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from exports.pdf.press import answer

    # Whatever a library prints must not get between the answers.
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while head := sys.stdin.buffer.read(12):
        header = json.loads(sys.stdin.buffer.read(int.from_bytes(head[4:], "big")))
        blobs = [sys.stdin.buffer.read(size) for size in header["sizes"]]
        try:
            said, parts = answer(header, dict(zip(header["blobs"], blobs, strict=True)))
        except MemoryError:
            params = {"megabytes": memory // 1024 // 1024}
            said, parts = {"code": "rendering_too_large", "params": params}, []
        _send(pipe, said, *parts)
