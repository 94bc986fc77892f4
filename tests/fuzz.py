"""Give every reader broken input, and see that each is read or refused in words, never with a traceback.

``python tests/fuzz.py --seconds 600`` takes each reader in turn, changes good files at random (the same way for the
same ``--seed``), and counts; no reader is given more than ``--inputs``. What no reader should do, to end in anything
but a ``RelationkitError``, is printed with the input that did it, and the exit code is 1. ``--atheris READER`` lets
Atheris (``pip install atheris``) look for input by which lines of code it reaches. A slice of it runs with the tests
(``tests/security/test_fuzz.py``).
"""

import argparse
import io
import json
import random
import sqlite3
import sys
import tempfile
import time
import tomllib
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
BASE = "https://forms.example"
NOW = datetime(2025, 3, 31, 12, tzinfo=UTC)

#: What breaks readers: ends of ranges, other alphabets, marks of CSV, TOML and JSON, formulas, halves of characters.
TOKENS = (
    *(b"", b"\x00", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\r", b"\n", b",", b'"', b'""', b"'''"),
    *(b"[", b"]", b"[[", b"{", b"}", b":", b"=", b".", b"#", b"\\", b"\\u0000", b"\\ud800", b"true", b"NaN"),
    *(b"0", b"-1", b"1e400", b"9" * 40, b"9999-12-31", b"0000-00-00", b"0001-01-01", b"31/12/2024", b"2024-02-30"),
    *(b"9999-12-31T23:59:59.999999+23:59", b"0001-01-01T00:00:00-23:59", b"2025-03-30T01:30:00", b"00:00-00:00"),
    *(b"=1+1", b"@SUM", b"../../etc", b"<script>", "\u0661\u0662".encode(), "ﬀ".encode(), b"--", b"999999999999h"),
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """A reader, and good input to begin with."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]


def targets(folder: Path) -> list[Target]:
    """Return every reader of what comes from elsewhere; those that read files write them to ``folder``."""
    from relationkit.continuity import ContinuityAudit
    from relationkit.entitlements import offers_from_toml
    from relationkit.feedback import (
        SHIPPED_FORMS,
        InvitationPurpose,
        ParsedSubmission,
        answers_from_fhir,
        form_from_json,
        form_from_toml,
        form_to_json,
        form_to_toml,
        parse_submission,
        questionnaire_response,
    )
    from relationkit.handovers import handover_templates_from_toml
    from relationkit.lifestory import LifeStory, check_timeline
    from relationkit.plugins import open_adapter
    from relationkit.profiles import profiles_from_json, profiles_from_toml
    from relationkit.render import clean_picture
    from relationkit.sla import policies_from_json, policies_from_toml
    from relationkit.text_files import NotReadableError, toml_of
    from relationkit.visits import visit_rules_from_toml
    from relationkit.web.links import read_link

    def text(read: Callable[[str], object]) -> Callable[[bytes], object]:
        return lambda data: read(data.decode("utf-8", "replace"))

    def source(adapter: str, name: str) -> Callable[[bytes], object]:
        place = folder / adapter
        place.mkdir(exist_ok=True)
        address = f"{adapter}:{place / name}" if adapter == "dfe-api" else f"{adapter}:{place}"

        def read(data: bytes) -> object:
            (place / name).write_bytes(data)
            with open_adapter(address) as reader:
                records = [record for kind in sorted(reader.capabilities & READ) for record in getattr(reader, kind)()]
                return [*map(repr, records), *map(str, reader.problems)]

        return read

    def involvements(data: bytes) -> object:
        cells = [*data.decode("utf-8", "replace").split(","), *[None] * len(INVOLVEMENTS)][: len(INVOLVEMENTS)]
        place = folder / "ssd.db"
        with closing(sqlite3.connect(place)) as database, database:
            database.execute(f"CREATE TABLE IF NOT EXISTS ssd_involvements ({', '.join(INVOLVEMENTS)})")
            database.execute("DELETE FROM ssd_involvements")
            database.execute(f"INSERT INTO ssd_involvements VALUES ({', '.join('?' * len(cells))})", cells)
        with open_adapter(f"ssd:{place}") as reader:
            return [*map(repr, reader.assignments()), *map(str, reader.problems)]

    form = SHIPPED_FORMS[0]

    def submission(data: bytes) -> object:
        try:
            sent = json.loads(data)  # halves of characters come through: a phone sends them
        except ValueError:
            return None
        if not isinstance(sent, dict):
            return None
        if sent.get("resourceType"):
            sent = answers_from_fhir(sent, form, base=BASE)
        return parsed(sent)

    def parsed(sent: dict[str, object]) -> ParsedSubmission:
        return parse_submission(
            form, sent, form_version=form.version, submission_id="s1", child_id="c1", submitted_at=NOW, session_id="x"
        )

    def story(data: bytes) -> object:
        try:
            told = toml_of(data.decode("utf-8", "replace"))
        except NotReadableError:
            return None
        return check_timeline(LifeStory.model_validate(told), now=NOW)

    def files(*names: str) -> tuple[bytes, ...]:
        return tuple((ROOT / name).read_bytes() for name in names)

    def heads(name: str, rows: int = 12) -> tuple[bytes, ...]:
        return (b"".join((ROOT / name).read_bytes().splitlines(keepends=True)[:rows]),)

    answers = {question.id: "yes" for question in form.questions} | {"helper": "none"}
    response = questionnaire_response(parsed(answers).submission, form, base=BASE)
    tests = "tests/plugins/data"
    return [
        Target("csv", CSV_SEEDS, source("csv", "messages.csv")),
        Target("ssda903", heads("examples/statutory-return/SWEpisodes.csv"), source("ssda903", "SWEpisodes.csv")),
        Target("annex-a", heads(f"{tests}/annex_a/annex_a_2024_list8_sample.csv"), source("annex-a", "list 8.csv")),
        Target("ssd", SSD_SEEDS, involvements),
        Target("dfe-api", DFE_SEEDS, source("dfe-api", "payload.json")),
        Target("policies.toml", files("examples/policies/two-working-days.toml"), text(policies_from_toml)),
        Target("policies.json", files("examples/policies/by-channel.json"), text(policies_from_json)),
        Target("form.toml", (form_to_toml(form).encode(),), text(form_from_toml)),
        Target("form.json", (form_to_json(form).encode(),), form_from_json),
        Target("submission", (json.dumps(answers).encode(), json.dumps(response).encode()), submission),
        Target("profiles.toml", files("examples/cards/profiles.toml"), text(profiles_from_toml)),
        Target(
            "profiles.json",
            (json.dumps(tomllib.loads(files("examples/cards/profiles.toml")[0].decode()), default=str).encode(),),
            text(profiles_from_json),
        ),
        Target("offers.toml", files("examples/entitlements/offers.toml"), text(offers_from_toml)),
        Target("visits.toml", VISIT_SEEDS, text(visit_rules_from_toml)),
        Target("handovers.toml", HANDOVER_SEEDS, text(handover_templates_from_toml)),
        Target("story.toml", files("examples/life-story/story.toml"), story),
        Target("audit.json", (an_audit(),), ContinuityAudit.model_validate_json),
        Target("picture", tuple(pictures()), clean_picture),
        Target(
            "link",
            (b"aaaaaaaaaaaaaaaaaaaaaa.67ea8a00.c2lnbmF0dXJl",),
            text(lambda token: read_link(token, InvitationPurpose.FORM, key=b"k" * 32, now=NOW)),
        ),
    ]


VISIT_SEEDS = (
    (
        b'[[rules]]\nregime = "stays_with_aunt"\nname = "Staying with family"\nfirst_within_days = 5\n'
        b'then_at_most_days = 28\nsource = "Ours"\nin_force_from = 2024-04-01\n'
    ),
)
HANDOVER_SEEDS = (
    (
        b'[[templates]]\nname = "ours"\nis_planned = true\nin_force_from = 2025-04-01\nsource = "Ours"\n'
        b'[[templates.steps]]\nname = "tell"\nwords = "Tell the child"\nwho = "leaving_worker"\noffset_days = -20\n'
        b'counted_in = "working"\nis_required_to_move = true\nsource = "Ours"\n'
    ),
)
SSD_SEEDS = (b"I1,P1,Allocated Case Worker,North,K1,2023-04-01 00:00:00,,LEFTRL",)
INVOLVEMENTS = (
    *("invo_involvements_id", "invo_professional_id", "invo_professional_role_id", "invo_professional_team"),
    *("invo_person_id", "invo_involvement_start_date", "invo_involvement_end_date", "invo_worker_change_reason"),
)


def an_audit() -> bytes:
    """Return the saved audit of the example's return."""
    from relationkit.continuity import Window, audit_continuity, care_cases
    from relationkit.plugins import open_adapter

    with open_adapter(f"ssda903:{ROOT / 'examples/statutory-return'}") as reader:
        cases = care_cases(reader.assignments(), children=reader.children(), placements=reader.placements())
        audit = audit_continuity(cases, Window.reporting_year(2024))
    return audit.model_dump_json().encode()


def pictures() -> Iterator[bytes]:
    """Yield a small picture of each kind that is taken."""
    from PIL import Image

    for kind in ("JPEG", "PNG", "WEBP"):
        kept = io.BytesIO()
        Image.new("RGB", (8, 6), "teal").save(kept, kind)
        yield kept.getvalue()


READ = frozenset({"children", "workers", "assignments", "messages", "sessions", "absences", "placements"})
CSV_SEEDS = (
    (
        b"id,child_id,at,direction,channel\nM1,C1,2025-03-10T17:30:00+00:00,from_child,text\n"
        b"M2,C1,2025-03-11T09:00:00+00:00,to_child,text\n"
    ),
)
DFE_SEEDS = (
    json.dumps(
        [
            {
                "la_child_id": "C1",
                "date_of_birth": "2010-05-05",
                "social_care_episodes": [
                    {
                        "care_worker_details": [{"worker_id": "W1", "start_date": "2023-01-11"}],
                        "child_looked_after_placements": [{"start_date": "2023-01-01", "postcode": "AB12 3DE"}],
                    }
                ],
            }
        ]
    ).encode(),
)


def broken(seeds: tuple[bytes, ...], draw: random.Random) -> bytes:
    """Return one of the seeds, changed in one to six places."""
    data = bytearray(draw.choice(seeds))
    for _ in range(draw.randint(1, 6)):
        at = draw.randint(0, len(data))
        kind = draw.randrange(6)
        if kind == 0:
            data[at:at] = draw.choice(TOKENS)
        elif kind == 1:
            data[at : at + draw.randint(1, 12)] = draw.choice(TOKENS)
        elif kind == 2 and data:
            data[at % len(data)] = draw.randrange(256)
        elif kind == 3:
            del data[at : at + draw.randint(1, 30)]
        elif kind == 4:
            end = at + draw.randint(1, 60)
            data[at:at] = data[at:end]
        elif draw.random() < 0.1:
            del data[at:]
    return bytes(data)


def uncaught(target: Target, data: bytes) -> str | None:
    """Return the traceback of what is no refusal; ``None`` where the input was read or refused in words."""
    from relationkit.errors import RelationkitError

    try:
        target.read(data)
    except RelationkitError as refusal:
        str(refusal).encode()  # it can be printed
    except Exception:  # noqa: BLE001  whatever else comes is what is looked for
        return traceback.format_exc(limit=-4)
    return None


def inputs(target: Target, seed: int) -> Iterator[bytes]:
    """Yield broken inputs without end, the same for the same seed."""
    draw = random.Random(f"{target.name} {seed}")
    while True:
        yield broken(target.seeds, draw)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seconds", type=float, default=60, help="how long, shared equally")
    words.add_argument("--inputs", type=int, default=10_000_000, help="the most for each reader")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--atheris", metavar="READER", help="let Atheris look for input to this reader")
    words.add_argument("readers", nargs="*", help="all of them where none is named")
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.atheris:
            with_atheris(asked.atheris, Path(folder), asked.inputs, asked.seconds)
        found = [target for target in targets(Path(folder)) if not asked.readers or target.name in asked.readers]
        counts, failed = dict.fromkeys((target.name for target in found), 0), 0
        for target in found:
            ends = time.monotonic() + asked.seconds / len(found)
            said: set[str] = set()
            for data in inputs(target, asked.seed):
                if time.monotonic() > ends or counts[target.name] >= asked.inputs:
                    break
                counts[target.name] += 1
                if trouble := uncaught(target, data):
                    failed += 1
                    if (last := trouble.strip().splitlines()[-1][:60]) not in said:
                        said.add(last)
                        print(f"{target.name}: {data!r}\n{trouble}")
            print(f"{target.name:16} {counts[target.name]:>10,}", flush=True)
    print(f"{sum(counts.values()):,} inputs, {failed} uncaught")
    sys.exit(1 if failed else 0)


def with_atheris(name: str, folder: Path, most: int, seconds: float) -> None:
    """Hand one reader to Atheris; it ends the process itself, with the input in a file where one was found."""
    import atheris  # brought by whoever asks for it

    with atheris.instrument_imports(include=["relationkit"]):
        (target,) = (each for each in targets(folder) if each.name == name)

    def once(data: bytes) -> None:
        if trouble := uncaught(target, data):
            raise AssertionError(trouble)

    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    atheris.Setup([sys.argv[0], f"-runs={most}", f"-max_total_time={int(seconds)}", "-max_len=8192", str(corpus)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
