"""The model's heavy operations: linear layers, rotary attention, SwiGLU.

On a CPU: linear layers as oneDNN's 1x1 convolutions (Debian's torch has a slow BLAS), in bfloat16 where the
CPU multiplies it, and kernels.cpp for the rest. On a GPU, or without a compiler: plain torch.
SPDX-License-Identifier: MIT
"""
import ctypes
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F

SOURCE = Path(__file__).with_name("kernels.cpp")
FLAGS = ["-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC"]
# -ffast-math has the process take tiny numbers for 0, about which numpy warns when it first checks.
warnings.filterwarnings("ignore", message="The value of the smallest subnormal", module="numpy")
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fast_type():
    """bfloat16 where the device multiplies it, else float32."""
    if DEVICE.type == "cuda":
        return torch.bfloat16
    try:
        return torch.bfloat16 if "avx512_bf16" in Path("/proc/cpuinfo").read_text() else torch.float32
    except OSError:
        return torch.float32


def build():
    """The library from kernels.cpp, compiled for this machine; None without a compiler or on a GPU."""
    if DEVICE.type != "cpu":
        return None
    with tempfile.TemporaryDirectory() as folder:
        library = os.path.join(folder, "kernels.so")
        try:
            subprocess.check_call(["g++", *FLAGS, str(SOURCE), "-o", library])
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"kernels.cpp is not used ({error}); slower", file=sys.stderr)
            return None
        return ctypes.CDLL(library)


LIBRARY = build()


def call(name, dtype, *arguments):
    """arguments: tensors (contiguous), None, int or float."""
    def plain(value):
        if value is None or isinstance(value, torch.Tensor):
            return ctypes.c_void_p(None if value is None else value.data_ptr())
        return ctypes.c_float(value) if isinstance(value, float) else ctypes.c_long(value)
    getattr(LIBRARY, f"{name}_{str(dtype).split('.')[1]}")(*map(plain, arguments))


def linear(x, weight, bias=None):
    """x [..., K] times weight [N, K] transposed, plus bias [N]; in the type of x."""
    weight = weight.to(x.dtype)
    bias = None if bias is None else bias.to(x.dtype)
    if DEVICE.type != "cpu":
        return F.linear(x, weight, bias)
    image = x.reshape(1, -1, 1, x.shape[-1]).permute(0, 3, 1, 2)
    out = F.conv2d(image, weight[:, :, None, None], bias)
    return out.permute(0, 2, 3, 1).reshape(*x.shape[:-1], weight.shape[0])


class FusedAttention(torch.autograd.Function):
    @staticmethod
    def forward(ctx, qkv, cos, sin):
        batch, tokens, _, heads, size = qkv.shape
        qkv = qkv.contiguous()
        out = qkv.new_empty(batch, tokens, heads * size)
        ctx.save_for_backward(qkv, cos, sin)
        ctx.stride = 0 if cos is None or cos.shape[0] == 1 else tokens * size // 2
        ctx.shape = (batch, tokens, heads, size, size ** -0.5)
        call("attention_forward", qkv.dtype, qkv, cos, sin, ctx.stride, out, *ctx.shape)
        return out

    @staticmethod
    def backward(ctx, grad):
        qkv, cos, sin = ctx.saved_tensors
        out = torch.empty_like(qkv)
        call("attention_backward", qkv.dtype, qkv, cos, sin, ctx.stride, grad.contiguous(), out, *ctx.shape)
        return out, None, None


class FusedSwiglu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, both):
        both = both.contiguous()
        ctx.save_for_backward(both)
        ctx.shape = (both.numel() // both.shape[-1], both.shape[-1] // 2)
        out = both.new_empty(*both.shape[:-1], both.shape[-1] // 2)
        call("swiglu_forward", both.dtype, both, out, *ctx.shape)
        return out

    @staticmethod
    def backward(ctx, grad):
        both, = ctx.saved_tensors
        out = torch.empty_like(both)
        call("swiglu_backward", both.dtype, both, grad.contiguous(), out, *ctx.shape)
        return out


def swiglu(both):
    """both [..., 2h] = gate, value; silu(gate) * value [..., h]."""
    if LIBRARY:
        return FusedSwiglu.apply(both)
    gate, value = both.chunk(2, -1)
    return F.silu(gate) * value


def rotated(x, cos, sin):
    """Channel pairs (2j, 2j+1) of x [B, H, T, D] rotated by their angles; cos, sin [B or 1, T, D/2]."""
    even, odd = x.float().unflatten(-1, (-1, 2)).unbind(-1)
    cos, sin = cos[:, None], sin[:, None]
    return torch.stack([even * cos - odd * sin, odd * cos + even * sin], -1).flatten(-2).to(x.dtype)


def attention(qkv, cos=None, sin=None):
    """softmax(q k^T / sqrt(D)) v of qkv [B, T, 3, H, D]; q, k rotated by cos, sin if given. [B, T, H*D]"""
    if LIBRARY:
        return FusedAttention.apply(qkv, cos, sin)
    q, k, v = qkv.permute(2, 0, 3, 1, 4)
    if cos is not None:
        q, k = rotated(q, cos, sin), rotated(k, cos, sin)
    weights = (q * q.shape[-1] ** -0.5 @ k.transpose(-1, -2)).softmax(-1)
    return (weights @ v).transpose(1, 2).flatten(2)
