"""JupyterHub with each person in a container of the lab's image, on one machine with Docker: docs/how-to/run-a-classroom.md.

Beside jupyterhub_config.py it gives limits of memory and processors that hold, and needs no accounts. Who may log in is the
authenticator's to say; here, as there, the system's accounts in the group `handgrad`.
"""

import os
from pathlib import Path

if os.stat(".").st_mode & 0o077:
    raise SystemExit(f"{os.getcwd()} can be entered by others, and the hub's secrets are kept there: chmod 700 {os.getcwd()}")

PREFIX = Path(os.environ.get("HANDGRAD_PREFIX", "/opt/handgrad"))
# docker network create --opt com.docker.network.bridge.enable_icc=false handgrad-hub; its gateway is where containers find the hub.
NETWORK = os.environ.get("HANDGRAD_HUB_NETWORK", "handgrad-hub")
GATEWAY = os.environ.get("HANDGRAD_HUB_GATEWAY", "172.18.0.1")

c = get_config()  # noqa: F821  (JupyterHub provides it)

c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.subdomain_host = os.environ.get("HANDGRAD_HUB_ORIGIN", "")
c.JupyterHub.hub_bind_url = f"http://{GATEWAY}:8081"
c.ConfigurableHTTPProxy.command = [
    *("setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--"),
    *("node", str(PREFIX / "proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy")),
]

c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"handgrad", "handgrad-teachers"}
c.PAMAuthenticator.admin_groups = {"handgrad-teachers"}
c.PAMAuthenticator.open_sessions = False
c.JupyterHub.shutdown_on_logout = True

c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = os.environ.get("HANDGRAD_IMAGE", "handgrad:0.1.0")
c.DockerSpawner.cmd = ["jupyterhub-singleuser"]
c.DockerSpawner.network_name = NETWORK
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.remove = True
# Work stays in a volume of each person's own; the image lays the gallery into it.
c.DockerSpawner.volumes = {"handgrad-home-{username}": "/home/handgrad"}
c.DockerSpawner.default_url = "/lab/tree/notebooks"
c.DockerSpawner.args = ["--MappingKernelManager.cull_idle_timeout=3600", "--MappingKernelManager.cull_interval=300"]
# A lab with one kernel that has asked autograd takes a third of this.
c.DockerSpawner.mem_limit = "1G"
c.DockerSpawner.cpu_limit = 2
c.DockerSpawner.extra_host_config = {
    "cap_drop": ["ALL"],
    "pids_limit": 500,
    "security_opt": ["no-new-privileges:true"],
}
