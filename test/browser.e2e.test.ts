/** The browser in a real room: real Chromium, real sandbox, real proxy; the sites lie on the loopback. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answerAll, type BrowserRoom, openBrowserScene } from "./browser-scene.ts";
import { CHROMIUM, refIn } from "./browser-site.ts";
import { TASK_HOST, taskSites } from "./browser-task-sites.ts";
import { BROWSER_TASKS, type BrowserTask } from "./browser-tasks.ts";
import { sayAndWait } from "./room-fixture.ts";
import { type Answer, call, say } from "./scripted-answers.ts";
import type { ChatBody, RecordedRequest } from "./scripted-server.ts";

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
  let scene: BrowserRoom;
  beforeAll(async () => {
    scene = await openBrowserScene({ sites: taskSites(sent) }, answer);
  });
  afterAll(async () => await scene[Symbol.asyncDispose]());

  test.each(BROWSER_TASKS.map((task) => [task.id, task] as const))(
    "%s is done",
    async (id, task) => {
      using user = answerAll(scene.room, true);
      const url = `https://${TASK_HOST}:${scene.sites.port}${task.path}`;
      const events = await sayAndWait(scene.room, `do task ${id} at ${url}`);
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
