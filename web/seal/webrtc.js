/* webrtc.js - takes WebRTC away from a document: no policy reaches its connections.
 *
 * No other realm can be borrowed from: frames without an address have an
 * opaque origin of their own here, and workers have no WebRTC.
 * SPDX-License-Identifier: MIT */

const NAMES = ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection", "RTCIceTransport",
  "RTCIceGatherer", "RTCDataChannel", "WebTransport"];

/** To be called before any other script of the document. */
export function removeWebRtc() {
  for (const name of NAMES) Reflect.deleteProperty(globalThis, name);
}
