/** What is in the place of a file that Git reads is refused before anything waits for it. */
import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { processFailed } from "#core/process-failure.ts";
import { codeOf } from "#test/promoting.ts";
import { UserProject } from "#test/user-project.ts";
import { objectFolders, openSource, unreadable } from "./source.ts";

function pipe(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
}

test.each([
  "objects/info/alternates",
  "objects/info/commit-graph",
  "info/exclude",
  "packed-refs",
  "config",
  "HEAD",
  "index",
])(
  "a pipe in the place of %s is refused, with what to do, and waited for by no one",
  async (name) => {
    using user = new UserProject();
    const path = join(user.root, ".git", name);
    pipe(path);
    const error = await openSource(user.root).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "INPUT_INVALID", why: expect.stringContaining(path) });
  },
);

test("a repository with more files than a room lists is refused by its size, and not called damaged", () => {
  const facts = { exitCode: 137, signal: "SIGKILL", stderr: "", ms: 9, timeoutMs: 1000 };
  const error = processFailed(["git", "ls-files"], {
    ...facts,
    bytes: 2_000_001,
    maxBytes: 2_000_000,
  });
  expect(unreadable({ workTree: "/shop", gitDir: "/shop/.git" }, error)).toMatchObject({
    code: "INPUT_INVALID",
    why: 'It is larger than a room takes: "git ls-files" wrote more than 2000000 bytes.',
    remedies: ["git -C /shop ls-files | wc -l   # counts its files", "org --no-project"],
    unchanged: "Nothing was changed.",
  });
});

test("objects of 31 other repositories are read; of more the repository is refused, and nothing is changed", async () => {
  using user = new UserProject();
  const alternates = join(user.root, ".git/objects/info/alternates");
  const lines = Array.from({ length: 32 }, (_, at) => `/nowhere/${at}/objects`);
  writeFileSync(alternates, lines.slice(0, 31).join("\n"));
  expect(await objectFolders(await openSource(user.root))).toHaveLength(32);
  writeFileSync(alternates, lines.join("\n"));
  const error = await openSource(user.root).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "INPUT_INVALID",
    why: expect.stringContaining("more than 31"),
    remedies: [expect.stringContaining("repack"), "org --no-project"],
    unchanged: "Nothing was changed.",
  });
});

test("so is one behind a link, and one in a repository that is borrowed from", async () => {
  using user = new UserProject();
  const { root } = user;
  const away = join(root, "away");
  pipe(away);
  symlinkSync(away, join(root, ".git/packed-refs"));
  expect(await codeOf(openSource(root))).toBe("INPUT_INVALID");
  rmSync(join(root, ".git/packed-refs"));
  const other = join(dirname(root), `${crypto.randomUUID()}-objects`);
  mkdirSync(join(other, "info"), { recursive: true });
  renameSync(away, join(other, "info/alternates"));
  writeFileSync(join(root, ".git/objects/info/alternates"), `${other}\n`);
  expect(await codeOf(openSource(root))).toBe("INPUT_INVALID");
  rmSync(join(other, "info/alternates"));
  expect(await objectFolders(await openSource(root))).toContain(other);
  rmSync(other, { recursive: true });
});
