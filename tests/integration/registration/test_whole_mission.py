"""The Kaluga mission as registration takes it: every row goes in, the figures are those of the report."""

import json
from pathlib import Path

from caravan.scenario import reader, request_bodies
from servicekit import migrations

SCENARIO = Path(reader.__file__).parents[1] / "scenarios" / "kaluga-krasnoyarsk.json"


def test_whole_mission_goes_in_and_is_admitted(desk):
    scenario = reader.read(SCENARIO)
    expected = json.loads(SCENARIO.read_text(encoding="utf-8"))["expected_report"]
    for row in scenario.rows("regions"):
        desk.made("PUT", f"/v1/regions/{row['code']}", request_bodies.region(scenario, row))
    mission = desk.made("POST", "/v1/missions", request_bodies.mission(scenario))["id"]
    rows = scenario.rows("organisations")
    ids = {
        row["id"]: desk.made("POST", "/v1/organisations", request_bodies.organisation(scenario, row))["id"]
        for row in rows
    }
    desk.made("PUT", f"/v1/missions/{mission}/programme", request_bodies.programme(scenario, ids))
    desk.made("POST", f"/v1/missions/{mission}/opening")

    for row in rows:
        body = request_bodies.application(scenario, row, mission, ids)
        application = desk.made("POST", "/v1/applications", body)["id"]
        desk.made("POST", f"/v1/applications/{application}/approval")
    desk.carry()

    summary = desk.made("GET", f"/v1/missions/{mission}/summary")
    assert summary["participants"] == {"guest": expected["guest_organisations"], "host": expected["host_organisations"]}
    assert summary["sme_companies"] == {
        "guest": expected["guest_sme_companies"],
        "host": expected["host_sme_companies"],
    }
    assert summary["infrastructure_organisations"]["guest"] == expected["guest_infrastructure_organisations"]
    assert len(desk.made("GET", f"/v1/delegates?mission_id={mission}&limit=500")["items"]) == len(scenario.staff)


def test_migrations_make_the_declared_tables(desk):
    differences = migrations.differences(desk.runtime)

    assert [one for one in differences if "alembic_version" not in str(one)] == []
