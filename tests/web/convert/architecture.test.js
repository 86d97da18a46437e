/* Variants are recognized, and anything else is refused by name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { recognize } from "../../../web/convert/architecture.js";
import { plan } from "../../../web/convert/plan.js";
import { drawnModel, drawnTensor, renamedModel, tensorOf, timmModel } from "./drawn.js";

const refused = (tensors, code, message) =>
  assert.rejects(recognize(tensors), (/** @type {any} */ error) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });

const changed = (model, changes) => new Map([...model, ...Object.entries(changes)]);
const without = (model, ...names) => new Map([...model].filter(([name]) => !names.includes(name)));

test("both block variants are told by their tensors", async () => {
  const { architecture: a } = await recognize(drawnModel());
  assert.deepEqual(a, {
    size: "custom", embed_dim: 48, depth: 2, heads: 3, mlp_hidden: 128, patch_size: 16, grid: 4,
    classes: 14, pooling: "mean", inner_norm: false, fused_qkv: true, packed_mlp: true, norm: "fc_norm",
  });
  const { architecture: b } = await recognize(drawnModel({ split: true }));
  assert.deepEqual([b.fused_qkv, b.packed_mlp, b.inner_norm], [false, false, true]);
});

test("timm's names mean the same tensors", async () => {
  for (const split of [false, true]) {
    const model = drawnModel({ split });
    const [a, b] = [await recognize(timmModel(model)), await recognize(model)];
    assert.deepEqual(a.architecture, b.architecture);
    assert.deepEqual(new Map([...a.tensors].sort()), new Map([...b.tensors].sort()));
  }
});

test("a tensor under both names is refused", () => {
  const model = drawnModel();
  return refused(changed(model, { "blocks.0.mlp.fc2.bias": model.get("blocks.0.mlp.w3.bias") }),
    "CHECKPOINT_TENSORS", /blocks\.0\.mlp\.w3\.bias is there twice/);
});

test("a pre-training file is a feature extractor, with or without its mask token", async () => {
  const bare = renamedModel(without(drawnModel(), "head.weight", "head.bias"),
    (name) => name.replace("fc_norm", "norm"));
  const whole = changed(bare, { "mask_token": drawnTensor([1, 1, 48]), "lm_head.weight": drawnTensor([64, 48]),
    "lm_head.bias": drawnTensor([64]), "head.weight": drawnTensor([64, 48]) });
  for (const model of [bare, without(whole, "head.weight")]) {
    const { architecture, tensors } = await recognize(model);
    assert.deepEqual([architecture.classes, architecture.pooling, architecture.norm], [0, "mean", "norm"]);
    assert.ok(!tensors.has("mask_token") && !tensors.has("lm_head.weight"));
  }
  await refused(whole, "CHECKPOINT_TENSORS", /not part of this variant: head\.weight/);
});

test("a head without fc_norm reads the CLS token", async () => {
  const { architecture } = await recognize(
    renamedModel(drawnModel(), (name) => name.replace("fc_norm", "norm")));
  assert.deepEqual([architecture.classes, architecture.pooling], [14, "cls"]);
});

test("every missing tensor is named", async () => {
  for (const split of [false, true]) {
    const model = drawnModel({ split });
    for (const name of model.keys()) {
      if (name === "fc_norm.weight" || name === "cls_token") continue; // another variant; another model
      await assert.rejects(recognize(without(model, name)),
        (/** @type {any} */ error) => error.code.startsWith("CHECKPOINT_") && error.message.includes(name.replace(/\.\w+$/, "")));
    }
  }
});

test("every misshapen tensor is named", async () => {
  for (const [name, { shape }] of drawnModel({ split: true })) {
    const wide = drawnTensor([...shape.slice(0, -1), 2 * shape.at(-1)]);
    await assert.rejects(recognize(changed(drawnModel({ split: true }), { [name]: wide })),
      /expected|heads 1/);
  }
});

test("extra tensors are named", async () => {
  const extra = drawnTensor([48]);
  await refused(changed(drawnModel(), { "blocks.0.gamma_1": extra }), "CHECKPOINT_TENSORS", /blocks\.0\.gamma_1/);
  await refused(changed(drawnModel(), { "norm.weight": extra }), "CHECKPOINT_TENSORS", /norm\.weight/);
  await refused(changed(drawnModel(), { "blocks.2.norm1.bias": extra }), "CHECKPOINT_TENSORS",
    /missing: blocks\.2/);
  await refused(changed(drawnModel(), { "blocks.9999.norm1.bias": extra }), "CHECKPOINT_MODEL", /depth 10000/);
  await refused(changed(drawnModel(), { "blocks.0.attn.norm.weight": extra }), "CHECKPOINT_MODEL",
    /inside the attention/);
});

test("tensors that hold integers are not weights", () => {
  const model = drawnModel();
  const whole = { ...model.get("head.bias"), dtype: "i64" };
  return refused(changed(model, { "head.bias": whole }), "CHECKPOINT_VALUE", /head\.bias holds i64 numbers/);
});

test("repeated RoPE tables must agree", async () => {
  const model = drawnModel();
  const table = model.get("rope.freqs_cos");
  await recognize(changed(model, { "blocks.1.attn.rope.freqs_cos": table }));
  const values = new Float32Array((await table.read()).buffer);
  values[51] += 0.25;
  await refused(changed(model, { "blocks.1.attn.rope.freqs_cos": tensorOf(table.shape, values) }),
    "CHECKPOINT_TENSORS", /blocks\.1\.attn\.rope\.freqs_cos differs/);
});

test("a bias on the keys must be zero, under each of its names", async () => {
  for (const name of ["blocks.0.attn.k_bias", "blocks.0.attn.k_proj.bias"]) {
    await recognize(changed(drawnModel(), { [name]: drawnTensor([48], 1, 0) }));
    await refused(changed(drawnModel(), { [name]: drawnTensor([48]) }), "CHECKPOINT_TENSORS", /is not zero/);
  }
});

test("a fused bias of q, k and v is taken apart", async () => {
  const model = without(drawnModel(), "blocks.0.attn.q_bias", "blocks.0.attn.v_bias");
  const values = Float32Array.from({ length: 144 }, (_, i) => (i < 48 || i >= 96 ? i : 0));
  const { tensors } = await recognize(changed(model, { "blocks.0.attn.qkv.bias": tensorOf([144], values) }));
  const read = async (name) => new Float32Array((await tensors.get(name).read()).buffer);
  assert.deepEqual(await read("blocks.0.attn.q_bias"), values.slice(0, 48));
  assert.deepEqual(await read("blocks.0.attn.v_bias"), values.slice(96));
  values[50] = 1;
  await refused(changed(model, { "blocks.0.attn.qkv.bias": tensorOf([144], values) }),
    "CHECKPOINT_TENSORS", /not zero/);
});

test("other families are refused by their name", async () => {
  for (const [name, family] of [
    ["features.denseblock1.denselayer1.norm1.weight", /a DenseNet/],
    ["layer1.0.conv1.weight", /a ResNet/],
    ["stages.0.1.dwconv.weight", /a ConvNeXt/],
    ["_blocks.0._depthwise_conv.weight", /an EfficientNet/],
    ["layers.0.blocks.0.attn.relative_position_bias_table", /a Swin/],
    ["visual.transformer.resblocks.0.attn.in_proj_weight", /a CLIP/],
    ["model.layers.0.self_attn.q_proj.weight", /a language model/],
    ["transformer.h.0.attn.c_attn.weight", /a language model/],
    ["bert.embeddings.word_embeddings.weight", /a language model/],
    ["encoder.layer.0.attention.attention.query.weight", /a ViT without RoPE/],
    ["blocks.0.ls1.gamma", /DINOv2, a ViT without RoPE/],
    ["decoder_blocks.0.norm1.weight", /MAE/],
    ["base_model.model.q.lora_A.weight", /an adapter/],
    ["features.0.weight", /a convolutional network/],
  ]) await refused(new Map([["head.bias", drawnTensor([3])], [name, drawnTensor([3])]]), "CHECKPOINT_MODEL", family);
});

test("a plain ViT is told by its MLP", () => {
  const plain = renamedModel(drawnModel(), (name) => name.replace("mlp.w12", "mlp.fc1").replace("mlp.w3", "mlp.fc2"));
  return refused(changed(plain, { "blocks.0.mlp.fc1.weight": drawnTensor([128, 48]) }),
    "CHECKPOINT_MODEL", /a ViT without RoPE/);
});

test("a model under a prefix of its own, in parts or several times, is explained", async () => {
  const prefixed = (prefix) => renamedModel(drawnModel(), (name) => `${prefix}${name}`);
  await refused(prefixed("mine."), "CHECKPOINT_MODEL", /under 'mine\.', which is not known/);
  await refused(new Map([...prefixed("a."), ...prefixed("b.")]), "CHECKPOINT_MODEL", /several models/);
  await refused(changed(prefixed("image."), { "logit_scale": drawnTensor([1]) }), "CHECKPOINT_MODEL",
    /only a part of it is under 'image\.'; save that part, without logit_scale/);
  await refused(new Map(), "CHECKPOINT_MODEL", /no tensor/);
});

test("the plan joins the parts of split matrices and has zeros for the bias on the keys", async () => {
  const { architecture } = await recognize(drawnModel({ split: true }));
  const planned = new Map(plan(architecture, "q8").map((tensor) => [tensor.name, tensor]));
  assert.deepEqual(planned.get("blocks.1.qkv.weight"), {
    name: "blocks.1.qkv.weight", group: "qkv", rows: 144, cols: 48, dtype: "q8",
    sources: ["q", "k", "v"].map((part) => `blocks.1.attn.${part}_proj.weight`),
  });
  assert.deepEqual(planned.get("blocks.1.qkv.bias").sources, ["blocks.1.attn.q_bias", null, "blocks.1.attn.v_bias"]);
  assert.equal(planned.get("pos_embed").rows, 17);
  assert.equal(planned.get("patch_embed.weight").dtype, "f16");
  assert.ok(planned.has("blocks.0.ffn_ln.bias"));
});
