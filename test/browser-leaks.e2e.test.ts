/** What gets out of a browser past its proxy: a plain Chromium must leak, or the page tries nothing; ours must not. */
import { describe, expect, test } from "bun:test";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { CHROMIUM_FLAGS } from "#platform/browser/chromium.ts";
import { EgressProxy } from "#platform/net/egress/proxy.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { openBare } from "./bare-chromium.ts";
import { CHROMIUM, openSites, pages, reaching, TestBrowser, TRUST_SITES } from "./browser-site.ts";
import { type Listeners, listen, TRIED, tryingPage } from "./browser-tries.ts";
import { until } from "./until.ts";
import { WebServer } from "./web-server.ts";

interface Scene extends AsyncDisposable {
  readonly site: WebServer;
  readonly direct: WebServer;
  readonly listeners: Listeners;
  readonly url: string;
}

async function openScene(): Promise<Scene> {
  await using parts = new AsyncDisposableStack();
  const listeners = parts.use(await listen());
  let page = "";
  const direct = parts.use(await WebServer.open((_, response) => void response.end("direct")));
  const site = parts.use(
    await openSites(
      pages({
        "good.test/": (_, response) => {
          response.setHeader("content-type", "text/html").end(page);
        },
        "good.test/redirect": (request, response) => {
          const to = new URL(request.url ?? "", "https://x").searchParams.get("to") ?? "";
          response.writeHead(302, { location: to }).end();
        },
        "good.test/worker.js": (_, response) => {
          const script = `fetch("https://evil.test:${site.port}/service-worker")`;
          response.setHeader("content-type", "text/javascript").end(script);
        },
      }),
    ),
  );
  page = tryingPage(site, direct, listeners);
  const all = parts.move();
  const url = `https://good.test:${site.port}/`;
  return { site, direct, listeners, url, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/** Everything that arrived and was not meant to, in words. */
function leaks({ site, direct, listeners }: Scene): readonly string[] {
  return [
    ...site.asked.filter((one) => !one.includes(" good.test:")),
    ...direct.asked,
    ...[...listeners.datagrams].map(() => "a datagram of WebRTC"),
  ];
}

describe.skipIf(CHROMIUM === undefined)("a page that tries every way out", () => {
  test("gets out of a plain Chromium, although it has the same proxy", async () => {
    await using scene = await openScene();
    await using proxy = await openTcpProxy(scene);
    const flags = [`--proxy-server=http://127.0.0.1:${proxy.port}`, ...TRUST_SITES];
    await openBare(CHROMIUM ?? "", flags, { url: scene.url, title: TRIED });
    expect(leaks(scene)).toContain("a datagram of WebRTC");
    expect(scene.direct.asked.length).toBeGreaterThan(0);
  });

  test("does not get out of one with our flags", async () => {
    await using scene = await openScene();
    await using proxy = await openTcpProxy(scene);
    const flags = CHROMIUM_FLAGS.map((flag) =>
      flag.replace("127.0.0.1:3128", `127.0.0.1:${proxy.port}`),
    );
    await openBare(CHROMIUM ?? "", [...flags, ...TRUST_SITES], { url: scene.url, title: TRIED });
    expect(leaks(scene)).toEqual([]);
  });

  test("does not get out of our sandbox, even with the flags removed", async () => {
    await using scene = await openScene();
    const plain = [
      "--webrtc-ip-handling-policy=default",
      "--force-webrtc-ip-handling-policy=default",
    ];
    const flags = [
      ...TRUST_SITES,
      ...plain,
      "--proxy-bypass-list=127.0.0.1;localhost",
      "--host-resolver-rules=",
    ];
    await using browser = new TestBrowser(scene.site, { flags });
    let isOpen = false;
    await until("the page has tried everything", async () => {
      // On a busy machine the browser may take longer than a call waits for it, or a page longer than it may.
      const action = isOpen ? { action: "read" } : { action: "open", url: scene.url };
      const { ok, output } = await browser.call(action);
      isOpen = ok;
      return output.includes(`"${TRIED}"`);
    });
    expect(leaks(scene)).toEqual([]);
    expect(scene.site.asked.length).toBeGreaterThan(0);
  });
});

interface TcpProxy extends AsyncDisposable {
  readonly port: number;
}

/** The same proxy that the sandbox has, for a browser outside of it. */
async function openTcpProxy({ site }: Scene): Promise<TcpProxy> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder("leaks"));
  const socket = join(folder.path, "proxy");
  parts.use(
    await EgressProxy.open(socket, {
      ...reaching(site),
      hosts: ["good.test"],
      limits: { connections: 64 },
    }),
  );
  const server: Server = createServer((client) => {
    const proxy = connect(socket);
    client.pipe(proxy).pipe(client);
    client.on("error", () => proxy.destroy());
    proxy.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  parts.defer(() => void server.close());
  const all = parts.move();
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
