# The lab, the same anywhere: JupyterLab, the kernel, native TensorFlow, the gallery. How to use it: docs/how-to/docker.md
#
# The base: a Debian with Node 20 or later. Besides the default, a plain Debian with its own nodejs and npm does.
ARG BASE_IMAGE=node:22-bookworm-slim

# 1. npm packages and native TensorFlow, by the project's own set-up. Changes with the lock file and the set-up, not with the sources.
FROM ${BASE_IMAGE} AS packages
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates g++ python3 python3-venv \
 && apt-get clean && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/handgrad
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --loglevel=error
COPY scripts ./scripts
RUN HANDGRAD_CACHE=/opt/handgrad/native node scripts/tensorflow.mjs
COPY deploy/image/slim.mjs ./
# The libraries carry the names of their inner functions, 150 MB that only a debugger reads.
RUN node slim.mjs && rm slim.mjs \
 && find native -name 'libtensorflow*.so.2' -type f -exec strip --strip-unneeded {} +

# 2. The library, the kernel and the command line.
FROM packages AS build
COPY tsconfig.json ./
COPY src ./src
RUN node node_modules/typescript/bin/tsc --project tsconfig.json \
 && rm -f dist/.tsbuildinfo \
 && chmod 755 dist/cli.js

# 3. JupyterLab: every package of it pinned by version and hash (scripts/pin-python.mjs writes the list).
FROM ${BASE_IMAGE} AS jupyter
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
 && apt-get clean && rm -rf /var/lib/apt/lists/*
COPY deploy/image/requirements.txt /tmp/requirements.txt
# The only kernel here is handgrad's; of PyPI's plotly only the extension of JupyterLab is used, not the Python in it.
RUN python3 -m venv /opt/jupyter \
 && /opt/jupyter/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --only-binary=:all: \
      --require-hashes --requirement /tmp/requirements.txt \
 && /opt/jupyter/bin/pip check \
 && rm -rf /opt/jupyter/lib/python3*/site-packages/plotly /opt/jupyter/lib/python3*/site-packages/_plotly_utils \
 && rm -rf /opt/jupyter/share/jupyter/kernels/python3 \
 && find /opt/jupyter -name '*.map' -delete
COPY deploy/image/jupyter_config.json deploy/image/jupyter_server_config.json /opt/jupyter/etc/jupyter/
COPY deploy/image/overrides.json /opt/jupyter/share/jupyter/lab/settings/

# 4. What runs. Nothing of use is in the home: a hub mounts a volume over it.
FROM ${BASE_IMAGE}
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates python3 tini \
 && apt-get clean && rm -rf /var/lib/apt/lists/*
# The official Node image gives uid 1000 to `node`: there that account becomes ours. Group 0, so that any other uid that is
# in it can use the home too. HOME is set after the account exists, which otherwise gets a home that belongs to root.
RUN if id -u node >/dev/null 2>&1; \
    then usermod --login handgrad --gid 0 --home /home/handgrad --move-home --shell /bin/bash node; \
    else useradd --uid 1000 --gid 0 --create-home --home-dir /home/handgrad --shell /bin/bash handgrad; \
    fi \
 && rm -rf /home/handgrad/.[!.]* \
 && chown 1000:0 /home/handgrad \
 && chmod 770 /home/handgrad
COPY --from=packages /opt/handgrad/native /opt/handgrad/native
COPY --from=packages /opt/handgrad/node_modules /opt/handgrad/node_modules
COPY --from=jupyter /opt/jupyter /opt/jupyter
COPY package.json LICENSE /opt/handgrad/
COPY deploy/image/start.sh deploy/image/health.mjs /opt/handgrad/image/
COPY --from=build /opt/handgrad/dist /opt/handgrad/dist
RUN ln -s /opt/handgrad/dist/cli.js /usr/local/bin/handgrad \
 && ln -s /opt/handgrad /opt/handgrad/node_modules/handgrad \
 && handgrad install --prefix /opt/jupyter
COPY notebooks /opt/handgrad/notebooks

# Run-time files (the key of each kernel is in one) are kept out of the home, which several containers may share.
ENV PATH=/opt/jupyter/bin:$PATH \
    HOME=/home/handgrad \
    SHELL=/bin/bash \
    JUPYTER_RUNTIME_DIR=/tmp/handgrad-jupyter \
    TF_CPP_MIN_LOG_LEVEL=2
USER 1000:0
WORKDIR /home/handgrad
EXPOSE 8888
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/opt/handgrad/image/health.mjs"]
ENTRYPOINT ["tini", "-g", "--", "/opt/handgrad/image/start.sh"]
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser"]
