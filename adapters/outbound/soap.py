"""SOAP 1.1 envelopes: built, and read without trusting a byte of them."""

from lxml import etree

from gateway.domain.failure import Source, SourceFailure, SourceIncoherent, SourceRefusedUs, SourceUnavailable

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


def envelope(content: etree._Element) -> bytes:
    """`content` as the one child of the body, in UTF-8."""
    root = etree.Element(etree.QName(ENVELOPE, "Envelope"), nsmap={"soapenv": ENVELOPE})
    etree.SubElement(root, etree.QName(ENVELOPE, "Body")).append(content)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def content_of(source: Source, body: bytes) -> etree._Element:
    """The one child of the body. Raises the failure that a soapenv:Fault stands for, or SourceIncoherent."""
    root = parse(source, body)
    content = root.find(f"{{{ENVELOPE}}}Body/*")
    if root.tag != f"{{{ENVELOPE}}}Envelope" or content is None:
        raise SourceIncoherent(source, "the answer is not a SOAP envelope with a body")
    if content.tag == f"{{{ENVELOPE}}}Fault":
        raise failure_of_fault(source, content)
    return content


def parse(source: Source, body: bytes) -> etree._Element:
    """The root element. No entities, no DTD, no network, nothing but UTF-8, no depth or text beyond libxml2's limits;
    the channel has capped the size. Raises SourceIncoherent."""
    # UTF-8 is forced below, whatever the declaration says, so a DTD cannot hide in another encoding.
    if b"<!DOCTYPE" in body:
        raise SourceIncoherent(source, "the XML brings a DTD")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise SourceIncoherent(source, "the answer is not well-formed XML in UTF-8") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceIncoherent(source, "the XML brings a DTD")
    return root


def failure_of_fault(source: Source, fault: etree._Element) -> SourceFailure:
    """By SOAP 1.1 section 4.4.1: Client means that our message is wrong, all else a trouble of the system's own."""
    code = (fault.findtext("faultcode") or "").rpartition(":")[2].partition(".")[0]
    if code == "Client":
        return SourceRefusedUs(source, "SOAP Fault Client")
    return SourceUnavailable(source, "SOAP Fault")
