"""Sentences for the codes that every area may raise."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "not_found": N_("This page cannot be found. Check the address or start from your home page."),
    "sign_in_required": N_("Please sign in first."),
    "edit_conflict": N_(
        "Somebody saved this before you. Nothing was overwritten: look at both versions and save again."
    ),
    "store_busy": N_("The server is very busy. Nothing was saved; please try again in a minute."),
    "too_many_requests": N_("Too many tries. Please wait %(seconds)s seconds and try again."),
    "too_many_requests_minutes": N_(
        "Too many tries. Please wait %(minutes)s minutes and try again."
    ),
    "file_too_large": N_(
        "What you sent is larger than %(megabytes)s MB. Please send less, or a smaller file."
    ),
    "job_failed": N_(
        "The work broke off for a reason that nobody foresaw. Try again; if it fails again, show this "
        "to whoever looks after the system: %(why)s"
    ),
    "job_not_dead": N_("Only work that failed can be tried again."),
    "work_is_owed": N_(
        "Somebody waits for this, and nobody can ask for it anew. Let it be tried again instead."
    ),
    "work.certificates.batch": N_("Make certificates"),
    "work.results.letters": N_("Mail the teams their letters"),
    "work.results.archive": N_("Make an archive"),
    "work.results.mails": N_("Mail the teams their results"),
    "work.write_broadcast": N_("Write the mails of a broadcast"),
    "work.tell_offers": N_("Tell a juror which entries are offered"),
    "work.assignment_run": N_("Work out a proposal for the assignment"),
    "work.assignment_search": N_("Look for what could change in the assignment"),
    "bad_request": N_("The browser sent something that we could not read. Please try again."),
    "form_expired": N_("This form has expired. What you typed is still there: send it once more."),
    "form_too_old": N_("This form has expired. Go back, reload the page and send it once more."),
    "signed_out_typed": N_(
        "What you typed is not lost. Sign in: that opens a new tab. Then come back to this page and send it once more."
    ),
    "method_not_allowed": N_("This address cannot be used that way. Please start from the page."),
    "reason_missing": N_("Please give the reason: it is kept, and who it is about may read it."),
    "mail_not_dead": N_("This mail has not failed; there is nothing to try again."),
    "mail_still_waiting": N_("This mail has not left yet, so it cannot be sent again."),
    "mail_is_a_key": N_(
        "This mail held a link that is a key; it is not kept. Let the person ask for a new one."
    ),
    "mail_already_sent": N_("This mail has left already and cannot be called back."),
    "subject_missing": N_("Please write a subject."),
    "text_missing": N_("Please write the text."),
    "language_half_written": N_(
        "A language that has a subject needs a text, and the reverse. Fill in both or neither."
    ),
    "field_unknown": N_(
        "%(name)s is not one of the fields. Choose one from the list, or leave the braces out."
    ),
    "brace_alone": N_(
        "There is a brace that belongs to no field. Fields are written like {name}; otherwise "
        "please use other brackets."
    ),
    "required_field_missing": N_(
        "%(name)s must stay in the text: it is what this mail is there for. Put it back, then save."
    ),
    "wording_changed": N_(
        "Somebody else changed this mail meanwhile. What is kept now stands below; save once more "
        "to replace it with yours."
    ),
    "mails_changed": N_("A mail has changed since you opened this page. Please look once more."),
    "broadcast_is_sent": N_("This mail was sent already; it can no longer be changed."),
    "broadcast_not_sent": N_("There is nothing to stop: it was never sent, or stopped before."),
    "broadcast_without_recipients": N_("Nobody is on this list any more. Nothing was sent."),
    "broadcast_without_deadline": N_(
        "The text names a deadline, but none is set for everybody on the list. Nothing was sent."
    ),
    "broadcast_without_link": N_(
        "The text names the link, but some on the list were invited and have no account yet. "
        "Nothing was sent. Leave the link out, or write to those who accepted."
    ),
    "recipients_changed": N_(
        "The text or the list has changed since you looked at it. Nothing was sent; please look "
        "once more."
    ),
    "demo_not_empty": N_(
        "The store is not empty, so the demo was not made. Set AWARD_INSTANCE to an empty folder for it."
    ),
    "backup_tool_missing": N_(
        "%(tool)s is not installed. It comes with PostgreSQL's client: on Debian and Ubuntu "
        "apt-get install postgresql-client, of the server's version or a later one. "
        "Then give the command again."
    ),
    "backup_tool_failed": N_("%(tool)s gave up: %(reason)s"),
    "backup_folder_missing": N_(
        "There is no folder %(folder)s. Make it first, or name another one."
    ),
    "backup_folder_closed": N_("You may not write into the folder %(folder)s. Name another one."),
    "backup_damaged": N_(
        "%(file)s is damaged at “%(part)s”. Nothing was restored. Copy it once more from where it "
        "lies, or take an earlier backup."
    ),
    "backup_unreadable": N_(
        "%(file)s is not a backup of this system. Give a file that “award backup” wrote."
    ),
    "restore_not_empty": N_("There is a store already. Restore into an empty installation."),
    "restore_other_store": N_(
        "This backup is of the other kind of store (SQLite or PostgreSQL). Set AWARD_DATABASE_URL to that kind, then restore it."
    ),
    "audit_head": N_("The end of the log was cut off at row %(row_id)s."),
    "server_error": N_(
        "Something broke on our side. Nothing of what you sent was half-saved; we have been told."
    ),
}
