#!/bin/sh
# Runs the Asterisk under ROOT with the libraries of its own tree: run.sh ROOT ARGUMENT...
set -eu
root=${1%/}
shift
[ -n "$root" ] || exec asterisk "$@"

for loader in "$root"/usr/lib*/ld-linux-*.so.*; do break; done
libraries=
for folder in "$root"/usr/lib/*-linux-gnu*; do libraries="$libraries$folder:$folder/asterisk:"; done
exec "$loader" --library-path "${libraries%:}" "$root/usr/sbin/asterisk" "$@"
