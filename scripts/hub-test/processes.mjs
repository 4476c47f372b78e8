// What runs on this machine, read from /proc.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** @typedef {{ pid: number, uid: number, parent: number, command: string }} Process */

/** @returns {Process[]} those that live; what has ended and was not yet fetched by its parent is none */
export function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        if (/^State:\s+Z/m.test(status)) return [];
        const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
        const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), uid, parent, command }];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

/** A process and all that descend from it. @param {number} pid */
export function family(pid) {
  const all = processes();
  const found = new Set([pid]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid: child, parent } of all) if (found.has(parent)) found.add(child);
  }
  return all.filter((process) => found.has(process.pid));
}

/**
 * Megabytes of memory: each process's own pages, and its share of those that several have (PSS).
 * @param {readonly Process[]} given
 */
export function megabytes(given) {
  let kilobytes = 0;
  for (const { pid } of given) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
    } catch {
      // It ended while we looked.
    }
  }
  return Math.round(kilobytes / 1024);
}

/** Waits until there are none; what is left when patience ends. @param {() => Process[]} which @param {number} seconds */
export async function untilGone(which, seconds) {
  const end = Date.now() + seconds * 1000;
  while (which().length > 0 && Date.now() < end) await wait(100);
  return which().map(({ pid, uid, command }) => `${pid} (uid ${uid}) ${command.slice(0, 80)}`);
}
