#!/bin/sh
# Installs what the tests need beyond `make run`: callers (SIPp), phones (baresip), a browser (Chromium) and Redis. Quick when all is there.
set -eu
cd "$(dirname "$0")/.."
exec asterisk/install-packages.sh sipp:sip-tester baresip:baresip-core redis-server:redis-server chromium:chromium espeak-ng:espeak-ng sox:sox
