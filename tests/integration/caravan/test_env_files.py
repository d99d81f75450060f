"""The env file of `caravan broker setup`, read by setup and by a shell."""

import subprocess

import pytest

from caravan.broker import env_files

VALUES = [
    "amqps://caravan.matching:s%27ecret-_@broker:5671/caravan?cacertfile=/ca.pem&certfile=/us.pem&keyfile=/us.key",
    "RU-KLU,RU-KYA",
    "",
    "with spaces ; and # more",
    'it\'s "quoted" $HOME `ls` \\ and \\\\',
]


@pytest.mark.parametrize("value", VALUES)
def test_shell_and_setup_read_what_was_written(tmp_path, value):
    file = tmp_path / "env"
    env_files.write(file, {"FIRST": value, "SECOND": "2"})

    sourced = subprocess.run(
        ["sh", "-c", f'set -a; . {file}; set +a; env -0 | grep -z "^FIRST=\\|^SECOND="'],
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert set(sourced.stdout.rstrip("\0").split("\0")) == {f"FIRST={value}", "SECOND=2"}
    assert sourced.stderr == ""
    assert env_files.read(file) == {"FIRST": value, "SECOND": "2"}


def test_file_of_an_older_setup_is_read_as_it_stands(tmp_path):
    file = tmp_path / "env"
    file.write_text("# by hand\nA=amqps://u:p@h/v?cacertfile=/c&certfile=/d\nB=\nC='\nnothing\n", encoding="utf-8")

    assert env_files.read(file) == {"A": "amqps://u:p@h/v?cacertfile=/c&certfile=/d", "B": "", "C": "'"}


def test_there_is_nothing_in_a_file_that_is_not_there(tmp_path):
    assert env_files.read(tmp_path / "env") == {}
