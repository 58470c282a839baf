"""Compute the plain view of a result bundle with the standard library alone, and compare.

    python3 replay_plain.py BUNDLE.json

Checks the digest, then each entry's mean and its place by mean, as exact fractions, with optional
criteria and unlike scales: scoring.md, sections 1 to 3. Equal means share a place here. What tie
cascade and calibrated view make of it, "award replay" computes; "award verify" checks the seal.
"""

import hashlib
import json
import sys
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

whole = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
body = whole["bundle"]
written = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
wrong = [] if hashlib.sha256(written.encode()).hexdigest() == whole["digest"] else ["the digest"]

criteria = {c["key"]: c for c in body["rules"]["criteria"]}
ends = {key: (Fraction(c["minimum"]), Fraction(c["maximum"])) for key, c in criteria.items()}
one_scale = len(set(ends.values())) == 1  # else points are mapped to 0-100 first
sheets = defaultdict(dict)
for entry, juror, key, points in body["scores"]["rows"]:
    sheet, (low, high) = sheets[entry, juror], ends[key]
    if points is not None:
        value = Fraction(points)
        sheet[key] = value if one_scale else 100 * (value - low) / (high - low)

whole_weight = sum(Fraction(c["weight"]) for c in criteria.values())
counted = {
    pair: sheet
    for pair, sheet in sheets.items()
    if all(key in sheet for key, c in criteria.items() if c["required"])
    and 0 < whole_weight <= 2 * sum(Fraction(criteria[key]["weight"]) for key in sheet)
}
given = defaultdict(list)  # a criterion left open is taken as "as hard as for everybody"
for sheet in counted.values():
    for key, points in sheet.items():
        given[key].append(points)
centre = {key: sum(points) / len(points) for key, points in given.items()}
weight = {key: Fraction(criteria[key]["weight"]) for key in centre}
base = sum(weight[key] * centre[key] for key in centre) / sum(weight.values())
means = defaultdict(list)
for (entry, _), sheet in counted.items():
    off = sum(weight[key] * (points - centre[key]) for key, points in sheet.items())
    means[entry].append(base + off / sum(weight[key] for key in sheet))
mean = {entry: sum(values) / len(values) for entry, values in means.items()}
place = {entry: 1 + sum(other > value for other in mean.values()) for entry, value in mean.items()}

published = {row["entry"]: row for row in body["result"]["entries"]}
wrong += [f"{entry}: has no row in the result" for entry in sorted(mean.keys() - published.keys())]
for entry, row in published.items():
    said = Fraction(row["mean"]) if row["mean"] else None
    if (said, row["mean_place"]) != (mean.get(entry), place.get(entry)):
        wrong.append(f"{entry}: {said}, place {row['mean_place']}: not {mean.get(entry)}")
print("\n".join(wrong) or f"{len(mean)} means and places by mean come out as published.")
sys.exit(bool(wrong))
