/** A page that tries every way out of a browser, and the listeners that would notice. */
import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";
import type { WebServer } from "./web-server.ts";

/** What arrived that should not have. */
export interface Listeners extends AsyncDisposable {
  readonly udpPort: number;
  /** Addresses of this machine that listen. */
  readonly addresses: readonly string[];
  /** Addresses at which a datagram arrived. */
  readonly datagrams: ReadonlySet<string>;
}

/** Listens for datagrams on the loopback and on another address of this machine, where it has one. */
export async function listen(): Promise<Listeners> {
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === "IPv4" && !one.internal)?.address;
  const addresses = ["127.0.0.1", ...(outer === undefined ? [] : [outer])];
  const datagrams = new Set<string>();
  const sockets: ReturnType<typeof createSocket>[] = [];
  let udpPort = 0;
  for (const address of addresses) {
    const socket = createSocket("udp4");
    socket.on("message", () => datagrams.add(address));
    await new Promise<void>((resolve) => void socket.bind(udpPort, address, resolve));
    udpPort = socket.address().port;
    sockets.push(socket);
  }
  return {
    ...{ udpPort, addresses, datagrams },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        sockets.map((socket) => new Promise<void>((done) => void socket.close(() => done()))),
      );
    },
  };
}

/** What the page calls itself when it has tried everything. */
export const TRIED = "tried everything";

/** @param direct a server that no proxy leads to. */
export function tryingPage(site: WebServer, direct: WebServer, listeners: Listeners): string {
  const evil = `https://evil.test:${site.port}`;
  const near = `https://127.0.0.1:${direct.port}`;
  const stun = listeners.addresses.map((address) => `stun:${address}:${listeners.udpPort}`);
  const all = [
    ...[evil, near, "https://169.254.169.254", "https://[::1]", `https://localhost:${direct.port}`],
    ...[`http://127.0.0.1:${direct.port}`, "http://evil.test"],
  ];
  return `<title>trying</title>
${all.map((to) => `<link rel=dns-prefetch href="${to}"><link rel=preconnect href="${to}"><link rel=prefetch href="${to}/prefetch"><img src="${to}/image"><iframe src="${to}/frame"></iframe><script src="${to}/script"></script><link rel=stylesheet href="${to}/style">`).join("\n")}
<script type="speculationrules">{"prerender":[{"source":"list","urls":["${evil}/prerender"]}],"prefetch":[{"source":"list","urls":["${near}/speculative"]}]}</script>
<a id=ping href="/ok" ping="${evil}/ping" target=_blank>x</a>
<script>
const tries = [];
const one = (what) => { try { tries.push(Promise.resolve(what()).catch(() => {})); } catch {} };
const soon = (ms) => new Promise((done) => setTimeout(done, ms));
for (const to of ${JSON.stringify(all)}) {
  one(() => fetch(to + "/fetch", { mode: "no-cors" }));
  one(() => fetch("/redirect?to=" + encodeURIComponent(to + "/redirected"), { mode: "no-cors" }));
  one(() => navigator.sendBeacon(to + "/beacon", "x"));
  one(() => { new EventSource(to + "/events"); });
  one(() => new Promise((done) => { const s = new WebSocket(to.replace(/^http/, "ws") + "/socket"); s.onclose = done; s.onerror = done; }));
  one(() => new WebTransport(to.replace(/^http:/, "https:") + "/transport").ready);
  one(() => { open(to + "/popup"); });
  one(() => new Worker(URL.createObjectURL(new Blob(["fetch('" + to + "/worker',{mode:'no-cors'}).finally(()=>postMessage(1))"]))));
}
one(() => navigator.serviceWorker.register("/worker.js"));
one(() => new SharedWorker("/shared.js"));
document.getElementById("ping").click();
for (const urls of [${JSON.stringify(stun)}, ...${JSON.stringify(stun)}.map((one) => [one])]) one(async () => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls }] });
  peer.createDataChannel("x");
  window.candidates = 0;
  peer.onicecandidate = ({ candidate }) => { if (candidate?.candidate) window.candidates += 1; };
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise((done) => { peer.onicegatheringstatechange = () => peer.iceGatheringState === "complete" && done(); });
});
Promise.race([Promise.all(tries), soon(4000)]).then(() => soon(300)).then(() => {
  document.title = ${JSON.stringify(TRIED)};
  document.body.append(document.title + " " + window.candidates + " candidates");
});
</script>`;
}
