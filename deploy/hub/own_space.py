"""A spawner that gives each person a space of their own on one machine: their account, their processes, their /tmp.

Each server is started by root as

    setpriv --pdeathsig KILL          when the hub dies, however it dies, the next one is killed by the kernel
    unshare --pid --mount --fork …    new namespaces; when this one is killed, so is the first process in them
    own-space.sh NAME …               the first process: mounts a /tmp for this person alone, becomes that person

and when the first process of a namespace ends, the kernel ends all others in it. So nothing is left after a logout or after
the death of the hub, not even what detached itself; and nobody sees or signals another's processes.
"""

import os
import pwd
import shutil
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner
from traitlets import List, Unicode

HERE = Path(__file__).resolve().parent


class OwnSpaceSpawner(LocalProcessSpawner):
    server_command = List(Unicode(), help="The server, as it runs in the person's own space.").tag(config=True)

    run_directory = Unicode(
        "/run/handgrad-hub",
        help="Root's own directory for what lasts no longer than a server: its TLS key.",
    ).tag(config=True)

    async def start(self):
        account = pwd.getpwnam(self.user.name)
        if account.pw_uid == 0:
            raise PermissionError("root gets no server here: log in as somebody else.")
        # A home that others can enter would undo all the rest. /home is root's, so the person cannot have replaced it.
        os.chmod(account.pw_dir, 0o700)
        self.cmd = [
            *("setpriv", "--pdeathsig", "KILL"),
            *("unshare", "--pid", "--mount", "--ipc", "--fork", "--kill-child=KILL", "--mount-proc"),
            *(str(HERE / "own-space.sh"), self.user.name),
            *self.server_command,
        ]
        return await super().start()

    def make_preexec_fn(self, name):
        """Root stays root until own-space.sh, which becomes the person. Files are nobody else's from the start."""

        def preexec():
            os.umask(0o077)

        return preexec

    async def _signal(self, sig):
        """To the whole process group: `unshare` itself takes no notice of what would end it politely."""
        try:
            os.killpg(self.pid, sig)
        except ProcessLookupError:
            return False
        return True

    async def move_certs(self, paths):
        """Into root's directory. (The original writes to the person's home as root, where a link could lead it anywhere.)"""
        account = pwd.getpwnam(self.user.name)
        folder = Path(self.run_directory) / self.user.name
        shutil.rmtree(folder, ignore_errors=True)
        Path(self.run_directory).mkdir(mode=0o711, exist_ok=True)
        folder.mkdir(mode=0o700)
        moved = {name: shutil.copy(path, folder) for name, path in paths.items()}
        for path in [folder, *moved.values()]:
            os.chown(path, account.pw_uid, account.pw_gid)
        return moved
