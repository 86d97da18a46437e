export class Inflate {
  constructor(onData: (piece: Uint8Array) => void);
  push(bytes: Uint8Array, last?: boolean): void;
}
