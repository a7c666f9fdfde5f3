import { expect, spyOn, test } from "bun:test";
import { join } from "node:path";
import { fakeModel } from "./fake-model.ts";
import { runTaskBench, type TaskBench } from "./run-tasks.ts";
import type { Task } from "./task.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { questionTrial } from "./trial.ts";

function task(name: string, number: number): Task {
  const examples = { right: ["4"], wrong: ["5", "6"] };
  return {
    name,
    kind: "plain",
    heldout: false,
    question: "How many?",
    answer: { number },
    ...examples,
  };
}

const BENCH: TaskBench = {
  ...{ name: "tasks", success: "solved", half: "all", kinds: { plain: "plain" } },
  trials: async () => [task("four", 4), task("five", 5)].map(questionTrial),
};

/** @returns the exit code, and what is printed on both streams. */
async function run(...args: readonly string[]): Promise<readonly [number, string]> {
  let text = "";
  const streams = [process.stdout, process.stderr].map((stream) =>
    spyOn(stream, "write").mockImplementation((chunk) => {
      text += chunk;
      return true;
    }),
  );
  try {
    return [await runTaskBench(BENCH, args), text];
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
}

test("each task goes to the contestant in each run, and every attempt is written down", async () => {
  await using folder = await temporaryFolder();
  await using model = fakeModel(["It is 4."]);
  const out = join(folder.path, "out.jsonl");
  const args = ["--base", model.url, "--model", "m", "--contestants", "loop", "--runs", "2"];
  const [exit, text] = await run(...args, "--out", out);
  expect(exit).toBe(0);
  expect(text).toMatch(/^ {2}solved +2 of 4$/m);
  expect(text).toContain("[1/4] four · loop: right, 0 of 0 calls succeeded, 10+5 → 3 tokens");
  const lines = (await Bun.file(out).text()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { task: "four", run: 1, right: true, evaluated: 10, model: "m" },
    { task: "five", run: 1, right: false, ended: "answered" },
    { task: "four", run: 2, server: "llama.cpp, 2 slots of 4,096 tokens" },
    { task: "five", run: 2 },
  ]);
  const [readExit, read] = await run("--read", out);
  expect([readExit, /^ {2}solved +2 of 4$/m.test(read)]).toEqual([0, true]);
});

test("fewer right answers of org than the floor are a failure", async () => {
  await using model = fakeModel(["It is 4."]);
  const [exit] = await run(
    ...["--base", model.url, "--model", "m", "--contestants", "loop", "--floor", "1"],
  );
  expect(exit).toBe(1);
});

test("without a server nothing is run, and a wrong option is answered with the help", async () => {
  const [exit, text] = await run();
  expect([exit, text.includes("not run")]).toEqual([0, true]);
  const [wrong, help] = await run("--fast");
  expect([wrong, help.includes("bun run bench tasks --base URL")]).toEqual([2, true]);
});

test("a peer that is not installed anywhere is refused before anything is asked", async () => {
  await using model = fakeModel(["It is 4."]);
  const args = ["--base", model.url, "--model", "m", "--contestants", "pi"];
  await expect(run(...args)).rejects.toThrow("pi needs --peers DIR");
  expect(model.requests).toEqual([]);
});
