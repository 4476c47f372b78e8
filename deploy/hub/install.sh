#!/bin/sh
# install.sh [PREFIX]: puts all that the hub of one machine needs under PREFIX (/opt/handgrad), which belongs to whoever runs
# this, root in earnest; nobody else can change it. Run again, it brings the same PREFIX up to date.
# Needs: Node 20 or later, npm, Python 3.11 or later with venv, g++, tini, util-linux.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
prefix=${1:-/opt/handgrad}
umask 022

# A Python or Node in somebody's own home (pyenv, nvm) cannot be entered by others.
python=${PYTHON:-/usr/bin/python3}
[ -x "$python" ] || python=python3

for program in node npm python3 g++ tini setpriv unshare prlimit choom; do
  command -v "$program" >/dev/null || { echo "install.sh: $program is missing (Debian: apt-get install nodejs npm python3-venv g++ tini)" >&2; exit 1; }
done

mkdir -p "$prefix/handgrad" "$prefix/proxy" "$prefix/bin"

# A Python environment of exact versions, checked by hash. environment NAME REQUIREMENTS
environment() {
  [ -x "$prefix/$1/bin/pip" ] || "$python" -m venv "$prefix/$1"
  "$prefix/$1/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes --requirement "$2"
}
environment hub "$here/requirements.txt"
environment lab "$project/deploy/image/requirements.txt"
mkdir -p "$prefix/lab/etc/jupyter" "$prefix/lab/share/jupyter/lab/settings"
cp "$project/deploy/image/jupyter_config.json" "$project/deploy/image/jupyter_server_config.json" "$prefix/lab/etc/jupyter/"
cp "$project/deploy/image/overrides.json" "$prefix/lab/share/jupyter/lab/settings/"
rm -rf "$prefix/lab/share/jupyter/kernels/python3"

cp "$here/package.json" "$here/package-lock.json" "$prefix/proxy/"
npm ci --prefix "$prefix/proxy" --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error

# handgrad: its packages, native TensorFlow, and the library as it is built from these sources.
cd "$prefix/handgrad"
cp "$project/package.json" "$project/package-lock.json" "$project/.npmrc" "$project/tsconfig.json" .
rm -rf src scripts image notebooks hub
cp -R "$project/src" "$project/scripts" "$project/notebooks" .
mkdir -p image
cp "$project/deploy/image/start.sh" image/
cp -R "$here" hub
npm ci --omit=dev --no-audit --no-fund --loglevel=error
HANDGRAD_CACHE="$prefix/native" node scripts/tensorflow.mjs || echo "install.sh: autograd will run on WebAssembly" >&2
node node_modules/typescript/bin/tsc --project tsconfig.json
chmod 755 dist/cli.js
ln -sfn "$prefix/handgrad" node_modules/handgrad
ln -sf "$prefix/handgrad/dist/cli.js" "$prefix/bin/handgrad"
"$prefix/bin/handgrad" install --prefix "$prefix/lab"

# As a person without any rights: can it be run at all?
for program in "$prefix/lab/bin/jupyterhub-singleuser" "$prefix/bin/handgrad"; do
  setpriv --reuid=65534 --regid=65534 --clear-groups "$program" --version >/dev/null || {
    echo "install.sh: others cannot run $program: is $prefix, or the Python or Node that it uses, in a place that they cannot enter?" >&2
    exit 1
  }
done

echo "Installed in $prefix. The hub: HANDGRAD_PREFIX=$prefix $prefix/hub/bin/jupyterhub --config $prefix/handgrad/hub/jupyterhub_config.py"
