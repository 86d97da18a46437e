/* What this package uses of packages that come without types, or whose types cannot be found. */
declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const factory: (options: object) => Promise<any>;
  export default factory;
}
declare module "@cornerstonejs/codec-charls/decodewasm" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const factory: (options: object) => Promise<any>;
  export default factory;
}
declare module "@cornerstonejs/codec-openjpeg/decodewasm" {
  const bytes: Uint8Array;
  export default bytes;
}
