"""A plugin's reader is held to its contract while the house reads: what breaks it is said, and whose it is."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from relationkit.errors import ContractBrokenError, NotSupportedError
from relationkit.plugins import SupportsFeedback, SupportsOutbox, open_adapter
from relationkit.plugins.adapters.memory import MemoryAdapter
from relationkit.plugins.holding import held_to_contract
from relationkit.records import Assignment, Child, ChildId


def a_child(number: int) -> Child:
    return Child(id=ChildId(f"k{number}"))


class Reader(MemoryAdapter):
    """Holds two children; ``then`` is what its stream does after them."""

    then: Callable[[], Iterator[Any]] = staticmethod(lambda: iter(()))

    def children(self, **filters: Any) -> Iterator[Child]:
        yield a_child(1)
        yield a_child(2)
        yield from self.then()


def reading(then: Callable[[], Iterator[Any]]) -> Any:
    reader = Reader("")
    reader.then = then  # type: ignore[method-assign]  # how it breaks
    return held_to_contract(reader, plugin="'acme' from acme 1.0")


def half_way() -> Iterator[Child]:
    raise KeyError("Wren Quillaby")
    yield


def test_good_records_pass_as_they_are() -> None:
    assert list(reading(lambda: iter(())).children()) == [a_child(1), a_child(2)]


@pytest.mark.parametrize(
    ("then", "what"),
    [
        (lambda: iter([{"id": "k3"}]), "'children' gave dict where Child belongs, after 2 records"),
        (lambda: iter([None]), "'children' gave NoneType where Child belongs, after 2 records"),
        (half_way, "'children' raised KeyError after 2 records"),
    ],
    ids=["a dict", "nothing", "a stream that breaks"],
)
def test_what_breaks_the_contract_is_named_with_the_plugin_and_without_a_value(
    then: Callable[[], Iterator[Any]], what: str
) -> None:
    got = []

    with pytest.raises(ContractBrokenError, match=what) as refusal:
        got.extend(each.id for each in reading(then).children())

    assert "'acme' from acme 1.0" in str(refusal.value)
    assert "Quillaby" not in str(refusal.value)
    assert "k3" not in str(refusal.value)
    assert (refusal.value.kind, refusal.value.code) == ("children", "RK-3005")


def test_a_record_of_another_kind_is_no_record_of_this() -> None:
    spell = Assignment.model_validate(
        {"id": "a", "child_id": "k", "worker_id": "w", "role": "social_worker", "started_on": date(2025, 1, 1)}
    )

    with pytest.raises(ContractBrokenError, match="gave Assignment where Child belongs"):
        list(reading(lambda: iter([spell])).children())


def test_a_method_that_raises_when_called_is_the_plugins_fault() -> None:
    class Broken(MemoryAdapter):
        def workers(self, **filters: Any) -> Any:
            raise ZeroDivisionError

    with pytest.raises(ContractBrokenError, match="'workers' raised ZeroDivisionError") as refusal:
        held_to_contract(Broken(""), plugin="'acme'").workers()
    assert isinstance(refusal.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("error", [NotSupportedError("ours:x", "messages"), OSError("the disk is full")])
def test_an_error_that_an_adapter_may_raise_passes_as_it_is(error: Exception) -> None:
    def raising() -> Iterator[Child]:
        raise error
        yield

    with pytest.raises(type(error)):
        list(reading(raising).children())


def test_what_else_a_reader_can_do_is_passed_on() -> None:
    inner = open_adapter("memory:")
    held = held_to_contract(inner, plugin="'acme'")

    assert isinstance(held, SupportsOutbox) == isinstance(inner, SupportsOutbox)
    assert isinstance(held, SupportsFeedback) == isinstance(inner, SupportsFeedback)
    assert (held.source, held.capabilities, held.problems) == (inner.source, inner.capabilities, inner.problems)
    with held:
        assert list(held.assignments(child_ids=["k1"])) == []


def test_a_reader_may_have_words_of_its_own_for_anything() -> None:
    class Named(Reader):
        plugin = "theirs"
        held = "theirs as well"

    held: Any = held_to_contract(Named(""), plugin="acme")

    assert list(held.children()) == [a_child(1), a_child(2)]
    assert (held.plugin, held.held) == ("theirs", "theirs as well")
