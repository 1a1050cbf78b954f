"""Defects of the executor, each a small change of the code that somebody could make and believe in."""

from tests.mutants.defect import Defect

GENERATION = "executor/generation.py"
NULLS = "executor/nulls.py"
PLAN = "executor/plan.py"
PLANS = "executor/plans.py"
RUN = "executor/run.py"

DEFECTS = (
    Defect(
        "a null in a list spreads by the nullability of the list around it",
        NULLS,
        "                if field.nullable[depth]:",
        "                if field.nullable[max(depth - 1, 0)]:",
    ),
    Defect(
        "errors below a place that became null later are kept",
        NULLS,
        "        if self.lost or len(self._errors) < 2:",
        "        if self.lost or len(self._errors) < 20_000:",
    ),
    Defect(
        "errors below a place that is null already are added",
        NULLS,
        "        if self.is_nulled(frame, i, key, below):\n            return False\n",
        "",
        ((NULLS, "        if self.lost or len(self._errors) < 2:", "        if True:"),),
    ),
    Defect(
        "what a null has taken is asked for",
        NULLS,
        "        if not self._nulled or above is None or field is None:",
        "        if True or above is None or field is None:",
    ),
    Defect(
        "a denied field passes under another name",
        PLAN,
        "self._is_denied is not None and self._is_denied(plan.nodes):",
        "self._is_denied is not None and self._is_denied(plan.nodes) and plan.key == plan.name:",
    ),
    Defect(
        "siblings share their arguments",
        RUN,
        "            elif field.shares_arguments and all(isinstance(value, Hashable) for value in said.values()):",
        "            else:",
    ),
    Defect(
        "the keys of merged fields come in an order of their own",
        GENERATION,
        "        for position, field in enumerate(selected.fields):",
        "        for position, field in enumerate(sorted(selected.fields, key=lambda each: each.key)):",
    ),
    Defect(
        "a plan is kept without the values of its conditions",
        PLANS,
        "    return tuple(variables.get(name) for name in conditions)",
        "    return tuple(name in variables for name in conditions)",
    ),
    Defect(
        "conditions of fragments are not seen",
        PLANS,
        "    visit(document, found)",
        "    visit(document.definitions[0], found)",
    ),
    Defect(
        "a function that was written for one class reads all",
        GENERATION,
        "            return (by_class.get(cls) or learned(cls, record))[0](record, info)",
        "            return (next(iter(by_class.values()), None) or learned(cls, record))[0](record, info)",
    ),
    Defect(
        "a list is read by the class of its first record",
        GENERATION,
        "            f\"if o.__class__ is not {self._bind(of, 'class_')}:\",",
        '            "if o is None:",',
    ),
    Defect(
        "members of an enumeration are written by their values",
        GENERATION,
        "{id(member): kind.coerce_output_value(member) for member in members}",
        "{id(member): member.value for member in members}",
    ),
    Defect(
        "mutations run at the same time",
        RUN,
        "for together in [[field] for field in fields] if self.plan.is_serial else [fields]:",
        "for together in [fields]:",
    ),
    Defect(
        "a fragment is remembered without its alias",
        GENERATION,
        'return f"{field.key}:{field.name}{below}"',
        'return f"{field.name}{below}"',
    ),
    Defect(
        "what changes while its record does not is remembered",
        GENERATION,
        "        if kind.name in self._traits.volatile:\n            return True\n",
        "",
    ),
    Defect(
        "a record that may be remembered may be null",
        RUN,
        "        if field.nullable[0]:\n            return lambda value: None",
        "        if True:\n            return lambda value: None",
    ),
    Defect(
        "integers have no bounds",
        GENERATION,
        "{variable}.__class__ is int and -2147483648 <= {variable} <= 2147483647",
        "{variable}.__class__ is int",
    ),
    Defect(
        "numbers may be none",
        GENERATION,
        "{variable}.__class__ is float and {variable} - {variable} == 0.0",
        "{variable}.__class__ is float",
    ),
    Defect(
        "an attribute that waits is written as it is",
        GENERATION,
        " or isinstance(value, BaseException) or _awaitable(value.__class__):",
        " or isinstance(value, BaseException):",
    ),
    Defect(
        "generated code does not ask whether a record is of its type",
        GENERATION,
        "        if selected.type.is_type_of is None:\n            return []",
        "        if True:\n            return []",
    ),
    Defect(
        "one selection stands for all types that share it",
        PLAN,
        "        key = (kind.name, tuple(id(each.node) for each in above or ()))",
        '        key = ("", tuple(id(each.node) for each in above or ()))',
    ),
    Defect(
        "nobody is told of records in lists that generated code completes",
        RUN,
        "                    if field.watched and value is not None:",
        "                    if field.watched and value is not None and not isinstance(value, list):",
    ),
    Defect(
        "a run that was cancelled goes on",
        RUN,
        "        if self.is_over:\n            return\n",
        "",
    ),
    Defect(
        "a fault in a callback is lost",
        RUN,
        "            self._fault = self._fault or fault",
        "            del fault",
    ),
    Defect(
        "a failure to compile is kept",
        PLANS,
        "        except Unsupported:",
        "        except Exception:",
    ),
    Defect(
        "a plan is kept for ever",
        PLANS,
        "        while self.size > self._most and len(self._plans) > 1:",
        "        while self.size > self._most * 2**20 and len(self._plans) > 1:",
    ),
)
