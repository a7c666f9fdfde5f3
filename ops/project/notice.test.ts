import { expect, test } from "bun:test";
import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { ProjectRepository } from "#test/project-repository.ts";
import { TrickyRepository } from "#test/tricky-repository.ts";
import { type NoticeFacts, noticeLines, treeFacts, workTreeFacts } from "./notice.ts";
import { openSource } from "./source.ts";

const cleaner = new TextCleaner();
const clean = (text: string) => cleaner.clean(text);

test("a tree is counted without what its names hide, without links and submodules", async () => {
  using repo = new TrickyRepository();
  symlinkSync("a.txt", repo.tree("link"));
  repo.commit("files", {
    ".env": "A=1\n",
    "b/id_rsa": "x",
    "b/c.ts": "12345",
    ".env.example": "1",
  });
  repo.plain("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
  repo.plain("commit", "--quiet", "--message=submodule");
  expect(await treeFacts(await openCheckout(repo.tree()), repo.head)).toEqual({
    files: 3,
    bytes: 4 + 5 + 1,
    hidden: [".env", "b/id_rsa"],
  });
});

test("what is not committed is seen as well, but for what is ignored, secret or a repository of its own", async () => {
  using user = new ProjectRepository();
  const { signal } = new AbortController();
  const facts = async () => await workTreeFacts(await openSource(user.root), signal);
  user.write("a.txt", "12345");
  user.write(".env", "A=1\n");
  user.write("inner/.git/HEAD", "ref: refs/heads/main\n");
  expect(await facts()).toEqual({ files: 1, bytes: 5, hidden: [".env"], uncommitted: 1 });
  rmSync(join(user.root, ".env"));
  user.commit("first", { ".gitignore": "*.log\n" });
  user.write("run.log", "log");
  user.write("cache/__pycache__/a.pyc", "made");
  user.write("b.txt", "1");
  const { uncommitted, hidden } = await facts();
  expect([uncommitted, hidden]).toEqual([1, []]);
});

test("the notice says what models see, what they do not, and what would judge a change", () => {
  const facts: NoticeFacts = {
    name: "shop",
    files: 212,
    bytes: 1_432_000,
    uncommitted: 3,
    hidden: [".env", "config/credentials.json"],
    dependencies: [{ name: "node_modules", what: "packages of Node.js" }],
    checks: ["bun run lint", "bun test"],
  };
  expect(noticeLines(facts, clean).join("\n")).toMatchInlineSnapshot(`
    "This room works on a copy of shop.
      Models see 212 files (1.4 MB), 3 of them not committed.
      Hidden as secrets: .env, config/credentials.json
      Shown read-only: node_modules (packages of Node.js)
      These checks would judge a change:
        bun run lint
        bun test
      Your files and your branch stay as they are until you approve a promotion."
  `);
  const bare = {
    ...facts,
    files: 1,
    bytes: 1,
    uncommitted: 0,
    hidden: [],
    dependencies: [],
    checks: [],
  };
  expect(noticeLines(bare, clean).join("\n")).toMatchInlineSnapshot(`
    "This room works on a copy of shop.
      Models see 1 file (1 byte).
      No file is hidden: none looks like a secret.
      No checks were found: each change is held until you have looked at it.
      Your files and your branch stay as they are until you approve a promotion."
  `);
});

test("a line that has no room for all names says how many more there are", () => {
  const hidden = Array.from({ length: 5000 }, (_, index) => `config/keys/${index}.pem`);
  const facts = { name: "a", files: 1, bytes: 1, uncommitted: 0, dependencies: [], checks: [] };
  expect(noticeLines({ ...facts, hidden }, clean)[2]).toBe(
    "  Hidden as secrets: config/keys/0.pem, config/keys/1.pem and 4998 more",
  );
  const long = ["x".repeat(100), "b"];
  expect(noticeLines({ ...facts, hidden: long }, clean)[2]).toBe("  Hidden as secrets: 2 names");
});

test("the notice fits a screen of 12 lines and 80 columns, whatever the names", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("\u001b[2J", "a\nb", "漢".repeat(90), "x".repeat(300), "🧪".repeat(60)),
  );
  const names = fc.array(name, { maxLength: 30 });
  const facts = fc.record({
    ...{ name, hidden: names, checks: names, files: fc.nat(), bytes: fc.nat() },
    uncommitted: fc.nat(),
    dependencies: fc.array(fc.record({ name, what: fc.constant("packages of Node.js") })),
  });
  fc.assert(
    fc.property(facts, (any) => {
      const lines = noticeLines(any, clean);
      expect(lines.length).toBeLessThanOrEqual(12);
      for (const line of lines) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
        expect(line).not.toMatch(/[\n\r]|\p{Cc}/u);
      }
    }),
  );
});

test("the notice names what is not shown and what was not read", () => {
  const lines = noticeLines(
    {
      ...{ name: "shop", files: 1, bytes: 1, uncommitted: 0, hidden: [], checks: [] },
      dependencies: [{ name: "node_modules", what: "packages of Node.js" }],
      omitted: ["z/node_modules", "zz/node_modules"],
      unread: ["package.json"],
    },
    clean,
  );
  expect(lines).toContain("  Not shown, beyond 64 such folders: z/node_modules and 1 more.");
  expect(lines).toContain("  Too large to look for checks in: package.json");
});
