#!/bin/sh
# Makes build/bench/env: what .venv has, and on top of it what `make bench-bus` measures us against.
# Takes uv where it is installed, pip elsewhere; builds the C client where its library is, else leaves it out.
set -eu
cd "$(dirname "$0")/../.."

env=build/bench/env
lock=tests/bench/requirements.lock
mkdir -p build/bench

if command -v uv >/dev/null; then
    uv venv --quiet --clear --python .venv/bin/python "$env"
    uv pip install --quiet --python "$env/bin/python" --require-hashes -r "$lock"
else
    .venv/bin/python -m venv --clear "$env"
    PIP_DISABLE_PIP_VERSION_CHECK=1 "$env/bin/python" -m pip install --quiet --require-hashes -r "$lock"
fi

# Our own package and all that it needs are those of .venv, not copies of them.
places='import sysconfig; print(sysconfig.get_path("purelib"))'
ours=$(.venv/bin/python -c "$places")
echo "import site; site.addsitedir('$ours')" >"$("$env/bin/python" -c "$places")/caravan.pth"

if ! cc -O2 -Wall -Wextra -o build/bench/confirms tests/bench/bus/confirms.c -lrabbitmq 2>build/bench/confirms.log; then
    rm -f build/bench/confirms
    echo "No C client: its rows will say so. It needs a C compiler and librabbitmq" \
        "(Debian, Ubuntu: apt-get install gcc libc6-dev librabbitmq-dev); see build/bench/confirms.log."
fi
