"""The statements, one a fact group. Each names in `asked` the code whose row it is, as the branch spells it.

All are built once and differ by their arguments only, so that a branch prepares each once.
"""

import sqlalchemy as sa

from adapters.branch_databases.wire.spelling import among
from adapters.branch_databases.wire.tables import (
    bail,
    claim_order,
    debit_ledger,
    insured,
    insured_branch,
    pensioner,
    workshop,
    workshop_branch,
)

INSURANCES = sa.select(insured.c.per_natcod.label("asked"), *insured.c).where(
    among(insured.c.per_natcod, "codes", 10, zeros=True)
)

DEPENDENTS = sa.select(bail.c.sup_natcod.label("asked"), *bail.c).where(
    among(bail.c.sup_natcod, "codes", 10, zeros=True)
)

PENSIONS = sa.select(pensioner.c.per_natcod.label("asked"), *pensioner.c).where(
    among(pensioner.c.per_natcod, "codes", 10, zeros=True)
)

WORKSHOPS = sa.select(workshop.c.wshid.label("asked"), *workshop.c).where(among(workshop.c.wshid, "codes", 10))

LEDGERS = sa.select(debit_ledger.c.debit_no.label("asked"), *debit_ledger.c).where(
    among(debit_ledger.c.debit_no, "codes", 12)
)

CLAIM_ORDERS = sa.select(claim_order.c.wshid.label("asked"), *claim_order.c).where(
    among(claim_order.c.wshid, "codes", 10)
)

# The directory, a page at a time, in an order that no two rows share.
INSURED_BRANCHES = (
    sa.select(insured_branch.c.natcod, insured_branch.c.brcode, insured_branch.c.seq)
    .where(insured_branch.c.seq > sa.bindparam("last", type_=sa.BigInteger()))
    .order_by(insured_branch.c.seq)
    .limit(sa.bindparam("page", type_=sa.BigInteger()))
)
WORKSHOP_BRANCHES = (
    sa.select(
        workshop_branch.c.wshid, workshop_branch.c.brcode, workshop_branch.c.employer_natcod, workshop_branch.c.seq
    )
    .where(workshop_branch.c.seq > sa.bindparam("last", type_=sa.BigInteger()))
    .order_by(workshop_branch.c.seq)
    .limit(sa.bindparam("page", type_=sa.BigInteger()))
)
