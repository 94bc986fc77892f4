"""What every test may rely on."""

import os

import pytest
from hypothesis import HealthCheck, settings

# No test asserts a time: on a busy machine a first call, or the first drawing of values, may take seconds.
settings.register_profile("relationkit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("relationkit")

#: Reasons that hold on every machine, all of them the conformance kit's, about what a source is; any other is a server
#: or a program that is missing.
ALLOWED = ("this source is only read", "this source does not hold", "this source does not keep")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]  # pytest's own protocol
    """Let nothing skip where everything that a test needs has been installed and started."""
    report = yield
    is_missing = (
        report.skipped
        and not hasattr(report, "wasxfail")
        and not any(reason in str(report.longrepr) for reason in ALLOWED)
    )
    if is_missing and os.environ.get("RELATIONKIT_CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may skip here: {report.longrepr}"
    return report
