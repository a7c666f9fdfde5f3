import { expect, test } from "bun:test";
import { engineSettings, physicalCores } from "./engine-settings.ts";

const machine = { cores: 4, physicalCores: 4, memoryBytes: 8e9, isRoot: false };

test("all homes of a person share one folder, which follows the XDG rules", () => {
  const folderOf = (env: Record<string, string>, isRoot = false) =>
    engineSettings(env, { ...machine, isRoot }).folder;
  expect(folderOf({ HOME: "/home/ada" })).toBe("/home/ada/.local/share/org/engine");
  expect(folderOf({ HOME: "/home/ada", XDG_DATA_HOME: "/data" })).toBe("/data/org/engine");
  expect(folderOf({ HOME: "/root" }, true)).toBe("/usr/local/share/org/engine");
  expect(folderOf({ XDG_DATA_HOME: "/data", ORG_ENGINE_DIR: "/engine" })).toBe("/engine");
});

test("there is a thread for each physical core, one core is left to the room, and in CI there is one", () => {
  const threads = (cores: number, physical = cores, env = {}) =>
    engineSettings(env, { ...machine, cores, physicalCores: physical }).threads;
  expect([1, 2, 8].map((cores) => threads(cores))).toEqual([1, 1, 7]);
  expect([threads(16, 8), threads(4, 2)]).toEqual([8, 2]);
  const CIs = ["true", "1", "false", "0", ""];
  expect(CIs.map((CI) => threads(8, 8, { CI }))).toEqual([1, 1, 7, 7, 7]);
});

test("logical cores that share a physical one count once", () => {
  const processor = (id: number, chip: number, core: number) =>
    `processor\t: ${id}\nphysical id\t: ${chip}\nsiblings\t: 4\ncore id\t\t: ${core}\n`;
  const two = [processor(0, 0, 0), processor(1, 0, 1), processor(2, 0, 0), processor(3, 0, 1)];
  expect(physicalCores(two.join("\n"))).toBe(2);
  expect(physicalCores([processor(0, 0, 0), processor(1, 1, 0)].join("\n"))).toBe(2);
  expect(physicalCores("processor\t: 0\nBogoMIPS\t: 50.00\n")).toBeUndefined();
});

test("the model and the hub may be chosen; the memory is that of the machine", () => {
  expect(engineSettings({}, machine)).toMatchObject({
    ...{ choice: undefined, hub: "https://huggingface.co", memoryBytes: 8e9 },
  });
  const chosen = { ORG_ENGINE_MODEL: "chat", HF_ENDPOINT: "http://127.0.0.1:9" };
  expect(engineSettings(chosen, machine)).toMatchObject({
    ...{ choice: "chat", hub: "http://127.0.0.1:9" },
  });
  expect(() => engineSettings({ ORG_ENGINE_MODEL: "big" }, machine)).toThrow(
    'invalid value for ORG_ENGINE_MODEL: "big" (chat or work)',
  );
  expect(engineSettings({}).memoryBytes).toBeGreaterThan(1e8);
});
