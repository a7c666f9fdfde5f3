/** Every page of the dashboard in a real browser: for all readers, at every size, in the light and in the dark. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import {
  axeFindings,
  openBrowser,
  overflow,
  type SeenPage,
  signedIn,
  visiting,
} from "./browser.ts";
import { PAGES, type PagesBoard, pagesBoard } from "./dashboard-pages.ts";
import { looksWell, pagesLeftOut } from "./page-looks.ts";

let browser: Browser;
let open: PagesBoard;
beforeAll(async () => {
  [browser, open] = await Promise.all([openBrowser(), pagesBoard()]);
  // A second row for the page that tells who is signed in.
  await open.board.signIn("read");
});
afterAll(async () => {
  await browser.close();
  await open[Symbol.asyncDispose]();
});

test("every page that a screen has is looked at here", () => {
  const addresses = PAGES.map(([, path]) => path);
  expect(pagesLeftOut(open.board, addresses)).toEqual([]);
});

describe("a page", () => {
  let tab: SeenPage;
  beforeAll(async () => {
    tab = await signedIn(browser, open.board);
  });
  afterAll(async () => await tab[Symbol.asyncDispose]());

  test.each(PAGES)(
    "%s keeps the rules of axe in the light, in the dark and on a phone, by keys too",
    async (_name, path) => await looksWell(tab, open.board, path),
  );
});

test("a mistake in a page would be found", async () => {
  await using seen = await signedIn(browser, open.board);
  await seen.page.goto(`${open.board.url}/ui/rooms/parser`);
  await seen.page.evaluate("document.querySelector('label[for=to]').remove()");
  expect(await axeFindings(seen.page)).toEqual([expect.stringContaining("select-name: ")]);
});

test("the first key leads past the navigation", async () => {
  await using seen = await signedIn(browser, open.board);
  await seen.page.goto(`${open.board.url}/ui/rooms`);
  await seen.page.keyboard.press("Tab");
  await seen.page.keyboard.press("Enter");
  await seen.page.keyboard.press("Tab");
  expect(await seen.page.evaluate("document.activeElement.closest('main') !== null")).toBe(true);
});

describe("the sign-in", () => {
  test("by a link: one key, and the room is there", async () => {
    await using seen = await visiting(browser, open.board);
    const { page } = seen;
    await page.goto(open.board.link());
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Sign in" }).press("Enter");
    await page.waitForURL(/\/ui\/rooms$/);
  });

  test("by a token, in the dark and on a phone; a wrong one is said", async () => {
    await using seen = await visiting(browser, open.board, { dark: true, width: 320, height: 640 });
    const { page } = seen;
    await page.goto(`${open.board.url}/ui/rooms`);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel("Token").fill("org_wrong");
    await page.keyboard.press("Enter");
    await page.getByText("this proves nothing").waitFor();
    await page.getByLabel("Token").fill(open.board.store.createToken("browser", "read").token);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/ui\/rooms$/);
    expect(await overflow(page)).toBe(0);
  });
});

describe("another site", () => {
  test("cannot frame a page, send its forms or read it", async () => {
    await using seen = await signedIn(browser, open.board);
    const { url } = open.board;
    using evil = Bun.serve({
      ...{ port: 0, hostname: "127.0.0.1" },
      fetch: () =>
        new Response(
          `<iframe src="${url}/ui/rooms"></iframe><form method="post" action="${url}/ui/rooms"></form>
<script>fetch("${url}/ui/rooms", {credentials: "include"}).then((a) => a.text()).then((t) => document.title = "read", () => document.title = "refused")</script>`,
          { headers: { "content-type": "text/html" } },
        ),
    });
    const page = await seen.context.newPage();
    await page.goto(`http://127.0.0.1:${evil.port}/`);
    await page.waitForFunction("document.title !== ''");
    expect(await page.title()).toBe("refused");
    const frame = page.frames().find((one) => one !== page.mainFrame());
    expect(await frame?.content()).not.toContain("All rooms");
    const before = (await open.home.rooms()).length;
    await page.evaluate("document.forms[0].submit()");
    await page.waitForURL(`${url}/ui/rooms`);
    expect(await page.content()).toContain("other pages may not ask");
    expect(await open.home.rooms()).toHaveLength(before);
  });
});
