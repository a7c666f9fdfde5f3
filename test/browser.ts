/** A real browser for the pages of the dashboard, and what is asked of each of them. */
import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { TestDashboard } from "./dashboard.ts";

/** Debian's own; `./ops/setup.sh --dev` installs it. */
const CHROMIUM = "/usr/bin/chromium";

/** Longest wait for anything in a browser, in milliseconds: a machine may have other work. */
const PATIENCE_MS = 300_000;

/** Tabs that no test looks at now, without cookies; each has a context of its own. None of a browser that is measured. */
const free = new WeakMap<Browser, Page[]>();

/**
 * @param isMeasured as users have it: fast scripts, and each look in a new context.
 * @throws {Error} where there is no Chromium.
 */
export async function openBrowser(isMeasured: boolean = false): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`There is no ${CHROMIUM}: ./ops/setup.sh --dev`);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    timeout: PATIENCE_MS,
    // Its own sandbox refuses to run as root; every page that it opens here is ours.
    chromiumSandbox: process.getuid?.() !== 0,
    // Scripts of a test are short, and axe is loaded anew by each page: code that is made fast is thrown away.
    args: ["--disable-dev-shm-usage", ...(isMeasured ? [] : ["--js-flags=--no-opt,--no-maglev"])],
  });
  if (!isMeasured) free.set(browser, []);
  return browser;
}

export interface Look {
  readonly dark?: boolean;
  /** In CSS pixels. @default 1280 */
  readonly width?: number;
  /** @default 900 */
  readonly height?: number;
  readonly script?: boolean;
  /** @default "admin", by a link */
  readonly scope?: "read" | "run";
}

/** A page of a browser that is signed in, and what went wrong in it. */
export interface SeenPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console calls an error or a warning, and exceptions of scripts; empty where all is well. */
  readonly problems: readonly string[];
  /** Addresses that were asked beside those of the dashboard. */
  readonly foreign: readonly string[];
}

export async function signedIn(
  browser: Browser,
  board: TestDashboard,
  { scope, ...look }: Look = {},
): Promise<SeenPage> {
  const seen = await visiting(browser, board, look);
  const { cookie = "" } = await board.signIn(scope);
  const [name = "", value = ""] = cookie.split("=");
  const about = { domain: "127.0.0.1", path: "/ui", httpOnly: true, sameSite: "Strict" } as const;
  await seen.context.addCookies([{ name, value, ...about }]);
  return seen;
}

/**
 * A tab without cookies. That of an earlier test where there is one: the first page of a new context costs Chromium 0.8 s of
 * processor time, and 1.6 s with axe in it; the next page of a tab a quarter of that.
 */
export async function visiting(
  browser: Browser,
  board: Pick<TestDashboard, "url">,
  { dark = false, width = 1280, height = 900, script = true }: Omit<Look, "scope"> = {},
): Promise<SeenPage> {
  const pool = script ? free.get(browser) : undefined;
  const page = pool?.pop() ?? (await newTab(browser, script));
  await page.bringToFront();
  await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
  await page.setViewportSize({ width, height });
  const problems: string[] = [];
  const foreign: string[] = [];
  page.on("console", (message) => {
    // Chromium calls it a problem that a page says of itself that it is not there.
    const isOfPage = message.location().url === page.url() && message.text().includes(" 404 ");
    if (["error", "warning"].includes(message.type()) && !isOfPage) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const isOurs = request.url().startsWith(`${board.url}/ui`) || request.url() === "data:,";
    if (!isOurs) foreign.push(request.url());
  });
  const context = page.context();
  const leave = async (): Promise<void> => {
    page.removeAllListeners();
    if (pool === undefined) return await context.close();
    for (const other of context.pages()) if (other !== page) await other.close();
    await page.goto("about:blank");
    await context.clearCookies();
    pool.push(page);
  };
  return { page, context, problems, foreign, [Symbol.asyncDispose]: leave };
}

async function newTab(browser: Browser, script: boolean): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled: script, reducedMotion: "reduce" });
  context.setDefaultTimeout(PATIENCE_MS);
  return await context.newPage();
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/**
 * What axe finds, as "rule: element"; empty where a page keeps WCAG 2.2 AA and the good practice.
 *
 * @param only one rule, where a look cannot change what the others find. @default all of them
 */
export async function axeFindings(page: Page, only?: string): Promise<readonly string[]> {
  // Through the protocol: the policy of the page lets no script in from elsewhere, and needs no exception for this.
  const session = await page.context().newCDPSession(page);
  const isThere = await page.evaluate("'axe' in window");
  if (isThere !== true) await session.send("Runtime.evaluate", { expression: axe.source });
  const rules = JSON.stringify(only === undefined ? RULES : { type: "rule", values: [only] });
  // Selectors of elements, and elements that keep a rule, are not told.
  const options = `{ runOnly: ${rules}, resultTypes: ["violations"], selectors: false }`;
  const expression = `axe.run(document, ${options}).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 160))))`;
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    ...{ expression, awaitPromise: true, returnByValue: true },
  });
  await session.detach();
  if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description);
  return result.value;
}

/** How many pixels a page is wider than its window; 0 where nothing is cut off. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/** What the Tab key reaches, in order, as "tag#id or text". @param most so many at most. */
export async function tabStops(page: Page, most = 80): Promise<readonly string[]> {
  const stops: string[] = [];
  await page.evaluate("document.activeElement?.blur()");
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press("Tab");
    const stop: string | null = await page.evaluate(`(() => {
      const at = document.activeElement;
      if (at === null || at === document.body) return null;
      const ring = getComputedStyle(at);
      const seen = ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) > 0;
      return at.tagName.toLowerCase() + " " + (at.id || at.textContent.trim().slice(0, 40)) + (seen ? "" : " (no ring)");
    })()`);
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}
