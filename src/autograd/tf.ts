import type * as TensorFlow from '@tensorflow/tfjs';
import { type Engine, engine } from './engine.js';

/**
 * TensorFlow.js as handgrad uses it, one engine for both; loaded when first touched. A notebook that imports
 * `@tensorflow/tfjs-node` or `@tensorflow/tfjs` itself meets the same engine.
 *
 * @example
 * const s = tf.softmax(tf.tensor1d([-1, -1, 1]));
 */
export const tf: Engine = new Proxy({} as Engine, {
  get: (_, name) => Reflect.get(engine(), name),
  has: (_, name) => Reflect.has(engine(), name),
  ownKeys: () => Reflect.ownKeys(engine()),
  getOwnPropertyDescriptor: (_, name) => {
    const found = Reflect.getOwnPropertyDescriptor(engine(), name);
    return found === undefined ? undefined : { ...found, configurable: true };
  },
  set: () => false,
});

/** The types of TensorFlow.js that notebooks name: `tf.Tensor`, `tf.Tensor2D` …, as from its own import. */
export declare namespace tf {
  export type Rank = TensorFlow.Rank;
  export type Tensor<R extends TensorFlow.Rank = TensorFlow.Rank> = TensorFlow.Tensor<R>;
  export type Scalar = TensorFlow.Scalar;
  export type Tensor1D = TensorFlow.Tensor1D;
  export type Tensor2D = TensorFlow.Tensor2D;
  export type Tensor3D = TensorFlow.Tensor3D;
  export type Tensor4D = TensorFlow.Tensor4D;
  export type Variable<R extends TensorFlow.Rank = TensorFlow.Rank> = TensorFlow.Variable<R>;
  export type TensorLike = TensorFlow.TensorLike;
  export type DataType = TensorFlow.DataType;
}
