/* What is given in the place of a checkpoint is refused for what it is, with the cure. */
import { test } from "node:test";
import { refusedWith, sourceOf } from "./opened.js";
import { openCheckpoint } from "../../../web/convert/checkpoint/checkpoint.js";
import { safetensors } from "./written.js";

const at = (place, text) => Buffer.concat([Buffer.alloc(place, "x"), Buffer.from(text, "latin1")]);

const LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 86761239\n";

/** @type {[string | Buffer, string, RegExp][]} */
const KINDS = [
  ["", "CHECKPOINT_DAMAGED", /file\.pth is empty/],
  [LFS, "CHECKPOINT_FORMAT", /a Git LFS pointer.*git lfs pull/],
  ["<!DOCTYPE html><html>", "CHECKPOINT_FORMAT", /an HTML page.*download link/],
  ["\xef\xbb\xbf\n  <html lang=en>", "CHECKPOINT_FORMAT", /an HTML page/],
  ["{\"error\":\"Invalid username or password.\"}", "CHECKPOINT_FORMAT", /JSON text/],
  ["       {\"error\": 1}", "CHECKPOINT_FORMAT", /JSON text/],
  ["{\n \"format\": \"evax-web\",", "CHECKPOINT_FORMAT", /manifest\.json of a converted model; open its folder/],
  ["{\"metadata\":{\"total_size\":1},\"weight_map\":{}}", "CHECKPOINT_PARTS", /index/],
  ["EVAX\x01\0\0\0", "CHECKPOINT_FORMAT", /a chunk of a converted model/],
  ["\x89HDF\r\n\x1a\n", "CHECKPOINT_FORMAT", /HDF5/],
  ["GGUF\x03\0\0\0", "CHECKPOINT_FORMAT", /a language model/],
  [at(4, "TFL3"), "CHECKPOINT_FORMAT", /TensorFlow Lite/],
  ["\x93NUMPY\x01", "CHECKPOINT_FORMAT", /NumPy array/],
  ["\x1f\x8b\x08", "CHECKPOINT_FORMAT", /gzip archive; unpack it/],
  [at(257, "ustar"), "CHECKPOINT_FORMAT", /tar archive; unpack it/],
  ["\x89PNG\r\n\x1a\n", "CHECKPOINT_FORMAT", /PNG picture/],
  ["\xff\xd8\xff\xe0", "CHECKPOINT_FORMAT", /JPEG picture/],
  [at(128, "DICM"), "CHECKPOINT_FORMAT", /DICOM file/],
  ["%PDF-1.7", "CHECKPOINT_FORMAT", /PDF/],
  ["\x08\x07\x12\x07pytorch", "CHECKPOINT_UNSUPPORTED", /ONNX/],
  ["\0".repeat(600), "CHECKPOINT_DAMAGED", /zeros: its download was not completed/],
  ["(dp0\nS'a'\n", "CHECKPOINT_FORMAT", /neither a torch checkpoint nor a safetensors/],
  ["hello", "CHECKPOINT_FORMAT", /neither/],
  ["PK\x03\x04", "CHECKPOINT_DAMAGED", /no directory at its end; its download/],
];

test("other files are refused for what they are", async () => {
  for (const [head, code, message] of KINDS) {
    const bytes = Buffer.isBuffer(head) ? head : Buffer.from(head, "latin1");
    await refusedWith(openCheckpoint([sourceOf(bytes)]), code, message);
  }
});

test("an ONNX file is also known by its name", () =>
  refusedWith(openCheckpoint([sourceOf(Buffer.from("\x3a\x10"), "model.onnx")]), "CHECKPOINT_UNSUPPORTED", /ONNX/));

test("a safetensors file whose length begins with a space is not taken for a text", () =>
  refusedWith(openCheckpoint([sourceOf(safetensors(`{}${" ".repeat(30)}`))]), "CHECKPOINT_TENSORS", /no tensors/));
