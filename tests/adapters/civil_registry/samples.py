"""Answers of the registry, written out by hand."""

import base64

SARA, REZA, AMIR = "0013542419", "0061274801", "0439182654"

JPEG = b"\xff\xd8\xff\xe0 picture"
PNG = b"\x89PNG\r\n\x1a\n picture"


def b64(text: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(encoding)).decode()


def record(**changes: str | None) -> str:
    """The elements of EstelamResult3 of Sara; None leaves one out."""
    elements: dict[str, str | None] = {
        "nin": str(int(SARA)),
        "name": b64("سارا"),
        "family": b64("كريمي  نژاد"),
        "fatherName": b64("رضا"),
        "officeName": b64("تهران"),
        "shenasnameSeri": b64("الف۱۲"),
        "birthDate": "13620512",
        "deathStatus": "0",
        "deathDate": "",
        "gender": "0",
        "bookNo": "12",
        "bookRow": "3",
        "officeCode": "101",
        "shenasnameNo": "0",
        "shenasnameSerial": "654321",
        **changes,
    }
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in elements.items() if text is not None)


def messages(*keys: str) -> str:
    return "".join(f"<message>{key}</message>" for key in keys)


def photo(image: bytes = JPEG, **changes: str | None) -> str:
    encoded = base64.b64encode(image).decode()
    return f"<estelamResult3>{record(**changes)}</estelamResult3><imageResult>{encoded}</imageResult><message/>"


def answer(returned: str, operation: str = "getEstelam3") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header/><soapenv:Body>'
        f'<ns:{operation}Response xmlns:ns="http://est"><return>{returned}</return></ns:{operation}Response>'
        "</soapenv:Body></soapenv:Envelope>"
    )


def fault(text: str) -> str:
    return (
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>'
        f"<soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>{text}</faultstring></soapenv:Fault>"
        "</soapenv:Body></soapenv:Envelope>"
    )
