/** What is left when the browser, or org itself, is killed: nothing that runs. */
import { describe, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { CHROMIUM, openSites, pages, TestBrowser, TRUST_SITES } from "./browser-site.ts";
import { commandOf, isRunning, markedFamily } from "./marked-processes.ts";
import { until } from "./until.ts";
import type { WebServer } from "./web-server.ts";

const SITES = pages({ "good.test/": "<h1>Good</h1>" });
const openOf = (sites: WebServer) => ({
  action: "open",
  url: `https://good.test:${sites.port}/`,
});

/** A browser with a page, and every process of it. */
async function opened(sites: WebServer, idleMs?: number) {
  const mark = `--org-test=${randomUUID()}`;
  const browser = new TestBrowser(sites, { flags: [...TRUST_SITES, mark], idleMs });
  expect(await browser.text(openOf(sites))).toContain("h1 Good");
  const family = markedFamily(mark);
  expect(family.length).toBeGreaterThan(5);
  return { browser, family };
}

const allEnded = async (family: readonly number[]) =>
  await until("the processes to end", async () => !family.some(isRunning));

/** The end of the first takes others along, at once or a moment later. */
function killAll(ids: readonly number[]): void {
  for (const id of ids) {
    try {
      process.kill(id, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

describe.skipIf(CHROMIUM === undefined)("no process is left", () => {
  test("when Chromium is killed: the next call says so, and the one after it opens a new one", async () => {
    await using sites = await openSites(SITES);
    const { browser, family } = await opened(sites);
    await using _browser = browser;
    const main = family.filter((id) => /chromium --headless/.test(commandOf(id)));
    expect(main.length).toBeGreaterThan(0);
    killAll(main);
    await allEnded(family);
    expect(await browser.text({ action: "read" })).toContain("[BROWSER_GONE]");
    expect(await browser.text(openOf(sites))).toContain("h1 Good");
  });

  test("of a page that crashes: the browser says so and goes on", async () => {
    await using sites = await openSites(SITES);
    const { browser, family } = await opened(sites);
    await using _browser = browser;
    const renderers = family.filter((id) => commandOf(id).includes("--type=renderer"));
    expect(renderers.length).toBeGreaterThan(0);
    killAll(renderers);
    await allEnded(renderers);
    const read = await browser.call({ action: "read" });
    const again = await browser.text(openOf(sites));
    expect(`${read.output}\n${again}`).toMatch(/crashed/);
    expect(again).toContain("h1 Good");
  });

  test("when it is closed, or not used for long", async () => {
    await using sites = await openSites(SITES);
    const closed = await opened(sites);
    expect(await closed.browser.text({ action: "close" })).toBe("The browser is closed.");
    expect(closed.family.filter(isRunning)).toEqual([]);
    const idle = await opened(sites, 50);
    await using _idle = idle.browser;
    await allEnded(idle.family);
    expect(await idle.browser.text({ action: "read" })).toContain("No page is open");
  });

  test("when org is killed", async () => {
    const mark = `--org-test=${randomUUID()}`;
    const program = join(import.meta.dir, "fixtures/browser-child.ts");
    const child = Bun.spawn([process.execPath, program, mark], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const bytes of child.stdout) {
      if (new TextDecoder().decode(bytes).includes("h1 Good")) break;
    }
    const family = markedFamily(mark);
    expect(family.length).toBeGreaterThan(5);
    child.kill("SIGKILL");
    await child.exited;
    await allEnded(family);
  });
});
