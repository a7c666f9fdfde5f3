/** Attempts in a real repository, with a scripted model and the real gate. */
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NO_LIMITS } from "#core/budget.ts";
import { createHome } from "#home/home-paths.ts";
import { openMemory } from "#memory/open-memory.ts";
import { attemptsFolder, attemptsMemory, attemptWork, takeAttempt } from "#ops/project/attempt.ts";
import { type AttemptsRecord, ranked } from "#ops/project/attempts-record.ts";
import { readRefs } from "#ops/project/refs.ts";
import { changesOf, diffOf, keepTurn } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { type ProjectApp, projectApp, TRIED, threeAnswers } from "#test/project-app.ts";
import { call, respond, say } from "#test/scripted-answers.ts";
import { runAttempts, type TryRequest } from "./project-attempts.ts";

interface Tried {
  readonly record: AttemptsRecord;
  readonly reported: readonly string[];
}

function requestFor({ app }: ProjectApp, own: Partial<TryRequest>): TryRequest {
  const { signal } = new AbortController();
  const plain = {
    task: "Mend a.txt.",
    count: 3,
    personas: [],
    history: [],
    models: [],
    signal,
    report: () => undefined,
  };
  return { ...plain, cleaner: app.cleaner, ...own };
}

async function tryIn(there: ProjectApp, own: Partial<TryRequest> = {}): Promise<Tried> {
  const reported: string[] = [];
  const report = (text: string) => void reported.push(text);
  const record = await runAttempts(there.app, there.work, requestFor(there, { report, ...own }));
  return { record, reported };
}

const rowsOf = ({ attempts }: AttemptsRecord) =>
  ranked(attempts).map(({ number, result }) => [
    ...[number, result?.outcome, result?.checks.passed, result?.fixed],
    ...[result?.files, result?.added, result?.removed],
  ]);

test("each attempt is judged by the gate, in the order in which the user may want them", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  const before = [there.repository.state(), await readRefs(there.work.repository)];
  const { record, reported } = await tryIn(there);
  expect(rowsOf(record)).toEqual([
    [1, "passes", 2, 1, 1, 1, 1],
    [2, "refused", 0, 0, 1, 1, 1],
    [3, "unchanged", 0, 0, 0, 0, 0],
  ]);
  const [first, second] = record.attempts;
  expect(second?.result?.why).toContain("grep -q fine b.txt");
  expect(first).toMatchObject({ persona: "agent", model: "m", result: { why: "" } });
  expect(first?.result?.promptTokens).toBeGreaterThan(0);
  expect(first?.result?.completionTokens).toBeGreaterThan(0);
  expect(reported).toHaveLength(9);
  expect(reported).toContain("attempt 1 · agent · m: started");
  expect(reported.map((line) => line.replace(/\d+\.\d s/, "1.0 s"))).toEqual(
    expect.arrayContaining([
      "attempt 1 · agent: answered in 1.0 s, 1 file +1 −1",
      "attempt 3 · agent: answered in 1.0 s, no file changed",
    ]),
  );
  expect(reported).toContain("attempt 2 · agent: refused, 0 of 2 checks pass");
  expect(reported).toContain("attempt 3 · agent: unchanged");
  // What passes on the base ran once for all, and what cannot be taken is gone.
  expect(readdirSync(join(there.place.folder, "checks"))).toHaveLength(1);
  expect(readdirSync(attemptsFolder(there.work)).sort()).toEqual(["1", "2", "attempts.json"]);
  expect([there.repository.state(), await readRefs(there.work.repository)]).toEqual(before);
});

test("a persona that is asked again answers from another seed, and at no low temperature", async () => {
  await using there = await projectApp(() => say("No."), TRIED);
  await tryIn(there, { count: 4, personas: ["agent", "python"] });
  const asked = there.server.requests.map(({ body }) => [body["seed"], body["temperature"]]);
  const low = asked.find(([seed]) => seed === undefined)?.[1];
  expect(asked.filter(([seed]) => seed === undefined)).toHaveLength(2);
  expect(low).toBeLessThan(0.7);
  expect(asked.filter(([seed]) => seed !== undefined).sort()).toEqual([
    [3, 0.7],
    [4, 0.7],
  ]);
});

test("language models are given in turn, and a persona with another one is not asked again", async () => {
  await using there = await projectApp(() => say("No."), TRIED);
  const { record } = await tryIn(there, { models: ["large", "small"] });
  expect(record.attempts.map(({ model }) => model)).toEqual(["large", "small", "large"]);
  const asked = there.server.requests.map(({ body }) => [body.model, body["seed"]]);
  expect(asked.sort()).toEqual([
    ["large", undefined],
    ["large", 3],
    ["small", undefined],
  ]);
});

test("attempts begin with the user's newest files, and with what the room has changed", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  there.repository.write("c.txt", "new\n");
  await tryIn(there, { count: 2 });
  expect(readdirSync(attemptWork(there.work, 1).copy).sort()).toEqual(["a.txt", "b.txt", "c.txt"]);
  await takeAttempt(there.work, 1);
  writeFileSync(join(there.work.copy, "d.txt"), "of the room\n");
  await keepTurn(there.work, { persona: "agent", title: "add d.txt" });
  there.repository.write("c.txt", "newer\n");
  const { record } = await tryIn(there, { count: 2 });
  // The room mended a.txt already, so only the attempt that breaks b.txt does anything.
  expect(rowsOf(record)).toEqual([
    [2, "refused", 1, 1, 1, 1, 1],
    [1, "unchanged", 0, 0, 0, 0, 0],
  ]);
  expect(readdirSync(attemptWork(there.work, 2).copy)).toContain("d.txt");
});

test("an attempt without a server fails with the reason, and leaves nothing behind", async () => {
  await using there = await projectApp(
    () => respond(400, { error: { message: "no such thing" } }),
    TRIED,
  );
  const { record } = await tryIn(there, { count: 2 });
  expect(record.attempts.map(({ result }) => result?.outcome)).toEqual(["failed", "failed"]);
  expect(record.attempts[0]?.result?.why).toContain("no such thing");
  expect(existsSync(attemptsFolder(there.work))).toBe(false);
});

test("a budget of the room holds for its attempts", async () => {
  const budget = { ...NO_LIMITS, session: { tokens: 1 } };
  await using there = await projectApp(threeAnswers, { ...TRIED, set: { budget } });
  const { record } = await tryIn(there, { count: 2 });
  expect(there.server.requests).toEqual([]);
  expect(record.attempts[0]?.result).toMatchObject({ outcome: "failed" });
  expect(record.attempts[0]?.result?.why).toContain("budget");
});

test("what the gate cannot judge is held and not lost", async () => {
  await using there = await projectApp(
    ({ body }) =>
      body.messages.at(-1)?.role === "tool" || body["seed"] === 2
        ? say("Done.")
        : call("write_file", { path: "a.txt", content: "wrong\n" }),
    TRIED,
  );
  writeFileSync(join(there.work.copy, "a.txt"), "half\n");
  await keepTurn(there.work, { persona: "agent", title: "half" });
  const { record } = await tryIn(there, { count: 2 });
  expect(record.attempts[0]?.result).toMatchObject({
    outcome: "held",
    why: expect.stringContaining("the gate could not judge it: The room changed nothing"),
  });
  await takeAttempt(there.work, 1);
  expect(await changesOf(there.work)).toBeUndefined();
});

test("tests that a runner names are counted one by one", async () => {
  const lines = [
    "bad=0",
    'said() { if grep -q "$2" "$3"; then echo "ok $1 - $2"; else echo "not ok $1 - $2"; bad=1; fi; }',
    "echo TAP version 13",
    "echo 1..3",
    "said 1 right a.txt",
    "said 2 righ a.txt",
    "said 3 fine b.txt",
    "exit $bad\n",
  ];
  const files = { ...TRIED.files, "tests.sh": lines.join("\n") };
  await using there = await projectApp(threeAnswers, { files, checks: ["sh tests.sh"] });
  const { record } = await tryIn(there, { count: 2 });
  expect(record.attempts.map(({ result }) => [result?.outcome, result?.fixed])).toEqual([
    ["passes", 2],
    ["refused", 0],
  ]);
});

test("a credential in the task stays out of the list and of the commit", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  const key = ["ghp", "k3J9xQ2mV7bN4cR8tY1wZ6pL5sD0fG2hA8uE"].join("_");
  const { record } = await tryIn(there, { count: 2, task: `Mend a.txt with ${key}.` });
  expect(JSON.stringify(record)).not.toContain(key);
  await takeAttempt(there.work, 1);
  const title = await gitText(there.work.repository, ["log", "-1", "--format=%B", "refs/org/work"]);
  expect(title).toStartWith("Mend a.txt with ");
  expect(title).not.toContain(key);
  expect(JSON.stringify(there.server.requests.map(({ body }) => body))).not.toContain(key);
});

test("a task that names a persona, one that is not there, and attempts that wait are refused", async () => {
  await using there = await projectApp(threeAnswers, TRIED);
  await expect(tryIn(there, { task: "ask @@python" })).rejects.toMatchObject({ code: "USAGE" });
  const unknown = tryIn(there, { personas: ["agent", "pyhton"] });
  await expect(unknown).rejects.toMatchObject({ code: "PERSONA_UNKNOWN" });
  expect(existsSync(attemptsFolder(there.work))).toBe(false);
  // A folder that a killed process made, before it wrote its list.
  mkdirSync(attemptsFolder(there.work), { mode: 0o700 });
  await tryIn(there, { count: 2 });
  const second = await tryIn(there).catch((error: unknown) => error);
  expect(second).toMatchObject({ code: "INPUT_INVALID" });
  expect(String(second)).toContain("2 attempts of this room wait for you");
  expect(await diffOf(there.work)).toBe("");
});

test("attempts that are stopped are removed, and what was judged by then stays", async () => {
  const stop = new AbortController();
  const hanging = Promise.withResolvers<void>();
  await using there = await projectApp(
    async (request) => {
      if (request.body["seed"] === 2) await hanging.promise;
      return threeAnswers(request);
    },
    { ...TRIED, set: { parallel: 2 } },
  );
  const reported: string[] = [];
  const report = (text: string) => {
    reported.push(text);
    if (text.includes("attempt 1 · agent: passes")) stop.abort(new Error("enough"));
  };
  const { signal } = stop;
  await expect(tryIn(there, { count: 2, report, signal })).rejects.toThrow("enough");
  hanging.resolve();
  expect(reported.at(-1)).toBe("Stopped: 1 attempt can be taken, the rest is removed.");
  expect(readdirSync(attemptsFolder(there.work)).sort()).toEqual(["1", "attempts.json"]);
  expect(await takeAttempt(there.work, 1)).toMatchObject({ files: 1 });
});

test("attempts are told what the home keeps, and what they keep stays with them", async () => {
  const seen: string[] = [];
  await using there = await projectApp(({ body }) => {
    seen.push(JSON.stringify(body.messages));
    if (body.messages.at(-1)?.role === "tool") return say("Done.");
    return call("memory_save", { text: "The file a.txt was mended by an attempt." });
  }, TRIED);
  const { app, home } = there;
  const text = "Mend a.txt with the word right.";
  const list = async () => {
    await using memory = await openMemory(home.paths.memory, { cleaner: app.cleaner });
    return memory.list("human", ["active", "staged"]).map((note) => note.text);
  };
  await createHome(home.paths);
  {
    await using memory = await openMemory(home.paths.memory, { cleaner: app.cleaner });
    await memory.save({ text, kind: "fact" }, { trust: "human", origin: "human" });
  }
  await tryIn(there, { task: "Mend a.txt, please.", count: 2 });
  expect(seen.filter((messages) => messages.includes(text))).toHaveLength(4);
  expect(seen.filter((messages) => messages.includes("m2"))).toHaveLength(2);
  expect(await list()).toEqual([text]);
  expect(existsSync(attemptsMemory(there.work))).toBe(false);
});

test("attempts get their copy from the process that owns the home, and begin without one where it is damaged", async () => {
  const seen: string[] = [];
  await using there = await projectApp(({ body }) => {
    seen.push(JSON.stringify(body.messages));
    return say("No.");
  }, TRIED);
  const { app, home } = there;
  const text = "Mend a.txt with the word right.";
  const signal = new AbortController().signal;
  {
    await using owner = await ownHome({
      ...{ paths: home.paths, command: "org serve", memory: app.memory, signal },
      openRoom: () => Promise.reject(new Error("No room is opened here")),
    });
    await owner.memory({ kind: "add", draft: { text, kind: "fact" } }, signal);
    await tryIn(there, { count: 1 });
  }
  expect(seen.filter((messages) => messages.includes(text))).toHaveLength(1);
  expect(readdirSync(dirname(home.paths.memory)).filter((name) => /memory-/.test(name))).toEqual(
    [],
  );
  writeFileSync(home.paths.memory, "no database, but long enough to be one".repeat(200));
  const { reported } = await tryIn(there, { count: 1 });
  expect(reported[0]).toStartWith("The attempts start without a memory: ");
  expect(seen.filter((messages) => messages.includes(text))).toHaveLength(1);
});
