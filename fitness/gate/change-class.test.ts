import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { Glob } from "bun";
import { classOf, GUARD_FILES, GUARD_FOLDERS } from "./change-class.ts";

/** Where the code lies that judges a candidate, signs the verdict, moves main and puts these together. */
const JUDGES = ["app", "fitness", "ops", "tools/contract", "platform/sandbox", "platform/git"];

// A folder that moves takes its name with it: a name that is left behind would guard nothing.
test("every folder and file that only a human changes exists", () => {
  expect([...GUARD_FOLDERS, ...GUARD_FILES].filter((path) => !existsSync(path))).toEqual([]);
});

test.each(JUDGES)("no candidate may change a file in %s", async (folder) => {
  const files = await Array.fromAsync(new Glob(`${folder}/**/*.ts`).scan("."));
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((path) => classOf(path) !== "guard")).toEqual([]);
});

test.each(["Gate.ts", "VerdictStore.ts", "Signing.ts"])(
  "a guarded folder is guarded however its name is written, with %s in it",
  (name) => expect(classOf(`FITNESS/Gate/${name}`)).toBe("guard"),
);

test.each(["fitness.md", "fitnesses/a.ts", "tools/contracts/a.ts", "tools/generated/a/tool.ts"])(
  "%s is not a file of the gate",
  (path) => expect(classOf(path)).not.toBe("guard"),
);
