/** What a kernel takes of the machine, with the processes it started: from /proc, where there is one. */
import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  /** Milliseconds of processor time, all processes together. */
  readonly cpuMilliseconds: number;
  /** Peak memory in bytes: the peaks of the processes that lived at the same time, added up (memory they share counts twice). */
  readonly peakBytes: number;
}

/** Milliseconds between two looks. */
const interval = 250;
/** Linux counts processor time in hundredths of a second for every program (USER_HZ). */
const tick = 10;

export interface UsageWatch {
  /** A last look, and the end of looking. Undefined where the system does not tell. */
  end(): Usage | undefined;
}

/** Watches a process and its descendants. A process that lived for less than the interval may be missed in the memory. */
export function watchUsage(processId: number | undefined): UsageWatch {
  let most: Usage | undefined;
  const look = (): void => {
    const now = processId === undefined ? undefined : usageNow(processId);
    if (!now) return;
    most = {
      cpuMilliseconds: Math.max(now.cpuMilliseconds, most?.cpuMilliseconds ?? 0),
      peakBytes: Math.max(now.peakBytes, most?.peakBytes ?? 0),
    };
  };
  const timer = setInterval(look, interval);
  timer.unref();
  return {
    end() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}

function usageNow(root: number): Usage | undefined {
  const each = processTree(root).flatMap((id) => usageOf(id) ?? []);
  if (each.length === 0) return undefined;
  return each.reduce((sum, one) => ({
    cpuMilliseconds: sum.cpuMilliseconds + one.cpuMilliseconds,
    peakBytes: sum.peakBytes + one.peakBytes,
  }));
}

function processTree(root: number): readonly number[] {
  return [root, ...childrenOf(root).flatMap(processTree)];
}

/** The children that any thread of a process started. */
function childrenOf(id: number): readonly number[] {
  try {
    return readdirSync(`/proc/${id}/task`).flatMap((thread) =>
      readFileSync(`/proc/${id}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** Own time and that of children that have ended; undefined for a process that is gone, and on a system without /proc. */
function usageOf(id: number): Usage | undefined {
  try {
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    // The name of the program stands in brackets and may hold anything; utime, stime, cutime, cstime are fields 14 to 17.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const kibibytes = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    return { cpuMilliseconds: ticks * tick, peakBytes: kibibytes * 1024 };
  } catch {
    return undefined;
  }
}
