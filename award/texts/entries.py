"""Sentences for the codes of ``award.entries``, and the labels of what every entry is asked."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "core_title": N_("Title of the project"),
    "core_title_help": N_("Short and clear: the jury sees it first."),
    "core_category": N_("Category"),
    "core_summary": N_("The project in a few sentences"),
    "core_summary_help": N_("Whom does it help, with what, and how? Two to four sentences."),
    "core_city": N_("City"),
    "core_organisation": N_("University, school or organisation"),
    "core_organisation_help": N_(
        "It keeps people of your own organisation from judging your entry."
    ),
    "core_topics": N_("Topics"),
    "core_topics_help": N_("A few words, separated by commas. They help to find fitting jurors."),
    "season_not_open": N_("This season does not take entries yet."),
    "season_opens_later": N_("Entries are taken from %(opens_at)s on."),
    "entries_closed": N_("This season takes no more entries. You can still read what you wrote."),
    "entries_closed_at": N_(
        "Entries closed on %(closes_at)s. What you handed in before counts, and you can still read "
        "everything you wrote."
    ),
    "entry_is_withdrawn": N_("This entry was withdrawn. It can be read, but not changed."),
    "old_entry_unknown": N_("Choose the entry whose answers your draft is to begin with."),
    "too_many_drafts": N_(
        "You lead %(most)s drafts in this season already. Please go on with one of them, or "
        "withdraw one first."
    ),
    "entry_state": N_("This entry is not in a state that allows this. Please reload the page."),
    "entry_incomplete": N_("The entry cannot be handed in yet. The list says what is missing."),
    "draft_changed": N_(
        "Somebody on your team changed the draft while you were reading it. Please read it once more; nothing was handed in."
    ),
    "nothing_new": N_(
        "Nothing has changed since you last handed in. Receipt %(receipt)s still counts."
    ),
    "withdraw_too_late": N_(
        "The jury has decided, so the entry can no longer be withdrawn. Please write to the organisers."
    ),
    "answer_missing": N_("“%(question)s” has no answer yet."),
    "answer_file_missing": N_("“%(question)s” needs a file."),
    "answer_missing_since": N_(
        "“%(question)s” has no answer yet. The organisers ask everybody for it since %(since)s."
    ),
    "answer_file_missing_since": N_(
        "“%(question)s” needs a file. The organisers ask everybody for it since %(since)s."
    ),
    "choice_withdrawn": N_(
        "“%(question)s”: “%(choice)s” is no longer offered. Please choose again."
    ),
    "question_withdrawn": N_(
        "The organisers no longer ask “%(question)s”. What you had answered before is kept; what "
        "you typed since is not saved. Please reload the page."
    ),
    "too_many_words": N_("“%(question)s”: %(count)s words, at most %(most)s are allowed."),
    "too_few_words": N_("“%(question)s”: %(count)s words, at least %(least)s are asked for."),
    "too_many_characters": N_(
        "“%(question)s”: %(count)s characters, at most %(most)s are allowed."
    ),
    "number_too_small": N_("“%(question)s” must be at least %(least)s."),
    "number_too_large": N_("“%(question)s” must be at most %(most)s."),
    "too_many_files": N_("Files for “%(question)s”: at most %(most)s."),
    "answer_not_text": N_("Please write text here."),
    "answer_far_too_long": N_("This text is too long to keep: at most %(most)s characters."),
    "answer_not_an_option": N_("Please choose one of the options."),
    "answer_not_a_number": N_("Please write a number, such as 1500 or 2.5."),
    "answer_not_a_date": N_("Please give a date that exists, such as 2026-05-31."),
    "answer_not_a_link": N_(
        "Please give a whole web address, such as https://example.org/project."
    ),
    "too_many_topics": N_("Please name at most %(most)s topics."),
    "file_not_an_answer": N_("Files are uploaded on the page of files."),
    "birth_date_missing": N_("%(name)s: the birth date is missing."),
    "birth_date_impossible": N_("Please check the birth date: it cannot be right."),
    "too_young": N_(
        "%(name)s is younger than %(least)s on %(day)s, the youngest age that may enter. Check the birth date."
    ),
    "too_old": N_(
        "%(name)s is older than %(most)s on %(day)s, the oldest age that may enter. Check the birth date."
    ),
    "team_too_small": N_(
        "The team has %(count)s of at least %(least)s members. Invite more people."
    ),
    "team_too_large": N_(
        "The team has %(count)s members, at most %(most)s may enter together. Take somebody off the team."
    ),
    "too_few_students": N_(
        "%(students)s of %(members)s in the team said that they study; at least %(percent)s %% "
        "must. Each says it under “About you”."
    ),
    "consent_missing": N_("“%(consent)s”: the agreement of %(name)s is missing."),
    "guardian_consent_missing": N_(
        "“%(consent)s”: the agreement of a parent or guardian is missing (for %(name)s)."
    ),
    "consent_required_missing": N_(
        "Without the consents marked as required the entry cannot take part. If you do not agree, "
        "just close this page: nothing is recorded."
    ),
    "guardian_link_dead": N_(
        "This link was used already or is too old. If you have given your consent, nothing is left to do. Otherwise ask for a new link: it is sent from the page “About you” of the entry."
    ),
    "guardian_name_missing": N_("Please give the full name of the parent or guardian."),
    "guardian_is_team": N_(
        "This address belongs to somebody of the team. Please give the guardian's own."
    ),
    "no_guardian_needed": N_("No guardian's consent is needed: you can agree yourself."),
    "nothing_chosen": N_(
        "Nothing was chosen that is still missing. Please tick what the form says."
    ),
    "already_in_team": N_("This person is on the team already."),
    "team_full": N_(
        "The team is full: at most %(most)s people, open invitations included. Cancel one to invite "
        "somebody else."
    ),
    "too_many_invitations": N_(
        "%(most)s invitations were sent already. Please write to the organisers."
    ),
    "lead_cannot_leave": N_("The team lead cannot leave. Hand over the lead first."),
    "already_lead": N_("This person leads the team already."),
    "extension_not_later": N_("The new deadline must lie in the future and after the present one."),
    "extension_too_late": N_("Judging has begun or the season is not open; the deadline is fixed."),
    "not_screenable": N_(
        "Only an entry that was handed in and not yet decided on can be screened."
    ),
    "entry_changed": N_(
        "The team handed in a newer version while you were reading. Please look at it first; "
        "nothing was recorded."
    ),
    "source_missing": N_("Say how it came and when."),
    "title_missing": N_("Give the project its title."),
    "signed_on_missing": N_("Give the day on which the form was signed; it cannot lie ahead."),
    "entry_there_already": N_(
        "This lead already has an entry of this title in the season. Choose another title."
    ),
    "bulk_already": N_("That is how it is already."),
    "bulk_own_team": N_("You are on this team yourself, so a colleague has to do it."),
    "bulk_draft": N_("Nothing was handed in yet; the draft is the team's own."),
    "bulk_changed": N_(
        "Meanwhile something has changed, so that something else would happen. Please look again; "
        "nothing was done."
    ),
    "move_too_late": N_("The jury has decided, so the entry stays in its category."),
    "category_unknown": N_("Please choose one of the season's categories."),
    "message_empty": N_("Please write something first."),
    "message_too_long": N_("The message is too long: at most %(most)s characters."),
    "too_many_messages": N_(
        "%(most)s messages of your team wait for an answer already. Please wait until the "
        "organisers have read them."
    ),
    "settlement_missing": N_("Please say in a few words what was done."),
    "upload_empty": N_("The file is empty. Please check it and send it again."),
    "file_extension": N_(
        "This kind of file is not taken here. Please send one of: %(extensions)s."
    ),
    "file_heic": N_(
        "This photo has the iPhone's HEIC format, which many computers cannot open. Send a screenshot of it, or choose “Most Compatible” under Settings, Camera, Formats and take it again."
    ),
    "file_larger": N_("The file is larger than %(megabytes)s MB. Please send a smaller one."),
    "file_signature": N_(
        "The file's content is not what its name says (.%(extension)s). Please save it again in that format; renaming is not enough."
    ),
    "file_places_taken": N_(
        "All places for this question are taken (%(most)s). Remove a file first."
    ),
    "part_unnamed": N_(
        "The browser did not say which piece of which file this is. Please reload the page and "
        "upload the file again."
    ),
    "part_elsewhere": N_("The upload goes on at another place. Please wait a moment."),
    "part_too_long": N_(
        "The browser sent more of the file at once than was agreed. Please reload the page and "
        "upload the file again."
    ),
    "part_damaged": N_(
        "The file was damaged on its way, or changed while it was sent. Please upload it again."
    ),
    "file_none": N_("Please choose a file."),
    "pdf_broken": N_("This PDF cannot be read. Please save or print it as PDF once more."),
    "pdf_encrypted": N_("This PDF asks for a password. Please save it without one."),
    "pdf_active": N_(
        "This PDF carries scripts, forms that send, or attached files. Please print it as PDF and "
        "send the result."
    ),
    "image_broken": N_("This picture cannot be read. Please save it once more."),
    "image_too_large": N_("This picture has more than 60 million points. Please make it smaller."),
    "zip_broken": N_("This archive cannot be read. Please pack it once more."),
    "zip_too_large": N_("This archive unpacks to too much. Please send less, or several files."),
    "zip_unsafe": N_(
        "This archive holds programs, other archives or paths that lead outside. Please pack only "
        "documents and pictures."
    ),
    "zip_encrypted": N_("This archive asks for a password. Please pack it without one."),
    "office_broken": N_("This document cannot be read. Please save it once more, or as PDF."),
    "office_macros": N_("This document holds macros. Please save it without them, or as PDF."),
    "video_broken": N_("This video cannot be read. Please export it once more as MP4."),
}
