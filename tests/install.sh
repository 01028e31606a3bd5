#!/bin/sh
# Installs what the tests need beyond `make run`: callers (SIPp), phones (baresip), a browser (Chromium), Redis and fail2ban (its log reader; nothing is started). Quick when all is there.
set -eu
cd "$(dirname "$0")/.."
exec asterisk/install-packages.sh sipp:sip-tester baresip:baresip-core redis-server:redis-server chromium:chromium fail2ban-regex:fail2ban espeak-ng:espeak-ng sox:sox
