"""The jobs of ``award.results``; importing this module tells the worker their handlers."""

from __future__ import annotations

from flask import current_app

from award import jobs
from award.results.announcement import announcing
from award.results.certificates import issuing as certificates
from award.results.certificates import printing
from award.results.downloads import archives
from award.results.public import letters
from exports.signing.keyring import Keyring

__all__ = ["announcing", "issue_batch", "letters", "make_archive"]


@jobs.handles(certificates.JOB, jobs.Lane.CERTIFICATES)
def issue_batch(run: jobs.JobRun) -> None:
    """Issue a batch of certificates with the programme's keys."""
    settings = current_app.extensions["settings"]
    storage = current_app.extensions["storage"]
    keyring = Keyring(settings.keys, settings.secret_key)
    press = printing.Press(storage, keyring, settings.base_url)
    certificates.carry_out(run, press)


@jobs.handles(archives.JOB, jobs.Lane.ARCHIVES)
def make_archive(run: jobs.JobRun) -> None:
    """Make an archive of a round's letters or score sheets."""
    settings = current_app.extensions["settings"]
    archives.carry_out(run, current_app.extensions["storage"], settings.base_url)
