import { expect, test } from "bun:test";
import { join } from "node:path";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { gitFields, gitRaw, gitText } from "./raw.ts";
import { openCheckout } from "./repository.ts";

test("an exit code that is not an answer is told with what Git said", async () => {
  using home = new CandidateRepository();
  const repository = await openCheckout(home.checkout);
  const args = ["rev-parse", "--verify", "refs/heads/none"];
  await expect(gitRaw(repository, args)).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    message: '"git rev-parse --verify refs/heads/none" failed with exit code 128',
    why: expect.stringContaining("Needed a single revision"),
  });
  expect((await gitRaw(repository, args, { exitCodes: [128] })).exitCode).toBe(128);
});

test("Git that writes too much is told the limit, and the option that raises it", async () => {
  using home = new CandidateRepository();
  const repository = await openCheckout(home.checkout);
  const large = "x".repeat(1024 * 1024);
  const id = await gitText(repository, ["hash-object", "-w", "--stdin"], { stdin: large });
  const shown = gitRaw(repository, ["cat-file", "blob", id], { maxBytes: 1000 });
  await expect(shown).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    message: expect.stringContaining("wrote more than 1000 bytes"),
    why: expect.stringContaining("maxBytes"),
  });
});

test("Git that takes too long is told the limit, and the option that raises it", async () => {
  using home = new CandidateRepository();
  const repository = await openCheckout(home.checkout);
  // Nothing ever writes into it: Git would wait for ever, however fast it starts.
  const pipe = join(home.checkout, "pipe");
  Bun.spawnSync(["mkfifo", pipe]);
  await expect(
    gitRaw(repository, ["hash-object", "pipe"], { timeoutMs: 50 }),
  ).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    message: '"git hash-object pipe" timed out after 50 ms',
    why: expect.stringContaining("timeoutMs"),
  });
});

test("fields are told whole, wherever the pieces of a long listing are cut", async () => {
  using home = new CandidateRepository();
  const repository = await openCheckout(home.checkout);
  const id = await gitText(repository, ["hash-object", "-w", "--stdin"], { stdin: "x" });
  const names = Array.from({ length: 6000 }, (_, index) => `${index}-${"n".repeat(index % 97)}`);
  const entries = names.map((name) => `100644 blob ${id}\t${name}\0`).join("");
  const tree = await gitText(repository, ["mktree", "-z"], { stdin: entries });
  const told: string[] = [];
  await gitFields(repository, ["ls-tree", "-z", "--name-only", tree], {
    onField: (bytes, start, end) => told.push(bytes.toString("utf8", start, end)),
  });
  expect(told.toSorted()).toEqual(names.toSorted());
});
