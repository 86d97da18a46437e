#!/usr/bin/env bash
# Installs the Debian packages named as arguments that are missing; does nothing if there are none.
# Where it may not install, it prints the command that would.
set -eu
exec 9<"$0" && flock 9 # one at a time: make may ask for several lists at once

missing=()
for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then as=(env)
elif sudo -n true 2>/dev/null; then as=(sudo -n env)
else
    echo "These packages are missing and only an administrator may install them. Please run:" >&2
    echo "    sudo apt-get update && sudo $install" >&2
    exit 1
fi

echo "Installing ${missing[*]} ..." >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as[@]}" apt-get update -qq && "${as[@]}" DEBIAN_FRONTEND=noninteractive $install; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The installation failed (see above). Please run: sudo apt-get update && sudo $install" >&2
    exit 1
fi
