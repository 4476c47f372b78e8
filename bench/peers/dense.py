"""Dense Jacobians of one peer: `dense.py PEER N…` prints JSON, `{"softmax 10": {"way": milliseconds, …}, …}`."""

import json
import statistics
import sys
import time

peer, *sizes = sys.argv[1:]
sizes = [int(size) for size in sizes]


def milliseconds(n, compute):
    """The median of some rounds, after one to warm up; `compute` ends when its result is there."""
    compute()
    times = []
    for _ in range(3 if n > 1000 else 7):
        started = time.perf_counter()
        compute()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def functions(np):
    """The functions, written with a library that is like NumPy."""

    def softmax(x):
        e = np.exp(x - np.max(x))
        return e / np.sum(e)

    return {"softmax": softmax, "x / sum x": lambda x: x / np.sum(x)}


def jax_ways():
    import jax
    import jax.numpy as jnp

    for name, f in functions(jnp).items():
        for n in sizes:
            x = jnp.linspace(0.3, 2.0, n, dtype=jnp.float32)
            eager, compiled = jax.jacrev(f), jax.jit(jax.jacrev(f))
            yield name, n, "JAX eager", lambda: eager(x).block_until_ready()
            yield name, n, "JAX compiled", lambda: compiled(x).block_until_ready()


def autograd_ways():
    import autograd
    import autograd.numpy as np

    for name, f in functions(np).items():
        for n in sizes:
            x = np.linspace(0.3, 2.0, n, dtype=np.float32)
            rows = autograd.jacobian(f)
            yield name, n, "HIPS autograd", lambda: rows(x)


def tensorflow_ways():
    import tensorflow as tf

    own = {"softmax": tf.nn.softmax, "x / sum x": lambda x: x / tf.reduce_sum(x)}

    def jacobian(f, x, parallel):
        with tf.GradientTape(persistent=not parallel) as tape:
            tape.watch(x)
            y = f(x)
        return tape.jacobian(y, x, experimental_use_pfor=parallel).numpy()

    for name, f in own.items():
        for n in sizes:
            x = tf.linspace(tf.constant(0.3, tf.float32), 2.0, n)
            yield name, n, "TensorFlow eager", lambda: jacobian(f, x, True)
            if n <= 1000:
                yield name, n, "TensorFlow's row loop", lambda: jacobian(f, x, False)


ways = {"jax": jax_ways, "autograd": autograd_ways, "tensorflow": tensorflow_ways}
result = {}
for name, n, way, compute in ways[peer]():
    result.setdefault(f"{name} {n}", {})[way] = milliseconds(n, compute)
print(json.dumps(result))
