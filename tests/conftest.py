"""What every test may rely on."""

import os

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]  # pytest's own protocol
    """Let nothing skip where everything that a test needs has been installed and started."""
    report = yield
    if report.skipped and os.environ.get("RELATIONKIT_CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may skip here: {report.longrepr}"
    return report
