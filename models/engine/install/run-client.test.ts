import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { clientFailed, runClient } from "./run-client.ts";

const run = (command: readonly string[], signal = new AbortController().signal) =>
  runClient(command, { cwd: tmpdir(), signal });

test("a client's end is its exit code and the end of what it said", async () => {
  const well = await run(["sh", "-c", "echo out; echo error >&2"]);
  expect(well).toEqual({ exitCode: 0, output: "out\nerror" });
  const badly = await run(["sh", "-c", "yes no | head -n 5000; exit 3"]);
  expect(badly.exitCode).toBe(3);
  expect(badly.output).toBe(Array(6).fill("no").join("\n"));
});

test("a client that is not there has the exit code that a shell gives it", async () => {
  expect(await run(["/nowhere/pip"])).toMatchObject({ exitCode: 127 });
});

test("an abort ends the client, also one that is about to start", async () => {
  const controller = new AbortController();
  const running = run(["sleep", "60"], controller.signal).catch((error: unknown) => error);
  controller.abort(new Error("enough"));
  expect(await running).toMatchObject({ message: "enough" });
  const late = await run(["true"], controller.signal).catch((error: unknown) => error);
  expect(late).toMatchObject({ message: "enough" });
});

test("what could not be fetched is told in the client's own words", () => {
  const failure = clientFailed("llm 1.0", { exitCode: 1, output: "no network" }, ["try again"]);
  expect(failure).toMatchObject({ code: "DOWNLOAD_FAILED", why: "no network" });
  expect(clientFailed("llm 1.0", { exitCode: 1, output: "" }, []).why).toContain("gave no reason");
});
