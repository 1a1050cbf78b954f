"""Rows of `workshop`."""

from typing import Any

from adapters.branch_databases.translate.fields import code, national_id_or_none
from adapters.branch_databases.translate.kinds import named
from gateway.domain.code_pages import CodePage
from gateway.domain.identifiers import BranchCode, WorkshopCode
from gateway.domain.legacy_text import texts
from gateway.domain.workshop import Workshop

_ACTIVE = {"A": True, "I": False}


def workshop_from(row: Any, branch: BranchCode, page: CodePage) -> Workshop:
    name, employer_name, address = texts((row.wsh_name, row.wsh_farm, row.wsh_adrs), page)
    return Workshop(
        code=WorkshopCode(code(row.wshid) or ""),
        branch=branch,
        name=name or "",
        employer_name=employer_name,
        employer=national_id_or_none(row.employer_natcod),
        address=address,
        active=named(_ACTIVE, code(row.stat)),
    )
