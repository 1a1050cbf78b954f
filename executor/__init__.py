"""Runs GraphQL operations that were compiled once: breadth first, a column of values at a time.

It stands on a Strawberry schema and on graphql-core, which is its oracle: the same data, the same errors. It knows
nothing of whose schema it is. What it needs of its host it is told by `Traits`.

- `plan` turns an operation into selections and fields; graphql-core's own field collection does the reading;
- `generation` writes functions for what needs no resolver;
- `run` calls resolvers a column at a time, completes what they return, and bubbles nulls;
- `plans` keeps plans, and says which operations are left to graphql-core;
- `inputs` reads variables and arguments of simple types, and leaves the others to graphql-core;
- `contacts` alone touches the inside of Strawberry and graphql-core.
"""

from executor.contacts import VariableValues, coerced_variables
from executor.fragments import Fragment, Kept, Remembering
from executor.inputs import Inputs
from executor.marks import by_column, pure
from executor.plan import Compiler, Plan, Unsupported
from executor.plans import Left, Plans, chosen, conditions_of
from executor.run import Outcome, run
from executor.traits import Inline, Traits
from executor.written import field_of, fields_of, getter_of, plain, written

__all__ = [
    "Compiler",
    "Fragment",
    "Inline",
    "Inputs",
    "Kept",
    "Left",
    "Outcome",
    "Plan",
    "Plans",
    "Remembering",
    "Traits",
    "Unsupported",
    "VariableValues",
    "by_column",
    "chosen",
    "coerced_variables",
    "conditions_of",
    "field_of",
    "fields_of",
    "getter_of",
    "plain",
    "pure",
    "run",
    "written",
]
