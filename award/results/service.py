"""What may be done to results; one module for each kind of change."""

from __future__ import annotations

from award.results.attending import order_attendance
from award.results.certificates import order_certificates
from award.results.closing import close_decisions, reopen_decisions
from award.results.deciding import award_special, decide, set_announcement, take_the_cut
from award.results.looks import add_signatory, remove_signatory, set_looks
from award.results.named import order_named
from award.results.reissuing import reissue_certificate, revoke_certificate
from award.results.tabulating import RoundInput, compute, read_input, tabulate_round

__all__ = [
    "RoundInput",
    "add_signatory",
    "award_special",
    "close_decisions",
    "compute",
    "decide",
    "order_attendance",
    "order_certificates",
    "order_named",
    "read_input",
    "reissue_certificate",
    "remove_signatory",
    "reopen_decisions",
    "revoke_certificate",
    "set_announcement",
    "set_looks",
    "tabulate_round",
    "take_the_cut",
]
