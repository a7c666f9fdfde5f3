import { expect, test } from "bun:test";
import { type ProcessEnd, processFailed, wroteTooMuch } from "./process-failure.ts";

const ENDED: ProcessEnd = {
  ...{ exitCode: 137, signal: "SIGKILL", stderr: "", ms: 10, bytes: 5 },
  ...{ timeoutMs: 1000, maxBytes: 100 },
};

test.each([
  [
    { signal: null, exitCode: 3, stderr: "no such ref\n" },
    "failed with exit code 3",
    "no such ref",
  ],
  [{ signal: null, exitCode: 3 }, "failed with exit code 3", "It gave no reason."],
  [{ ms: 1000.4 }, "timed out after 1000 ms", "timeoutMs"],
  [{ bytes: 100, ms: 2000 }, "wrote more than 100 bytes", "maxBytes"],
  [{ signal: null, exitCode: 0, bytes: 101 }, "wrote more than 100 bytes", "maxBytes"],
  [{}, "was killed with SIGKILL", "Another process ended it after 10 ms"],
])("an end with %j is told by its facts", (changed: Partial<ProcessEnd>, how, why) => {
  const error = processFailed(["git", "log", "a b"], { ...ENDED, ...changed });
  expect(error).toMatchObject({
    code: "PROCESS_FAILED",
    message: `"git log "a b"" ${how}`,
    why: expect.stringContaining(why),
  });
  expect(wroteTooMuch(error)).toBe(why === "maxBytes");
});

test.each([
  ["fatal: unable to write loose object file: No space left on device\n", "free some space"],
  ["fatal: cannot update ref: couldn't write '/repo/.git/refs/heads/a.lock'\n", "`df -h`"],
  ["fatal: sha1 file 'a.lock' write error. Out of diskspace\n", "free some space"],
  ["error: copy-fd: write returned: Disk quota exceeded\n", "quota is used up"],
  ["fatal: could not create file: Read-only file system\n", "mounted writable"],
  ["fatal: bad object\n", "run the same command"],
])("%j is told with what helps against it", (stderr, remedy) => {
  const error = processFailed(["git", "gc"], { ...ENDED, signal: null, exitCode: 128, stderr });
  expect(error.remedies).toEqual([expect.stringContaining(remedy)]);
});

test("a long command and a long reason are cut", () => {
  const stderr = "x".repeat(5000);
  const { message, why = "" } = processFailed(["git", "y".repeat(5000)], {
    ...{ ...ENDED, signal: null, stderr },
  });
  expect([message.length, why.length]).toEqual([228, 1000]);
});
