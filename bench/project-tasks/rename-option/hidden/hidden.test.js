import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

function run(...args) {
  writeFileSync("in.txt", "tea\n");
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, "upper.js", ...args]);
  return { exitCode, out: stdout.toString(), err: stderr.toString() };
}

test("the new option writes to a file, the old one is unknown", () => {
  expect(run("in.txt", "--output", "out.txt")).toEqual({ exitCode: 0, out: "", err: "" });
  expect(readFileSync("out.txt", "utf8")).toBe("TEA\n");
  expect(run("--output", "two.txt", "in.txt").exitCode).toBe(0);
  expect(run("in.txt")).toEqual({ exitCode: 0, out: "TEA\n", err: "" });
  expect(run("in.txt", "--output")).toMatchObject({ exitCode: 2 });
  const old = run("in.txt", "--dest", "old.txt");
  expect(old.exitCode).toBe(2);
  expect(old.err).toContain("unknown option --dest");
  expect(existsSync("old.txt")).toBe(false);
});

test("help and README name it", () => {
  expect(run().err).toContain("--output");
  expect(run().err).not.toContain("--dest");
  const readme = readFileSync("README.md", "utf8");
  expect([readme.includes("--output"), readme.includes("--dest")]).toEqual([true, false]);
});
