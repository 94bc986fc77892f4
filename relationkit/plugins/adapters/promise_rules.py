"""What every store of promises refuses in the same words."""

from relationkit.errors import InvalidRecordError, Problem

__all__ = ["never_put_up"]


def never_put_up(promise_id: str) -> InvalidRecordError:
    """Return the error for a tick of a promise that the store does not have."""
    what, remedy = "is for a promise that was never put up", "Put the promise up first; nothing was kept"
    problem = Problem(f"Tick of {promise_id}", what, remedy, field="promise_id")
    return InvalidRecordError("Tick", None, [problem])
