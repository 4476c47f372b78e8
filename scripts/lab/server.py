"""JupyterLab that ends with the process that started it: standard input is a pipe from there, and its end is the sign."""

import os
import signal
import sys
import threading


def end_with_starter() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=end_with_starter, daemon=True).start()

from jupyterlab.labapp import main  # noqa: E402

sys.exit(main())
