"""What the ``award`` command says about the installation itself."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "check.holds": N_("Everything that must hold in the store holds."),
    "audit.holds": N_("The log holds: no row was changed, removed or inserted."),
    "bounces.done": N_("Mails marked as not delivered: %(count)s."),
    "bounces.strange": N_(
        "%(file)s is no delivery-status message (RFC 3464). Save the returned mail whole, with its "
        "attachments, as the mail program keeps it (.eml)."
    ),
    "backup.done": N_(
        "%(file)s: the store and its files (%(count)s). Keep the folder of keys separately."
    ),
    "restore.done": N_(
        "Restored: the store and its files (%(count)s). What does not hold: %(breaches)s."
    ),
    "migrate.done": N_("The store has the newest schema."),
    "init.done": N_("The programme %(name)s is there."),
    "programme_slug_taken": N_(
        "There is a programme %(slug)s already. Give the new one another --slug."
    ),
    "owner.done": N_("%(email)s owns %(programme)s. Choose a password at %(url)s"),
    "demo.gone": N_("The demo is gone (seasons: %(seasons)s). Next: award owner EMAIL"),
    "demo.none": N_("There is no demo here; nothing was removed."),
    "demo.log_new": N_("The log of what was tried in the demo went with it; the log begins anew."),
    "demo.log_kept": N_(
        "The log stays whole, for it holds changes of another programme too; "
        "the names of the demo's people are no longer in it."
    ),
    "demo.ready": N_(
        "The demo is ready: a season announced, one in judging, one on stage, one open."
    ),
    "store_missing": N_(
        "There is no store at %(place)s, so nothing was copied. Are the settings of the "
        "installation (AWARD_INSTANCE, AWARD_DATABASE_URL) in the environment of this command?"
    ),
    "store.not_ready": N_(
        "The store is empty or of an earlier version (%(reason)s). Are the settings of the "
        "installation in the environment of this command? Then “award migrate” brings it up to date."
    ),
    "store.refused": N_("The store refused: %(reason)s"),
    "run.local": N_("It listens on %(host)s only. All mail stays at %(url)s"),
    "run.people": N_("Sign in as one of these by a click on the sign-in page:"),
    "run.stop": N_("Ctrl-C stops it; everything is kept."),
    "run.port_taken": N_(
        "Something listens on port %(port)s already. Stop it, or take another port: "
        "make run PORT=8001"
    ),
}
