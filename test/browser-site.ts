/** Sites on the loopback for the browser, under whatever names, and the browser of a room that may reach them. */
import { createHash, X509Certificate } from "node:crypto";
import { findChromium } from "#platform/browser/chromium.ts";
import { browserTool } from "#tools/browser/browser-tool.ts";
import { OneBrowser, type RoomBrowserOptions } from "#tools/browser/room-browser.ts";
import type { Tool, ToolOutput } from "#tools/tool.ts";
import { makeCertificate } from "./certificate.ts";
import { type Answer, type Place, WebServer } from "./web-server.ts";

/** The real path of Chromium; undefined where the tests of the browser cannot run. */
export const CHROMIUM: string | undefined = findChromium();

const certificate = makeCertificate("site.test");
const key = new X509Certificate(certificate.cert).publicKey.export({ type: "spki", format: "der" });

/** Makes Chromium trust the certificate of the sites for every name, and no other one. */
export const TRUST_SITES: readonly string[] = [
  `--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`,
];

/** A server that every name leads to. */
export async function openSites(answer: Answer, place?: Place): Promise<WebServer> {
  return await WebServer.open(answer, certificate, place);
}

/** Answers with pages by host and path, such as `shop.test/cart`; others are not there. */
export function pages(found: Readonly<Record<string, string | Answer>>): Answer {
  return async (request, response) => {
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    const path = (request.url ?? "/").replace(/\?.*/, "");
    const page = found[`${host}${path}`];
    if (page === undefined) response.writeHead(404).end("not there");
    else if (typeof page !== "string") await page(request, response);
    else
      response.setHeader("content-type", "text/html; charset=utf-8").end(`<!doctype html>${page}`);
  };
}

/** How the browser reaches the sites of a server. */
export function reaching(server: WebServer): RoomBrowserOptions["egress"] {
  const { resolver, allowAddress, ports } = server.rules;
  return { resolver, allowAddress, ports };
}

/**
 * The product closes a page that does not answer within 30 s. Ordinary pages answer much sooner, but a machine that
 * runs six suites may stand still for as long; what tests that limit sets one.
 */
const PATIENT_ACTION_MS = 300_000;

/** A browser with its tool, called as a room calls it but for the policy, which allows the given hosts. */
export class TestBrowser implements AsyncDisposable {
  readonly browser: OneBrowser;
  readonly tool: Tool;
  /** Pictures that were kept. */
  readonly images: Uint8Array[] = [];

  constructor(server: WebServer, options: Partial<RoomBrowserOptions> = {}) {
    this.browser = new OneBrowser({
      ...{ program: CHROMIUM ?? "", egress: reaching(server), flags: TRUST_SITES },
      judge: () => "ask",
      maySend: () => false,
      saveImage: async (jpeg) => `screenshots/${this.images.push(jpeg)}.jpg`,
      readFile: async () => undefined,
      actionMs: PATIENT_ACTION_MS,
      ...options,
    });
    this.tool = browserTool(this.browser, server.rules.ports);
  }

  /** The arguments as they would be judged and shown. */
  judged(args: Readonly<Record<string, unknown>>): unknown {
    return this.tool.fit?.(args);
  }

  async call(args: Readonly<Record<string, unknown>>): Promise<ToolOutput> {
    const { signal } = new AbortController();
    return await this.tool.run(this.judged(args), { signal, persona: "agent" });
  }

  /** Calls, and gives the text of the answer. */
  async text(args: Readonly<Record<string, unknown>>): Promise<string> {
    return (await this.call(args)).output;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }
}

/** The name that a text gives to what is described so: `e7` of `[e7] button "Pay"`. */
export function refIn(text: string, described: string): string {
  const [, ref] =
    new RegExp(`\\[(e\\d+)\\] ${described.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`).exec(text) ??
    [];
  if (ref === undefined) throw new Error(`Nothing is called ${described} in:\n${text}`);
  return ref;
}
