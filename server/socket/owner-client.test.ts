import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "#core/errors.ts";
import type { Owner } from "#platform/owner.ts";
import { startOwner } from "#test/owner-child.ts";
import { withMoreTime } from "#test/with-more-time.ts";
import { askOwner, NoOwner } from "./owner-client.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-owner-"));
  path = join(folder, "org.sock");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const patient = { signal: new AbortController().signal };
const ask = (name: string) => askOwner(path, { name, body: {} }, patient);

test("an absent owner is told apart from every other failure", async () => {
  await expect(ask("echo").next()).rejects.toThrow(NoOwner);
  {
    await using owner = await startOwner(path);
    owner.kill("SIGKILL");
  }
  await expect(ask("echo").next()).rejects.toThrow(NoOwner);
});

test("a failure in the middle of an answer arrives after what came before it", async () => {
  await using _owner = await startOwner(path);
  const answer = ask("refuse");
  expect((await answer.next()).value).toBe("first");
  const failed = await answer.next().catch((error: unknown) => error);
  expect(explain(failed)).toMatchInlineSnapshot(`
    "No such room [ROOM_UNKNOWN]
    it holds 2 rooms
    → org log --list
    Nothing was sent."
  `);
});

test("a bug in the owner is a bug for the caller, and the owner lives on", async () => {
  await using _owner = await startOwner(path);
  await expect(ask("break").next()).rejects.toThrow("x is not a function");
  expect((await ask("wait").next()).value).toBe("waiting");
});

test("leaving the loop stops the owner's work at once", async () => {
  await using owner = await startOwner(path);
  for await (const line of ask("wait")) {
    expect(line).toBe("waiting");
    break;
  }
  expect(await owner.said()).toBe("stopped");
});

test("an abort ends the answer here and there", async () => {
  await using owner = await startOwner(path);
  const stop = new AbortController();
  const answer = askOwner(path, { name: "wait", body: {} }, { signal: stop.signal });
  await answer.next();
  const next = answer.next();
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(next).rejects.toBe(reason);
  expect(await owner.said()).toBe("stopped");
});

test("an caller that is killed stops the owner's work", async () => {
  await using owner = await startOwner(path);
  const program = `
    const answer = await fetch("http://owner/home/wait", { unix: ${JSON.stringify(path)}, method: "POST", body: "{}" });
    for await (const bytes of answer.body) process.stdout.write(bytes);`;
  const caller = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
  const reader = caller.stdout.getReader();
  let text = "";
  while (!text.includes("waiting")) text += new TextDecoder().decode((await reader.read()).value);
  caller.kill("SIGKILL");
  await caller.exited;
  expect(await owner.said()).toBe("stopped");
});

test("an owner that is killed in the middle of an answer is said so", async () => {
  await using owner = await startOwner(path);
  const answer = ask("wait");
  await answer.next();
  owner.kill("SIGKILL");
  await expect(answer.next()).rejects.toMatchObject({ code: "OWNER_LOST" });
});

test("an owner that is stopped is named, with what to do", async () => {
  await using child = await startOwner(path);
  child.kill("SIGSTOP");
  const owner: Owner = {
    pid: 4711,
    startTime: 1,
    boot: "",
    command: "org chat",
    since: "2026-03-01T09:30:00.000Z",
    stopped: true,
  };
  const options = { ...patient, answerWithinMs: 150, owner: async () => owner };
  const asked = askOwner(path, { name: "echo", body: {} }, options).next();
  const busy = await asked.catch((error: unknown) => error);
  expect(explain(busy)).toMatchInlineSnapshot(`
    "The process that owns this home has not answered for 150 ms [HOME_BUSY]
    Process 4711 (org chat) has owned it since 2026-03-01T09:30:00.000Z, and is stopped.
    → kill -CONT 4711   # let it go on
    → kill -KILL 4711
    Nothing was changed."
  `);

  child.kill("SIGCONT");
  expect((await ask("wait").next()).value).toBe("waiting");
});

test("an owner that thinks for long before it says anything is not taken for a dead one", async () => {
  await using _owner = await startOwner(path);
  const ask = async (answerWithinMs: number): Promise<unknown> => {
    const question = { name: "think", body: { forMs: 2 * answerWithinMs } };
    const answer = askOwner(path, question, { ...patient, answerWithinMs });
    return await Array.fromAsync(answer).catch((error: unknown) => error);
  };
  expect(await withMoreTime(ask, Array.isArray)).toEqual(["thought"]);
});

test("an owner of another version is said so", async () => {
  await using _owner = await startOwner(path);
  await expect(ask("question of tomorrow").next()).rejects.toMatchObject({
    code: "HOME_BUSY",
    message: expect.stringContaining("another version"),
  });
});
