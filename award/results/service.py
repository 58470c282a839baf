"""What may be done to results; one module for each kind of change."""

from __future__ import annotations

from award.results.certificates.attending import order_attendance
from award.results.certificates.issuing import order_certificates
from award.results.certificates.looks import add_signatory, remove_signatory, set_looks
from award.results.certificates.named import order_named
from award.results.certificates.reissuing import reissue_certificate, revoke_certificate
from award.results.decisions.closing import close_decisions, reopen_decisions
from award.results.decisions.deciding import award_special, decide, set_announcement, take_the_cut
from award.results.tabulation.tabulating import RoundInput, compute, read_input, tabulate_round

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
