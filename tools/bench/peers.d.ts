/* peers.d.ts - the packages that only tools/bench installs, so that types can be checked without them. */
declare module "onnxruntime-web";
declare module "@litertjs/core";
