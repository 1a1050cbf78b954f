"""Dependency: of parents and husbands whom the family knows as such, who draw no pension and are not insured."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import is_linked, pension_of, relation_to, written
from twin.world import AS_OF, World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    candidate = form["candidateCode"]
    if relation_to(world, applicant, candidate) != form["relation"]:
        return Decision(False, "نسبت این فرد با بیمه‌شده احراز نشد.")
    if pension_of(world, candidate) or is_linked(world, candidate):
        return Decision(False, "این فرد خود از بیمه یا مستمری برخوردار است.")
    return Decision(True, "کفالت برقرار شد.", {"since": written(AS_OF)})


DESK = Desk(path="dependency", decide=decide)
