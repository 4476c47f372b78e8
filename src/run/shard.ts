/** Shards: a run is split so that several machines share it, each knowing its part without asking another. */
import { createHash } from 'node:crypto';
import { RunError } from './errors.js';

/** Part `index` (from 1) of `of` parts. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** A shard of a certain run: `plan` is equal for shards of the same run, and for no others. */
export interface PlannedShard extends Shard {
  readonly plan: string;
}

/** Where runners of indexed jobs say which one this is, and how they count. */
const indexVariables = [
  { name: 'JOB_COMPLETION_INDEX', from: 0, runner: 'a Kubernetes indexed Job' },
  { name: 'AWS_BATCH_JOB_ARRAY_INDEX', from: 0, runner: 'an AWS Batch array' },
  { name: 'CI_NODE_INDEX', from: 1, runner: 'GitLab’s parallel' },
] as const;

const totalVariables = ['HANDGRAD_SHARDS', 'CI_NODE_TOTAL'] as const;

/**
 * Reads `2/8`; `env/8` takes the index from the environment of an indexed job, `env` the total too.
 *
 * @throws RunError where it is none of these, or the environment does not say.
 */
export function readShard(text: string, environment: NodeJS.ProcessEnv = process.env): Shard {
  const [, index, total] = /^(\d+|env)(?:\/(\d+))?$/.exec(text) ?? [];
  if (index === undefined || (index !== 'env' && total === undefined)) {
    throw new RunError(`--shard ${text}: expected 2/8 (the second of eight), env/8 or env.`);
  }
  const of = total === undefined ? totalFrom(environment) : Number(total);
  const shard = { index: index === 'env' ? indexFrom(environment) : Number(index), of };
  if (shard.of >= 1 && shard.index >= 1 && shard.index <= shard.of) return shard;
  throw new RunError(
    `--shard ${text} means part ${shard.index} of ${shard.of}: parts are counted from 1 to their number${index === 'env' ? ' (a Kubernetes Job from 0)' : ''}.`,
  );
}

function indexFrom(environment: NodeJS.ProcessEnv): number {
  for (const { name, from } of indexVariables) {
    const value = environment[name];
    if (value !== undefined && /^\d+$/.test(value)) return Number(value) - from + 1;
  }
  const names = indexVariables.map(({ name, runner }) => `${name} (${runner})`).join(', ');
  throw new RunError(`--shard env: none of these variables is set to a number: ${names}.`);
}

function totalFrom(environment: NodeJS.ProcessEnv): number {
  for (const name of totalVariables) {
    const value = environment[name];
    if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  }
  throw new RunError(
    `--shard env: the number of parts is not known: set ${totalVariables.join(' or ')}, or say --shard env/8.`,
  );
}

/** A thing to be shared out, with its weight (its time, in any unit). */
export interface Weighed {
  readonly name: string;
  readonly weight: number;
}

/**
 * The items of a shard, in their order. The heaviest goes first, each to the lightest part so far: the same answer on every
 * machine, parts of nearly equal weight, every item in exactly one of them.
 */
export function shardOf<Item extends Weighed>(items: readonly Item[], { index, of }: Shard): readonly Item[] {
  const loads = Array.from({ length: of }, () => 0);
  const mine = new Set<Item>();
  for (const item of [...items].sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))) {
    const lightest = loads.indexOf(Math.min(...loads));
    loads[lightest] = (loads[lightest] ?? 0) + item.weight;
    if (lightest === index - 1) mine.add(item);
  }
  return items.filter((item) => mine.has(item));
}

/** What was shared out, as a short text by which `handgrad merge` knows shards of the same run. */
export function planOf(items: readonly Weighed[], of: number): string {
  const said = JSON.stringify([of, ...items.map(({ name, weight }) => [name, weight])]);
  return createHash('sha256').update(said).digest('hex').slice(0, 16);
}
