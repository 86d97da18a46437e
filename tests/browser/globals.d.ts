/* globals.d.ts - what the tests put into the pages that they drive, by name. */
import { EvaxXray } from "../../web/element.js";
import { Session } from "../../web/session/session.js";

declare global {
  /** What harness.js, library.js or the bundle of a consumer offers. */
  var evax: any;
  /** The address of a film on another origin (library.test.js). */
  var elsewhere: string;
  /** The session under test (stage.js), and the films that it reads. */
  var session: Session;
  var film: Blob;
  var films: Blob[];
  /** Workers from blob: scripts, and the engines' threads apart from them (stage.js). */
  var workers: (Worker & { ended?: boolean })[];
  var workerThreads: (Worker & { ended?: boolean })[];
  /** Where a worker dies, and how many decoders hang (session.test.js). */
  var trap: { stage: string; hanging: number };
  /** Milliseconds of tasks over 50 ms, and when the measuring began (measure.js). */
  var longTasks: number[];
  var start: number;
  /** Bytes of the script heap after a collection (soak.js). */
  var heapInUse: () => Promise<number>;

  interface HTMLElementTagNameMap {
    "evax-xray": EvaxXray;
  }
}
