"""JupyterHub for a class on one machine, each person with an account and a space of their own: docs/how-to/run-a-classroom.md.

It is run as root, from a directory that only root can enter: the database, the secrets and the keys of TLS are kept there.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from own_space import OwnSpaceSpawner  # noqa: E402  (the path is set above)

# What install.sh made: PREFIX/hub, PREFIX/lab, PREFIX/proxy, PREFIX/handgrad.
PREFIX = Path(os.environ.get("HANDGRAD_PREFIX", "/opt/handgrad"))

if os.stat(".").st_mode & 0o077:
    raise SystemExit(f"{os.getcwd()} can be entered by others, and the hub's secrets are kept there: chmod 700 {os.getcwd()}")

c = get_config()  # noqa: F821  (JupyterHub provides it)

# To the outside, through something that speaks TLS (nginx, Caddy), or with ssl_key and ssl_cert here.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
# A domain with a wildcard gives each person an origin of their own, so that nothing in one's pages can act in another's.
c.JupyterHub.subdomain_host = os.environ.get("HANDGRAD_HUB_ORIGIN", "")

# Who may log in: system accounts in the group `handgrad`, with their passwords; `handgrad-teachers` may also look after the others.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"handgrad", "handgrad-teachers"}
c.PAMAuthenticator.admin_groups = {"handgrad-teachers"}
c.PAMAuthenticator.open_sessions = False

# Hub, proxy and servers speak TLS among each other, each with a key of its own: the port of another's server answers nobody else.
c.JupyterHub.internal_ssl = True

# The proxy needs no rights, and must not outlive the hub.
c.ConfigurableHTTPProxy.command = [
    *("setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--"),
    *("node", str(PREFIX / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy")),
]
c.JupyterHub.cleanup_servers = True
# Who logs out leaves nothing running.
c.JupyterHub.shutdown_on_logout = True

c.JupyterHub.spawner_class = OwnSpaceSpawner
c.OwnSpaceSpawner.server_command = [
    str(PREFIX / "handgrad/image/start.sh"),
    str(PREFIX / "lab/bin/jupyterhub-singleuser"),
]
c.Spawner.environment = {
    "HANDGRAD_GALLERY": str(PREFIX / "handgrad/notebooks"),
    "JUPYTER_RUNTIME_DIR": "/tmp/handgrad-jupyter",
    "PATH": f"{PREFIX}/lab/bin:{PREFIX}/bin:{os.environ['PATH']}",
    "SHELL": "/bin/bash",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
c.Spawner.default_url = "/lab/tree/notebooks"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120

# A server starts in 2 s on a machine at rest; a class that opens its laptops all at once does not wait in vain.
c.JupyterHub.concurrent_spawn_limit = 10

# What nobody uses is stopped: a kernel after an hour, a server half an hour later.
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=300",
]
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["culler"],
    }
]
c.JupyterHub.services = [
    {
        "name": "culler",
        "command": [
            *("setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--"),
            *(sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=5400", "--cull-every=300"),
            *("--ssl-enabled=True", "--internal-certs-location=internal-ssl"),
        ],
    }
]
