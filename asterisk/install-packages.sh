#!/bin/sh
# Installs Debian packages whose commands are missing: install-packages.sh COMMAND:PACKAGE …
set -eu

missing=''
for pair in "$@"; do
  command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0

say() { echo "packages: $*" >&2; }
by_hand="Install these yourself:$missing (or use \`docker compose -f docker/compose.yaml up\`)."
[ -f /etc/debian_version ] || { say "this is not Debian. $by_hand"; exit 1; }
[ "$(id -u)" = 0 ] || { say "installing packages needs root. $by_hand"; exit 1; }

say "installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # A list of package names.
{ apt-get update -q && apt-get install -q -y --no-install-recommends $missing; } >&2 || { say "that failed. $by_hand"; exit 1; }
