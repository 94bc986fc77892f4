"""Synthetic councils: seeded, of any size, streamed, and calibrated to what was published about England.

Nobody in them is real, and every name says so. They are for trying things out, for tests and for measuring speed; never
for drawing conclusions about children.
"""

from relationkit.samples.council import SampleCouncil
from relationkit.samples.truth import CouncilTruth

__all__ = ["CouncilTruth", "SampleCouncil"]
