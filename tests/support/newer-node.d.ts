/* newer-node.d.ts - what tests use where this Node has it, and the oldest Node that the package runs in has not. */
declare namespace NodeJS {
  interface Process {
    /** Since Node 23.9: microseconds of the calling thread. */
    threadCpuUsage?(): { user: number; system: number };
  }
}
