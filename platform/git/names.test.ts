import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { isObjectId, validRefName } from "./names.ts";
import { gitRaw } from "./raw.ts";
import { createRepository } from "./repository.ts";

const folder = mkdtempSync(join(tmpdir(), "org-names-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  "refs/heads/main",
  "refs/heads/cand/1",
  "refs/archive/2026-01-05.a_b+c",
  "refs/tags/v1.0",
])("%s is a name", (name) => {
  expect(validRefName(name)).toBe(true);
});

test.each([
  "",
  "main",
  "HEAD",
  "refs",
  "refs/",
  "--upload-pack=touch /tmp/x",
  "refs/heads/--upload-pack=x",
  "refs/heads/-d",
  "refs/heads/",
  "refs//heads/x",
  "/refs/heads/x",
  "refs/heads/.x",
  "refs/heads/x.",
  "refs/heads/x.lock",
  "refs/heads/x.LOCK/y",
  "refs/heads/../../config",
  "refs/heads/a..b",
  "refs/heads/a b",
  "refs/heads/a\tb",
  "refs/heads/a\nb",
  "refs/heads/main\n",
  "refs/heads/a\0b",
  "refs/heads/a~1",
  "refs/heads/a^{}",
  "refs/heads/a:b",
  "refs/heads/*",
  "refs/heads/a?",
  "refs/heads/[a]",
  "refs/heads/a\\b",
  "refs/heads/@{u}",
  "refs/heads/größe",
  `refs/heads/${"a".repeat(200)}`,
])("%j is not a name", (name) => {
  expect(validRefName(name)).toBe(false);
});

test("whatever counts as a name, Git takes as one", async () => {
  const repository = await createRepository({ gitDir: join(folder, "names.git") });
  const part = fc.string({ unit: fc.constantFrom(..."ab.-/@{}~^:?*[\\_1 \t".split("")) });
  const names = fc.sample(part, 400).map((text) => `refs/heads/${text}`);
  const valid = names.filter(validRefName);
  expect(valid.length).toBeGreaterThan(5);
  for (const name of valid.slice(0, 25)) await gitRaw(repository, ["check-ref-format", name]);
});

test("an object id is whole, and in lower case", () => {
  expect(isObjectId("a".repeat(40))).toBe(true);
  expect(isObjectId("0".repeat(64))).toBe(true);
  for (const text of ["a".repeat(39), "A".repeat(40), `${"a".repeat(40)}\n`, "HEAD", "-a"]) {
    expect(isObjectId(text)).toBe(false);
  }
});
