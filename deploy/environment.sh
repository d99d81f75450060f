#!/bin/sh
# Creates .venv with the packages of requirements.lock and this project in editable mode.
# Needs Python 3.11 or newer; uses uv if it is installed, else pip.
set -eu
cd "$(dirname "$0")/.."

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in ${PYTHON:-python3.11 python3.12 python3.13 python3 python3.14}; do
        if is_new_enough "$name"; then
            echo "$name"
            return
        fi
    done
}

refuse() {
    printf '%s\n' "$@" >&2
    exit 1
}

with_uv() {
    is_new_enough .venv/bin/python || uv venv --quiet --clear --python "${1:-3.11}" .venv
    uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
    uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
}

with_pip() {
    [ -n "$1" ] || refuse "Caravan needs Python 3.11 or newer, and found none." \
        "Install it (Debian, Ubuntu: apt-get install python3 python3-venv), or name it: make env PYTHON=/path/to/python3"
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! is_new_enough .venv/bin/python; then
        "$1" -m venv --clear .venv || refuse "" "$1 cannot create a virtual environment." \
            "On Debian and Ubuntu a package is missing: apt-get install python3-venv (or python3.X-venv for that version)."
    fi
    pip="env PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip"
    install_half 0 &
    other=$!
    install_half 1 || { wait $other; exit 1; }
    wait $other
    $pip install --quiet --no-deps --no-build-isolation -e .
}

# Installs every second package, so that two processes can work in parallel. Bytecode is compiled at the first import, since
# most modules are never imported.
install_half() {
    awk -v half="$1" '/^[a-z]/ { number++ } number % 2 == half' requirements.lock > ".venv/half-$1.lock"
    $pip install -qq --no-compile --no-deps --require-hashes -r ".venv/half-$1.lock"
}

python=$(find_python)
if command -v uv >/dev/null; then
    with_uv "$python"
else
    with_pip "$python"
fi
echo "The environment is ready: .venv/bin/caravan"
