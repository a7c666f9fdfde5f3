import { expect, test } from "bun:test";
import { engineSettings } from "./engine-settings.ts";

const machine = { cores: 4, isRoot: false };

test("all homes of a person share one folder, which follows the XDG rules", () => {
  const folderOf = (env: Record<string, string>, isRoot = false) =>
    engineSettings(env, { ...machine, isRoot }).folder;
  expect(folderOf({ HOME: "/home/ada" })).toBe("/home/ada/.local/share/org/engine");
  expect(folderOf({ HOME: "/home/ada", XDG_DATA_HOME: "/data" })).toBe("/data/org/engine");
  expect(folderOf({ HOME: "/root" }, true)).toBe("/usr/local/share/org/engine");
  expect(folderOf({ XDG_DATA_HOME: "/data", ORG_ENGINE_DIR: "/engine" })).toBe("/engine");
});

test("a core is left to the room, one thread is the least, and all there is in CI", () => {
  const threads = (cores: number, env = {}) => engineSettings(env, { ...machine, cores }).threads;
  expect([1, 2, 8].map((cores) => threads(cores))).toEqual([1, 1, 7]);
  expect(["true", "1", "false", "0", ""].map((CI) => threads(8, { CI }))).toEqual([1, 1, 7, 7, 7]);
});
