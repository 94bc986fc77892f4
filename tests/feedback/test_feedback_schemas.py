import json

import pytest
from jsonschema import Draft202012Validator

from relationkit.feedback import AFTER_SESSION_FORMS, FeedbackForm, Submission


@pytest.mark.parametrize("model", [FeedbackForm, Submission], ids=lambda model: model.__name__)
def test_the_schema_is_a_schema_and_closed(model: type[FeedbackForm | Submission]) -> None:
    schema = model.model_json_schema()

    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("form", AFTER_SESSION_FORMS, ids=repr)
def test_a_form_s_own_json_fits_its_schema(form: FeedbackForm) -> None:
    written = json.loads(form.model_dump_json())

    assert list(Draft202012Validator(FeedbackForm.model_json_schema()).iter_errors(written)) == []
