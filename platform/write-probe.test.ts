import { expect, test } from "bun:test";
import { mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WriteProbe } from "./write-probe.ts";

test("a folder that can be written has no trouble, and nothing is left in it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-probe-"));
  try {
    expect(await new WriteProbe(folder).trouble()).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a folder that is gone is told again only after a second, however often it is asked", async () => {
  let now = 0;
  const folder = await mkdtemp(join(tmpdir(), "org-probe-"));
  const probe = new WriteProbe(folder, () => now);
  expect(await probe.trouble()).toBeUndefined();
  await rm(folder, { recursive: true });
  now = 999;
  expect(await probe.trouble()).toBeUndefined();
  now = 1000;
  expect(await probe.trouble()).toEqual({
    code: "ENOENT",
    remedy: "create the folder first (`mkdir -p`)",
  });
});

test("a link in the place of the probe is not followed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-probe-"));
  try {
    const target = join(folder, "target");
    await Bun.write(target, "kept");
    await symlink(target, join(folder, "write-probe"));
    expect(await new WriteProbe(folder).trouble()).toMatchObject({ code: "ELOOP" });
    expect(await Bun.file(target).text()).toBe("kept");
  } finally {
    await rm(folder, { recursive: true });
  }
});
