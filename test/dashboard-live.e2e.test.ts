/** A room in a real browser while personas speak in it. */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { ChannelLock } from "#core/channel-lock.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import { axeFindings, openBrowser, overflow, type SeenPage, signedIn } from "./browser.ts";
import { type RoomBoard, roomBoard, sayIn } from "./dashboard-room.ts";
import { echoTool } from "./room-fixture.ts";
import { call, gate, say, several } from "./scripted-answers.ts";
import type { Script } from "./scripted-server.ts";
import { until } from "./until.ts";

let browser: Browser;
let parts: AsyncDisposableStack;
beforeAll(async () => {
  browser = await openBrowser();
  parts = new AsyncDisposableStack();
});
afterEach(async () => {
  await parts.disposeAsync();
  parts = new AsyncDisposableStack();
});
afterAll(async () => {
  await browser.close();
});

const SUPERVISED = {
  policy: { ...DEFAULT_POLICY, mode: "supervised" },
  resolveProgram: () => undefined,
} as const;

const ROOM = "/ui/rooms/made-1";

/** A new room in which several personas may speak at once, and a browser that shows it. */
async function live(script: Script): Promise<RoomBoard & { readonly seen: SeenPage }> {
  const room = { lock: new ChannelLock(4), tools: [echoTool], permissions: SUPERVISED };
  const open = parts.use(await roomBoard(script, { room }));
  const seen = parts.use(await signedIn(browser, open.board));
  await seen.page.goto(`${open.board.url}/ui/rooms`);
  await seen.page.getByRole("button", { name: "New room" }).click();
  await isLive(seen.page);
  return { ...open, seen };
}

async function isLive(page: Page): Promise<void> {
  await page.locator("#live", { hasText: /^live$/ }).waitFor();
}

/** Says a line as a person at the keyboard does. */
async function type(page: Page, text: string): Promise<void> {
  await page.getByLabel("Your line").fill(text);
  await page.keyboard.press("Control+Enter");
}

test("several personas are read while they write, in two tabs, the second one opened in the middle", async () => {
  const halves = [gate(), gate(), gate()];
  const { board, seen } = await live(({ index }) => {
    const half = halves[index];
    if (half === undefined) return say("Nothing more.");
    return several(say(`Beginning ${index}. `), half, say(`End ${index}.`));
  });
  await type(seen.page, "@@group what do you think?");
  await Promise.all(halves.map(({ reached }) => reached));
  for (const index of [0, 1, 2]) await seen.page.getByText(`Beginning ${index}.`).waitFor();
  expect(await seen.page.locator(".live").count()).toBe(3);
  // A reader who listens hears what is finished, and not each word of three at once.
  expect(await seen.page.locator("#turns").getAttribute("aria-live")).toBe("off");
  expect(await axeFindings(seen.page)).toEqual([]);
  const second = await seen.context.newPage();
  await second.goto(`${board.url}${ROOM}`);
  await isLive(second);
  for (const index of [0, 1, 2]) await second.getByText(`Beginning ${index}.`).waitFor();
  for (const { open } of halves) open();
  for (const page of [seen.page, second]) {
    // A wait looks once a frame, and a tab in the background draws none.
    await page.bringToFront();
    for (const index of [0, 1, 2]) {
      await page.locator(".row.answer", { hasText: `Beginning ${index}. End ${index}.` }).waitFor();
    }
    await page.locator(".live").first().waitFor({ state: "detached" });
    expect(await page.locator(".row.answer").count()).toBe(3);
  }
  expect(seen.problems).toEqual([]);
  expect(seen.foreign).toEqual([]);
});

test("a line is sent without leaving the page, and the field is ready for the next one", async () => {
  const { seen } = await live(() => say("Yes."));
  for (const text of ["one?", "two?"]) {
    await type(seen.page, text);
    await seen.page.locator(".row.said", { hasText: text }).waitFor();
  }
  await seen.page.locator(".row.answer").nth(1).waitFor();
  expect(await seen.page.getByLabel("Your line").inputValue()).toBe("");
  expect(await seen.page.evaluate("document.activeElement.id")).toBe("text");
  await type(seen.page, "/help");
  await seen.page.getByText("Commands are typed in the terminal").waitFor();
  expect(await seen.page.getByLabel("Your line").inputValue()).toBe("/help");
});

test("a call is approved by keys alone, and another tab sees that it is answered", async () => {
  const answers = [call("sh", { cmd: "make <b>all</b>" }), say("Built.")];
  const { board, seen } = await live(({ index }) => answers[index] ?? say("Ok."));
  const second = await seen.context.newPage();
  await second.goto(`${board.url}${ROOM}`);
  await isLive(second);
  await type(seen.page, "Build it.");
  for (const page of [seen.page, second]) {
    await page.getByLabel("Call A1").getByText("cmd: make <b>all</b>").waitFor();
  }
  await seen.page.getByText(/\(\d:\d\d left\)/).waitFor();
  for (const [width, colorScheme] of [
    [1280, "light"],
    [320, "dark"],
  ] as const) {
    await seen.page.setViewportSize({ width, height: 800 });
    await seen.page.emulateMedia({ colorScheme });
    expect([await axeFindings(seen.page), await overflow(seen.page)]).toEqual([[], 0]);
  }
  await seen.page.getByRole("button", { name: "Allow once A1: agent runs sh" }).focus();
  await seen.page.keyboard.press("Enter");
  for (const page of [seen.page, second]) {
    await page.locator(".row.answer", { hasText: "Built." }).waitFor();
    await page.getByText("Nothing waits for you.").waitFor();
  }
  // The reader stays where the question was.
  expect(await seen.page.evaluate("document.activeElement.id")).toBe("log");
  expect(seen.problems).toEqual([]);
});

test("behind a broken connection everything is there once, and the reader is told", async () => {
  const { board, seen, home, followed } = await live(() => say("Never lost."));
  await type(seen.page, "one?");
  await seen.page.locator(".row.answer").first().waitFor();
  const before = seen.problems.length;
  const last = await seen.page.locator(".row").last().getAttribute("id");
  await board.interrupt(async () => {
    await seen.page.locator("#live", { hasText: "connecting" }).waitFor();
    const room = await home.openedRoom("made-1");
    await (await room.say("two?")).done;
  });
  await isLive(seen.page);
  // The address of the stream still names the beginning: the browser says in its header what it has.
  expect(`e${(followed.at(-1)?.from ?? 0) - 1}`).toBe(last ?? "");
  await seen.page.locator(".row.answer").nth(1).waitFor();
  expect(await seen.page.locator(".row.said").allInnerTexts()).toEqual([
    expect.stringContaining("one?"),
    expect.stringContaining("two?"),
  ]);
  // Chromium says that the connection was refused; the page says nothing.
  const problems = seen.problems.slice(before);
  expect(problems.filter((text) => !/ERR_|EventSource/.test(text))).toEqual([]);
});

test("a session that ends while something streams shows nothing more", async () => {
  const half = gate();
  const { board, seen } = await live(({ index }) =>
    index === 0 ? several(say("Public. "), half, say("Secret.")) : say("And more."),
  );
  await type(seen.page, "Tell me.");
  await half.reached;
  await seen.page.getByText("Public.").waitFor();
  board.sessions.endAll();
  await seen.page.getByText("The session has ended: load the page to sign in").waitFor();
  half.open();
  const owner = await board.signIn();
  await sayIn(owner, "And now?");
  expect(await seen.page.content()).not.toMatch(/Secret|And now/);
  await seen.page.reload();
  expect(new URL(seen.page.url()).pathname).toBe("/ui/sign-in");
});

test("without a script, a room is read, spoken in and answered by loading its page again", async () => {
  const answers = [call("sh", { cmd: "make" }), say("Built without a script.")];
  const { board } = await live(({ index }) => answers[index] ?? say("Ok."));
  const { page } = parts.use(await signedIn(browser, board, { script: false }));
  await page.goto(`${board.url}${ROOM}`);
  await page.getByRole("link", { name: "Load again" }).click();
  await page.getByLabel("Your line").fill("Build it.");
  await page.getByRole("button", { name: "Send" }).click();
  await page.waitForURL(/#text$/);
  const allow = page.getByRole("button", { name: "Allow once" });
  const answer = page.getByText("Built without a script.");
  const appears = async (found: typeof allow) =>
    await until("it stands in the page", async () => {
      await page.reload();
      return (await found.count()) > 0;
    });
  await appears(allow);
  await allow.click();
  await page.getByText("A1 may run, once.").waitFor();
  await appears(answer);
  expect(await answer.count()).toBe(1);
});

test("thousands of lines cost little each, and the page keeps the newest 300", async () => {
  const { seen, home } = await live([]);
  const session = await seen.context.newCDPSession(seen.page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const scriptMs = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? 0) * 1000;
  };
  const before = await scriptMs();
  const room = await home.openedRoom("made-1");
  const LINES = 1000;
  for (let from = 0; from < LINES; from += 100) {
    const some = Array.from({ length: 100 }, (_, at) => `line ${from + at} of many`);
    await Promise.all(some.map((text) => room.notify({ level: "info", text })));
  }
  await seen.page.getByText(`line ${LINES - 1} of many`).waitFor();
  const cost = ((await scriptMs()) - before) / LINES;
  expect(await seen.page.locator(".row").count()).toBeLessThanOrEqual(300);
  // Measured: 0.02 ms. At 200 lines a second, half a millisecond each would be a tenth of a processor.
  expect(cost).toBeLessThan(0.5);
  await seen.page.getByRole("link", { name: "← Older" }).click();
  await seen.page.getByText(`line ${LINES - 301} of many`).waitFor();
  expect(seen.problems).toEqual([]);
});

test("a reader who looks at older rows keeps them, and has all that came at the end of them", async () => {
  const { seen, home } = await live([]);
  const { page } = seen;
  const room = await home.openedRoom("made-1");
  const bring = async (from: number, to: number): Promise<void> => {
    const some = Array.from({ length: to - from }, (_, at) => `line ${from + at} of many`);
    for (const text of some) await room.notify({ level: "info", text });
  };
  await bring(0, 200);
  await page.getByText("line 199 of many").waitFor();
  await page.evaluate("document.getElementById('log').scrollTop = 0");
  await bring(200, 500);
  const newest = page.getByRole("link", { name: "To the newest" });
  await newest.waitFor();
  expect(await page.locator(".row").count()).toBe(300);
  expect(await page.getByText("line 0 of many").count()).toBe(1);
  expect(await axeFindings(page)).toEqual([]);
  await page.evaluate("document.getElementById('log').scrollTop = 1e6");
  await page.getByText("line 499 of many").waitFor();
  expect(await newest.count()).toBe(0);
  expect(await page.getByText("line 300 of many").count()).toBe(1);
  expect(seen.problems).toEqual([]);
});

test("names and texts of models are shown and do nothing, also when they come by the stream", async () => {
  const evil = `<img src=x onerror="document.title='evil'"><script>document.title='evil'</script>`;
  const { seen, home, board } = await live([say(`${evil}\n\`\`\`\n${evil}\n\`\`\``)]);
  await type(seen.page, evil);
  await seen.page.locator(".row.answer", { hasText: "<script>" }).waitFor();
  const room = await home.openedRoom("made-1");
  await room.notify({ level: "error", text: evil, persona: evil });
  await seen.page.locator(".row.bad", { hasText: "<img" }).waitFor();
  expect(await seen.page.title()).not.toBe("evil");
  expect(await seen.page.locator("#rows img, #rows script").count()).toBe(0);
  expect(await board.signIn().then((visitor) => visitor.page(ROOM))).not.toContain("<img");
  expect(seen.problems).toEqual([]);
});
