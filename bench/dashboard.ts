#!/usr/bin/env bun
/** The dashboard in Debian's Chromium: first paint of its screens, a room with 200 lines a second, and 64 streams at once. */
import { assets } from "#server/ui/assets.ts";
import { openBrowser, signedIn } from "#test/browser.ts";
import type { TestDashboard } from "#test/dashboard.ts";
import { fillHome, jobsOf } from "#test/dashboard-filled.ts";
import { dashboardHome } from "#test/dashboard-home.ts";
import { roomBoard, userLine } from "#test/dashboard-room.ts";
import { median } from "./support/compare.ts";
import { below, type Grid, publish, type Section } from "./support/report.ts";

const PAINTS = 9;
const LINES_PER_SECOND = 200;
const SECONDS = 5;
const STREAMS = 64;

await using open = await roomBoard([]);
await open.write(
  "long",
  Array.from({ length: 600 }, (_, at) =>
    userLine(`m${at}`, `Line ${at}: as long as people write.`),
  ),
);
await using browser = await openBrowser(true);

const text = "What a person, a model or a tool wrote.";
const texts = { note: text, goal: text, error: text, commit: text, tool: text };
await using home = await dashboardHome(jobsOf(texts));
await using _filled = await fillHome(home, texts);
const SCREENS = ["/ui", "/ui/gate", "/ui/gate/lineage", "/ui/tools", "/ui/jobs", "/ui/health"];

publish([
  await firstPaint(),
  await pageCosts(),
  await longTasks(),
  await manyStreams(),
  await sizes(),
]);

async function firstPaint(): Promise<Section> {
  const rows = await paints(open.board, "/ui/rooms/long");
  const room = { name: "a room of 200 rows", samples: rows };
  const series = [room];
  for (const path of SCREENS) series.push({ name: path, samples: await paints(home.board, path) });
  return {
    ...{ title: "dashboard: first paint", unit: "ms, less is better", series },
    aims: series.map((one) => below(300, one)),
  };
}

async function paints(board: TestDashboard, path: string): Promise<number[]> {
  const samples: number[] = [];
  for (let count = 0; count <= PAINTS; count += 1) {
    await using seen = await signedIn(browser, board);
    await seen.page.goto(`${board.url}${path}`);
    const paint: number = await seen.page.evaluate(`new Promise((resolve) =>
      new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime))
        .observe({ type: "paint", buffered: true }))`);
    // The first one starts what Chromium starts once.
    if (count > 0) samples.push(paint);
  }
  return samples;
}

/** Processor time of a page, at its server and in the main thread of its browser: other programs change little of it. */
async function pageCosts(): Promise<Grid> {
  const all: readonly (readonly [TestDashboard, string])[] = [
    [open.board, "/ui/rooms/long"],
    ...SCREENS.map((path) => [home.board, path] as const),
  ];
  const rows: string[][] = [];
  for (const [board, path] of all) {
    const visitor = await board.signIn();
    const served: number[] = [];
    const drawn: number[] = [];
    for (let count = 0; count <= PAINTS; count += 1) {
      const before = process.cpuUsage();
      await visitor.page(path);
      const { user, system } = process.cpuUsage(before);
      const browsed = await drawnMs(board, path);
      // The first one reads what is read once.
      if (count === 0) continue;
      served.push((user + system) / 1000);
      drawn.push(browsed);
    }
    rows.push([path, `${median(served).toFixed(0)} ms`, `${median(drawn).toFixed(0)} ms`]);
  }
  return {
    title: "dashboard: processor time of a page, median",
    head: ["page", "at the server", "in the browser"],
    rows,
  };
}

/** From an empty tab on to the end of loading. */
async function drawnMs(board: TestDashboard, path: string): Promise<number> {
  await using seen = await signedIn(browser, board);
  const session = await seen.context.newCDPSession(seen.page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await seen.page.goto(`${board.url}${path}`);
  const { metrics } = await session.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0) * 1000;
}

/** Tasks over 50 ms, as the browser itself counts them, and frames, while a room is written to and looked at. */
async function longTasks(): Promise<Grid> {
  await using seen = await signedIn(browser, open.board);
  await seen.page.goto(`${open.board.url}/ui/rooms/long`);
  await seen.page.locator("#live", { hasText: /^live$/ }).waitFor();
  await seen.page.evaluate(`globalThis.frames = []; let last = performance.now();
    const frame = () => { const now = performance.now(); globalThis.frames.push(now - last); last = now; requestAnimationFrame(frame); };
    requestAnimationFrame(frame); globalThis.tasks = []; new PerformanceObserver((list) =>
    globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" })`);
  const room = await open.home.openedRoom("long");
  const start = performance.now();
  for (let line = 0; line < LINES_PER_SECOND * SECONDS; line += 1) {
    await room.notify({ level: "info", text: `Live line ${line}` });
    const ahead = (line / LINES_PER_SECOND) * 1000 - (performance.now() - start);
    if (ahead > 0) await Bun.sleep(ahead);
  }
  await seen.page.getByText(`Live line ${LINES_PER_SECOND * SECONDS - 1}`).waitFor();
  const tasks: readonly number[] = await seen.page.evaluate("globalThis.tasks");
  const frames: readonly number[] = await seen.page.evaluate("globalThis.frames");
  const slow = frames.toSorted((one, other) => one - other)[Math.floor(frames.length * 0.95)] ?? 0;
  const longest = Math.max(0, ...tasks).toFixed(0);
  return {
    title: `dashboard: ${LINES_PER_SECOND} lines a second for ${SECONDS} s`,
    head: ["tasks over 50 ms", "the longest", "frames, p95"],
    rows: [
      [String(tasks.length), `${longest} ms`, `${slow.toFixed(0)} ms`],
      ["aim", "100 ms", "50 ms"],
    ],
  };
}

/** From a line to its arrival at the last of many readers. */
async function manyStreams(): Promise<Grid> {
  const visitor = await open.board.signIn();
  const head = (await open.home.rooms()).find(({ room }) => room === "long")?.head ?? 0;
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, () => visitor.get(`/ui/rooms/long/stream?from=${head}`)),
  );
  const room = await open.home.openedRoom("long");
  const arrived = streams.map(async (stream) => {
    let text = "";
    for await (const piece of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      if (text.includes("For all of you")) break;
    }
    return performance.now();
  });
  const start = performance.now();
  await room.notify({ level: "info", text: "For all of you" });
  const last = Math.max(...(await Promise.all(arrived))) - start;
  return {
    title: "dashboard: a line on its way to all who look",
    head: ["readers", "the last has it after"],
    rows: [[String(STREAMS), `${last.toFixed(1)} ms`]],
  };
}

/** What is sent, compressed as a proxy does it. */
async function sizes(): Promise<Grid> {
  const { style, live } = await assets();
  const visitor = await open.board.signIn();
  const page = await visitor.page("/ui/rooms/long");
  const kB = (text: string): string => `${(Bun.gzipSync(text).length / 1024).toFixed(1)} kB`;
  return {
    title: "dashboard: sizes, compressed",
    head: ["the module", "the stylesheet", "a room of 200 rows"],
    rows: [
      [kB(live.text), kB(style.text), kB(page)],
      ["aim: 10 kB", "8 kB", "60 kB"],
    ],
  };
}
