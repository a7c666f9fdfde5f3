/** What is beyond the limits that no test can reach with data: the limits are smaller here, or the names longer. */
import { expect, test } from "bun:test";
import { processFailed } from "#core/process-failure.ts";
import { UserProject } from "#test/user-project.ts";
import { bringObjects } from "./merge.ts";
import { openSource, unreadable } from "./source.ts";
import { openUserCheckout, readIndex } from "./user-checkout.ts";

test("a change whose pack is larger than the limit is refused, and nothing of it is in the other repository", async () => {
  using user = new UserProject();
  const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(20_000))).toString("hex");
  const [room, { commit }] = await user.candidate({ "src/a.ts": noise });
  const { repository } = await openUserCheckout(user.root);
  const objects = user.objects();
  const commits = [[user.git("rev-parse", "HEAD").trim(), commit]] as const;
  const error = await bringObjects(room.repository, repository, {
    commits,
    maxBytes: 10_000,
  }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "CANDIDATE_REFUSED",
    message: "The change is too large to be merged by org",
    why: "Its files, packed, are more than 1 MiB.",
  });
  expect(user.objects()).toEqual(objects);
  await bringObjects(room.repository, repository, { commits, maxBytes: 100_000 });
  expect(user.git("cat-file", "-t", commit).trim()).toBe("commit");
});

test("a repository with more names than the limit is refused with how to count its files", async () => {
  using user = new UserProject();
  const source = await openSource(user.root);
  const [bytes, maxBytes] = [256 * 1024 ** 2 + 1, 256 * 1024 ** 2];
  const none = { exitCode: 143, stderr: "", ms: 1, timeoutMs: 1000 };
  const long = processFailed(["git", "ls-files"], { ...none, signal: "SIGTERM", bytes, maxBytes });
  expect(unreadable(source, long)).toMatchObject({
    code: "INPUT_INVALID",
    why: `It is larger than a room takes: "git ls-files" wrote more than ${maxBytes} bytes.`,
    remedies: [expect.stringContaining("ls-files | wc -l"), "org --no-project"],
  });
});

test("an index whose listing has more than 64 MiB is read for a promotion, as it is for a room", async () => {
  using user = new UserProject();
  const id = user.git("rev-parse", "HEAD:README.md").trim();
  const folder = Array.from({ length: 16 }, (_, at) => `${at}`.padEnd(240, "x")).join("/");
  const lines = Array.from({ length: 18_000 }, (_, at) => `100644 ${id}\t${folder}/${at}\n`);
  const options = { cwd: user.root, stdin: Buffer.from(lines.join("")) };
  Bun.spawnSync(["git", "update-index", "--index-info"], options);
  const { repository } = await openUserCheckout(user.root);
  const index = await readIndex(repository);
  expect(index.size).toBe(18_003);
  expect(lines.join("").length).toBeGreaterThan(64 * 1024 ** 2);
});
