/** The screens about the home in a real browser: with much on them, hostile texts among it, and used by keys alone. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { openBrowser, type SeenPage, signedIn } from "./browser.ts";
import { fillHome, jobsOf, type Texts } from "./dashboard-filled.ts";
import { type DashboardHome, dashboardHome } from "./dashboard-home.ts";
import { isQuiet, looksWell, pagesLeftOut } from "./page-looks.ts";

const EVIL = `<img src=x onerror="document.title='evil'">"'\u202e</pre><script>document.title='evil'</script>`;

const TEXTS: Texts = {
  ...{ note: EVIL, goal: EVIL, commit: EVIL },
  error: `${EVIL} ${"w".repeat(3000)}`,
  tool: `${EVIL} ${"w".repeat(500)}`,
};

let browser: Browser;
let home: DashboardHome;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  // biome-ignore-start lint/nursery/useDisposables: the stack disposes of them
  [browser, home] = await Promise.all([openBrowser(), dashboardHome(jobsOf(TEXTS))]);
  parts.use(home);
  parts.use(await fillHome(home, TEXTS));
  // A second row for the page that tells who is signed in.
  await home.board.signIn("read");
  // biome-ignore-end lint/nursery/useDisposables: the stack disposes of them
});
afterAll(async () => {
  await parts.disposeAsync();
  await browser.close();
});

const PAGES = [
  ["the overview", "/ui"],
  ["the gate", "/ui/gate"],
  ["a candidate that is held", "/ui/gate/candidates/faster-totals"],
  ["a candidate with a hostile text", "/ui/gate/candidates/raw"],
  ["the question before a promotion", "/ui/gate/candidates/faster-totals/promote"],
  ["the question before a rejection", "/ui/gate/candidates/raw/reject"],
  ["the lineage", "/ui/gate/lineage"],
  ["the question before a rollback", "/ui/gate/lineage/rollback?tag=promotion/1"],
  ["the tools", "/ui/tools"],
  ["tools that were looked for", "/ui/tools?q=dates"],
  ["a tool with its uses", "/ui/tools/csv-totals"],
  ["a tool with a hostile text", "/ui/tools/mend-dates"],
  ["the question before a tool goes", "/ui/tools/csv-totals/retire"],
  ["the jobs", "/ui/jobs"],
  ["jobs of one state", "/ui/jobs?state=queued"],
  ["a job with a hostile error", "/ui/jobs/job_newest"],
  ["a job with its result", "/ui/jobs/job_reports"],
  ["the question before a job is cancelled", "/ui/jobs/job_nightly/cancel"],
  ["the goals", "/ui/goals"],
  ["notes to review", "/ui/memory"],
  ["notes that were looked for", "/ui/memory?q=fiscal"],
  ["a note with a hostile text", "/ui/memory/m3"],
  ["the question before a note goes", "/ui/memory/m3/forget"],
  ["the health", "/ui/health"],
  ["the question before a process ends", "/ui/health/processes/current/stop"],
  ["the budgets", "/ui/budgets"],
  ["who is signed in", "/ui/sessions"],
] as const;

test("every page of these screens is looked at here", () => {
  const addresses = PAGES.map(([, path]) => path);
  expect(pagesLeftOut(home.board, addresses)).toEqual([]);
});

describe("a page", () => {
  let tab: SeenPage;
  beforeAll(async () => {
    tab = await signedIn(browser, home.board);
  });
  afterAll(async () => await tab[Symbol.asyncDispose]());

  test.each(PAGES)(
    "%s keeps the rules of axe in the light, in the dark and on a phone, by keys too",
    async (_name, path) => await looksWell(tab, home.board, path),
  );
});

/** Goes to a link or a button with Tab, as a reader without a pointer does, and presses Enter. */
async function press(page: Page, name: string): Promise<void> {
  for (let stop = 0; stop < 80; stop += 1) {
    await page.keyboard.press("Tab");
    const text = await page.evaluate("document.activeElement.textContent.trim()");
    if (text !== name) continue;
    await page.keyboard.press("Enter");
    return;
  }
  throw new Error(`Tab never came to "${name}"`);
}

test("what the gate holds is approved, and main is rolled back, by keys alone", async () => {
  await using seen = await signedIn(browser, home.board);
  const { page } = seen;
  const { url } = home.board;
  await page.goto(`${url}/ui`);
  await press(page, "Decide about cand/faster-totals");
  await page.waitForURL(/faster-totals$/);
  await press(page, "Promote…");
  await page.waitForURL(/\/promote$/);
  await press(page, "Approve and promote");
  await page.getByText("The promotion has begun").waitFor();
  const commit = home.repository.id("cand/faster-totals");
  expect(home.started.at(-1)).toEqual(["promote", commit, "--approve"]);
  await press(page, "Lineage of main");
  await page.waitForURL(/\/lineage$/);
  const link = page.getByRole("link", { name: /^Roll back/ }).first();
  await press(page, (await link.textContent()) ?? "");
  await page.waitForURL(/rollback\?tag=/);
  await press(page, "Roll back");
  await page.getByText("has begun: main moves").waitFor();
  expect(home.started.at(-1)?.[0]).toBe("rollback");
  isQuiet(seen);
});

test("a note is trusted, a job begins again, a tool is switched off, and another tab shows it", async () => {
  await using seen = await signedIn(browser, home.board);
  const { page } = seen;
  const { url } = home.board;
  const other = await seen.context.newPage();
  await page.goto(`${url}/ui/memory`);
  await press(page, "Trust m3");
  await page.getByText("m3 counts as your own word").waitFor();
  await other.goto(`${url}/ui/memory`);
  await other.getByText("No note waits for your review.").waitFor();
  await page.goto(`${url}/ui/jobs/job_newest`);
  await press(page, "Begin again");
  await page.getByText("job_newest begins again.").waitFor();
  await page.goto(`${url}/ui/tools/csv-totals`);
  await press(page, "Disable csv-totals");
  await page.getByText("csv-totals is disabled.").waitFor();
  await other.goto(`${url}/ui/tools`);
  await other
    .getByRole("row", { name: /csv-totals/ })
    .getByText("disabled")
    .waitFor();
  expect(await page.title()).not.toBe("evil");
  isQuiet(seen);
});

test("a session that has ended does nothing more: the form leads to the sign-in", async () => {
  await using seen = await signedIn(browser, home.board);
  const { page } = seen;
  await page.goto(`${home.board.url}/ui/gate/candidates/raw/reject`);
  home.board.sessions.endAll();
  await press(page, "Reject");
  await page.waitForURL(/\/ui\/sign-in/);
  const again = await home.board.signIn();
  expect(await again.page("/ui/gate/candidates/raw")).toContain("has not judged this commit");
});
