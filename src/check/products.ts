/** Hand-written products with the Jacobian, by random probes; the matrix is never built. */
import type { Tensor } from '@tensorflow/tfjs';
import { jvpOfTensors, numbersOf, readInputs, type TensorFunction, vjpOfTensors } from '../autograd/index.js';
import { type Diagnosis, diagnoseNumbers, type NumericProblem } from '../mistakes/index.js';
import { alone, expecting, verdictOf } from './give.js';
import { type HandNumbers, type HandValues, readHand, refuseNotFinite } from './hand.js';
import {
  handOf,
  judgeProbe,
  type LinearMap,
  lines,
  locate,
  type Probed,
  randomProbe,
  sizeOf,
} from './linear.js';
import { claimText, inputValues, wasRounded } from './naming.js';
import { naturalSize } from './natural-size.js';
import type { CheckOptions } from './options.js';
import { publish } from './publish.js';
import type { Verdict } from './verdict.js';

/** A hand-written product: it is given the cotangent (or tangent) and, after it, the inputs. */
export type HandProduct = { bivariant(probe: Tensor, ...inputs: Tensor[]): HandValues }['bivariant'];

export interface ProductOptions extends CheckOptions {
  /** How many random probes; 3 unless given. */
  readonly probes?: number;
}

/** Which of the two products, and the shapes that go with it. */
export interface Side {
  readonly kind: 'vjp' | 'jvp';
  readonly what: string;
  readonly probeName: string;
}

export const vjpSide: Side = { kind: 'vjp', what: 'Vector-Jacobian product', probeName: 'cotangent' };
export const jvpSide: Side = { kind: 'jvp', what: 'Jacobian-vector product', probeName: 'tangent' };

/** Tables up to this size are built for a diagnosis. */
const smallTable = 4096;

/** What a pass of all probes says of the errors that could have passed. */
export function certainty(probed: readonly Probed[], probeName: string): string {
  const bound = Math.max(...probed.map(({ finding }) => finding.largestBound));
  const count = probed.length;
  const chance = 10 ** (-2 * count);
  return (
    `${count} random ${probeName}s: an error above ${(2 * bound).toExponential(0)} in one entry of the Jacobian is always seen, ` +
    `errors of ${(100 * bound).toExponential(0)} in several pass with a probability below ${chance.toExponential(0)}`
  );
}

/** What is needed to diagnose: the whole tables where they are small, else one product. */
function problemOf(side: Side, map: LinearMap, { truth, hand, finding }: Probed): NumericProblem {
  const [outputShape, inputShape] =
    side.kind === 'vjp' ? [map.probeShape, map.resultShape] : [map.resultShape, map.probeShape];
  const blur = Math.max(2e-6, Math.min(1e-3, finding.blur));
  const [rows, columns] = [sizeOf(outputShape), sizeOf(inputShape)];
  if (rows * columns > smallTable) {
    const shape = [...map.resultShape];
    return {
      kind: side.kind,
      hand: { ...hand, shape },
      truth: { values: truth, shape },
      outputShape: [],
      inputShape: shape,
      blur,
    };
  }
  const table = (of: 'hand' | 'truth'): Float64Array => {
    const found = lines(map, of);
    const entry = (i: number, j: number): number =>
      (side.kind === 'vjp' ? found[i]?.[j] : found[j]?.[i]) ?? 0;
    return Float64Array.from({ length: rows * columns }, (_, k) =>
      entry(Math.floor(k / columns), k % columns),
    );
  };
  const shape = [...outputShape, ...inputShape];
  return {
    kind: 'jacobian',
    hand: { values: table('hand'), shape },
    truth: { values: table('truth'), shape },
    outputShape,
    inputShape,
    blur,
  };
}

/** Where a Jacobian is square and too large to build: whether the other product was taken, J u in place of uᵀJ. */
function otherProduct(
  other: ((probe: Float32Array) => ArrayLike<number>) | undefined,
  { probe, truth, hand, finding }: Probed,
): Diagnosis[] {
  if (other === undefined) return [];
  const turned = other(probe);
  const bound = 8 * finding.largestBound;
  const within = (left: ArrayLike<number>): boolean =>
    left.length === turned.length &&
    Array.from(left).every((value, k) => Math.abs(value - (turned[k] ?? 0)) <= bound);
  if (!within(hand.values) || within(truth)) return [];
  return [
    {
      mistake: 'transposed',
      message:
        'The Jacobian was used where its transpose belongs: this is J u, and uᵀJ was asked (or the other way round).',
      wrong: 'Σ_j J_ij u_j',
      right: 'Σ_i u_i J_ij',
      hint: 'Pulling a gradient g back through y = A x gives Aᵀ g: write the indices and see which are summed.',
    },
  ];
}

/** Everything a judgement of products needs besides the map. */
export interface ProductCase {
  readonly side: Side;
  readonly claim: string;
  readonly options: ProductOptions;
  readonly map: LinearMap;
  /** The product with the transposed Jacobian, where it can be taken. */
  readonly other?: (probe: Float32Array) => ArrayLike<number>;
}

function shapeVerdict({ side, claim, options, map }: ProductCase, hand: HandNumbers): Verdict {
  const says = `the shape is [${hand.shape}]; that of a ${side.what} is [${map.resultShape}] (${alone})`;
  const problem: NumericProblem = {
    kind: side.kind,
    hand,
    truth: { values: new Float32Array(sizeOf(map.resultShape)), shape: map.resultShape },
    outputShape: [],
    inputShape: map.resultShape,
    blur: 2e-6,
  };
  const witnesses = [{ name: 'autograd', finds: 'against', says }] as const;
  return expecting(
    { claim, status: 'refuted', witnesses, diagnoses: diagnoseNumbers(problem), warnings: [] },
    options.expect,
  );
}

/** Judges a product by probes, one after the other, up to the first that refutes it. */
export function judgeProduct(given: ProductCase): Verdict {
  const { side, claim, options, map } = given;
  const probed: Probed[] = [];
  for (let seed = 1; seed <= (options.probes ?? 3); seed += 1) {
    const probe = randomProbe(sizeOf(map.probeShape), seed);
    const hand = handOf(map, probe);
    if (hand.shape.join() !== map.resultShape.join()) return shapeVerdict(given, hand);
    const result = judgeProbe(map, probe, hand);
    refuseNotFinite(hand, result.truth, map.resultShape);
    probed.push(result);
    if (result.finding.against.length > 0) break;
  }
  const last =
    probed.findLast(({ finding }) => finding.against.length > 0 || finding.unseen.length > 0) ??
    probed.at(-1);
  if (last === undefined) throw new RangeError(`probes is ${options.probes}; at least 1 is needed.`);
  const located = last.finding.against.length > 0 ? locate(map, last) : undefined;
  const verdict = {
    claim,
    expect: options.expect,
    shape: map.resultShape,
    truth: last.truth,
    hand: last.hand.values,
    rounded: wasRounded(options.at),
    values: inputValues(options.of, map.inputs),
    certainty: certainty(probed, side.probeName),
    diagnose: () => {
      const turned = otherProduct(given.other, last);
      return turned.length > 0 ? turned : diagnoseNumbers(problemOf(side, map, last));
    },
  };
  if (located === undefined) return verdictOf(last.finding, verdict);
  const indices =
    side.kind === 'vjp' ? [...located.probe, ...located.result] : [...located.result, ...located.probe];
  return verdictOf(last.finding, {
    ...verdict,
    located: { indices, yours: located.yours, right: located.right },
  });
}

/** The product with the Jacobian of `f` from either side. */
const products = { vjp: vjpOfTensors, jvp: jvpOfTensors } as const;

function checkProduct(side: Side, hand: HandProduct, options: ProductOptions): Verdict {
  const wrt = options.wrt ?? 0;
  const f: TensorFunction = options.of;
  const verdict = numbersOf(() => {
    const inputs = readInputs(options.at, wrt);
    const output = f(...inputs);
    const inputShape = inputs[wrt]?.shape ?? [];
    const [probeShape, resultShape] =
      side.kind === 'vjp' ? [output.shape, inputShape] : [inputShape, output.shape];
    const square = sizeOf(probeShape) === sizeOf(resultShape) && sizeOf(probeShape) ** 2 > smallTable;
    const turned = side.kind === 'vjp' ? products.jvp : products.vjp;
    const map: LinearMap = {
      probeShape,
      resultShape,
      inputs,
      natural: naturalSize(output, inputs[wrt]),
      truth: (probe, at) => products[side.kind](f, at, probe, wrt),
      hand: (probe, at) => readHand(hand(probe, ...at)),
      ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
    };
    return judgeProduct({
      side,
      claim: options.claim ?? claimText(side.what, f, inputs, wrt),
      options,
      map,
      ...(square
        ? {
            other: (probe) =>
              attempt(() =>
                numbersOf(() => turned(f, inputs, { data: probe, shape: resultShape }, wrt).dataSync()),
              ),
          }
        : {}),
    });
  });
  return publish(verdict);
}

/** A computation for a diagnosis only: empty where it fails, since a diagnosis must not hide a verdict. */
function attempt(compute: () => ArrayLike<number>): ArrayLike<number> {
  try {
    return compute();
  } catch {
    return [];
  }
}

/**
 * Checks a hand-written backward pass: `hand(cotangent, …inputs)` returns the gradient uᵀJ, of the input's shape. It is tried
 * with random cotangents; the Jacobian is never built. When it fails, the wrong entry is located by halving the
 * cotangent. The verdict says what size of error would have been seen.
 *
 * @throws InputError, OutputError, HandError, MissingGradientError, NotConnectedError
 * @example
 * checkVjp((u, x) => tf.mul(u, tf.mul(2, x)), { of: (x) => tf.square(x), at: [1, 2, 3] }); // agrees
 */
export function checkVjp(hand: HandProduct, options: ProductOptions): Verdict {
  return checkProduct(vjpSide, hand, options);
}

/**
 * Checks a hand-written forward derivative: `hand(tangent, …inputs)` returns J v, of the output's shape. As `checkVjp`;
 * autograd's J v is two backward passes.
 *
 * @example
 * checkJvp((v, x) => tf.mul(v, tf.mul(2, x)), { of: (x) => tf.square(x), at: [1, 2, 3] }); // agrees
 */
export function checkJvp(hand: HandProduct, options: ProductOptions): Verdict {
  return checkProduct(jvpSide, hand, options);
}
