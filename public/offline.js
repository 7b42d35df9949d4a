// Starts the service worker once the visitor has what they came for, and offers a newer release when one is
// there. A module, added by boot.js. Where a browser forbids any of this, the page works as without it.
const { build, release } = document.querySelector("script[data-release]").dataset;
const container = navigator.serviceWorker;

// Until the first step is seen, everything else on its way is wanted sooner. Some pages never train.
async function untilIdle() {
  const latest = performance.now() + 10000;
  const rest = time => new Promise(done => setTimeout(done, time));
  const trains = async () => window.lab ? (await window.lab.getMetrics()).step > 0 : Boolean(window.map);
  do await rest(500); while (!(await trains()) && performance.now() < latest);
  await new Promise(done => window.requestIdleCallback ? requestIdleCallback(done, { timeout: 2000 }) : done());
}

// What the button and the notice say, from the file that the page itself has read.
async function words() {
  const text = await (await fetch(`lang/${document.documentElement.lang}.txt?${build}`)).text();
  return key => text.split("\n").find(line => line.startsWith(`${key} = `)).slice(key.length + 3);
}

async function offer() {
  if (document.getElementById("new-release")) return;
  const notice = document.createElement("div");
  notice.id = "new-release";
  notice.className = "notices";
  notice.setAttribute("role", "status");
  document.body.prepend(notice);
  const say = await words();
  const line = notice.appendChild(document.createElement("p"));
  line.className = "notice info";
  line.appendChild(document.createElement("span")).textContent = say("offline.new");
  const button = line.appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "button";
  button.textContent = say("offline.reload");
  button.onclick = async () => {
    const registration = await container.getRegistration();
    // The address holds the experiment, so that the new page opens with it.
    container.oncontrollerchange = () => location.reload();
    if (registration && registration.waiting) registration.waiting.postMessage("take over");
    else location.reload();
  };
}

try {
  await untilIdle();
  container.onmessage = event => { if (event.data !== release) offer().catch(() => {}); };
  const registration = await container.register("sw.js", { updateViaCache: "none" });
  if (registration.waiting) registration.waiting.postMessage("which");
  // A tab that stays open for days asks again, when somebody looks at it.
  let asked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - asked < 3600000) return;
    asked = Date.now();
    registration.update().catch(() => {});
  });
} catch {
  // Storage is blocked, or the connection is not secure: nothing is kept.
}
