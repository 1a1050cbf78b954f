"""SOAP 1.1 envelopes: built, and read without trusting a byte of them."""

from lxml import etree

from gateway.domain.failure import Source, SourceFailure, SourceIncoherent, SourceRefusedUs, SourceUnavailable

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_ROOT, _BODY, _FAULT = f"{{{ENVELOPE}}}Envelope", f"{{{ENVELOPE}}}Body", f"{{{ENVELOPE}}}Fault"
_OPENING = (
    f'<?xml version="1.0" encoding="utf-8"?>\n<soapenv:Envelope xmlns:soapenv="{ENVELOPE}"><soapenv:Body>'.encode()
)
_CLOSING = b"</soapenv:Body></soapenv:Envelope>"

# No entities, no DTD, no network, nothing but UTF-8, no depth or text beyond libxml2's limits. One parser for all: it
# parses each body to its end before it is given the next.
_PARSER = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    dtd_validation=False,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
)


def envelope(content: bytes) -> bytes:
    """`content`, well-formed and in UTF-8, as the one child of the body."""
    return _OPENING + content + _CLOSING


def content_of(source: Source, body: bytes) -> etree._Element:
    """The one child of the body. Raises the failure that a soapenv:Fault stands for, or SourceIncoherent."""
    root = parse(source, body)
    inside = child_named(root, _BODY)
    content = None if inside is None else next(iter(inside), None)
    if root.tag != _ROOT or content is None:
        raise SourceIncoherent(source, "the answer is not a SOAP envelope with a body")
    if content.tag == _FAULT:
        raise failure_of_fault(source, content)
    return content


def child_named(element: etree._Element, tag: str) -> etree._Element | None:
    """The first child of that name. Walked to, since lxml would compile and run a path."""
    for child in element:
        if child.tag == tag:
            return child
    return None


def parse(source: Source, body: bytes) -> etree._Element:
    """The root element, whose size the channel has capped. Raises SourceIncoherent."""
    # UTF-8 is forced, whatever the declaration says, so a DTD cannot hide in another encoding.
    if b"<!DOCTYPE" in body:
        raise SourceIncoherent(source, "the XML brings a DTD")
    try:
        root = etree.fromstring(body, _PARSER)
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
