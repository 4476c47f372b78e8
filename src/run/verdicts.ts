/** Verdicts as they come back from the kernel, as JSON, read with care: a notebook can announce anything. */
import type { Counterexample, Status, Verdict, Witness } from '../check/index.js';
import type { Diagnosis } from '../mistakes/index.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads announced verdicts. What is no verdict becomes one that is undecided and says so: it must not pass unseen.
 */
export function readVerdicts(announced: readonly unknown[]): readonly Verdict[] {
  return announced.map((given) => {
    const status = isObject(given) ? statusOf(given.status) : undefined;
    return isObject(given) && status !== undefined ? readVerdict(given, status) : unreadable(given);
  });
}

function unreadable(given: unknown): Verdict {
  const text = JSON.stringify(given)?.slice(0, 80) ?? String(given);
  return {
    claim: `an announcement that is no verdict: ${text}`,
    status: 'undecided',
    witnesses: [],
    diagnoses: [],
    warnings: [],
  };
}

function readVerdict(given: Json, status: Status): Verdict {
  const expected = statusOf(given.expected);
  const counterexample = isObject(given.counterexample)
    ? readCounterexample(given.counterexample)
    : undefined;
  return {
    claim: text(given.claim),
    status,
    ...(expected === undefined ? {} : { expected }),
    witnesses: list(given.witnesses).flatMap(readWitness),
    ...(counterexample === undefined ? {} : { counterexample }),
    diagnoses: list(given.diagnoses).map(readDiagnosis),
    warnings: list(given.warnings).map(readDiagnosis),
  };
}

function statusOf(value: unknown): Status | undefined {
  return value === 'proved' || value === 'agrees' || value === 'refuted' || value === 'undecided'
    ? value
    : undefined;
}

function readWitness(given: Json): readonly Witness[] {
  const { name, finds } = given;
  if (name !== 'symbolic' && name !== 'float64' && name !== 'autograd') return [];
  return [
    {
      name,
      says: text(given.says),
      finds: finds === 'for' || finds === 'against' ? finds : 'nothing',
      ...(given.error === undefined ? {} : { error: number(given.error) }),
      ...(given.tolerance === undefined ? {} : { tolerance: number(given.tolerance) }),
    },
  ];
}

function readCounterexample(given: Json): Counterexample {
  return {
    indices: Array.isArray(given.indices) ? given.indices.map(number) : [],
    yours: number(given.yours),
    right: number(given.right),
    values: isObject(given.values) ? given.values : {},
  };
}

function readDiagnosis(given: Json): Diagnosis {
  return {
    mistake: text(given.mistake) as Diagnosis['mistake'],
    message: text(given.message),
    wrong: text(given.wrong),
    right: text(given.right),
    hint: text(given.hint),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Numbers that JSON cannot carry come as their names, or as null. */
function number(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}
