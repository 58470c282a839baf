"""Sentences for the codes that every area may raise."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "not_found": N_("There is nothing here for you. Check the address or start from your home page."),
    "sign_in_required": N_("Please sign in first."),
    "edit_conflict": N_(
        "Somebody saved this before you. Nothing was overwritten: look at both versions and save again."
    ),
    "store_busy": N_("The server is very busy. Nothing was saved; please try again in a minute."),
    "too_many_requests": N_("Too many tries. Please wait %(seconds)s seconds and try again."),
    "file_too_large": N_("The file is larger than %(megabytes)s MB. Please send a smaller one."),
    "bad_request": N_("The browser sent something that we could not read. Please try again."),
    "form_expired": N_("This form has expired. What you typed is still there: send it once more."),
    "method_not_allowed": N_("This address cannot be used that way. Please start from the page."),
    "server_error": N_(
        "Something broke on our side. Nothing of what you sent was half-saved; we have been told."
    ),
}
