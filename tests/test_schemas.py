"""The JSON Schema of every record: published beside the reference, and true of the records."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

SCHEMAS = Path(__file__).parent.parent / "docs" / "reference" / "schemas"
WRITER: dict[str, Any] = runpy.run_path(str(SCHEMAS / "write.py"))
RECORDS = WRITER["RECORDS"]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_published_schema_is_the_record_s_own(record: Any) -> None:
    published = (SCHEMAS / f"{record.__name__}.json").read_text(encoding="utf-8")

    assert published == WRITER["schema_text"](record), "run python docs/reference/schemas/write.py and tell users"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_schema_is_a_schema_and_closed(record: Any) -> None:
    validation = pytest.importorskip("jsonschema", reason="jsonschema comes with the extra [dev]")
    schema = json.loads((SCHEMAS / f"{record.__name__}.json").read_text(encoding="utf-8"))

    validation.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == set(record.model_fields)


def test_a_record_s_own_json_fits_its_schema() -> None:
    validation = pytest.importorskip("jsonschema", reason="jsonschema comes with the extra [dev]")
    from relationkit.records import Assignment

    good = {"id": "a", "child_id": "c", "worker_id": "w", "role": "duty", "started_on": "2024-04-01"}
    written = json.loads(Assignment.model_validate(good).model_dump_json())
    validator = validation.Draft202012Validator(Assignment.model_json_schema())

    assert list(validator.iter_errors(written)) == []
    assert list(validator.iter_errors({**written, "role": "boss"}))
