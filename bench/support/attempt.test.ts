import { expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Attempt, type AttemptOptions, attempt } from "./attempt.ts";
import type { Contestant, Outcome } from "./contestant.ts";
import { fakeModel } from "./fake-model.ts";
import { startProxy } from "./recording-proxy.ts";
import type { Task } from "./task.ts";
import { questionTrial } from "./trial.ts";

const TASK: Task = {
  ...{ name: "one", kind: "folder", heldout: false, question: "How many?" },
  folder: join(import.meta.dir, "../tasks/folders/shop"),
  ...{ answer: { number: 4 }, right: ["4"], wrong: ["5", "6"] },
};

function saying(outcome: Partial<Outcome>): Contestant {
  return {
    name: "one",
    answer: async () => ({ text: "", calls: 0, ran: 0, succeeded: 0, ...outcome }),
  };
}

async function attemptOf(
  contestant: Contestant,
  more: Partial<AttemptOptions> = {},
): Promise<Attempt> {
  await using model = fakeModel(["Hello"]);
  await using proxy = startProxy({ base: model.url, isLlamaCpp: true, patienceMs: 0 });
  const { signal } = new AbortController();
  return await attempt(questionTrial(TASK), contestant, {
    ...{ proxy, model: "m", run: 1, limitMs: 60_000, signal },
    ...more,
  });
}

test.each([
  [{ text: "There are 4." }, true, "answered"],
  [{ text: "There are 5." }, false, "answered"],
  [{ text: " \n" }, false, "silence"],
  [{ text: '4 {"name": "sh", "arguments": {}}' }, false, "markup"],
  [{ text: "4", ended: "approval" }, false, "approval"],
  [{ text: "4", ended: "error", why: "lost" }, false, "error"],
] as const)("the outcome %j is right: %p, and ended as %s", async (outcome, right, ended) => {
  expect(await attemptOf(saying(outcome))).toMatchObject({ right, ended });
});

test("a contestant that throws has not answered", async () => {
  const contestant = {
    name: "one",
    answer: () => Promise.reject(new Error("no program")),
  };
  expect(await attemptOf(contestant)).toMatchObject({ ended: "error", why: "Error: no program" });
});

test("a contestant works on a copy of the files, and what it asked the server is counted", async () => {
  const contestant: Contestant = {
    name: "one",
    async answer({ folder, base, model }) {
      expect(await readdir(folder)).toContain("orders.csv");
      await Bun.write(join(folder, "orders.csv"), "");
      const body = JSON.stringify({ model });
      await (await fetch(`${base}/v1/chat/completions`, { method: "POST", body })).text();
      return { text: "4", calls: 1, ran: 1, succeeded: 1 };
    },
  };
  expect(await attemptOf(contestant)).toMatchObject({
    ...{ task: "one", right: true, requests: 1, evaluated: 10, reused: 5, written: 3 },
    ...{ calls: 1, answers: ["Hello"] },
  });
  expect(Bun.file(join(TASK.folder ?? "", "orders.csv")).size).toBeGreaterThan(100);
});

function waiting(): Contestant {
  return {
    name: "one",
    answer: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
}

test("a contestant that does not come to an end meets the limit", async () => {
  expect(await attemptOf(waiting(), { limitMs: 20 })).toMatchObject({
    ended: "time",
    right: false,
  });
});

test("an interruption is not an outcome, before the contestant began and while it works", async () => {
  await expect(attemptOf(waiting(), { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  const controller = new AbortController();
  const contestant: Contestant = {
    name: "one",
    answer: (posed, signal) => {
      const work = waiting().answer(posed, signal);
      controller.abort();
      return work;
    },
  };
  await expect(attemptOf(contestant, { signal: controller.signal })).rejects.toThrow("aborted");
});
