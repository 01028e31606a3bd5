#!/bin/sh
# Finds an Asterisk of at least $NEEDED, or extracts one with its own libraries into a folder: no daemon, no change to this system.
# The last line of the output is its root: `/` for an installed one. Says nothing twice: run it as often as you like.
#
#   ASTERISK_ROOT   where to look for and put the extracted tree (default: ~/.cache/switchboard/asterisk)
set -eu

NEEDED=22.10
ROOT=${ASTERISK_ROOT:-${XDG_CACHE_HOME:-$HOME/.cache}/switchboard/asterisk}
SUITES='sid testing'

say() { echo "asterisk: $*" >&2; }
fail() { say "$*"; exit 1; }

# The version a binary reports, e.g. 22.10.1; empty when it does not run.
version_of() { "$@" -V 2>/dev/null | sed -n 's/^Asterisk \([0-9][0-9.]*\).*/\1/p'; }
new_enough() { [ -n "$1" ] && [ "$(printf '%s\n%s\n' "$NEEDED" "$1" | sort -V | head -n 1)" = "$NEEDED" ]; }
tree_version() { [ -x "$1/usr/sbin/asterisk" ] && version_of "$(dirname "$0")/run.sh" "$1" || true; }

answer() {
  say "using Asterisk $1 in $2"
  echo "$2"
  exit 0
}

if installed=$(command -v asterisk); then
  version=$(version_of "$installed")
  new_enough "$version" && answer "$version" /
  say "the installed Asterisk is ${version:-unusable}, at least $NEEDED is needed: looking for another one"
fi

version=$(tree_version "$ROOT")
new_enough "$version" && answer "$version" "$ROOT"

by_hand="Install Asterisk $NEEDED or newer so that \`asterisk\` is on the PATH, or use \`docker compose up\`."
[ -f /etc/debian_version ] || fail "this is not Debian, so I cannot fetch Asterisk for you. $by_hand"
[ "$(id -u)" = 0 ] || fail "fetching Asterisk needs root (run this once as root). $by_hand"

if ! command -v mmdebstrap >/dev/null; then
  say 'installing mmdebstrap'
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends mmdebstrap; } >&2 ||
    fail "mmdebstrap could not be installed. $by_hand"
fi

mkdir -p "$(dirname "$ROOT")"
exec 9>"$ROOT.lock"
flock -n 9 || { say 'another run is fetching Asterisk: waiting for it'; flock 9; }
version=$(tree_version "$ROOT")
new_enough "$version" && answer "$version" "$ROOT"

for suite in $SUITES; do
  fresh=$(mktemp -d "$ROOT.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT INT TERM
  chmod 755 "$fresh"
  say "fetching Asterisk from Debian $suite (about 270 MB on disk)"
  if mmdebstrap --mode=root --variant=extract --components=main \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Apt::Install-Recommends "false"' \
    --include=asterisk,asterisk-modules,asterisk-core-sounds-en "$suite" "$fresh" >&2; then
    version=$(tree_version "$fresh")
    if new_enough "$version"; then
      rm -rf "$ROOT"
      mv "$fresh" "$ROOT"
      answer "$version" "$ROOT"
    fi
    say "Debian $suite has Asterisk ${version:-that does not run here}, at least $NEEDED is needed"
  fi
  rm -rf "$fresh"
done

fail "no Debian suite gave an Asterisk of at least $NEEDED. $by_hand"
