#!/bin/sh
# own-space.sh NAME COMMAND…: run by root as the first process of new pid and mount namespaces (own_space.py). Gives them a /tmp and a
# /dev/shm that nobody else sees, then becomes NAME, for good: no program can give back what is dropped here.
set -eu
name=$1
shift
for folder in /tmp /dev/shm; do
  mount -t tmpfs -o mode=1777,nosuid,nodev,size=1g "own-space" "$folder"
done
# Not more processes than a lab needs; and if memory runs out, it is the person's processes that go, not the hub.
# tini, as the first process, takes in what detaches itself, and ends with the server. The kernel forgets whose death was to kill a
# process when it becomes somebody else; so that is said once more, for the one above, outside of the namespace.
exec choom --adjust 500 -- setpriv --reuid "$name" --regid "$(id -g "$name")" --init-groups \
  --inh-caps=-all --bounding-set=-all --no-new-privs --pdeathsig KILL \
  prlimit --nproc="${HANDGRAD_PROCESSES:-1000}" --core=0 -- \
  tini -g -- /bin/sh -c 'cd "$HOME" && exec "$@"' sh "$@"
