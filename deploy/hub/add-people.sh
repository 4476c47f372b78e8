#!/bin/sh
# add-people.sh < NAMES: an account for each name, one a line (small letters, digits, - and _), in the group `handgrad`, with a home that
# only they can enter and a random password. Prints NAME and PASSWORD; who has an account keeps it, and prints nothing.
# With --teachers the accounts are also in `handgrad-teachers`, who may look after the others' servers.
set -eu
groups=handgrad
[ "${1:-}" != --teachers ] || groups=handgrad,handgrad-teachers
for group in handgrad handgrad-teachers; do
  getent group "$group" >/dev/null || groupadd --system "$group"
done
while read -r name; do
  [ -n "$name" ] || continue
  case $name in
    [!a-z]* | *[!a-z0-9_-]*) echo "add-people.sh: “$name” is no name for an account; it is left out" >&2; continue ;;
  esac
  if getent passwd "$name" >/dev/null; then continue; fi
  useradd --create-home --shell /bin/bash --groups "$groups" "$name"
  chmod 700 "$(getent passwd "$name" | cut -d: -f6)"
  password=$(head -c 15 /dev/urandom | base64 | tr '+/' '-_')
  echo "$name:$password" | chpasswd
  echo "$name $password"
done
