/** Jupyter gives the kernel its own process id: when that process is gone, nobody will ever stop this one. */

const interval = 1000;

/** Calls `gone` once when the process in `JPY_PARENT_PID` has ended. */
export function watchParent(gone: () => void): void {
  const parent = Number(process.env.JPY_PARENT_PID);
  if (!Number.isInteger(parent) || parent <= 1 || process.platform === 'win32') return;
  const wasParent = process.ppid === parent;
  const timer = setInterval(() => {
    if (wasParent ? process.ppid === parent : exists(parent)) return;
    clearInterval(timer);
    gone();
  }, interval);
  timer.unref();
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
