"""The operations that the journeys send."""

PROVENANCE = "provenance { source freshness ageSeconds fetchedAt }"

# Every first-level group of facts, each under its own field; `photo` is asked apart, since it is a call of its own.
GROUPS = {
    "identity": f"identity {{ firstName lastName birth {{ jalali gregorian precision }} lifeStatus {PROVENANCE} }}",
    "dependents": "dependents { relation firstName lastName coverage { status } }",
    "insurance": f"insurance {{ status links {{ branch kind status }} {PROVENANCE} }}",
    "contributionSummary": f"contributionSummary {{ days months byKind {{ kind days }} {PROVENANCE} }}",
    "contributionRecords": "contributionRecords(first: 5) { complete gaps { branch code }"
    " edges { cursor node { month days wage branch standing } } pageInfo { hasNextPage endCursor } }",
    "pension": "pension { kind status monthlyAmount }",
    "unemployment": "unemployment { stage approval"
    " entitlement { monthsEntitled monthsDrawn monthsLeft dailyBenefit } }",
    "payments": "payments(first: 5) { totalCount edges { node { state amount findings } } }",
    "debts": "debts(first: 5) { complete gaps { branch code } edges { node { number branch remaining stage } } }",
}
SOURCE_OF = {
    "identity": "CIVIL_REGISTRY",
    "dependents": "BRANCH_DATABASES",
    "insurance": "BRANCH_DATABASES",
    "contributionSummary": "BRANCH_DATABASES",
    "contributionRecords": "BRANCH_DATABASES",
    "pension": "BRANCH_DATABASES",
    "unemployment": "LABOUR_MINISTRY",
    "payments": "BANK_REFAH",
    "debts": "BRANCH_DATABASES",
}
PROFILE = "query Profile($id: NationalId!) { person(nationalId: $id) { nationalId " + " ".join(GROUPS.values()) + " } }"
