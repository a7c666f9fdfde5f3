import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { humanIdentity, humanTrusts } from "./human-identity.ts";

test("is what the human's own Git says, in the folder where it is asked", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-identity-"));
  const { signal } = new AbortController();
  await Bun.$`git init -q ${folder}`;
  await writeFile(
    join(folder, ".git/config"),
    "[user]\n\tname = Ada L\n\temail = ada@example.org\n",
  );
  expect(await humanIdentity(folder, signal)).toEqual({ name: "Ada L", email: "ada@example.org" });
  expect(await humanTrusts(folder, signal)).toBe(true);
  await rm(folder, { recursive: true });
});
