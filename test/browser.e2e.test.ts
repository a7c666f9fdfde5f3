/**
 * The browser in a real room: real Chromium, real sandbox, real proxy; the sites lie on the loopback, and what the model
 * says is a recording. The recording holds all requests of a task from its line on, with every page as it was told: a
 * row of a page, or the name of an element, that is different, and the turn fails with `CASSETTE_MISS`.
 *
 *   ORG_RECORD=1 bun run test:e2e browser   # writes it anew, from a model that follows the steps of the tasks
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { isFields } from "#core/json.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readCassette } from "#models/cassette/format.ts";
import type { RequestContent } from "#models/cassette/key.ts";
import { recordingProxy } from "#models/cassette/recording-proxy.ts";
import { replayServer } from "#models/cassette/replay-server.ts";
import { answerAll, type BrowserRoom, openBrowserRoom } from "./browser-scene.ts";
import { CHROMIUM, refIn } from "./browser-site.ts";
import { TASK_HOST, taskSites } from "./browser-task-sites.ts";
import { BROWSER_TASKS, type BrowserTask } from "./browser-tasks.ts";
import { sayAndWait } from "./room-fixture.ts";
import { type Answer, call, say } from "./scripted-answers.ts";
import { type ChatBody, type RecordedRequest, scriptedServer } from "./scripted-server.ts";
import { fixedPort } from "./web-server.ts";

const CASSETTE = join(import.meta.dir, "fixtures/browser/tasks.jsonl");
const RECORDS = Bun.env["ORG_RECORD"] === "1";

/** Prompts and tools may change without the recording. */
function fromTask({ messages = [] }: RequestContent): RequestContent {
  const from = messages.findLastIndex((message) =>
    /do task \S+/.test(isFields(message) ? String(message["content"]) : ""),
  );
  return { messages: messages.slice(Math.max(from, 0)) };
}

/** What answers: the recording, or the script while it is recorded. */
async function openModel(parts: AsyncDisposableStack): Promise<string> {
  const cleaner = new TextCleaner([]);
  const options = { redact: (text: string) => cleaner.redact(text), counts: fromTask };
  if (!RECORDS) {
    const exchanges = readCassette(await Bun.file(CASSETTE).text(), CASSETTE);
    return parts.use(replayServer(exchanges, { ...options, strict: true })).url;
  }
  const upstream = parts.use(scriptedServer(answer)).url;
  return parts.use(recordingProxy({ ...options, upstream, path: CASSETTE })).url;
}

/** A model that does a task step by step: it knows what to use, and reads its names from the page. */
function answer({ body }: RecordedRequest): Answer {
  const { task, url, results } = latest(body);
  if (results.length === 0) return call("browser", { action: "open", url });
  const step = task.steps[results.length - 1];
  if (step === undefined) return say("Done.");
  const { on, more, ...args } = step;
  const shown = results.toReversed().find((text) => on !== undefined && text.includes(`] ${on}`));
  const named = on === undefined ? {} : { ref: refIn(shown ?? "", on) };
  const left = /read (m\d+)$/m.exec(results.at(-1) ?? "")?.[1];
  return call("browser", { ...args, ...named, ...(more === true ? { ref: left } : {}) });
}

/** The task of the newest line of the user, and the results of the calls behind it. */
function latest({ messages }: ChatBody): {
  readonly task: BrowserTask;
  readonly url: string;
  readonly results: readonly string[];
} {
  const from = messages.findLastIndex(
    ({ role, content }) => role === "user" && /do task \S+/.test(content ?? ""),
  );
  const [, id, url = ""] = /do task (\S+) at (\S+)/.exec(messages[from]?.content ?? "") ?? [];
  const task = BROWSER_TASKS.find((one) => one.id === id);
  if (task === undefined) throw new Error(`No task in: ${messages[from]?.content}`);
  const results = messages.slice(from).filter(({ role }) => role === "tool");
  return { task, url, results: results.map(({ content }) => content ?? "") };
}

describe.skipIf(CHROMIUM === undefined)("in one room, with one browser", () => {
  const sent: string[] = [];
  const parts = new AsyncDisposableStack();
  let scene: BrowserRoom;
  beforeAll(async () => {
    const base = await openModel(parts);
    // The recording names the addresses of the sites.
    const options = { sites: taskSites(sent), place: fixedPort() };
    scene = parts.use(await openBrowserRoom({ ...options, model: { base, name: "m" } }));
  });
  // Fails where a part of the recording was not asked for.
  afterAll(async () => await parts.disposeAsync());

  test.each(BROWSER_TASKS.map((task) => [task.id, task] as const))(
    "%s is done",
    async (id, task) => {
      using user = answerAll(scene.room, true);
      const url = `https://${TASK_HOST}:${scene.sites.port}${task.path}`;
      const events = await sayAndWait(scene.room, `do task ${id} at ${url}`);
      // What the recording does not hold is told here.
      const ends = events.flatMap((event) => (event.type === "turn-end" ? [event] : []));
      expect(ends.map(({ why = "" }) => why)).toEqual([""]);
      const results = events.flatMap((event) => (event.type === "tool-result" ? [event] : []));
      expect(results.filter(({ ok }) => !ok).map(({ output }) => output)).toEqual([]);
      expect(results.at(-1)?.output).toContain(task.shows);
      if (task.sent !== undefined) expect(sent).toContain(task.sent);
      // The first page of all asks for its host; then only what sends something does, and the password.
      const wanted = task.steps.filter(({ submit }) => submit === true).length;
      const first = BROWSER_TASKS[0]?.id === id ? 2 : 0;
      expect(user.asked.length).toBe(wanted + first);
    },
  );
});
