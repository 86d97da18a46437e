"""EVA-X forward pass and Grad-CAM in plain numpy, for tests: slow, and easy to compare with the
paper. Works on tensors under their official names. SPDX-License-Identifier: MIT

shapes: T tokens, C channels, H heads, Hd hidden, K classes
"""
import numpy as np


def layer_norm(x, w, b, eps=1e-6):
    mean = x.mean(-1, keepdims=True)
    var = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / np.sqrt(var + eps) * w + b


def layer_norm_back(x, w, gy, eps=1e-6):
    """Gradient of layer_norm with respect to x."""
    mean = x.mean(-1, keepdims=True)
    r = 1 / np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + eps)
    xh, g = (x - mean) * r, gy * w
    return r * (g - g.mean(-1, keepdims=True) - xh * (g * xh).mean(-1, keepdims=True))


def rotate(x, cos, sin):
    """x [..., T-1, hd]: turns the pairs (2k, 2k+1)."""
    even, odd = x[..., 0::2], x[..., 1::2]
    y = np.empty_like(x)
    y[..., 0::2] = even * cos[:, 0::2] - odd * sin[:, 0::2]
    y[..., 1::2] = odd * cos[:, 1::2] + even * sin[:, 1::2]
    return y


def softmax(a):
    e = np.exp(a - a.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Net:
    """weights: official name -> array. dtype: the arithmetic of every step."""

    def __init__(self, weights, heads, patch=16, dtype=np.float64):
        self.s = {name: np.asarray(array, dtype) for name, array in weights.items()}
        self.heads_count, self.patch = heads, patch
        self.depth = 1 + max(int(n.split(".")[1]) for n in self.s if n.startswith("blocks."))
        self.cos, self.sin = self.s["rope.freqs_cos"], self.s["rope.freqs_sin"]

    def forward(self, img):
        """img [3, R, R] -> (stages, embedding [C], logits [K] or None). stages: the L+1 arrays
        [T, C] that enter block 0 and leave each block."""
        x = self.tokens(np.asarray(img, self.cos.dtype))
        stages = [x]
        for i in range(self.depth):
            x = x + self.attention(i, self.norm(x, f"blocks.{i}.norm1"))
            x = x + self.mlp(i, self.norm(x, f"blocks.{i}.norm2"))
            stages.append(x)
        embedding = self.pool(x)
        if "head.weight" not in self.s:
            return stages, embedding, None
        return stages, embedding, self.linear(embedding, "head")

    def pool(self, x):
        """Mean of the patches, then LayerNorm; the CLS token for a head without fc_norm."""
        if "fc_norm.weight" in self.s:
            return self.norm(x[1:].mean(0), "fc_norm")
        return self.norm(x[0] if "head.weight" in self.s else x[1:].mean(0), "norm")

    def tokens(self, img):
        p, (channels, height, width) = self.patch, img.shape
        gh, gw = height // p, width // p
        patches = img.reshape(channels, gh, p, gw, p).transpose(1, 3, 0, 2, 4).reshape(gh * gw, -1)
        w = self.s["patch_embed.proj.weight"]
        t = patches @ w.reshape(w.shape[0], -1).T + self.s["patch_embed.proj.bias"]
        return np.concatenate([self.s["cls_token"][0], t]) + self.s["pos_embed"][0]

    def attention(self, i, x, keep=None):
        w, q, k, v = self.qkv(i, x)
        q, k, v = self.turn(self.split(q)), self.turn(self.split(k)), self.split(v)
        scale = q.shape[-1] ** -0.5
        a = softmax((q * scale) @ k.transpose(0, 2, 1))  # [H, T, T]
        if keep is not None:
            keep.update(W=w, q=q, k=k, v=v, a=a, scale=scale)
        return self.linear(self.join(a @ v), f"blocks.{i}.attn.proj")

    def qkv(self, i, x):
        s, b, c = self.s, f"blocks.{i}.attn.", x.shape[1]
        w = (s[b + "qkv.weight"] if b + "qkv.weight" in s
             else np.concatenate([s[f"{b}{n}_proj.weight"] for n in "qkv"]))
        y = x @ w.T
        return w, y[:, :c] + s[b + "q_bias"], y[:, c:2 * c], y[:, 2 * c:] + s[b + "v_bias"]

    def mlp(self, i, x, keep=None):
        w1, b1, w2, b2 = self.gate_and_value(i)
        g, u = x @ w1.T + b1, x @ w2.T + b2
        h = g * sigmoid(g) * u
        if keep is not None:
            keep.update(g=g, u=u, h=h)
        b = f"blocks.{i}.mlp."
        if b + "ffn_ln.weight" in self.s:
            h = self.norm(h, b + "ffn_ln")
        return self.linear(h, b + "w3")

    def gate_and_value(self, i):
        s, b = self.s, f"blocks.{i}.mlp."
        if b + "w12.weight" in s:
            w, bias = s[b + "w12.weight"], s[b + "w12.bias"]
            half = len(bias) // 2
            return w[:half], bias[:half], w[half:], bias[half:]
        return s[b + "w1.weight"], s[b + "w1.bias"], s[b + "w2.weight"], s[b + "w2.bias"]

    def grad_cam(self, img, label):
        """(A, G [T-1, C], map [T-1]): activation and gradient at the output of the last norm1, and
        the rectified map before scaling."""
        s, last = self.s, self.depth - 1
        b, seen, hidden = f"blocks.{last}.", {}, {}
        x0 = self.forward(img)[0][last]
        n1 = self.norm(x0, b + "norm1")
        x1 = x0 + self.attention(last, n1, seen)
        x2 = x1 + self.mlp(last, self.norm(x1, b + "norm2"), hidden)
        pooled = layer_norm_back(x2[1:].mean(0)[None], s["fc_norm.weight"],
                                 s["head.weight"][label][None])
        g2 = np.zeros_like(x2)
        g2[1:] = pooled[0] / (len(x2) - 1)
        g1 = g2 + layer_norm_back(x1, s[b + "norm2.weight"], self.mlp_back(last, g2, hidden))
        gradient, activation = self.attention_back(last, g1, seen)[1:], n1[1:]
        return activation, gradient, np.maximum(activation @ gradient.mean(0), 0)

    def mlp_back(self, i, gy, keep):
        b, g = f"blocks.{i}.mlp.", keep["g"]
        w1, _, w2, _ = self.gate_and_value(i)
        gh = gy @ self.s[b + "w3.weight"]
        if b + "ffn_ln.weight" in self.s:
            gh = layer_norm_back(keep["h"], self.s[b + "ffn_ln.weight"], gh)
        sg = sigmoid(g)
        return (gh * keep["u"] * (sg * (1 + g * (1 - sg)))) @ w1 + (gh * g * sg) @ w2

    def attention_back(self, i, gy, keep):
        a, scale = keep["a"], keep["scale"]
        go = self.split(gy @ self.s[f"blocks.{i}.attn.proj.weight"])
        ga, gv = go @ keep["v"].transpose(0, 2, 1), a.transpose(0, 2, 1) @ go
        gs = a * (ga - (ga * a).sum(-1, keepdims=True))
        gq = self.turn((gs @ keep["k"]) * scale, -1)
        gk = self.turn((gs.transpose(0, 2, 1) @ keep["q"]) * scale, -1)
        return np.concatenate([self.join(z) for z in (gq, gk, gv)], 1) @ keep["W"]

    def turn(self, x, sign=1):
        """RoPE on [H, T, hd]; the CLS token is not turned. sign -1: back."""
        return np.concatenate([x[:, :1], rotate(x[:, 1:], self.cos, sign * self.sin)], 1)

    def norm(self, x, name):
        return layer_norm(x, self.s[name + ".weight"], self.s[name + ".bias"])

    def linear(self, x, name):
        return x @ self.s[name + ".weight"].T + self.s[name + ".bias"]

    def split(self, x):
        """[T, C] -> [H, T, hd]"""
        return x.reshape(x.shape[0], self.heads_count, -1).transpose(1, 0, 2)

    def join(self, x):
        """[H, T, hd] -> [T, C]"""
        return x.transpose(1, 0, 2).reshape(x.shape[1], -1)
