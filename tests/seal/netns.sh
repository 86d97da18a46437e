#!/usr/bin/env bash
# netns.sh FOLDER COMMAND...: runs COMMAND in a network namespace of its own: loopback and a pair of interfaces, and a
# name server at 10.9.0.2, which lab.js is. Nothing can leave the machine. FOLDER gets what this needs: a certificate
# that the browsers are told to accept. Needs root, or user namespaces.
set -eu
folder=$1
shift
mkdir -p "$folder"
[ -e "$folder/key.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=evil.test \
    -keyout "$folder/key.pem" -out "$folder/cert.pem" 2>/dev/null
printf 'nameserver 10.9.0.2\noptions timeout:1 attempts:1\n' >"$folder/resolv.conf"
user=()
[ "$(id -u)" -eq 0 ] || user=(--user --map-root-user)
exec unshare "${user[@]}" --net --mount bash -c '
    folder=$1
    shift
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip addr add 10.9.0.2/24 dev v0
    ip link set v0 up
    ip link set v1 up
    ip route add default via 10.9.0.1 dev v0
    mount --bind "$folder/resolv.conf" /etc/resolv.conf
    exec "$@"' bash "$folder" "$@"
