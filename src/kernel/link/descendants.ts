/** Processes that cells have started: they end with the kernel, but for those that were detached to go on by themselves. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/**
 * The processes below `root` that are in its process group. Empty where the system does not say (Windows), and where `root` has
 * ended: what it had started belongs to nobody then.
 */
export function descendants(root: number): number[] {
  const rows = processes();
  const own = rows.find(({ pid }) => pid === root);
  if (own === undefined) return [];
  const found = new Set([root]);
  // A process is always listed with its parent; parents may come later in the list, hence the rounds.
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parent } of rows) if (found.has(parent)) found.add(pid);
  }
  return rows
    .filter(({ pid, group }) => pid !== root && group === own.group && found.has(pid))
    .map(({ pid }) => pid);
}

/** Ends processes; those that have ended already are left alone. */
export function endAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, or belongs to somebody else.
    }
  }
}

function processes(): Row[] {
  try {
    return process.platform === 'linux' ? fromProc() : fromPs();
  } catch {
    return [];
  }
}

function fromProc(): Row[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // "pid (name) state parent group …": the name may hold brackets and spaces.
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [, parent = '', group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return [{ pid: Number(name), parent: Number(parent), group: Number(group) }];
      } catch {
        // It ended meanwhile.
        return [];
      }
    });
}

function fromPs(): Row[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [pid = 0, parent = 0, group = 0] = line.trim().split(/\s+/).map(Number);
    return { pid, parent, group };
  });
}
