#!/usr/bin/env python3
"""Writes a synthetic golden model for LiteRT, straight from its checkpoint layout: float32, and
int8 weights per output with activations quantized as they come ("dynamic range").

    python3 tools/bench/tflite_graph.py CONFIG OUTDIR     -> OUTDIR/CONFIG-{f32,q8}.tflite

Numbers of operators, options and fields are those of LiteRT's schema. SPDX-License-Identifier: MIT
"""
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import flat  # noqa: E402
import peer_weights  # noqa: E402
from golden import weights  # noqa: E402

OPERATOR = {"ADD": 0, "CONCATENATION": 2, "CONV_2D": 3, "FULLY_CONNECTED": 9, "LOGISTIC": 14,
            "MUL": 18, "RESHAPE": 22, "SOFTMAX": 25, "TRANSPOSE": 39, "MEAN": 40, "SUB": 41,
            "SLICE": 65, "RSQRT": 76, "BATCH_MATMUL": 126}
# Number of the options' table in the union, and its fields.
OPTIONS = {
    "ADD": (11, {}), "MUL": (21, {}), "SUB": (28, {}), "RESHAPE": (17, {}), "TRANSPOSE": (26, {}),
    "SLICE": (48, {}),
    "CONV_2D": (1, {0: np.int8(1), 1: np.int32(16), 2: np.int32(16)}),  # VALID, strides
    "FULLY_CONNECTED": (8, {3: np.bool_(True)}),                        # asymmetric_quantize_inputs
    "SOFTMAX": (9, {0: np.float32(1)}),
    "MEAN": (27, {0: np.bool_(True)}),                                  # keep_dims
}
TYPE = {"float32": 0, "int32": 2, "int8": 9}
INT8_LINEAR_VERSION = 9


class Graph:
    """Operators in order; every method adds some and gives the number of their result's tensor."""

    def __init__(self, int8):
        self.int8, self.tensors, self.operators = int8, [], []
        self.buffers, self.codes, self.shapes = [{}], [], []

    def tensor(self, shape, dtype="float32", data=None, *, name="", quantization=None):
        buffer = 0
        if data is not None:
            buffer = len(self.buffers)
            self.buffers.append({0: np.ascontiguousarray(data).tobytes()})
        tensor = {0: np.array(shape, np.int32), 1: np.int8(TYPE[dtype]), 2: np.uint32(buffer),
                  3: name or f"t{len(self.tensors)}"}
        self.tensors.append(tensor | ({4: quantization} if quantization else {}))
        self.shapes.append(tuple(shape))
        return len(self.tensors) - 1

    def constant(self, value):
        return self.tensor(value.shape, str(value.dtype), value)

    def node(self, op, inputs, shape, options=None, version=1):
        given = [i if isinstance(i, int) else self.constant(i) for i in inputs]
        number, fields = options or OPTIONS.get(op, (0, {}))
        out = self.tensor(shape)
        operator = {0: np.uint32(self._code(op, version)), 1: np.array(given, np.int32),
                    2: np.array([out], np.int32)}
        if number:
            operator |= {3: np.uint8(number), 4: fields}
        self.operators.append(operator)
        return out

    def _code(self, op, version):
        if (op, version) not in self.codes:
            self.codes.append((op, version))
        return self.codes.index((op, version))

    def both(self, op, a, b):
        """An operation of two tensors of a's shape, or b smaller."""
        return self.node(op, [a, b], self.shapes[a])

    def linear(self, x, layer):
        shape = (self.shapes[x][0], len(layer.bias))
        if not self.int8:
            return self.node("FULLY_CONNECTED", [x, layer.weight, layer.bias], shape)
        codes, scale = peer_weights.quantized(layer.weight)
        zeros = np.zeros(len(scale), np.int64)
        w = self.tensor(codes.shape, "int8", codes, quantization={2: scale, 3: zeros})
        return self.node("FULLY_CONNECTED", [x, w, layer.bias], shape, version=INT8_LINEAR_VERSION)

    def mean(self, x, axis):
        shape = tuple(1 if i == axis else n for i, n in enumerate(self.shapes[x]))
        return self.node("MEAN", [x, np.array([axis], np.int32)], shape)

    def norm(self, x, n):
        away = self.both("SUB", x, self.mean(x, 1))
        variance = self.mean(self.both("MUL", away, away), 1)
        scale = self.node("RSQRT", [self.both("ADD", variance, np.array([1e-6], np.float32))],
                          self.shapes[variance])
        return self.both("ADD", self.both("MUL", self.both("MUL", away, scale), n.weight), n.bias)

    def reshape(self, x, *shape):
        return self.node("RESHAPE", [x, np.array(shape, np.int32)], shape)

    def transpose(self, x, *order):
        shape = [self.shapes[x][i] for i in order]
        return self.node("TRANSPOSE", [x, np.array(order, np.int32)], shape)

    def columns(self, x, axis, start, stop):
        shape = list(self.shapes[x])
        begin = np.zeros(len(shape), np.int32)
        begin[axis], shape[axis] = start, stop - start
        return self.node("SLICE", [x, begin, np.array(shape, np.int32)], shape)

    def concat(self, parts, axis):
        shape = list(self.shapes[parts[0]])
        shape[axis] = sum(self.shapes[p][axis] for p in parts)
        return self.node("CONCATENATION", parts, shape, options=(10, {0: np.int32(axis)}))

    def product(self, a, b, turned):
        """a b, or a b' where turned, for every head."""
        columns = self.shapes[b][1 if turned else 2]
        return self.node("BATCH_MATMUL", [a, b], (*self.shapes[a][:2], columns),
                         options=(101, {1: np.bool_(turned)}))


def block(g, net, b, x):
    x = g.both("ADD", x, g.linear(heads(g, net, g.linear(g.norm(x, b.norm1), b.qkv)), b.proj))
    hidden = len(b.w12.bias) // 2
    both = g.linear(g.norm(x, b.norm2), b.w12)
    gate, value = g.columns(both, 1, 0, hidden), g.columns(both, 1, hidden, 2 * hidden)
    h = g.both("MUL", g.both("MUL", gate, g.node("LOGISTIC", [gate], g.shapes[gate])), value)
    if b.ffn_ln:
        h = g.norm(h, b.ffn_ln)
    return g.both("ADD", x, g.linear(h, b.w3))


def heads(g, net, qkv):
    """qkv [T, 3C] -> [T, C]"""
    T, C = net.tokens.shape
    parts = (g.columns(qkv, 1, i * C, (i + 1) * C) for i in range(3))
    q, k, v = (g.transpose(g.reshape(p, T, net.heads, C // net.heads), 1, 0, 2) for p in parts)
    scores = g.product(turned(g, q), turned(g, k), True)
    out = g.product(g.node("SOFTMAX", [scores], g.shapes[scores]), v, False)
    return g.reshape(g.transpose(out, 1, 0, 2), T, C)


def turned(g, x):
    """RoPE over halves: x [H, T, d]"""
    d = g.shapes[x][2]
    swapped = g.concat([g.columns(x, 2, d // 2, d), g.columns(x, 2, 0, d // 2)], 2)
    return g.both("ADD", g.both("MUL", x, g.cos), g.both("MUL", swapped, g.sin))


def build(net, int8):
    g = Graph(int8)
    T, C = net.tokens.shape
    side = 16 * net.grid
    image = g.tensor((1, 3, side, side), name="image")
    g.cos, g.sin = g.constant(net.cos), g.constant(net.sin)
    patch = net.patch.transpose(0, 2, 3, 1)
    x = g.node("CONV_2D", [g.transpose(image, 0, 2, 3, 1), patch, np.zeros(C, np.float32)],
               (1, net.grid, net.grid, C))
    x = g.concat([g.constant(np.zeros((1, C), np.float32)), g.reshape(x, T - 1, C)], 0)
    x = g.both("ADD", x, net.tokens)
    for b in net.blocks:
        x = block(g, net, b, x)
    mean = g.mean(g.columns(x, 0, 1, T), 0)
    logits = g.linear(g.norm(mean, net.fc_norm), net.head)
    return _serialized(g, image, logits)


def _serialized(g, image, logits):
    graph = {0: g.tensors, 1: np.array([image], np.int32), 2: np.array([logits], np.int32),
             3: g.operators}
    # Readers that know 127 operators only look at field 0.
    codes = [{0: np.int8(OPERATOR[op]), 2: np.int32(version), 3: np.int32(OPERATOR[op])}
             for op, version in g.codes]
    signature = {0: [{0: "image", 1: np.uint32(image)}], 1: [{0: "logits", 1: np.uint32(logits)}],
                 2: "serving_default"}
    model = {0: np.uint32(3), 1: codes, 2: [graph], 3: "EVA-X", 4: g.buffers, 7: [signature]}
    size = sum(len(b[0]) for b in g.buffers if b)
    return flat.serialize(model, b"TFL3", size + (4 << 20))


def main(name, out):
    config = weights.CONFIGS[name]
    out.mkdir(parents=True, exist_ok=True)
    paths = {int8: out / f"{name}-{'q8' if int8 else 'f32'}.tflite" for int8 in (False, True)}
    if all(path.exists() for path in paths.values()):
        return
    net = peer_weights.net(weights.finetuned(config), config.H)
    for int8, path in paths.items():
        path.write_bytes(build(net, int8))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
