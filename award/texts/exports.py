"""Sentences for what the pure package ``exports`` refuses: tables, keys, signatures, files."""

from __future__ import annotations

from award.texts.marking import N_

TEXTS = {
    "at_row": N_("row %(row)s"),
    "at_column": N_("column “%(column)s”"),
    "verified_certificate": N_(
        "certificate %(number)s for %(name)s, %(by)s, %(season)s, issued on %(on)s: genuine"
    ),
    "verified_pdf_by_key": N_("file unchanged since the issuer signed it: holds"),
    "verified_pdf_by_other": N_(
        "file unchanged since the signer named by the issuer signed it: holds"
    ),
    "verified_badge": N_("genuine Open Badge: %(title)s for %(name)s, issued by %(by)s"),
    "verified_badge_by_key": N_("signed by the issuer's key: holds"),
    "verified_badge_not_revoked": N_("not revoked, says %(address)s"),
    "verified_badge_status_unasked": N_(
        "whether it was revoked: not checked offline; “award verify --status” asks the issuer's site"
    ),
    "verified_badge_without_status": N_(
        "whether it was revoked: the badge names no place to ask; its public page says so"
    ),
    "verified_code_by_key": N_("code of the page, signed by the issuer's key: holds"),
    "verified_payload_by_key": N_("signed data, as in the QR code: holds"),
    "verified_payload_by_other": N_(
        "signed data: covered by the file's signature; its own key was not given, so not checked"
    ),
    "verified_audit": N_(
        "audit export: the chain of %(rows)s rows holds, nothing was cut off or added; it ends with "
        "%(head)s"
    ),
    "verified_bundle": N_(
        "result bundle of %(season)s, round %(round)s: unchanged since the issuer sealed it, "
        "SHA-256 %(digest)s"
    ),
    "verified_bundle_replay": N_(
        "whether its numbers follow from its scores: “award replay” computes them again"
    ),
    "file_missing": N_("There is no such file. Check the name and the folder."),
    "file_is_folder": N_("This is a folder. Name a file in it."),
    "file_blank": N_("The file is empty."),
    "file_unreadable": N_("The file cannot be opened: %(why)s."),
    "file_empty": N_("The file has no header row. The first row must name the columns."),
    "table_empty": N_(
        "The file has a header, but no rows below it. Check that this is the right sheet."
    ),
    "table_too_large": N_("The workbook is too large when unpacked. Save it as CSV and try again."),
    "encoding_unknown": N_("The text is neither UTF-8 nor Windows-1251. Save the file as UTF-8."),
    "format_old_xls": N_("This is an old .xls workbook. Save it as .xlsx or CSV and try again."),
    "format_unknown": N_(
        "This is neither a CSV file nor an XLSX workbook. Save the table as one of them and send it again."
    ),
    "quote_unclosed": N_(
        "A quotation mark is not closed here, or stands inside a cell without being doubled."
    ),
    "row_too_long": N_(
        "This row has more cells than the header, which has %(width)s. If the columns are named "
        "further down, say in which row: header_row = 2 in a mapping file."
    ),
    "sheet_missing": N_("There is no sheet “%(sheet)s”. The workbook has: %(found)s."),
    "sheet_error": N_("The cell holds the error %(value)s. Correct the formula or the value."),
    "cell_too_long": N_("A cell in this row is too long to be read. Shorten it."),
    "column_missing": N_("This column is missing. The file has: %(found)s."),
    "column_doubled": N_("Two columns have this name. Rename one of them."),
    "cell_empty": N_("This cell is empty, but a value is needed."),
    "not_a_number": N_("“%(value)s” is not a number. Write it like 7.5 or 7,5."),
    "mapping_not_toml": N_("The mapping file cannot be read: %(why)s."),
    "mapping_key_unknown": N_("The mapping file has no such setting. Check how it is spelled."),
    "mapping_value": N_("This setting of the mapping file should look like %(expected)s."),
    "mapping_collision": N_(
        "After the mapping, two columns would have this name. Leave one of them out."
    ),
    "kind_unknown": N_("“%(value)s” is no kind of certificate. Use one of: %(known)s."),
    "language_unknown": N_("“%(value)s” is no language we print. Use one of: %(known)s."),
    "place_malformed": N_("“%(value)s” is no place. Write 1, or 2–3 where a place is shared."),
    "template_unknown": N_("There is no template “%(value)s”. Use one of: %(known)s."),
    "name_missing": N_("The certificate has no name on it. Fill it in."),
    "colour_malformed": N_("“%(value)s” is no colour. Write it like #0b6650."),
    "picture_unreadable": N_(
        "The logo or a signature is no PNG, JPEG or WebP picture. Save it as one of these and upload it again."
    ),
    "print_too_long": N_(
        "“%(text)s…” is too long to be printed in letters that anybody can read. Shorten it."
    ),
    "letters_missing": N_(
        "None of the fonts can print “%(letters)s”. Write the name in Latin, Cyrillic, Greek, Georgian or Armenian letters."
    ),
    "orientation_unknown": N_("“%(value)s” is no orientation. Use one of: %(known)s."),
    "design_unreadable": N_(
        "The design lacks something beside its HTML page, or its table of sizes is wrong: %(why)s."
    ),
    "design_overflows": N_("The design takes more than one page. Give its texts less room."),
    "slot_lost": N_(
        'The design never shows slot("%(slot)s") as plain text of the page. Give it a place without opacity, filter or turning.'
    ),
    "rendering_too_long": N_(
        "Laying out the page took more than %(seconds)s seconds and was stopped. Make the design simpler."
    ),
    "rendering_too_large": N_(
        "Laying out the page took more than %(megabytes)s MB and was stopped. Make the design simpler."
    ),
    "rendering_failed": N_(
        "Laying out the page failed. Try again; if it fails again, look at the design."
    ),
    "fonts_missing": N_("The fonts for printing are not installed. Run “make setup”."),
    "asset_refused": N_("The page asks for something that it may not load: %(why)s."),
    "key_missing": N_("There is no key file of this name. Check the name and the folder."),
    "key_passphrase": N_(
        "The key is locked. Put its passphrase into AWARD_KEY_PASSPHRASE and try again."
    ),
    "key_unusable": N_(
        "The file holds no Ed25519, P-256 or RSA key in PEM or P12 form. Choose another file."
    ),
    "p12_unreadable": N_(
        "This is no P12 (PKCS#12) file, or it is locked in a way that is too old. Export it again where the key came from."
    ),
    "p12_too_large": N_("A P12 file has a few kilobytes; this one has more than %(kilobytes)s."),
    "p12_passphrase": N_(
        "This passphrase does not open the file. Mind capital letters and the keyboard's language."
    ),
    "p12_no_key": N_(
        "The file holds certificates, but no private key. Export it once more with the private key."
    ),
    "p12_no_certificate": N_(
        "The file holds a private key, but not its certificate. Export both into one file."
    ),
    "p12_kind_of_key": N_(
        "The key is neither P-256 nor RSA of at least %(bits)s bits; PDF files are signed with one "
        "of these."
    ),
    "p12_early": N_(
        "The certificate is valid from %(day)s on. Until then the programme's own key can sign."
    ),
    "p12_expired": N_(
        "The certificate of %(holder)s expired on %(day)s. Ask who issued it for a new one; until "
        "then the programme's own key can sign."
    ),
    "p12_not_for_signing": N_(
        "This certificate is not meant for signing documents. Ask who issued it for one that is."
    ),
    "p12_locked": N_(
        "The uploaded signing key can no longer be opened, because the installation's secret key "
        "was changed. The owner uploads it once more, or goes back to the programme's own key."
    ),
    "issuer_unusable": N_(
        "The issuer's file holds no certificate and no public key. Ask the issuer for the public keys."
    ),
    "number_malformed": N_("“%(typed)s” is no certificate number: it has 14 letters and digits."),
    "number_mistyped": N_("The number “%(typed)s” is mistyped: its last character does not fit."),
    "pdf_unsignable": N_("The PDF cannot be signed: %(why)s."),
    "pdf_unreadable": N_("The PDF is damaged and cannot be read. Download it once more."),
    "pdf_unsigned": N_("The PDF carries no signature."),
    "pdf_several_signatures": N_("The PDF carries more than one signature; ours have one."),
    "pdf_changed": N_("The file was changed after it was signed."),
    "pdf_unknown_issuer": N_("signed by an unknown issuer"),
    "pdf_not_of_payload": N_("The signed data belongs to another file."),
    "badge_malformed": N_("This is no Open Badge signed with EdDSA, or it is damaged."),
    "badge_changed": N_(
        "The badge names this issuer, but the signature does not fit: it was changed, cut, or signed "
        "by somebody else."
    ),
    "badge_unknown_issuer": N_("signed by an unknown issuer"),
    "badge_of_another": N_("The badge names another issuer than the one who signed it."),
    "badge_revoked": N_("The issuer has revoked this badge: it is no longer valid."),
    "badge_status_malformed": N_(
        "What the issuer's site answered is no status of this badge. Look at the badge's public page."
    ),
    "badge_status_unreachable": N_(
        "%(address)s does not say whether the badge was revoked: %(why)s. Try again later, or "
        "without --status."
    ),
    "payload_missing": N_("The PDF is no certificate of ours: it carries no signed data."),
    "payload_malformed": N_("The signed data in the file is damaged."),
    "payload_unknown_issuer": N_("signed by an unknown issuer"),
    "unknown_issuer": N_("signed by an unknown issuer"),
    "file_kind_unknown": N_(
        "This is neither a certificate nor a badge nor a result bundle nor an audit export, so there "
        "is nothing to verify."
    ),
    "seal_malformed": N_("The seal at the end of the file is damaged."),
    "seal_broken": N_("The seal belongs to other content: this is not what was sealed."),
    "bundle_unreadable": N_("The result bundle is damaged or was cut off: it cannot be read."),
    "bundle_malformed": N_("The file lacks parts of a result bundle, or has parts of none."),
    "bundle_version": N_(
        "This is a result bundle of version %(version)s, which this program does not know. Use a "
        "newer one."
    ),
    "bundle_rewritten": N_(
        "The file was written anew or added to: it is not byte for byte what was sealed."
    ),
    "bundle_changed": N_("The result bundle was changed: its digest does not fit its content."),
    "bundle_input_changed": N_(
        "The scores and rules are not those that the result names as its input."
    ),
    "replay_impossible": N_("The result cannot be computed from the bundle: %(why)s"),
    "replay.identical": N_(
        "%(count)s numbers and places come out identical; engine %(engine)s, as published."
    ),
    "replay.agrees": N_(
        "%(exact)s plain values come out exactly, %(drawn)s drawn or estimated ones within their "
        "error; published by engine %(engine)s with %(libraries)s, computed here by %(here)s."
    ),
    "replay.seal": N_("The seal is this issuer's."),
    "replay.unsealed": N_(
        "The seal was not checked against an issuer: %(why)s. “award verify --issuer” does that."
    ),
    "replay.differs": N_("%(path)s: published %(published)s, computed %(computed)s"),
    "replay.failed": N_("%(count)s of %(compared)s values do not come out as published."),
    "audit_altered": N_("The audit log was altered at row %(row_id)s."),
    "audit_missing": N_("The audit log lacks row %(row_id)s."),
    "audit_unsealed": N_(
        "The audit export has no seal on its last line: its end was cut off, or it was made by an "
        "older version."
    ),
    "audit_changed": N_("The audit export was changed, cut or extended after it was sealed."),
    "audit_malformed": N_("The audit log is damaged: this row is not a row of an export."),
}
