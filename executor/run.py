"""Runs a plan: calls resolvers a column at a time and completes what they return, by the rules of the specification.

A frame (`frames`) holds all objects of one selection that were reached together; a column is one of its fields, over
all its objects. Nothing here is a task but what resolvers are: a column that waits is woken by the futures it waits
for, and goes on with those that came in the same turn of the loop.

What generated code could not complete, and whatever has resolvers below it, is placed exactly here: value by value, by
the rules of graphql-core, whose words the errors have.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from inspect import CORO_CREATED, getcoroutinestate
from types import CoroutineType
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLError,
    Undefined,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.executor import Executor
from graphql.pyutils import is_iterable

from executor.awaiting import Told, awaited, checked, heard, is_awaited, listed, outcome_of, told
from executor.contacts import (
    LazyInfo,
    Path,
    VariableValues,
    arguments_of,
    helpers_of,
    invalid_return_type_error,
    is_awaitable,
    located_error,
    raw_info,
    runtime_type_name,
    unplaced_info,
    valid_runtime_type,
)
from executor.fragments import Fragment
from executor.frames import Below, Children, Frame, Spot, container
from executor.generation import Surprise
from executor.inputs import values_of
from executor.nulls import Nulls
from executor.plan import Plan
from executor.selection import FieldPlan, How, Selected
from executor.written import written_raw

SLICE = 0.005  # seconds that a long column may hold the loop for
BETWEEN_LOOKS = 16  # values between two looks at the clock
LATER = object()  # holds a place of the answer until what belongs there has been awaited


class Outcome(NamedTuple):
    """`data` is made of dicts, lists, generated structs and fragments: see `written` and `plain`."""

    data: dict[str, Any] | None
    errors: list[GraphQLError]


async def run(plan: Plan, variables: VariableValues, *, context: object, root: object = None) -> Outcome:
    """Cancelling it cancels every resolver that still runs. Raises only what is no Exception of a resolver."""
    running = _Run(plan, variables, context, root)
    data = await running.data()
    return Outcome(data, running.nulls.errors())


class _Column:
    """The values of one field that are waited for."""

    __slots__ = ("arrived", "field", "frame", "is_due", "run")

    def __init__(self, run_: "_Run", frame: Frame, field: FieldPlan) -> None:
        self.run, self.frame, self.field = run_, frame, field
        self.arrived: list[tuple[Spot, asyncio.Future[Any]]] = []
        self.is_due = False

    def wait_for(self, awaitable: Any, spot: Spot) -> None:
        future = self.run.future(awaitable)
        self.run.pending += 1
        future.add_done_callback(lambda done: self._arrive(spot, done))

    def _arrive(self, spot: Spot, future: "asyncio.Future[Any]") -> None:
        """Futures of one batch come one after the other in one turn: they go on together in the next."""
        self.arrived.append((spot, future))
        if not self.is_due:
            self.is_due = True
            self.run.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        arrived, self.arrived, self.is_due = self.arrived, [], False
        if self.run.is_over:
            for _, future in arrived:
                heard(future)
        self.run.guarded(self.run.complete, self.frame, self.field, arrived)
        self.run.ended(len(arrived))


class _Run:
    def __init__(self, plan: Plan, variables: VariableValues, context: object, root: object) -> None:
        self.plan = plan
        self.variables = variables
        self.context = context
        self.root = root
        self.pending = 0
        self.loop = asyncio.get_running_loop()
        self.nulls = Nulls()
        self.is_over = False
        self._unasked: list[CoroutineType[Any, Any, Any]] = []  # generated code met them, and did not want them
        self._unplaced = unplaced_info(context)
        self._tasks: set[asyncio.Future[Any]] = set()
        self._settled: asyncio.Future[None] | None = None
        self._fault: BaseException | None = None
        self._arguments: dict[FieldPlan, dict[str, Any] | Exception] = {}

    async def data(self) -> dict[str, Any] | None:
        selected = self.plan.root
        frame = Frame(selected, None, None)
        frame.add(self.root, selected.blank.copy(), 0, ())
        fields = [field for field in selected.fields if field.how is not How.TYPENAME]
        try:
            for together in [[field] for field in fields] if self.plan.is_serial else [fields]:
                self.start(frame, together)
                await self._until_settled()
                if self.nulls.lost:
                    return None
        finally:
            self.is_over = True
            if self._tasks:
                await self._abandon()
            for coroutine in self._unasked:
                if getcoroutinestate(coroutine) == CORO_CREATED:
                    coroutine.close()
        return frame.outs[0]

    # Waiting

    async def _until_settled(self) -> None:
        if self.pending and not self.nulls.lost and self._fault is None:
            self._settled = self.loop.create_future()
            await self._settled
        if self._fault is not None:
            raise self._fault

    async def _abandon(self) -> None:
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def future(self, awaitable: Any) -> "asyncio.Future[Any]":
        if isinstance(awaitable, asyncio.Future):
            return awaitable  # somebody else's: waited for, never cancelled
        coroutine = awaitable if isinstance(awaitable, CoroutineType) else awaited(awaitable)
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _track(self, values: Sequence[Any]) -> None:
        """Lets awaitables run on that nobody waits for any more, as long as the operation runs."""
        for value in values:
            if is_awaitable(value):
                self.future(value).add_done_callback(heard)

    def ended(self, count: int) -> None:
        self.pending -= count
        is_over = not self.pending or self.nulls.lost or self._fault is not None
        if is_over and self._settled is not None and not self._settled.done():
            self._settled.set_result(None)

    def guarded(self, work: Callable[..., None], *given: Any) -> None:
        """A fault of this module, or what is no Exception, ends the run; it must not vanish in a callback."""
        if self.is_over:
            return
        try:
            work(*given)
        except BaseException as fault:
            self._fault = self._fault or fault

    # Columns

    def start(self, frame: Frame, fields: Sequence[FieldPlan]) -> None:
        """Asks for the values of fields, for all objects of the frame that still stand in the answer."""
        for field in fields:
            if self.nulls.lost:
                return
            standing = self.nulls.standing(frame)
            match field.how:
                case How.DENIED:
                    self.nulls.deny(frame, field)
                case How.COLUMN:
                    if standing:
                        self._ask_column(frame, field, standing)
                case How.ATTRIBUTE:
                    read, name, sources = self.plan.read, field.attribute, frame.sources
                    self._take(frame, field, standing, [_attempt(read, sources[i], name) for i in standing])
                case _:
                    self._take(frame, field, standing, [self._ask(frame, field, i) for i in standing])

    def _ask(self, frame: Frame, field: FieldPlan, i: int) -> Any:
        """What the resolver returns or raises for one object."""
        source = frame.sources[i]
        try:
            said = self._said(frame, field, i)
            if field.how is How.WRAPPED:
                assert field.resolver is not None  # noqa: S101
                return field.resolver(source, self.raw(frame, field, i), **said)
            return _called(field, source, self._info(frame, field, i), said)
        except Exception as error:
            return error

    def _ask_column(self, frame: Frame, field: FieldPlan, standing: Sequence[int]) -> None:
        assert field.column is not None  # noqa: S101
        try:
            said = self._said(frame, field, standing[0])
            sources = [frame.sources[i] for i in standing]
            asked = field.column(sources, self._info(frame, field, standing[0]), **said)
        except Exception as error:
            self._take(frame, field, standing, [error] * len(standing))
            return
        self.pending += 1
        self.future(asked).add_done_callback(lambda done: self._column_came(frame, field, standing, done))

    def _column_came(
        self, frame: Frame, field: FieldPlan, standing: Sequence[int], future: "asyncio.Future[Any]"
    ) -> None:
        if self.is_over:
            heard(future)
        self.guarded(self._take_column, frame, field, standing, future)
        self.ended(1)

    def _take_column(
        self, frame: Frame, field: FieldPlan, standing: Sequence[int], future: "asyncio.Future[Any]"
    ) -> None:
        outcome, many = outcome_of(future), len(standing)
        values = [outcome] * many if isinstance(outcome, Exception) else list(outcome)
        if len(values) != many:
            values = [ValueError("a column has one value for each of its roots")] * many
        self._take(frame, field, standing, values)

    def _take(self, frame: Frame, field: FieldPlan, standing: Sequence[int], values: list[Any]) -> None:
        """A value for each object that stands; those that are still to be awaited are left to a column."""
        if any(map(is_awaited, values)):
            column = _Column(self, frame, field)
            ready: list[int] = []
            for n, value in enumerate(values):
                if is_awaited(value):
                    column.wait_for(value, Spot(standing[n], (), field.type))
                else:
                    ready.append(n)
            standing, values = [standing[n] for n in ready], [values[n] for n in ready]
        self._complete_from(frame, field, standing, values, 0, {})

    def _complete_from(
        self,
        frame: Frame,
        field: FieldPlan,
        standing: Sequence[int],
        values: list[Any],
        begin: int,
        children: Children,
    ) -> None:
        """Completes values from `begin` on. Gives the loop back in between where that takes long."""
        began = time.monotonic() if len(values) > BETWEEN_LOOKS else 0.0
        outs, key = frame.outs, field.key
        complete = self._completing(field)
        for n in range(begin, len(values)):
            i, value = standing[n], values[n]
            if complete is None:
                self._put(frame, field, Spot(i, (), field.type), value, children)
            else:
                try:
                    outs[i][key] = complete(value)
                except Exception as surprise:
                    self._note(surprise)
                    self._put(frame, field, Spot(i, (), field.type), value, children)
                else:
                    if field.watched and value is not None:
                        self._told(frame, field, i, value)
            if not n % BETWEEN_LOOKS and n and time.monotonic() - began > SLICE:
                self.pending += 1
                self.loop.call_soon(self._continue, frame, field, standing, values, n + 1, children)
                return
        self._start_children(children)

    def _completing(self, field: FieldPlan) -> Callable[[Any], Any] | None:
        """A function that completes a value of the field by generated code; None where exactness is needed."""
        function, info = field.value, self._unplaced
        if function is None:
            return None
        selected = field.remembered
        if selected is None or selected.signature is None:
            return lambda value: function(value, info)
        if field.nullable[0]:
            return lambda value: None if value is None else self._remembered(selected, value)
        return lambda value: self._remembered(selected, value)

    def _told(self, frame: Frame, field: FieldPlan, i: int, value: Any, below: Below = ()) -> None:
        self.plan.traits.on_value(self.context, value, lambda: (*frame.path(i), field.key, *below))

    def _continue(
        self,
        frame: Frame,
        field: FieldPlan,
        standing: Sequence[int],
        values: list[Any],
        begin: int,
        children: Children,
    ) -> None:
        self.guarded(self._complete_from, frame, field, standing, values, begin, children)
        self.ended(1)

    def complete(self, frame: Frame, field: FieldPlan, arrived: "list[tuple[Spot, asyncio.Future[Any]]]") -> None:
        """Completes values that came by themselves, unless their place has become null since."""
        children: Children = {}
        for spot, future in arrived:
            if self.nulls.is_nulled(frame, spot.i, field.key, spot.below):
                heard(future)
            else:
                self._put(frame, field, spot, outcome_of(future), children)
        self._start_children(children)

    def _note(self, surprise: Exception) -> None:
        """A coroutine that generated code was given is closed in the end, if the exact way has not run it."""
        value = surprise.args[0] if isinstance(surprise, Surprise) and surprise.args else None
        if isinstance(value, CoroutineType):
            self._unasked.append(value)

    def _start_children(self, children: Children) -> None:
        for (_, whole), child in children.items():
            if child.sources:
                selected = child.selected
                fields = [f for f in selected.fields if f.how is not How.TYPENAME] if whole else selected.later
                self.start(child, fields)

    # Values

    def _put(self, frame: Frame, field: FieldPlan, spot: Spot, value: Any, children: Children) -> None:
        try:
            completed = self._placed(frame, field, spot, value, children)
        except Exception as error:
            self.nulls.fail(error, frame, field, spot.i, spot.below)
            return
        holder, key = container(frame.outs[spot.i], field.key, spot.below)
        holder[key] = completed

    def _placed(self, frame: Frame, field: FieldPlan, spot: Spot, value: Any, children: Children) -> Any:
        """What stands for a value in the answer. Raises what makes its place null."""
        kind = spot.type
        if isinstance(value, Exception):
            raise value
        if is_non_null_type(kind):
            completed = self._placed(frame, field, Spot(spot.i, spot.below, kind.of_type), value, children)
            if completed is None:
                raise TypeError(f"Cannot return null for non-nullable field {field.parent}.{field.name}.")
            return completed
        if value is None or value is Undefined:
            return None
        if is_list_type(kind):
            return self._placed_list(frame, field, spot, value, children)
        if is_leaf_type(kind):
            return Executor.complete_leaf_value(kind, value)
        name = kind.name
        if is_abstract_type(kind):
            info = self.raw(frame, field, spot.i)
            name = value.type_name if isinstance(value, Told) else runtime_type_name(kind, value, info)
            if is_awaitable(name):
                return self._later(frame, field, spot, told(value, name))
            record = value.record if isinstance(value, Told) else value
            name = valid_runtime_type(self.plan.graph, name, kind, field.details, info, record).name
        return self._placed_object(frame, field, spot, value, field.below[name], children)

    def _later(self, frame: Frame, field: FieldPlan, spot: Spot, awaitable: Any) -> Any:
        """Holds the place of what has to be awaited first."""
        _Column(self, frame, field).wait_for(awaitable, spot)
        return LATER

    def _placed_list(self, frame: Frame, field: FieldPlan, spot: Spot, value: Any, children: Children) -> Any:
        if hasattr(value, "__aiter__"):
            return self._later(frame, field, spot, listed(value))
        if not is_iterable(value):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{field.parent}.{field.name}'.")
        item_type, out = spot.type.of_type, []
        for index, item in enumerate(value):
            below = Spot(spot.i, (*spot.below, index), item_type)
            if is_awaited(item):
                out.append(self._later(frame, field, below, item))
                continue
            try:
                out.append(self._placed(frame, field, below, item, children))
            except Exception as error:
                located = located_error(error, field.nodes, [*frame.path(spot.i), field.key, *below.below])
                if is_non_null_type(item_type):
                    raise located from None
                self.nulls.add(located, frame, spot.i, field.key, below.below)
                out.append(None)
        return out

    def _placed_object(
        self, frame: Frame, field: FieldPlan, spot: Spot, value: Any, selected: Selected, children: Children
    ) -> Any:
        is_checked = isinstance(value, Told) and value.is_checked
        value = value.record if isinstance(value, Told) else value
        if selected.watched and not is_checked:
            self._told(frame, field, spot.i, value, spot.below)
        try:
            if selected.asks_later:
                raise Surprise
            out = self._remembered(selected, value) if selected.is_pure else selected.one(value, self._unplaced)
            whole = False
        except Exception as surprise:
            # Once more, exactly: each field by itself.
            self._note(surprise)
            is_type_of = selected.type.is_type_of
            if is_type_of is not None and not is_checked:
                said = is_type_of(value, self.raw(frame, field, spot.i))
                if is_awaitable(said):
                    selected.asks_later = True
                    checking = checked(value, selected.type.name, cast("Awaitable[bool]", said))
                    return self._later(frame, field, spot, checking)
                if not said:
                    raise invalid_return_type_error(selected.type, value, field.details) from None
            out, whole = selected.blank.copy(), True
        if whole or selected.later:
            child = children.get((selected.type.name, whole))
            if child is None:
                child = children[selected.type.name, whole] = Frame(selected, frame, field)
            child.add(value, out, spot.i, spot.below)
        return out

    def _remembered(self, selected: Selected, value: Any) -> Any:
        """The record's JSON where it was written before; else its part of the answer, written for the next time."""
        if value is None or isinstance(value, Exception):
            raise Surprise
        remembering = self.plan.traits.remembering
        kept = remembering(value) if remembering is not None and selected.signature is not None else None
        if kept is None:
            return selected.one(value, self._unplaced)
        fragment = kept.get(selected.signature)
        if fragment is None:
            fragment = kept[selected.signature] = Fragment(written_raw(selected.one(value, self._unplaced)))
        return fragment

    # What resolvers are given

    def _info(self, frame: Frame, field: FieldPlan, i: int) -> LazyInfo:
        return LazyInfo(self.context, field.definition, lambda: self.raw(frame, field, i))  # type: ignore[arg-type]

    def raw(self, frame: Frame, field: FieldPlan, i: int) -> Any:
        plan = self.plan
        return raw_info(
            field.name,
            field.nodes,
            field.field,
            field.parent,
            Path(frame.typed_path(i), field.key, field.parent.name),
            graph=plan.graph,
            fragments=plan.fragments,
            root=self.root,
            operation=plan.operation,
            variables=self.variables,
            context=self.context,
            helpers=helpers_of(self._track),  # made when it is needed: kept, it would hold the run in a circle
        )

    def _said(self, frame: Frame, field: FieldPlan, i: int) -> dict[str, Any]:
        """The arguments of a field. Raises GraphQLError."""
        said = field.arguments
        if said is None:
            said = self._arguments.get(field)
        if said is None:
            said = self._arguments_of(frame, field, i)
            if isinstance(said, Exception):
                self._arguments[field] = said
            elif field.shares_arguments and all(isinstance(value, Hashable) for value in said.values()):
                if field.reads_variables:
                    self._arguments[field] = said
                else:
                    field.arguments = said
        if isinstance(said, Exception):
            raise said
        return said

    def _arguments_of(self, frame: Frame, field: FieldPlan, i: int) -> dict[str, Any] | Exception:
        if field.handed is not None and (said := values_of(field.handed, self.variables)) is not None:
            return said
        try:
            return arguments_of(
                self.plan.schema,
                field.field,
                field.nodes[0],
                self.variables,
                converted_for=None if field.how is How.WRAPPED else field.definition,
                info=lambda: self._info(frame, field, i),
            )
        except Exception as error:
            return error


def _called(field: FieldPlan, source: Any, info: LazyInfo, said: dict[str, Any]) -> Any:
    assert field.definition is not None and field.resolver is not None  # noqa: S101, PT018
    resolver = field.definition.base_resolver
    assert resolver is not None  # noqa: S101
    positional = (source,) if resolver.self_parameter else ()
    named = dict(said)
    for parameter in (resolver.parent_parameter, resolver.root_parameter):
        if parameter is not None:
            named[parameter.name] = source
    if resolver.info_parameter is not None:
        named[resolver.info_parameter.name] = info
    return field.resolver(*positional, **named)


def _attempt(read: Callable[[object, str], Any], source: object, name: str) -> Any:
    try:
        return read(source, name)
    except Exception as error:
        return error
