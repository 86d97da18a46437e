export const sha256: {
  create(): { update(bytes: Uint8Array): unknown, digest(): Uint8Array },
};
