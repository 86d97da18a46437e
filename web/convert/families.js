/* families.js - what a checkpoint is that is not an EVA-X, told by the names of its tensors, so that
 * the refusal can say it.
 * SPDX-License-Identifier: MIT */
import { EvaxError } from "../base/errors.js";
import { listing } from "./checkpoint/tensor.js";

/** @typedef {import("./checkpoint/tensor.js").Tensors} Tensors */

/** Names that only one family has; the first that matches tells. @type {[RegExp, string][]} */
const FAMILIES = [
  [/\blora_[AB]\b|\blora_(down|up)\b/, "an adapter (LoRA), without the model that it goes with"],
  [/denseblock\d+\.denselayer\d+\./, "a DenseNet"],
  [/(^|\.)(_depthwise_conv|conv_dw|_conv_stem|conv_pwl?)\./, "an EfficientNet or MobileNet"],
  [/(^|\.)features\.\d+\.conv\.\d+\.|(^|\.)features\.\d+\.\d+\.block\./, "an EfficientNet or MobileNet"],
  [/(^|\.)layer[1-4]\.\d+\.(conv1|bn1)\./, "a ResNet"],
  [/(^|\.)stages\.\d+\.(blocks\.)?\d+\.(dwconv|conv_dw|gamma)\b/, "a ConvNeXt"],
  [/(^|\.)layers\.\d+\.blocks\.\d+\.attn\.relative_position/, "a Swin transformer"],
  [/(^|\.)Mixed_\d\w\./, "an Inception network"],
  [/(^|\.)(down_blocks|up_blocks|input_blocks|output_blocks)\.\d+\./, "a U-Net of a diffusion model"],
  [/(^|\.)(down\d?|up\d?|inc|enc\d|dec\d)\.(\w+\.)?(double_)?conv\./, "a U-Net"],
  [/(^|\.)mask_decoder\./, "a segment-anything model"],
  [/(^|\.)(visual\.)?transformer\.resblocks\.\d+\./, "a CLIP model"],
  [/(^|\.)(text_model|vision_model)\.(encoder|embeddings)\./, "a CLIP model"],
  [/(^|\.)layers\.\d+\.self_attn\.[qkvo]_proj\./, "a language model"],
  [/(^|\.)(transformer\.)?h\.\d+\.attn\.c_attn\./, "a language model"],
  [/(^|\.)(word_embeddings|embed_tokens|wte|tok_embeddings)\.weight$/, "a language model"],
  [/(^|\.)encoder_layer_\d+\.self_attention\./, "a ViT without RoPE (torchvision's)"],
  [/(^|\.)layer\.\d+\.attention\.attention\.query\./, "a ViT without RoPE (of the transformers library)"],
  [/(^|\.)decoder_blocks\.\d+\./, "a masked autoencoder (MAE), a ViT without RoPE"],
  [/(^|\.)relative_position_bias_table$|(^|\.)rel_pos_bias\./, "a BEiT, a ViT without RoPE"],
  [/(^|\.)blocks\.(\d+\.)+ls1\.gamma$/, "a DINOv2, a ViT without RoPE"],
  [/(^|\.)features\.\d+\.weight$/, "a convolutional network such as VGG"],
];

/** A plain ViT has an MLP of two matrices; in EVA-X fc1 makes gate and value, twice what fc2 reads.
 * @param {Tensors} tensors */
function isPlainViT(tensors) {
  const made = tensors.get("blocks.0.mlp.fc1.weight")?.shape[0];
  return made !== undefined && made === tensors.get("blocks.0.mlp.fc2.weight")?.shape[1];
}

/** @param {Tensors} tensors @returns {string} with its article; empty where nothing tells */
function familyOf(tensors) {
  const names = [...tensors.keys()];
  const known = FAMILIES.find(([pattern]) => names.some((name) => pattern.test(name)));
  return known?.[1] ?? (isPlainViT(tensors) ? "a ViT without RoPE" : "");
}

/** Why there is no cls_token at the top. @param {Tensors} tensors */
function withoutClsToken(tensors) {
  const ends = [...tensors.keys()].filter((name) => name.endsWith(".cls_token"));
  if (ends.length === 0) return `it has no cls_token; it holds ${listing(tensors.keys(), 4) || "no tensor"}`;
  if (ends.length > 1) return `it holds several models: ${listing(ends)}; save one of them`;
  const prefix = ends[0].slice(0, -"cls_token".length);
  const others = [...tensors.keys()].filter((name) => !name.startsWith(prefix));
  return others.length
    ? `only a part of it is under '${prefix}'; save that part, without ${listing(others, 4)}`
    : `all its tensors are under '${prefix}', which is not known; remove that from their names`;
}

/** Refuses what is plainly something else, by name, with CHECKPOINT_MODEL. @param {Tensors} tensors */
export function checkFamily(tensors) {
  const family = familyOf(tensors);
  if (family) throw new EvaxError("CHECKPOINT_MODEL", `this is ${family}`);
  if (!tensors.has("cls_token")) throw new EvaxError("CHECKPOINT_MODEL", withoutClsToken(tensors));
}
