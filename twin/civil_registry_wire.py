"""The civil registry's envelopes, after docs/systems/civil_registry.md: questions, answers, faults and the WSDL."""

import base64
from collections.abc import Sequence
from xml.sax.saxutils import escape

import msgspec
from lxml import etree

from twin.jalali import yyyymmdd
from twin.trouble import turn
from twin.world import Person

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
EST = "http://est"
OPERATIONS = ("getEstelam3", "getEstelamC")
NOBODYS_DEATH = ("", "0", "00000000", "null")
_ARABIC = str.maketrans({"ی": "ي", "ک": "ك"})

Elements = list[tuple[str, str]]  # names and texts, in the order of the schema


class Question(msgspec.Struct, frozen=True):
    """`nin` without its leading zeros; `birth_date` 0 for any."""

    operation: str
    nin: int
    birth_date: int


def read_question(body: bytes) -> Question:
    """Raises ValueError with a sentence for anything that is not an envelope with one of our operations."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise ValueError("the message is not well-formed XML") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a SOAP message must not have a document type")
    if root.tag != f"{{{SOAP}}}Envelope":
        raise ValueError("the message is not a SOAP 1.1 envelope")
    call = root.find(f"{{{SOAP}}}Body/*")
    if call is None or call.tag not in [f"{{{EST}}}{name}" for name in OPERATIONS]:
        raise ValueError("the body names no operation of this service")
    nin = call.findtext("arg4/nin")
    if nin is None:
        raise ValueError("arg4 has no nin")
    try:
        return Question(etree.QName(call).localname, int(nin), int(call.findtext("arg4/birthDate") or 0))
    except ValueError:
        raise ValueError("nin and birthDate must be numbers") from None


def record(person: Person) -> Elements:
    """EstelamResult3 of a person. Names carry Arabic ي ك; those of two words two spaces, some a space at the end."""
    death = yyyymmdd(person.death) if person.death else NOBODYS_DEATH[turn(person.code, len(NOBODYS_DEATH))]
    return [
        ("birthDate", str(yyyymmdd(person.birth))),
        ("bookNo", str(100 + turn(person.code + "book", 200))),
        ("bookRow", str(1 + turn(person.code + "row", 200))),
        ("deathStatus", "1" if person.death else "0"),
        ("family", _name(person.last_name)),
        ("fatherName", _name(person.father_name)),
        ("gender", "0" if person.female else "1"),
        ("name", _name(person.first_name)),
        ("nin", str(int(person.code))),
        ("officeCode", str(person.office_code)),
        ("officeName", _name(person.issue_place)),
        ("shenasnameNo", str(person.shenasname_no)),
        ("shenasnameSeri", _name(person.shenasname_series)),
        ("shenasnameSerial", str(person.shenasname_serial)),
        ("deathDate", str(death)),
    ]


def refusal(nin: int, message: str) -> Elements:
    """EstelamResult3 with a message instead of a record; some have an empty name, some none."""
    empty: Elements = [("name", "")] if turn(nin, 2) else []
    return [("message", message), *empty, ("nin", str(nin))]


def estelam3(result: Elements) -> bytes:
    return _envelope(f"<est:getEstelam3Response><return>{_xml(result)}</return></est:getEstelam3Response>")


def estelam_c(result: Elements, image: bytes, messages: Sequence[str] = ()) -> bytes:
    said = "".join(f"<message>{escape(message)}</message>" for message in messages) or "<message/>"
    picture = base64.b64encode(image).decode()
    return _envelope(
        f"<est:getEstelamCResponse><return><estelamResult3>{_xml(result)}</estelamResult3>"
        f"<imageResult>{picture}</imageResult>{said}</return></est:getEstelamCResponse>"
    )


def fault(code: str, text: str) -> bytes:
    """`code` is Client or Server."""
    return _envelope(
        f"<soapenv:Fault><faultcode>soapenv:{code}</faultcode><faultstring>{escape(text)}</faultstring></soapenv:Fault>"
    )


def wsdl(url: str) -> bytes:
    return _WSDL.replace("{url}", escape(url)).encode()


def _name(text: str) -> str:
    return base64.b64encode(legacy_spelling(text).encode()).decode()


def legacy_spelling(text: str) -> str:
    spelt = text.translate(_ARABIC).replace(" ", "  ")
    return spelt + " " if turn(text, 5) == 0 else spelt


def _xml(elements: Elements) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in elements)


def _envelope(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{SOAP}" xmlns:est="{EST}"><soapenv:Body>{body}</soapenv:Body>'
        "</soapenv:Envelope>"
    ).encode()


def _sequence(*fields: tuple[str, str, str]) -> str:
    return "".join(f'<xs:element name="{n}" type="{t}" minOccurs="0"{more}/>' for n, t, more in fields)


_MANY = ' maxOccurs="unbounded"'
_RESULT = _sequence(
    ("birthDate", "xs:int", ""),
    ("bookNo", "xs:int", ""),
    ("bookRow", "xs:int", ""),
    ("deathStatus", "xs:int", ""),
    ("family", "xs:base64Binary", ""),
    ("fatherName", "xs:base64Binary", ""),
    ("gender", "xs:int", ""),
    ("message", "xs:string", _MANY),
    ("name", "xs:base64Binary", ""),
    ("nin", "xs:long", ""),
    ("officeCode", "xs:int", ""),
    ("officeName", "xs:base64Binary", ""),
    ("shenasnameNo", "xs:int", ""),
    ("shenasnameSeri", "xs:base64Binary", ""),
    ("shenasnameSerial", "xs:int", ""),
)
_RESULT_3 = _sequence(("deathDate", "xs:string", ""), ("exceptionMessage", "xs:string", ""))
_RESULT_C = _sequence(
    ("estelamResult3", "est:EstelamResult3", _MANY),
    ("imageResult", "xs:base64Binary", ""),
    ("message", "xs:string", _MANY),
)
_CALLS = "".join(
    f'<xs:element name="{name}"><xs:complexType><xs:sequence><xs:element name="arg4" type="est:EstelamQuestion"/>'
    "</xs:sequence></xs:complexType></xs:element>"
    f'<xs:element name="{name}Response"><xs:complexType><xs:sequence><xs:element name="return" type="est:{result}"/>'
    "</xs:sequence></xs:complexType></xs:element>"
    for name, result in zip(OPERATIONS, ("EstelamResult3", "EstelamResultC"), strict=True)
)
_MESSAGES = "".join(
    f'<wsdl:message name="{name}{end}"><wsdl:part name="parameters" element="est:{name}{end}"/></wsdl:message>'
    for name in OPERATIONS
    for end in ("", "Response")
)
_PORT_OPERATIONS = "".join(
    f'<wsdl:operation name="{name}"><wsdl:input message="est:{name}"/><wsdl:output message="est:{name}Response"/>'
    "</wsdl:operation>"
    for name in OPERATIONS
)
_BOUND_OPERATIONS = "".join(
    f'<wsdl:operation name="{name}"><soap:operation soapAction="urn:mediate" style="document"/>'
    '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>'
    "</wsdl:operation>"
    for name in OPERATIONS
)
_WSDL = f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:est="{EST}" targetNamespace="{EST}">
<wsdl:types><xs:schema targetNamespace="{EST}" elementFormDefault="unqualified">
<xs:complexType name="EstelamQuestion"><xs:sequence><xs:element name="nin" type="xs:long"/>
<xs:element name="birthDate" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="EstelamResult"><xs:sequence>{_RESULT}</xs:sequence></xs:complexType>
<xs:complexType name="EstelamResult3"><xs:complexContent><xs:extension base="est:EstelamResult">
<xs:sequence>{_RESULT_3}</xs:sequence></xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="EstelamResultC"><xs:sequence>{_RESULT_C}</xs:sequence></xs:complexType>
{_CALLS}</xs:schema></wsdl:types>
{_MESSAGES}<wsdl:portType name="GSB_SabteAhval_OnlinePortType">{_PORT_OPERATIONS}</wsdl:portType>
<wsdl:binding name="GSB_SabteAhval_OnlineSoap11Binding" type="est:GSB_SabteAhval_OnlinePortType">
<soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>{_BOUND_OPERATIONS}</wsdl:binding>
<wsdl:service name="GSB_SabteAhval_Online">
<wsdl:port name="GSB_SabteAhval_OnlineHttpSoap11Endpoint" binding="est:GSB_SabteAhval_OnlineSoap11Binding">
<soap:address location="{{url}}"/></wsdl:port></wsdl:service></wsdl:definitions>"""
