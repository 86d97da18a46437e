# config.capnp - workerd with one worker, which may reach this machine.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [ (name = "main", worker = .main), (name = "network", network = (allow = ["public", "private"])) ],
  sockets = [ (name = "http", http = (), service = "main") ]
);

const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.bundle.js"),
    (name = "eva-x-web/wasm/evax-simd128.wasm", wasm = embed "../node_modules/eva-x-web/web/wasm/evax-simd128.wasm"),
  ],
  compatibilityDate = "2026-11-01",
  globalOutbound = "network"
);
