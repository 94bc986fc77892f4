"""Keywork and independence sessions: which topics a young person went through, in which session, and which are missing.

Rules only: topics, sessions and what was written down go in, progress comes out. A topic counts where a session that
was held shows it; a tick without a session shows nothing.
"""

from relationkit.keywork.covered import CoveredTopic, covered_from_csv
from relationkit.keywork.progress import (
    KeyworkProgress,
    SessionShown,
    TopicProgress,
    TopicState,
    keywork_progress,
)
from relationkit.keywork.topics import KEYWORK_TOPICS, KeyworkTopic, keywork_topics_from_toml, topics_in_force

__all__ = [
    "KEYWORK_TOPICS",
    "CoveredTopic",
    "KeyworkProgress",
    "KeyworkTopic",
    "SessionShown",
    "TopicProgress",
    "TopicState",
    "covered_from_csv",
    "keywork_progress",
    "keywork_topics_from_toml",
    "topics_in_force",
]
