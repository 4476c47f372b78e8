"""JupyterLab that ends with the process that started it: standard input is a pipe from there, and its end is the sign."""

import atexit
import os
import shutil
import signal
import sys
import threading

starter = os.getppid()
# Of this run alone: connection files, the log. The starter removes it, unless it was killed.
run_folder = os.environ.pop("HANDGRAD_LAB_RUN", None)


def end_with_starter() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def remove_for_starter() -> None:
    if run_folder and os.getppid() != starter:
        shutil.rmtree(run_folder, ignore_errors=True)


atexit.register(remove_for_starter)
threading.Thread(target=end_with_starter, daemon=True).start()

from jupyterlab.labapp import main  # noqa: E402

sys.exit(main())
