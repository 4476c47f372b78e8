/**
 * exp, tanh, sigmoid and softplus with gradients of every order. TensorFlow.js 4.22.0 saves the *output* of exp, tanh and
 * sigmoid for their gradients; the copy it saves enters the tape before the operation that made it, so a second gradient
 * misses the path through it and comes out wrong in silence (d²eˣ/dx² lacks its eˣ). Here the gradient is computed from
 * the input anew.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { engine } from '../engine.js';

/** f with f′ computed from the saved input. */
function withSlope(f: (x: Tensor) => Tensor, slope: (x: Tensor) => Tensor): (x: Tensor) => Tensor {
  return (x) => {
    const differentiable = engine().customGrad((...given) => {
      const [input, save] = given as [Tensor, (tensors: Tensor[]) => void];
      save([input]);
      return {
        value: f(input),
        gradFunc: (cotangent: Tensor, saved: Tensor[]) => {
          const [at] = saved;
          if (at === undefined) throw new TypeError('the input of a smooth function was not saved');
          return engine().mul(cotangent, slope(at));
        },
      };
    });
    return differentiable(x);
  };
}

/** d eˣ = eˣ. */
export const exp: (x: Tensor) => Tensor = withSlope(
  (x) => engine().exp(x),
  (x) => exp(x),
);

/** d tanh x = 1 − tanh² x. */
export const tanh: (x: Tensor) => Tensor = withSlope(
  (x) => engine().tanh(x),
  (x) => {
    const value = tanh(x);
    return engine().sub(1, engine().mul(value, value));
  },
);

/** d sigmoid x = sigmoid x · sigmoid(−x). */
export const sigmoid: (x: Tensor) => Tensor = withSlope(
  (x) => engine().sigmoid(x),
  (x) => engine().mul(sigmoid(x), sigmoid(engine().neg(x))),
);

/** d softplus x = sigmoid x. */
export const softplus: (x: Tensor) => Tensor = withSlope(
  (x) => engine().softplus(x),
  (x) => sigmoid(x),
);
