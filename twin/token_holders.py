"""Whom the sandbox's issuer hands tokens to: `citizen:sara`, `employer:kaveh`, `agency:court` and the like."""

import re
from typing import Any

from twin.named import KAVEHS_WORKSHOP, NAMED
from twin.national_codes import is_valid

EXAMPLES = ("citizen:sara", "employer:kaveh", "agency:court", "developer", "operator")


def claims_of(whom: str, end_user: str | None = None) -> dict[str, Any]:
    """What a token says of its holder. A national code or a workshop's CODE@BRANCH serves for a name.

    Raises ValueError with a sentence for anything else.
    """
    kind, _, name = whom.partition(":")
    match kind:
        case "citizen" if name:
            return _claims("citizen", _person(name), "sandbox-citizens")
        case "employer" if name in NAMED:
            workshops = ["@".join(KAVEHS_WORKSHOP)] if name == "kaveh" else []
            return _claims("employer", _person(name), "sandbox-employers") | {"tamin_workshops": workshops}
        case "employer" if name:
            workshop = _workshop(name)
            return _claims("employer", f"company-{workshop}", "sandbox-employers") | {"tamin_workshops": [workshop]}
        case "agency" if re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
            return _claims("agency", name, name) | ({"tamin_end_user": end_user} if end_user else {})
        case "developer" | "operator" if not name:
            return _claims(kind, kind, kind)
    raise ValueError(f"say one of {', '.join(EXAMPLES)}; a national code or CODE@BRANCH serves for a name")


def _claims(kind: str, subject: str, client: str) -> dict[str, Any]:
    return {"tamin_kind": kind, "sub": subject, "client_id": client}


def _person(name: str) -> str:
    if name in NAMED:
        return NAMED[name].code
    if name.isalpha() and name.isascii():
        raise ValueError(f"the sandbox has no person of that name; it knows {', '.join(NAMED)}")
    if not is_valid(name):
        raise ValueError("a national code has ten digits, the last of which checks the others")
    return name


def _workshop(name: str) -> str:
    """In the sandbox a workshop's code begins with its branch's, so `@BRANCH` can be left out."""
    code, _, branch = name.partition("@")
    branch = branch or code[:4]
    if not re.fullmatch(r"[0-9]{10}", code) or not re.fullmatch(r"[0-9]{4}", branch):
        raise ValueError("a workshop is ten digits, and its branch four: CODE@BRANCH")
    return f"{code}@{branch}"
