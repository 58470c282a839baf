"""Copies the web assets that are served from node_modules/ into static/vendor/.

python tools/vendor.py           copy, and compare with vendor.lock.json
python tools/vendor.py --check   compare what lies in static/vendor/; no npm needed
python tools/vendor.py --write   copy and write vendor.lock.json anew, after a version was raised
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TARGET = ROOT / "static" / "vendor"
LOCK = ROOT / "vendor.lock.json"

# The variable Literata weighs twice as much as the two weights that pages use.
FONTSOURCE_STYLES = {
    "@fontsource-variable/onest": ["wght-normal"],
    "@fontsource/literata": ["400-normal", "600-normal", "400-italic"],
}
SUBSETS = ["cyrillic", "latin", "latin-ext"]
# For names on certificates: each file holds one script, under a family of its own.
SCRIPT_STYLES = {
    ("noto-serif", "cyrillic-ext"): ["400-normal", "400-italic", "600-normal"],
    ("noto-serif-armenian", "armenian"): ["400-normal", "600-normal"],
    ("noto-serif-georgian", "georgian"): ["400-normal", "600-normal"],
}
# Complete files: WeasyPrint prints wrong letters when two subset files share a family.
TTF_STYLES = {
    "onest": ["400Regular", "500Medium", "600SemiBold", "700Bold"],
    "literata": ["400Regular", "400Regular_Italic", "600SemiBold", "700Bold"],
}


def wanted() -> dict[str, tuple[str, str]]:
    """Target path -> (package, path inside it)."""
    files = {
        "htmx.js": ("htmx.org", "dist/htmx.min.js"),
        "licences/htmx.txt": ("htmx.org", "LICENSE"),
        "pdfjs/pdf.mjs": ("pdfjs-dist", "build/pdf.min.mjs"),
        "pdfjs/pdf.worker.mjs": ("pdfjs-dist", "build/pdf.worker.min.mjs"),
        "licences/pdfjs.txt": ("pdfjs-dist", "LICENSE"),
    }
    for package, styles in FONTSOURCE_STYLES.items():
        family = package.rpartition("/")[2]
        files[f"licences/{family}.txt"] = (package, "LICENSE")
        for name in (f"{family}-{subset}-{style}.woff2" for subset in SUBSETS for style in styles):
            files[f"fonts/{family}/{name}"] = (package, f"files/{name}")
    for family, styles in TTF_STYLES.items():
        package = f"@expo-google-fonts/{family}"
        for style in styles:
            name = f"{family.capitalize()}_{style}.ttf"
            files[f"fonts/{family}/{name}"] = (package, f"{style}/{name}")
    for (family, script), styles in SCRIPT_STYLES.items():
        files[f"licences/{family}.txt"] = (f"@fontsource/{family}", "LICENSE")
        for name in (f"{family}-{script}-{style}.woff2" for style in styles):
            files[f"fonts/{family}/{name}"] = (f"@fontsource/{family}", f"files/{name}")
    for folder in ("standard_fonts", "wasm"):
        files |= {
            f"pdfjs/{folder}/{path.name}": ("pdfjs-dist", f"{folder}/{path.name}")
            for path in sorted((MODULES / "pdfjs-dist" / folder).iterdir())
            if "quickjs" not in path.name.lower()  # runs scripts inside PDFs; ours never does
        }
    return dict(sorted(files.items()))


def copy() -> dict[str, dict[str, object]]:
    """Fill static/vendor/ and describe each file."""
    shutil.rmtree(TARGET, ignore_errors=True)
    described = {}
    for name, (package, source) in wanted().items():
        target = TARGET / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(MODULES / package / source, target)
        about = json.loads((MODULES / package / "package.json").read_text("utf-8"))
        described[name] = {
            "package": package,
            "version": about["version"],
            "licence": about.get("license", "see licences/"),
            **fingerprint(target),
        }
    return described


def fingerprint(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def differences() -> list[str]:
    """What in static/vendor/ is not as the lock file says; empty when all is well."""
    locked = json.loads(LOCK.read_text("utf-8"))
    present = {
        path.relative_to(TARGET).as_posix(): path for path in TARGET.rglob("*") if path.is_file()
    }
    found = [f"{name}: missing" for name in locked if name not in present]
    found += [f"{name}: not in vendor.lock.json" for name in present if name not in locked]
    found += [
        f"{name}: differs from vendor.lock.json"
        for name, path in present.items()
        if name in locked and fingerprint(path)["sha256"] != locked[name]["sha256"]
    ]
    return sorted(found)


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        described = copy()
        if "--write" in arguments:
            LOCK.write_text(json.dumps(described, indent=1) + "\n", "utf-8")
    found = differences()
    for line in found:
        print(f"static/vendor/{line}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
