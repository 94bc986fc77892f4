"""What every adapter promises, as one class of tests to subclass."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from relationkit.plugins.testing.capabilities import CapabilityTests
from relationkit.plugins.testing.catalogue import KitTest, described
from relationkit.plugins.testing.changes import ChangesTests
from relationkit.plugins.testing.concurrency import ConcurrencyTests
from relationkit.plugins.testing.contract import ContractTests
from relationkit.plugins.testing.days_and_clocks import DayAndClockTests
from relationkit.plugins.testing.errors import ErrorTests
from relationkit.plugins.testing.feedback import FeedbackTests
from relationkit.plugins.testing.filters import FilterTests
from relationkit.plugins.testing.imports import ImportTests
from relationkit.plugins.testing.machine import MachineTests
from relationkit.plugins.testing.messages_and_sessions import MessageTests
from relationkit.plugins.testing.order import OrderTests
from relationkit.plugins.testing.outbox import OutboxTests
from relationkit.plugins.testing.spells import SpellTests
from relationkit.plugins.testing.stores import StoreTests
from relationkit.plugins.testing.writing import WritingTests

__all__ = ["KIT_TESTS", "AdapterConformance"]


class AdapterConformance(
    ContractTests,
    CapabilityTests,
    FilterTests,
    DayAndClockTests,
    OrderTests,
    SpellTests,
    MessageTests,
    WritingTests,
    OutboxTests,
    ChangesTests,
    StoreTests,
    FeedbackTests,
    ConcurrencyTests,
    ErrorTests,
    ImportTests,
    MachineTests,
):
    """The promises of :class:`~relationkit.plugins.CaseReader`; subclass it and give the fixture ``harness``.

    No test may be overridden. A promise that a source cannot keep is declared, with a reason, in ``known_gaps``; its
    test must then fail, so that a gap that has closed is noticed. What a source does not hold or keep, by its
    capabilities and methods, is skipped, and the skip says what.

    Attributes:
        known_gaps: By the id of a test, such as ``"RK-C-050"``: why the source cannot keep that promise.
        fields: By kind: the fields that the source can hold, where it cannot hold all of them.
    """

    known_gaps: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a subclass that changes a test, or declares a gap that is no test or has no reason."""
        super().__init_subclass__(**kwargs)
        for test in KIT_TESTS.values():
            if getattr(cls, test.name) is not getattr(AdapterConformance, test.name):
                raise TypeError(
                    f"{cls.__name__} overrides {test.name}; declare {test.id} in known_gaps, with the reason"
                )
        if unknown := sorted(set(cls.known_gaps) - set(KIT_TESTS)):
            raise TypeError(f"{cls.__name__} declares the gap {unknown[0]}, which is not the id of a test of the kit")
        if unsaid := sorted(name for name, reason in cls.known_gaps.items() if not reason.strip()):
            raise TypeError(f"{cls.__name__} declares the gap {unsaid[0]} without a reason")


#: Every test of the kit, by id, in order.
KIT_TESTS: Final[Mapping[str, KitTest]] = {test.id: test for test in described(AdapterConformance)}
