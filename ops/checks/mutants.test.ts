import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { checkMutants } from "./mutants.ts";

const FILES = {
  "package.json": '{ "type": "module" }',
  "tsconfig.json":
    '{ "compilerOptions": { "noEmit": true, "types": [] }, "include": ["core/?.ts"] }',
  // Of both, only the first comparison is held; the second has a literal that the types refuse to change.
  "core/a.ts": "export const isLong = (text: string): boolean => text.length > 7;\n",
  "core/a.test.ts": `import { expect, test } from "bun:test";
import { isLong } from "./a.ts";
test("seven is not long, eight is", () => {
  expect(["seven77", "eight888"].map(isLong)).toEqual([false, true]);
});
`,
  "core/b.ts":
    'const kind: "b" = "b";\nexport const isB = (text: string): boolean => text === kind;\n',
  "core/b.test.ts": `import { expect, test } from "bun:test";
import { isB } from "./b.ts";
test("is loaded", () => expect(isB).toBeFunction());
test("fails without a mistake, too", () => expect(1).toBe(2));
`,
};

test("a mistake that tests notice is told with the test file, and one that none notices is alive", async () => {
  await using folder = await temporaryFolder("mutants-test");
  for (const [name, text] of Object.entries(FILES)) await Bun.write(join(folder.path, name), text);
  const lines: string[] = [];
  const options = { root: folder.path, seed: 7, say: (line: string) => lines.push(line) };
  expect(await checkMutants({ ...options, count: 5, paths: ["core"] })).toBe(1);
  expect(lines[0]).toBe("seed 7, 5 mutants of core");
  const told = lines
    .slice(1, -1)
    .map((line) => line.replace(/^\d+ | {2}[^ ].* → .* {2}| \(.*/g, " "));
  expect(told.toSorted()).toEqual([
    " core/a.ts:1 killed by core/a.test.ts ",
    // Its only test that fails does so without the mistake.
    " core/b.ts:2 ALIVE ",
  ]);
  expect(lines.at(-1)).toBe("1 of 2 killed");
  for (const [name, text] of Object.entries(FILES)) {
    expect(await Bun.file(join(folder.path, name)).text()).toBe(text);
  }
});

test.each(["--help", "--count=some", "--count=0", "--seed=1.5"])(
  "the argument %s is refused before anything is copied, with how it is called",
  (arg) => {
    const { exitCode, stderr } = Bun.spawnSync([
      process.execPath,
      join(import.meta.dir, "mutants.ts"),
      arg,
    ]);
    expect(exitCode).toBe(64);
    expect(`${stderr}`).toContain("bun ops/checks/mutants.ts [--seed N] [--count N] [PATH...]");
  },
);

/** Command lines of all processes that run now. */
function commandLines(): string {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}

test("what a test leaves running in the copy is ended", async () => {
  await using folder = await temporaryFolder("mutants-left");
  const mark = `left-${crypto.randomUUID()}`;
  const leaving = `import { test } from "bun:test";
import "./a.ts";
test("leaves a process", async () => {
  const words = [process.execPath, "-e", "console.log(1); setInterval(() => {}, 1000);", import.meta.dir + "/${mark}"];
  const child = Bun.spawn(words, { detached: true, stdio: ["ignore", "pipe", "ignore"] });
  await child.stdout.getReader().read();
  await Bun.write("${folder.path}/seen", "it ran");
  child.unref();
});
`;
  const files = { ...FILES, "core/a.test.ts": leaving };
  for (const [name, text] of Object.entries(files)) await Bun.write(join(folder.path, name), text);
  const options = { root: folder.path, seed: 7, say: () => undefined };
  expect(await checkMutants({ ...options, count: 1, paths: ["core/a.ts"] })).toBe(0);
  expect(await Bun.file(join(folder.path, "seen")).text()).toBe("it ran");
  expect(commandLines()).not.toContain(mark);
});
