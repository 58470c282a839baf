"""What makes a finished page a PDF/A-3u and PDF/UA-1 file: its description, and nothing private.

The description is written by hand: it has to say the same as the document information, letter for
letter (ISO 19005-3, 6.6.2), and PDF/UA's one property has to bring its own schema.
"""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Name, String

from exports.pdf.tagging import UNIVERSAL

PRODUCER = "award"
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>{day}T00:00:00Z</xmp:CreateDate>
<pdf:Producer>{producer}</pdf:Producer>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
</rdf:Description>
{universal}</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def describe(pdf: pikepdf.Pdf, *, title: str, author: str, day: date, payload: str) -> None:
    """Write title, author, day and payload into an opened file, and nothing else about it."""
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo["/Title"] = String(title)
    pdf.docinfo["/Author"] = String(author)
    pdf.docinfo["/CreationDate"] = String(f"D:{day:%Y%m%d}000000Z")
    pdf.docinfo["/Producer"] = String(PRODUCER)
    pdf.docinfo["/awardcertificate"] = String(payload)
    said = XMP.format(
        title=escape(title),
        author=escape(author),
        day=day.isoformat(),
        producer=PRODUCER,
        universal=UNIVERSAL,
    )
    pdf.Root.Metadata = pikepdf.Stream(pdf, said.encode(), Type=Name.Metadata, Subtype=Name.XML)
    if "/Outlines" in pdf.Root:
        del pdf.Root.Outlines
    for page in pdf.pages:
        page.obj.Tabs = Name.S
