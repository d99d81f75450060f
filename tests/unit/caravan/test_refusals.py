import socket

import pytest
from click.testing import CliRunner

from caravan import ports
from caravan.cli import main

HERE = dict.fromkeys(("CARAVAN_URL", "REGISTRATION_URL", "MATCHING_URL", "NOTIFICATIONS_URL"))
"""An environment without the address of a platform."""


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind((ports.LOOPBACK, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_taken_port_is_told_in_one_line_before_anything_begins(command, taken, tmp_path):
    data = tmp_path / "data"

    done = CliRunner().invoke(main, [command, "--port", str(taken), "--data", str(data)], env=HERE)

    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    assert f"port {taken} of 127.0.0.1 cannot be used" in done.output
    assert "--port" in done.output
    assert not data.exists()


def test_any_port_will_do_when_none_is_named(taken):
    assert ports.require_free(0) not in (0, taken)


def test_a_play_does_not_begin_when_its_outcome_could_not_be_written(tmp_path):
    out, data = tmp_path / "nowhere" / "out.json", tmp_path / "data"

    done = CliRunner().invoke(main, ["demo", "--json", str(out), "--data", str(data)])

    assert done.exit_code == 2
    assert f"there is no folder {out.parent}" in done.output
    assert not data.exists()
