#!/usr/bin/env bash
# Builds the commit that is checked out twice, from nothing, in folders of different names and with
# another time zone and language, and compares every byte: the WebAssembly modules, the site, the
# archive for npm (which keeps file modes: both have the same umask). Prints their SHA-256; exits 1 if any differ.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$root/build/reproducible
rm -rf "$work"

# build FOLDER: the tracked files, this tree's installed packages, and everything made of them
build() {
    mkdir -p "$work/$1"
    git -C "$root" archive HEAD | tar -x -C "$work/$1"
    cp -r "$root/node_modules" "$work/$1/node_modules"
    mkdir -p "$work/$1/build"
    cp -r "$root/build/packages" "$work/$1/build/packages"
    (cd "$work/$1" && touch build/packages/* node_modules/.package-lock.json &&
        make -s dist package >/dev/null)
}

# digests FOLDER: SHA-256 of what was built, by name
digests() {
    (cd "$work/$1" && find web/wasm web/worker/engine-worker.bundle.js web/sealed dist -type f -print0 | LC_ALL=C sort -z |
        xargs -0 sha256sum)
}

umask 022
TZ=UTC LC_ALL=C build one
TZ=Asia/Tokyo LC_ALL=C.UTF-8 build a-folder-of-another-name
digests one >"$work/one.txt"
digests a-folder-of-another-name >"$work/other.txt"
if ! diff "$work/one.txt" "$work/other.txt"; then
    echo "the two builds differ" >&2
    exit 1
fi
grep -E '\.(wasm|tgz)$' "$work/one.txt"
echo "$(wc -l <"$work/one.txt") files, the same bytes twice"
