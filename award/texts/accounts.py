"""Sentences for the codes of ``award.accounts``."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "view_name_missing": N_("Give the view a name."),
    "view_empty": N_("Filter the list first; then you can keep that filter under a name."),
    "too_many_views": N_("You keep %(most)s views of this list already. Forget one first."),
    "already_staff": N_("%(address)s works for the programme in this role already."),
    "email_invalid": N_("This does not look like an e-mail address. Please check it."),
    "password_short": N_("This password is too short: take at least %(minimum)s characters."),
    "password_common": N_("Many people use this password. Please think of another one."),
    "password_personal": N_("A password must not be your own name or address. Choose another one."),
    "password_wrong": N_("This is not your current password. Try again."),
    "sign_in_failed": N_(
        "Address and password do not belong together. Check both, or ask for a new password."
    ),
    "email_unconfirmed": N_(
        "Your address is not confirmed yet. Open the link that we mailed you, or sign up again "
        "to get a new one."
    ),
    "link_dead": N_("This link was used already or is too old. Please ask for a new one."),
    "last_owner": N_("A programme needs an owner. Make somebody else the owner first."),
    "invitation_known_address": N_(
        "This address has an account already. Sign in with it and open the link once more."
    ),
    "invitation_other_address": N_(
        "This invitation is for another address. Sign out and accept it with that one."
    ),
    "demo.owner": N_("owner of the programme"),
    "demo.organiser": N_("organiser"),
    "demo.auditor": N_("auditor"),
    "demo.juror": N_("on the jury"),
    "demo.team": N_("on a team"),
}
