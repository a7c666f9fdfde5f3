import { expect, test } from "bun:test";
import { runProgram } from "./run-program.ts";

const shell = (script: string) => ({
  command: ["/bin/sh", "-c", script],
  displayCommand: ["shell"],
  cwd: "/",
  environment: { GREETING: "hello" },
});

test("a program gets the input, the folder and the variables that it was given, and no others", async () => {
  Bun.env["OUTER"] = "leaked";
  const { stdout, exitCode } = await runProgram(shell('cat; pwd; echo "$GREETING$OUTER"'), {
    stdin: "in\n",
  });
  delete Bun.env["OUTER"];
  expect([new TextDecoder().decode(stdout), exitCode]).toEqual(["in\n/\nhello\n", 0]);
});

test("an exit code that is not an answer is told with what the program wrote", async () => {
  const program = shell("echo broken >&2; exit 3");
  await expect(runProgram(program)).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    message: '"shell" failed with exit code 3',
    why: "broken",
  });
  expect((await runProgram(program, { exitCodes: [3] })).exitCode).toBe(3);
});

test("a program that is ended at a limit is told which, and the option that raises it", async () => {
  await expect(runProgram(shell("cat /dev/zero"), { maxBytes: 1000 })).rejects.toMatchObject({
    message: '"shell" wrote more than 1000 bytes',
    why: expect.stringContaining("maxBytes"),
  });
  // Also where its output was told piece by piece, and kept nowhere.
  const told = { maxBytes: 1000, onOutput: () => undefined };
  await expect(runProgram(shell("cat /dev/zero"), told)).rejects.toMatchObject({
    message: '"shell" wrote more than 1000 bytes',
  });
  // However soon it is at its end, and just the limit is not too much.
  const short = shell("printf 12345");
  await expect(runProgram(short, { maxBytes: 4 })).rejects.toMatchObject({
    message: '"shell" wrote more than 4 bytes',
  });
  expect((await runProgram(short, { maxBytes: 5 })).stdout).toHaveLength(5);
  // The shell becomes the program: nothing is left running when it is ended.
  await expect(runProgram(shell("exec sleep 60"), { timeoutMs: 50 })).rejects.toMatchObject({
    message: '"shell" timed out after 50 ms',
    why: expect.stringContaining("timeoutMs"),
  });
});

test("a program that a signal ends throws the reason of the signal", async () => {
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(runProgram(shell("echo"), { signal })).rejects.toBe(reason);
});
