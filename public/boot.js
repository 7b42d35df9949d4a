// Says what to do where the page cannot run; plain old JavaScript so that old browsers can read it.
(function () {
  "use strict";
  // The smallest module with a SIMD instruction: (func (result v128) i32.const 0 i8x16.splat ...).
  var simd = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  function show(id) {
    var app = document.getElementById("app");
    var message = document.getElementById(id);
    if (app) { app.hidden = true; }
    if (message) { message.hidden = false; }
  }
  // In a frame that was denied an origin the browser starts no workers and reads no files of ours. The page
  // around it can do something about that, so it hears of it too.
  if (window.origin === "null" && location.protocol !== "file:") {
    show("no-origin");
    if (window.parent !== window) {
      var tell = function () {
        window.parent.postMessage({ collapseLab: 1, type: "error", error: {
          name: "blocked", field: "sandbox", message: "the frame's sandbox forbids workers and files; add allow-same-origin"
        } }, "*");
      };
      window.addEventListener("message", function (event) {
        if (event.source === window.parent && event.data && event.data.collapseLab) { tell(); }
      });
      tell();
    }
    return;
  }
  if (typeof WebAssembly !== "object" || typeof Uint8Array !== "function") {
    show("no-wasm");
  } else if (!WebAssembly.validate(new Uint8Array(simd))) {
    show("no-simd");
  } else if (typeof Worker !== "function") {
    show("no-worker");
  } else {
    window.addEventListener("error", function (event) {
      var target = event.target;
      // A script or module file that did not arrive; other errors are the page's own to report.
      if (target && target.tagName === "SCRIPT" && !target.optional) { show("no-files"); }
    }, true);
    window.addEventListener("load", keep);
  }
  // Keeps the page for a visit without a network (offline.js); not inside another site's page, whose visitors
  // have not asked for it, and not where somebody pays for every byte.
  function keep() {
    var release = document.querySelector("script[data-release]").getAttribute("data-release");
    var saves = navigator.connection && navigator.connection.saveData;
    if (release === "dev" || window.top !== window || saves) { return; }
    try { if (!navigator.serviceWorker) { return; } } catch (blocked) { return; }
    var script = document.createElement("script");
    script.type = "module";
    script.optional = true;
    script.src = "offline.js?" + document.querySelector("script[data-build]").getAttribute("data-build");
    document.body.appendChild(script);
  }
})();
