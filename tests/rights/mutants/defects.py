"""Defects of rights, each a small change of the code that somebody could make and believe in."""

from tests.mutants.defect import Defect

POLICY = "gateway/rights/policy.py"
FIELDS = "gateway/operation/refused_fields.py"
ADMISSION = "gateway/operation/admission.py"

DEFECTS = (
    Defect(
        "a field that the contract does not name is open",
        POLICY,
        "return rights.contract is not None and coordinate in rights.contract.fields",
        "return rights.contract is not None",
    ),
    Defect(
        "@skip and @include are not heeded by admission",
        FIELDS,
        "for s in selection_set.selections if is_included(s, self._variables))",
        "for s in selection_set.selections)",
    ),
    Defect(
        "an admission is remembered without the values of @skip's variables",
        ADMISSION,
        "key = (understood.digest, name, rights.fingerprint, chosen(understood.conditions, variables))",
        "key = (understood.digest, name, rights.fingerprint)",
    ),
    Defect(
        "an admission is shared between callers",
        ADMISSION,
        "key = (understood.digest, name, rights.fingerprint, chosen(understood.conditions, variables))",
        "key = (understood.digest, name, rights.caller.kind, chosen(understood.conditions, variables))",
    ),
    Defect(
        "an admission is remembered over versions of the contract",
        "gateway/rights/rights.py",
        'f"{self.contract.name}@{self.contract.version}"',
        'f"{self.contract.name}"',
        (("gateway/rights/rights.py", "named, self.scopes", "named, frozenset()"),),
    ),
    Defect(
        "a field passes under another field's name",
        FIELDS,
        '        name = node.name.value\n        if name.startswith("__"):',
        "        name = node.alias.value if node.alias else node.name.value\n"
        '        if name.startswith("__") or name not in getattr(self._graph.get_type(min(types)), "fields", {}):\n'
        "            name = node.name.value\n"
        '        if name.startswith("__"):',
    ),
    Defect(
        "inline fragments are not looked into",
        FIELDS,
        "return self.over(selection.selection_set, narrowed) if narrowed else Yield.EMPTY",
        "return Yield.FACT",
    ),
    Defect(
        "fragments are not looked into",
        FIELDS,
        "self._spread[key] = self.over(fragment.selection_set, narrowed)",
        "self._spread[key] = Yield.FACT",
    ),
    Defect(
        "persons found by node need no relation",
        "gateway/resolvers/node.py",
        "    return await seen(info, key)",
        "    return PersonKey(key)",
    ),
    Defect(
        "the protection list is not asked",
        POLICY,
        "return bool(rights.scopes) and held and not protected",
        "return bool(rights.scopes) and held",
    ),
    Defect(
        "protected persons stand in lists of dependants",
        POLICY,
        "return self.covers(rights, dependent) or not self._registers.protected(dependent)",
        "return True",
    ),
    Defect(
        "the relation is not asked",
        POLICY,
        "held = rights.contract is not None and self._registers.holds(rights.contract.relation, person)",
        "held = rights.contract is not None",
    ),
    Defect(
        "a contract that has ended is still good",
        "gateway/rights/contract.py",
        "return self.starts <= day <= self.expires",
        "return self.starts <= day",
    ),
    Defect(
        "a contract ends a day late",
        "gateway/rights/contract.py",
        "return self.starts <= day <= self.expires",
        "return self.starts <= day <= self.expires + datetime.timedelta(days=1)",
    ),
    Defect(
        "the contract is read again while the request runs",
        POLICY,
        "        if not any(rights.scopes.issuperset(needed) for needed in REQUIRED.get(coordinate, ())):",
        "        rights = self.rights_of(rights.caller)\n"
        "        if not any(rights.scopes.issuperset(needed) for needed in REQUIRED.get(coordinate, ())):",
        (
            (
                "gateway/operation/engine.py",
                "        closed = self.context_value.closed_fields\n",
                "        closed = self.context_value.closed_fields\n"
                "        again = f'{parent_type.name}.{field_details_list[0].node.name.value}'\n"
                "        if self.context_value.policy.releases(self.context_value.rights, again):\n"
                "            closed = {}\n",
            ),
        ),
    ),
    Defect(
        "a group is asked for though all that is selected of it is refused",
        FIELDS,
        "return below is Yield.FACT if self._by_contract else below is not Yield.REFUSED",
        "return below is not Yield.STRUCTURE if self._by_contract else True",
    ),
    Defect(
        "what is refused takes what is open beside it along",
        FIELDS,
        "        return max(found, default=Yield.EMPTY)",
        "        said = set(found)\n"
        "        if said == {Yield.REFUSED, Yield.STRUCTURE}:\n"
        "            return Yield.REFUSED\n"
        "        return max(said, default=Yield.EMPTY)",
    ),
    Defect(
        "a person is refused with a group that is selected of them",
        FIELDS,
        "            return below is not Yield.EMPTY or not self._by_contract\n",
        "            return below > Yield.REFUSED\n",
    ),
    Defect(
        "a workshop is asked for though only persons are open",
        "gateway/resolvers/node.py",
        'if not releases(info, "Workshop"):',
        "if False:",
    ),
    Defect(
        "a refused field is asked for, and blanked when its answer is there",
        "gateway/operation/engine.py",
        "        if closed is None or (closed and",
        "        if closed is not None and closed and is_refused((d.node for d in field_details_list), closed):\n"
        "            import asyncio\n"
        "            asked = super().execute_field(parent_type, source, field_details_list, path, position_context)\n"
        "            if asyncio.iscoroutine(asked):\n"
        "                task = asyncio.ensure_future(asked)\n"
        "                task.add_done_callback(lambda done: done.cancelled() or done.exception())\n"
        "        if closed is None or (closed and",
    ),
    Defect(
        "a summary is started though the entitlement is refused",
        "gateway/resolvers/selection.py",
        "return bool(closed) and _offset(node) in closed",
        "return False",
    ),
    Defect(
        "a dependant's dependants are seen too",
        "gateway/resolvers/dependent.py",
        "facts(roots, own_facts_of, info.context.loaders.dependents_by_supporter)",
        "facts(roots, lambda root: root.national_id, info.context.loaders.dependents_by_supporter)",
    ),
    Defect(
        "a dependant whose cover has ended is still seen",
        POLICY,
        "    if dependent.coverage.status is CoverageStatus.ENDED:\n        return False\n",
        "",
    ),
    Defect(
        "an employer sees every workshop",
        POLICY,
        "return rights.caller.kind is CallerKind.EMPLOYER and workshop in rights.caller.workshops",
        "return rights.caller.kind is CallerKind.EMPLOYER",
    ),
    Defect(
        "a view of one caller is remembered for another",
        "gateway/resolvers/pension.py",
        "    return facts(roots, own_facts_of, info.context.loaders.pensions_by_person)",
        "    new = [root for root in roots if root.national_id not in _SEEN]\n\n"
        "    async def told():\n"
        "        found = await facts(new, own_facts_of, info.context.loaders.pensions_by_person) if new else []\n"
        "        told = dict(zip([root.national_id for root in new], found))\n"
        "        _SEEN.update({k: fact for k, fact in told.items() if not isinstance(fact, Exception)})\n"
        "        return [_SEEN[r.national_id] if r.national_id in _SEEN else told[r.national_id] for r in roots]\n\n"
        "    return __import__('asyncio').ensure_future(told())\n\n\n"
        "_SEEN: dict = {}",
        (
            (
                POLICY,
                "        if rights.caller.kind is not CallerKind.AGENCY or coordinate in STRUCTURAL:",
                "        from gateway.resolvers.pension import _SEEN\n\n"
                '        if _SEEN and coordinate.startswith(("Pension.", "Person.pension")):\n'
                "            return True\n"
                "        if rights.caller.kind is not CallerKind.AGENCY or coordinate in STRUCTURAL:",
            ),
        ),
    ),
)
