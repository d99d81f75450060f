import json

import pytest

from letters import every_context
from notifications.mail import stored


@pytest.mark.parametrize("context", every_context(), ids=lambda context: context.template)
def test_context_comes_back_from_json_as_it_was(context):
    values = json.loads(json.dumps(stored.dump(context)))

    assert stored.load(context.template, values) == context


def test_field_that_no_longer_exists_is_ignored_and_a_new_one_gets_its_default():
    (context,) = [c for c in every_context() if c.template == "application_approved"]
    values = {**stored.dump(context), "gone": 1}
    del values["comment"]

    assert stored.load(context.template, values).comment == ""


def test_unknown_template_is_refused():
    with pytest.raises(ValueError, match="no template"):
        stored.load("welcome", {})
