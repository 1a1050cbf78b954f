"""What a contract's new text changes: which fields become visible, which vanish, which terms are others."""

from dataclasses import dataclass

from gateway.rights.contract import Contract, Party


@dataclass(frozen=True, slots=True)
class ContractChanges:
    """`terms` are (name, before, after)."""

    newly_visible: tuple[str, ...]
    vanished: tuple[str, ...]
    terms: tuple[tuple[str, str, str], ...]


def changes(old: Contract, new: Contract) -> ContractChanges:
    before, after = terms_of(old), terms_of(new)
    return ContractChanges(
        newly_visible=tuple(sorted(new.fields - old.fields)),
        vanished=tuple(sorted(old.fields - new.fields)),
        terms=tuple((term, before[term], after[term]) for term in before if before[term] != after[term]),
    )


def terms_of(contract: Contract) -> dict[str, str]:
    """All but the fields, by name, for people to read."""
    return {
        "name": contract.name,
        "agency": _both(contract.agency),
        "purpose": _both(contract.purpose),
        "legal basis": contract.legal_basis,
        "clients": ", ".join(sorted(contract.clients)),
        "relation": f"persons in the register {contract.relation}",
        "rate": f"{contract.rate_per_minute} operations a minute",
        "daily quota": f"{contract.daily_quota} persons",
        "valid": f"{contract.starts} to {contract.expires}",
    }


def _both(party: Party) -> str:
    return f"{party.en} ({party.fa})"
