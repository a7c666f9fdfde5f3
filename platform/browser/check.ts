/** Tells whether a browser runs here, and how its pages are kept apart. */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import { Chromium, findChromium } from "./chromium.ts";

export interface BrowserTrial {
  /** What it calls itself, such as "Chrome/156.0.8078.79". */
  readonly product: string;
  /** Its pages run in sandboxes of their own within ours. */
  readonly keepsPagesApart: boolean;
}

const version = z.object({ product: z.string() });
const target = z.object({ targetId: z.string() });
const session = z.object({ sessionId: z.string() });
const evaluated = z.object({ result: z.object({ value: z.string().default("") }) });
/** How often its own page about sandboxes is looked at, and how long between. */
const LOOKS = 50;
const LOOK_MS = 100;

/**
 * Starts it, and asks its own page about sandboxes.
 *
 * @throws {OrgError} `BROWSER_FAILED`, `SANDBOX_UNAVAILABLE`
 */
export async function tryChromium(program: string, signal: AbortSignal): Promise<BrowserTrial> {
  const options = { program, egress: {}, onEvent: () => undefined };
  await using browser = await Chromium.start(options, signal);
  const { connection } = browser;
  const { product } = version.parse(await connection.send("Browser.getVersion"));
  const page = await connection.send("Target.createTarget", { url: "chrome://sandbox" });
  const { targetId } = target.parse(page);
  const attached = await connection.send("Target.attachToTarget", { targetId, flatten: true });
  const { sessionId } = session.parse(attached);
  const expression = "document.body?.innerText ?? ''";
  for (let look = 0; look < LOOKS; look += 1) {
    const response = await connection.send("Runtime.evaluate", { expression }, sessionId);
    const text = evaluated.parse(response).result.value;
    if (/adequately sandboxed/.test(text)) {
      return { product, keepsPagesApart: !/not adequately sandboxed/i.test(text) };
    }
    await wait(LOOK_MS, undefined, { signal });
  }
  return { product, keepsPagesApart: false };
}

/**
 * What `org doctor` says of the browser.
 *
 * @param settings of the browser; absent: personas have none.
 */
export function browserCheck(settings: { readonly path?: string | undefined } | undefined): Check {
  return { name: "browser", run: async (signal) => await lookAt(settings, signal) };
}

async function lookAt(
  settings: { readonly path?: string | undefined } | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  if (settings === undefined) {
    const detail = "personas have none; org browser install tells how they get one";
    return { state: "ok", detail, remedies: [] };
  }
  const program = findChromium(settings.path);
  if (program === undefined) {
    const detail = `org.config asks for one, and ${settings.path ?? "Chromium"} is not there`;
    return { state: "warning", detail, remedies: ["org browser install"] };
  }
  try {
    const { product, keepsPagesApart } = await tryChromium(program, signal);
    if (keepsPagesApart) {
      const detail = `${product} runs in the sandbox, each page in its own sandbox`;
      return { state: "ok", detail, remedies: [] };
    }
    const detail = `${product} runs in the sandbox, but does not keep its pages apart`;
    return { state: "warning", detail, remedies: ["sysctl kernel.unprivileged_userns_clone"] };
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    const detail = `${program}: ${error.message}: ${error.why ?? ""}`;
    return { state: "warning", detail, remedies: error.remedies };
  }
}
