#!/usr/bin/env python3
"""Writes a synthetic golden model as ONNX, straight from its checkpoint layout: float32, and int8
as onnxruntime's dynamic quantization makes it (weights per output, activations per tensor).

    python3 tools/bench/onnx_graph.py CONFIG OUTDIR      -> OUTDIR/CONFIG-f32.onnx, CONFIG-q8.onnx

SPDX-License-Identifier: MIT
"""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import peer_weights  # noqa: E402
from golden import weights  # noqa: E402

OPSET = 17  # the first with LayerNormalization
IR = 8


class Graph:
    """Nodes in order; every method adds some and gives the name of their result."""

    def __init__(self, net, int8):
        self.int8, self.nodes, self.constants = int8, [], []
        self.cos, self.sin = self.constant(net.cos[:, None]), self.constant(net.sin[:, None])

    def constant(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op, *inputs, outputs=1, **attributes):
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        given = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        self.nodes.append(helper.make_node(op, given, names, **attributes))
        return names[0] if outputs == 1 else names

    def linear(self, x, layer):
        weight = layer.weight
        product = self._int8_product(x, weight) if self.int8 else self.node("MatMul", x, weight.T)
        return self.node("Add", product, layer.bias)

    def _int8_product(self, x, weight):
        """The pattern that onnxruntime fuses into one DynamicQuantizeMatMul."""
        codes, scale = peer_weights.quantized(weight)
        q, x_scale, zero = self.node("DynamicQuantizeLinear", x, outputs=3)
        product = self.node("MatMulInteger", q, codes.T, zero, np.zeros(len(codes), np.int8))
        return self.node("Mul", self.node("Cast", product, to=TensorProto.FLOAT),
                         self.node("Mul", x_scale, scale))

    def norm(self, x, n):
        return self.node("LayerNormalization", x, n.weight, n.bias, axis=-1, epsilon=1e-6)

    def reshape(self, x, *shape):
        return self.node("Reshape", x, np.array(shape, np.int64))

    def slice(self, x, axis, start, stop):
        return self.node("Slice", x, *(np.array([v], np.int64) for v in (start, stop, axis)))


def block(g, net, b, x):
    x = g.node("Add", x, g.linear(heads(g, net, g.linear(g.norm(x, b.norm1), b.qkv)), b.proj))
    hidden = len(b.w12.bias) // 2
    both = g.linear(g.norm(x, b.norm2), b.w12)
    gate, value = g.node("Split", both, np.array([hidden] * 2), axis=-1, outputs=2)
    h = g.node("Mul", g.node("Mul", gate, g.node("Sigmoid", gate)), value)
    if b.ffn_ln:
        h = g.norm(h, b.ffn_ln)
    return g.node("Add", x, g.linear(h, b.w3))


def heads(g, net, qkv):
    """qkv [1, T, 3C] -> [1, T, C]"""
    T, C = net.tokens.shape
    d = C // net.heads
    q, k, v = g.node("Split", qkv, np.array([C] * 3), axis=-1, outputs=3)
    q, k, v = (g.reshape(part, 1, T, net.heads, d) for part in (q, k, v))
    q, v = (g.node("Transpose", part, perm=[0, 2, 1, 3]) for part in (turned(g, q, d), v))
    k = g.node("Transpose", turned(g, k, d), perm=[0, 2, 3, 1])
    weights_ = g.node("Softmax", g.node("MatMul", q, k), axis=-1)
    out = g.node("Transpose", g.node("MatMul", weights_, v), perm=[0, 2, 1, 3])
    return g.reshape(out, 1, T, C)


def turned(g, x, d):
    """RoPE over halves: x [1, T, H, d]"""
    swapped = g.node("Concat", g.slice(x, 3, d // 2, d), g.slice(x, 3, 0, d // 2), axis=3)
    return g.node("Add", g.node("Mul", x, g.cos), g.node("Mul", swapped, g.sin))


def build(net, int8):
    g = Graph(net, int8)
    T, C = net.tokens.shape
    x = g.node("Conv", "image", net.patch, kernel_shape=[16, 16], strides=[16, 16])
    x = g.node("Transpose", g.reshape(x, 1, C, T - 1), perm=[0, 2, 1])
    x = g.node("Add", g.node("Concat", np.zeros((1, 1, C), np.float32), x, axis=1), net.tokens)
    for b in net.blocks:
        x = block(g, net, b, x)
    x = g.node("ReduceMean", g.slice(x, 1, 1, T), axes=[1], keepdims=0)
    g.node("Add", g.node("MatMul", g.norm(x, net.fc_norm), net.head.weight.T), net.head.bias)
    g.nodes[-1].output[0] = "logits"
    return _model(g, net)


def _model(g, net):
    side = 16 * net.grid
    graph = helper.make_graph(
        g.nodes, "eva-x",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(net.head.bias)])],
        g.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR
    onnx.checker.check_model(model)
    return model


def main(name, out):
    config = weights.CONFIGS[name]
    out.mkdir(parents=True, exist_ok=True)
    paths = {int8: out / f"{name}-{'q8' if int8 else 'f32'}.onnx" for int8 in (False, True)}
    if all(path.exists() for path in paths.values()):
        return
    net = peer_weights.net(weights.finetuned(config), config.H)
    for int8, path in paths.items():
        onnx.save(build(net, int8), str(path))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
