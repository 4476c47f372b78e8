#!/bin/sh
# What a container does first: it sees to a home, lays the gallery into it where there is none yet, and becomes the command
# that was given. So a hub, or `docker run … handgrad run`, gets just the process it asked for.
set -eu

said() { echo "handgrad: $*" >&2; }

# A uid that the image does not know has no name; some programs ask for one.
if ! id -un >/dev/null 2>&1; then
  export USER="${USER:-uid-$(id -u)}" LOGNAME="${LOGNAME:-uid-$(id -u)}"
fi

# A home that cannot be written: a volume that belongs to somebody else, a uid outside group 0, or a read-only container.
if [ ! -w "$HOME" ]; then
  before=$HOME
  if HOME=$(mktemp -d "${TMPDIR:-/tmp}/handgrad-home-XXXXXX"); then
    export HOME
    said "$before cannot be written by uid $(id -u), gid $(id -g). The home is $HOME, which goes with the container."
    if [ "$(pwd)" = "$before" ]; then cd "$HOME"; fi
  else
    export HOME="$before"
    said "neither $before nor /tmp can be written: mount a volume or a tmpfs over one of them."
  fi
fi

# The gallery, once: what a person has changed is never touched. Under its name only when it is whole.
gallery=${HANDGRAD_GALLERY:-/opt/handgrad/notebooks}
if [ ! -e "$HOME/notebooks" ] && [ -w "$HOME" ]; then
  fresh="$HOME/.notebooks.$$"
  if cp -R "$gallery" "$fresh" && mv -T "$fresh" "$HOME/notebooks"; then :; else
    rm -rf "$fresh"
    said "the gallery could not be copied into $HOME; it is in $gallery."
  fi
fi

exec "$@"
