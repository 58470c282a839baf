"""What WeasyPrint leaves undone until a page is PDF/A-3u and PDF/UA-1: run before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pydyf

UNIVERSAL = """<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Which part of ISO 14289 the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
"""Says in a file's description that it is PDF/UA-1; PDF/A wants the schema of that said, too."""


def complete(_document: Any, pdf: pydyf.PDF) -> None:
    """Finish a laid out document; ``finisher`` of WeasyPrint's ``write_pdf``."""
    objects = {one.reference: one for one in pdf.objects}
    _describe(objects[pdf.catalog["Metadata"]])
    _set_ornaments_apart(pdf, objects)
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream) and one.extra.get("Subtype") == "/Image":
            one.extra["Interpolate"] = "false"  # ISO 19005-3, 6.2.8


def _describe(metadata: pydyf.Stream) -> None:
    """Write the description so that it can be read without unpacking (ISO 19005-3, 6.6.2)."""
    (said,) = metadata.stream
    metadata.stream = [said.replace(b"</rdf:RDF>", UNIVERSAL.encode() + b"</rdf:RDF>")]
    metadata.compress = False


def _set_ornaments_apart(pdf: pydyf.PDF, objects: dict[bytes, Any]) -> None:
    """Leave pictures without a description out of what is read aloud (ISO 14289-1, 7.3).

    WeasyPrint makes a figure of every picture. One that says nothing becomes an artifact, which
    stands neither in the tree of elements nor in the one that leads from the page back to it.
    """
    leads_back = objects[objects[pdf.catalog["StructTreeRoot"]]["ParentTree"]]["Nums"]
    for figure in _ornaments(pdf):
        objects[figure["P"]]["K"].remove(figure.reference)
        elements = leads_back[2 * pdf.page_references.index(figure["Pg"]) + 1]
        for mark in figure["K"]:
            elements[mark] = b"null"
        _make_artifacts(objects[objects[figure["Pg"]]["Contents"]].stream, figure["K"])
        figure.clear()


def _ornaments(pdf: pydyf.PDF) -> Iterator[pydyf.Dictionary]:
    for one in pdf.objects:
        if isinstance(one, pydyf.Dictionary) and one.get("S") == "/Figure" and "Alt" not in one:
            yield one


def _make_artifacts(drawing: list[Any], marks: Sequence[int]) -> None:
    for at, one in enumerate(drawing):
        if isinstance(one, pydyf.Dictionary) and one.get("MCID") in marks:
            drawing[at - 1 : at + 2] = ["/Artifact", b"BMC", b""]
