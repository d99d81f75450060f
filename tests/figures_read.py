"""Figures of a service, read as Prometheus reads them."""

from prometheus_client.parser import text_string_to_metric_families

from servicekit.app import create_app
from servicekit.operations import metrics_endpoint


def figures(text):
    """Return {name: {labels without the service's: value}}."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = frozenset((label, said) for label, said in sample.labels.items() if label != "service")
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def scraped(runtime):
    """Return the figures that the web process of a service answers."""
    answer = create_app(runtime).test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type == metrics_endpoint.CONTENT_TYPE
    return figures(answer.text)


def value(found, name, **labels):
    """Return one of the figures by its name and labels."""
    return found[name][frozenset(labels.items())]
