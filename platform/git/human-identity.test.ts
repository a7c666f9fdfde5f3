import { expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { humanIdentity, humanSetting, humanTrusts } from "./human-identity.ts";

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

test("is not an empty answer where Git does not answer", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-identity-"));
  const { signal } = new AbortController();
  await Bun.$`git init -q ${folder}`;
  await writeFile(join(folder, ".git/config"), "[user\n");
  await expect(humanSetting(["user.name"], { folder, signal })).rejects.toMatchObject({
    code: "PROCESS_FAILED",
  });
  await expect(humanTrusts(folder, signal)).rejects.toMatchObject({ code: "PROCESS_FAILED" });
  const stopped = humanSetting(["user.name"], { folder, signal: AbortSignal.abort() });
  await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
  await rm(folder, { recursive: true });
});
