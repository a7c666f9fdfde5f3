#!/usr/bin/env bun
import { openBrowser, signedIn } from "#test/browser.ts";
/** A room of the dashboard in Debian's Chromium: first paint, 200 lines a second, and 64 streams at once. */
import { roomBoard, userLine } from "#test/dashboard-room.ts";
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
await using browser = await openBrowser();

publish([await firstPaint(), await longTasks(), await manyStreams()]);

async function firstPaint(): Promise<Section> {
  const samples: number[] = [];
  for (let count = 0; count <= PAINTS; count += 1) {
    await using seen = await signedIn(browser, open.board);
    await seen.page.goto(`${open.board.url}/ui/rooms/long`);
    const paint: number = await seen.page.evaluate(`new Promise((resolve) =>
      new PerformanceObserver((list) => resolve(list.getEntries()[0].startTime))
        .observe({ type: "paint", buffered: true }))`);
    // The first one starts what Chromium starts once.
    if (count > 0) samples.push(paint);
  }
  const series = { name: "a room of 200 rows", samples };
  return {
    ...{ title: "dashboard: first paint", unit: "ms, less is better", series: [series] },
    aims: [below(300, series)],
  };
}

/** Tasks over 50 ms, as the browser itself counts them, while a room is written to and looked at. */
async function longTasks(): Promise<Grid> {
  await using seen = await signedIn(browser, open.board);
  await seen.page.goto(`${open.board.url}/ui/rooms/long`);
  await seen.page.locator("#live", { hasText: /^live$/ }).waitFor();
  await seen.page.evaluate(`globalThis.tasks = []; new PerformanceObserver((list) =>
    globalThis.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" })`);
  const room = await open.home.seated("long");
  const start = performance.now();
  for (let line = 0; line < LINES_PER_SECOND * SECONDS; line += 1) {
    await room.notify({ level: "info", text: `Live line ${line}` });
    const ahead = (line / LINES_PER_SECOND) * 1000 - (performance.now() - start);
    if (ahead > 0) await Bun.sleep(ahead);
  }
  await seen.page.getByText(`Live line ${LINES_PER_SECOND * SECONDS - 1}`).waitFor();
  const tasks: readonly number[] = await seen.page.evaluate("globalThis.tasks");
  const longest = Math.max(0, ...tasks).toFixed(0);
  return {
    title: `dashboard: ${LINES_PER_SECOND} lines a second for ${SECONDS} s`,
    head: ["tasks over 50 ms", "the longest", "aim"],
    rows: [[String(tasks.length), `${longest} ms`, "none over 100 ms"]],
  };
}

/** From a line to its arrival at the last of many readers. */
async function manyStreams(): Promise<Grid> {
  const visitor = await open.board.signIn();
  const head = (await open.home.rooms()).find(({ room }) => room === "long")?.head ?? 0;
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, () => visitor.get(`/ui/rooms/long/stream?from=${head}`)),
  );
  const room = await open.home.seated("long");
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
