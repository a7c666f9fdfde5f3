#!/usr/bin/env bun
/**
 * Five tasks for a real model with the browser, on sites of the loopback; every question to the user is approved.
 *
 *   bun run bench browser --base URL --model NAME [TASK …]
 */
import { parseArgs } from "node:util";
import { answerAll, openBrowserRoom } from "#test/browser-scene.ts";
import { CHROMIUM } from "#test/browser-site.ts";
import { TASK_HOST, taskSites } from "#test/browser-task-sites.ts";
import { BROWSER_TASKS } from "#test/browser-tasks.ts";
import { sayAndWait } from "#test/room-fixture.ts";

/** What an answer has to hold, where the task is a question. */
const TASKS: Readonly<Record<string, RegExp>> = {
  "log-in": /\b(?:7|seven)\b/i,
  "fill-form": /4711|order|thank/i,
  "follow-pages": /halibut/i,
  "read-table": /2[,.]?940/,
  "close-dialog": /5512/,
};

const { values, positionals } = parseArgs({
  options: { base: { type: "string" }, model: { type: "string" } },
  allowPositionals: true,
});
const { base, model } = values;
if (base === undefined || model === undefined || CHROMIUM === undefined) {
  console.error(
    "bun run bench browser --base URL --model NAME   # and Chromium: org browser install",
  );
  process.exit(2);
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);
const sent: string[] = [];
const room = { sites: taskSites(sent), model: { base, name: model } };
let done = 0;
const chosen = BROWSER_TASKS.filter(
  ({ id }) => id in TASKS && (positionals.length === 0 || positionals.includes(id)),
);
for (const task of chosen) {
  await using scene = await openBrowserRoom(room);
  using _user = answerAll(scene.room, true);
  const url = `https://${TASK_HOST}:${scene.sites.port}${task.path}`;
  sent.length = 0;
  const start = performance.now();
  const line = `Use the tool browser, and open ${url}\n${task.ask}`;
  const events = await sayAndWait(scene.room, line);
  const answers = events.flatMap((event) => (event.type === "answer" ? [event.text] : []));
  const calls = events.filter(({ type }) => type === "tool-result").length;
  const isSent = task.sent === undefined || sent.includes(task.sent);
  const isRight = isSent && TASKS[task.id]?.test(answers.at(-1) ?? "") === true;
  if (isRight) done += 1;
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  write(`${isRight ? "done  " : "missed"} ${task.id}  ${calls} calls, ${seconds} s`);
  for (const event of events) {
    if (event.type === "tool-call") {
      const { name, arguments: given } = event.call;
      write(`       ${name} ${JSON.stringify(given).slice(0, 160)}`);
    }
    if (event.type === "tool-result" && !event.ok) {
      write(`         refused: ${event.output?.split("\n")[0]?.slice(0, 160)}`);
    }
  }
  if (!isRight)
    write(
      `       said: ${JSON.stringify((answers.at(-1) ?? "").slice(0, 200))}; sent: ${sent.join(" ")}`,
    );
}
write(`${done} of ${chosen.length}`);
