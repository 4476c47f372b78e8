/** Hand-written products with the Jacobian, by random probes; the matrix is never built. */
import type { Tensor } from '@tensorflow/tfjs';
import { jvpOfTensors, numbersOf, readInputs, type TensorFunction, vjpOfTensors } from '../autograd/index.js';
import { alone, expecting, verdictOf } from './give.js';
import { type HandNumbers, type HandValues, readHand, refuseNotFinite } from './hand.js';
import { handOf, judgeProbe, type LinearMap, type Probed, randomProbe, sizeOf, truthOf } from './linear.js';
import { indicesOf, type Located, locate } from './locate.js';
import { claimText, inputValues, wasRounded } from './naming.js';
import { naturalSize } from './natural-size.js';
import type { CheckOptions } from './options.js';
import { diagnoseProduct, diagnoseShape } from './probe-diagnosis.js';
import { followed, nowDoing } from './progress.js';
import { publish } from './publish.js';
import type { Suspect } from './suspect.js';
import type { Verdict } from './verdict.js';

/** A hand-written product: it is given the cotangent (or tangent) and, after it, the inputs. */
export type HandProduct = { bivariant(probe: Tensor, ...inputs: Tensor[]): HandValues }['bivariant'];

/** What `checkVjp` and `checkJvp` are told: also how many random probes to try. */
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

/** Everything a judgement of products needs besides the map. */
export interface ProductCase {
  readonly side: Side;
  readonly claim: string;
  readonly options: ProductOptions;
  readonly map: LinearMap;
  readonly wrt: number;
  /** The function to look into for a diagnosis, where it is not the one checked. */
  readonly inside?: TensorFunction;
  /** The product with the transposed Jacobian, where it can be taken. */
  readonly other?: (probe: Float32Array) => ArrayLike<number>;
}

/** The product of one probe has not the shape it must have. */
function shapeVerdict(given: ProductCase, probe: Float32Array, hand: HandNumbers): Verdict {
  const { side, claim, options, map } = given;
  const says = `the shape is [${hand.shape}]; that of a ${side.what} is [${map.resultShape}] (${alone})`;
  const truth = truthOf(map, probe);
  const finding = { against: [], unseen: [], blur: 0, largestBound: 0, bounds: new Float64Array(0) };
  const witnesses = [{ name: 'autograd', finds: 'against', says }] as const;
  const diagnoses = diagnoseShape(suspectOf(given, { probe, truth, hand, finding }, undefined));
  return expecting({ claim, status: 'refuted', witnesses, diagnoses, warnings: [] }, options.expect);
}

function suspectOf(given: ProductCase, probed: Probed, located: Located | undefined): Suspect {
  const { side, map, options, inside, wrt, other } = given;
  return { kind: side.kind, map, probed, located, of: inside ?? options.of, wrt, other };
}

/** Judges a product by probes, one after the other, up to the first that refutes it. */
export function judgeProduct(given: ProductCase): Verdict {
  return followed(given.claim, () => judgeByProbes(given));
}

function judgeByProbes(given: ProductCase): Verdict {
  const { side, claim, options, map } = given;
  const probed: Probed[] = [];
  for (let seed = 1; seed <= (options.probes ?? 3); seed += 1) {
    const probe = randomProbe(sizeOf(map.probeShape), seed);
    const hand = handOf(map, probe);
    if (hand.shape.join() !== map.resultShape.join()) return shapeVerdict(given, probe, hand);
    const result = judgeProbe(map, probe, hand);
    refuseNotFinite(hand, result.truth, map.resultShape);
    probed.push(result);
    if (result.finding.against.length > 0) break;
  }
  const last =
    probed.findLast(({ finding }) => finding.against.length > 0 || finding.unseen.length > 0) ??
    probed.at(-1);
  if (last === undefined) throw new RangeError(`probes is ${options.probes}; at least 1 is needed.`);
  if (last.finding.against.length > 0) nowDoing('locating');
  const located = last.finding.against.length > 0 ? locate(map, last) : undefined;
  const verdict = {
    claim,
    expect: options.expect,
    shape: map.resultShape,
    truth: last.truth,
    hand: last.hand.values,
    rounded: wasRounded(options.at),
    stored: last.hand.stored?.name,
    values: inputValues(options.of, map.inputs),
    certainty: certainty(probed, side.probeName),
    diagnose: () => {
      nowDoing('diagnosing');
      return diagnoseProduct(suspectOf(given, last, located));
    },
  };
  if (located === undefined) return verdictOf(last.finding, verdict);
  const { line, resultEntry, yours, right } = located;
  const indices = indicesOf(map, side.kind, line.probeEntry, resultEntry);
  return verdictOf(last.finding, { ...verdict, located: { indices, yours, right } });
}

/** The product with the Jacobian of `f` from either side. */
const products = { vjp: vjpOfTensors, jvp: jvpOfTensors } as const;

function judgeProductOf(side: Side, hand: HandProduct, options: ProductOptions): Verdict {
  const wrt = options.wrt ?? 0;
  const f: TensorFunction = options.of;
  return numbersOf(() => {
    const inputs = readInputs(options.at, wrt);
    const output = f(...inputs);
    const inputShape = inputs[wrt]?.shape ?? [];
    const [probeShape, resultShape] =
      side.kind === 'vjp' ? [output.shape, inputShape] : [inputShape, output.shape];
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
      wrt,
      other: (probe) => turned(f, inputs, { data: probe, shape: resultShape }, wrt).dataSync(),
    });
  });
}

/** The verdict of `checkVjp`, not announced. */
export function judgeVjp(hand: HandProduct, options: ProductOptions): Verdict {
  return judgeProductOf(vjpSide, hand, options);
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
  return publish(judgeVjp(hand, options));
}

/**
 * Checks a hand-written forward derivative: `hand(tangent, …inputs)` returns J v, of the output's shape. As `checkVjp`;
 * autograd's J v is two backward passes.
 *
 * @example
 * checkJvp((v, x) => tf.mul(v, tf.mul(2, x)), { of: (x) => tf.square(x), at: [1, 2, 3] }); // agrees
 */
export function checkJvp(hand: HandProduct, options: ProductOptions): Verdict {
  return publish(judgeProductOf(jvpSide, hand, options));
}
