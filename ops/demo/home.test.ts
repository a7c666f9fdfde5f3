import { expect, test } from "bun:test";
import { exists, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { homePaths } from "#home/home-paths.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import { openDemoHome } from "./home.ts";

test("the home of a demo is a checkout with one commit and the file of the story, and is gone afterwards", async () => {
  await using home = await openDemoHome(false);
  const repository = await openCheckout(home.path);
  expect(await gitText(repository, ["log", "--format=%an %s"])).toBe("org demo begin");
  expect(await gitText(repository, ["status", "--porcelain"])).toBe("");
  const { workspace } = homePaths(home.path);
  expect(await readdir(workspace)).toEqual(["requests.csv"]);
  expect(await Bun.file(join(workspace, "requests.csv")).text()).toContain("/pay,4800\n");
  await home[Symbol.asyncDispose]();
  expect(await exists(home.path)).toBe(false);
});

test("a home that is to be kept is kept", async () => {
  const home = await openDemoHome(true);
  await home[Symbol.asyncDispose]();
  expect(await exists(join(home.path, "README.md"))).toBe(true);
  await rm(home.path, { recursive: true });
});
