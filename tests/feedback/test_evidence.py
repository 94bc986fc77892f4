"""What a child wants kept: it stays as they gave it, and a change shows."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationkit.errors import InvalidRecordError
from relationkit.feedback import (
    Evidence,
    EvidenceFault,
    EvidenceKind,
    EvidencePart,
    EvidenceReply,
    Sight,
    verify_evidence,
    visible_to,
)
from relationkit.records import Child, Role, Worker

AT = datetime(2025, 3, 3, 16, tzinfo=UTC)
DRAWING = b"made-up pixels"
DRAWING_HASH = hashlib.sha256(DRAWING).hexdigest()


def an_evidence(**changes: Any) -> Evidence:
    facts: dict[str, Any] = {"id": "e1", "child_id": "c1", "worker_id": "w1", "added_by": "c1", "added_at": AT}
    return Evidence.model_validate(facts | changes)


def a_drawing(**changes: Any) -> Evidence:
    return an_evidence(kind="drawing", picture_sha256=DRAWING_HASH, **changes)


def a_reply(text: str = "Thank you", hours: int = 1) -> EvidenceReply:
    return EvidenceReply(by="w1", at=AT + timedelta(hours=hours), text=text)


def parts(evidence: Evidence, **with_: Any) -> list[EvidencePart]:
    return [fault.part for fault in verify_evidence(evidence, **with_)]


def test_one_tap_is_enough() -> None:
    thanks = an_evidence()

    assert (thanks.kind, thanks.added_by, thanks.added_at) == (EvidenceKind.THANKS, "c1", AT)
    assert verify_evidence(thanks) == ()


def test_the_same_tap_has_the_same_hash_and_any_other_has_another() -> None:
    assert an_evidence().sha256 == an_evidence().sha256
    assert len({an_evidence(**c).sha256 for c in ({}, {"id": "e2"}, {"words": "x"}, {"worker_id": "w2"})}) == 4


def test_a_hash_given_out_once_holds_in_every_release() -> None:
    """It is of the facts as JSON, names in order, without blanks, in ASCII; a reply's is of the hash before it too."""
    kept = a_drawing(words="É ta vu?", description="A house", session_id="s1", audience=("manager",))
    facts = (
        r'{"added_at":"2025-03-03T16:00:00Z","added_by":"c1","audience":["manager"],"child_id":"c1",'
        r'"description":"A house","id":"e1","kind":"drawing","picture_sha256":"' + DRAWING_HASH + r'",'
        r'"session_id":"s1","words":"\u00c9 ta vu?","worker_id":"w1"}'
    )
    reply = f'["{kept.sha256}",' + r'{"at":"2025-03-03T17:00:00Z","by":"w1","text":"J\u00e1"}]'

    assert kept.sha256 == hashlib.sha256(facts.encode()).hexdigest()
    assert kept.replied(a_reply("Já")).replies[0].sha256 == hashlib.sha256(reply.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"words": "Something else"},
        {"worker_id": "w2"},
        {"session_id": "s9"},
        {"added_by": "w1"},
        {"added_at": AT + timedelta(microseconds=1)},
        {"audience": ("manager",)},
        {"child_id": "c2"},
    ],
)
def test_a_change_to_what_the_child_gave_shows(change: dict[str, object]) -> None:
    kept = an_evidence(words="You helped me")

    assert parts(kept.model_copy(update=change)) == [EvidencePart.CONTENT]


def test_it_goes_through_json_and_back_with_its_hash() -> None:
    kept = a_drawing(words="É ta vu?", description="A house").replied(a_reply())
    back = Evidence.model_validate_json(kept.model_dump_json())

    assert back == kept
    assert verify_evidence(back, picture=DRAWING) == ()


def test_staff_can_reply_and_what_the_child_gave_stays() -> None:
    kept = an_evidence(words="You helped me")
    answered = kept.replied(a_reply()).replied(a_reply("And you", hours=2))

    assert (answered.words, answered.sha256) == (kept.words, kept.sha256)
    assert [reply.text for reply in answered.replies] == ["Thank you", "And you"]
    assert verify_evidence(answered) == ()


def test_a_reply_that_was_changed_or_taken_out_shows() -> None:
    kept = an_evidence().replied(a_reply()).replied(a_reply("And you", hours=2))
    first, second = kept.replies
    changed = first.model_copy(update={"text": "No"})

    assert parts(kept.model_copy(update={"replies": (changed, second)})) == [EvidencePart.REPLY]
    assert parts(kept.model_copy(update={"replies": (second,)})) == [EvidencePart.REPLY]


def test_the_first_reply_that_does_not_hold_is_said_once_with_all_else_that_does_not() -> None:
    kept = a_drawing().replied(a_reply()).replied(a_reply("And you", hours=2))
    changed = [reply.model_copy(update={"text": "No"}) for reply in kept.replies]
    broken = kept.model_copy(update={"replies": tuple(changed), "words": "Other"})

    assert verify_evidence(broken, picture=b"other", receipt="0" * 64) == tuple(
        EvidenceFault("e1", part) for part in ("content", "receipt", "picture", "reply")
    )
    assert parts(kept.model_copy(update={"replies": (kept.replies[0], changed[1])}), picture=DRAWING) == ["reply"]


def test_a_reply_is_not_from_before_what_it_answers() -> None:
    with pytest.raises(InvalidRecordError, match="from before"):
        an_evidence().replied(a_reply(hours=-1))


def test_a_picture_is_held_against_its_hash() -> None:
    assert parts(a_drawing(), picture=DRAWING) == []
    assert parts(a_drawing(), picture=DRAWING + b"!") == [EvidencePart.PICTURE]


def test_a_picture_that_is_not_there_could_not_be_judged() -> None:
    assert verify_evidence(a_drawing()) == (EvidenceFault("e1", EvidencePart.PICTURE, could_not_be_judged=True),)


def test_a_piece_rewritten_with_its_hash_is_found_out_by_the_receipt() -> None:
    kept, rewritten = an_evidence(words="You shouted"), an_evidence(words="You helped me")

    assert verify_evidence(rewritten) == ()
    assert parts(rewritten, receipt=kept.sha256) == [EvidencePart.RECEIPT]
    assert parts(kept, receipt=kept.sha256) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "drawing"},
        {"kind": "thanks", "picture_sha256": DRAWING_HASH},
        {"kind": "words"},
        {"picture_sha256": "C:/me.svg", "kind": "photo"},
        {"words": " "},
        {"audience": ("manager", "manager")},
        {"audience": ("manager", "nobody_by_name")},
        {"added_at": datetime(2025, 3, 3)},
    ],
)
def test_what_cannot_be_is_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(InvalidRecordError):
        an_evidence(**facts)


def test_words_are_in_no_repr() -> None:
    kept = an_evidence(words="He shouted", description="A bruise").replied(a_reply("So sorry"))

    assert not {"shouted", "bruise", "sorry"} & set(repr(kept).split() + repr(kept.replies).split())
    assert "shouted" not in str(kept)


def test_only_those_whom_the_child_picked_see_it() -> None:
    worker = Worker(id="w1", name="Made-up", role=Role.SOCIAL_WORKER)
    duty = Worker(id="d1", name="Made-up", role=Role.DUTY)
    shared, own = an_evidence(audience=("my_worker",)), an_evidence(audience=("nobody_by_name",))
    on = date(2025, 3, 4)

    assert [visible_to(e, worker, on=on) for e in (shared, own)] == [Sight.ANSWERS, Sight.NOTHING]
    assert [visible_to(e, duty, on=on) for e in (shared, own)] == [Sight.NOTHING, Sight.ANSWERS]
    assert visible_to(own, Child(id="c1"), on=on) is Sight.ANSWERS


@given(words=st.text(min_size=1).filter(str.strip), others=st.text(min_size=1).filter(str.strip))
def test_any_words_hold_and_any_other_words_do_not(words: str, others: str) -> None:
    kept = an_evidence(words=words)
    changed = kept.model_copy(update={"words": others})

    assert verify_evidence(kept) == ()
    assert (verify_evidence(changed) == ()) == (changed.words == kept.words)
