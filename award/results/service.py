"""What may be done to results; one module for each kind of change."""

from __future__ import annotations

from award.results.certificates import order_certificates, revoke_certificate
from award.results.closing import close_decisions, reopen_decisions
from award.results.deciding import award_special, decide, set_announcement, take_the_cut
from award.results.tabulating import RoundInput, compute, read_input, tabulate_round

__all__ = [
    "RoundInput",
    "award_special",
    "close_decisions",
    "compute",
    "decide",
    "order_certificates",
    "read_input",
    "reopen_decisions",
    "revoke_certificate",
    "set_announcement",
    "tabulate_round",
    "take_the_cut",
]
