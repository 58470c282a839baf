"""Small problems, written or drawn."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from assignment import Conflict, EntryNeed, JurorOffer, PairKey, Problem


def problem(
    affinity: list[list[int]],
    per_entry: int | list[int] = 1,
    loads: tuple[int, int | None] | list[tuple[int, int | None]] = (0, None),
    *,
    conflicts: tuple[PairKey, ...] = (),
    kept: tuple[PairKey, ...] = (),
    forbidden: tuple[PairKey, ...] = (),
) -> Problem:
    """Entries e0, e1, … and jurors j0, j1, … with affinities in thousandths."""
    table = np.array(affinity, dtype=np.int64)
    entries, jurors = table.shape
    needs = [per_entry] * entries if isinstance(per_entry, int) else per_entry
    limits = [loads] * jurors if isinstance(loads, tuple) else loads
    return Problem(
        entries=tuple(EntryNeed(f"e{i}", need) for i, need in enumerate(needs)),
        jurors=tuple(JurorOffer(f"j{i}", low, high) for i, (low, high) in enumerate(limits)),
        affinity=table,
        conflicts=frozenset(Conflict(*pair) for pair in conflicts),
        kept=frozenset(kept),
        forbidden=frozenset(forbidden),
    )


def drawn(entries: int, jurors: int, per_entry: int, seed: int, slack: float = 1.3) -> Problem:
    """A feasible-looking problem of any size: a third of the pairs fit, some are in conflict."""
    random = np.random.default_rng(seed)
    table = random.integers(1, 1000, (entries, jurors)) * (random.random((entries, jurors)) < 0.4)
    blocked = random.random((entries, jurors)) < 0.05
    high = int(np.ceil(entries * per_entry / jurors * slack))
    return problem(
        table.tolist(),
        per_entry,
        (high // 3, high),
        conflicts=tuple((f"e{r}", f"j{c}") for r, c in np.argwhere(blocked)),
    )


@st.composite
def small_problems(draw: st.DrawFn, most_entries: int = 5, most_jurors: int = 4) -> Problem:
    """Problems that a search through every assignment can check; many have no solution."""
    entries = draw(st.integers(1, most_entries))
    jurors = draw(st.integers(1, most_jurors))
    value = st.one_of(st.just(0), st.integers(0, 1000))
    row = st.lists(value, min_size=jurors, max_size=jurors)
    table = draw(st.lists(row, min_size=entries, max_size=entries))
    pairs = [(f"e{r}", f"j{c}") for r, c in product(range(entries), range(jurors))]
    marked = draw(
        st.lists(
            st.sampled_from(["", "", "", "", "conflict", "kept", "forbidden"]),
            min_size=len(pairs),
            max_size=len(pairs),
        )
    )
    loads = []
    for _ in range(jurors):
        low = draw(st.integers(0, 2))
        loads.append((low, draw(st.one_of(st.none(), st.integers(low, entries + 1)))))
    return problem(
        table,
        draw(st.lists(st.integers(0, 2), min_size=entries, max_size=entries)),
        loads,
        conflicts=tuple(p for p, m in zip(pairs, marked, strict=True) if m == "conflict"),
        kept=tuple(p for p, m in zip(pairs, marked, strict=True) if m == "kept"),
        forbidden=tuple(p for p, m in zip(pairs, marked, strict=True) if m == "forbidden"),
    )
