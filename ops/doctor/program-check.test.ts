import { expect, test } from "bun:test";
import { program } from "./program-check.ts";

const { signal } = new AbortController();
const found = async (path: string, needed: boolean) =>
  await program(path, ["--version"], { needed, why: "we need it" }).run(signal);

test("a program that is there answers for itself", async () => {
  expect(await found("bash", true)).toMatchObject({
    state: "ok",
    detail: expect.stringContaining("bash"),
  });
});

test.each([
  ["/nowhere/tmux", "No such file|ENOENT"],
  ["false", "^false ended with exit code 1"],
])("%s is missing, with what to do", async (path, reason) => {
  const name = path.split("/").at(-1);
  for (const [needed, state] of [
    [true, "fault"],
    [false, "warning"],
  ] as const) {
    expect(await found(path, needed)).toEqual({
      state,
      detail: expect.stringMatching(new RegExp(`(?:${reason}).*; we need it$`)),
      remedies: ["./ops/setup.sh", `sudo apt-get install -y ${name}`],
    });
  }
});
