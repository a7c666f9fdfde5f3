import { expect, test } from "bun:test";
import { growth, LINEAR } from "#test/processor-time.ts";
import { pendingChanges, surelyPending, unset, whyProtected } from "./pending-changes.ts";
import type { ChatMessage } from "./provider.ts";

const OPENED =
  "(the file src/a.ts)\n```ts\nexport {};\n```\n\n(the file README.md)\n```md\n# A\n```";
const wrote = (...paths: readonly string[]): readonly ChatMessage[] =>
  paths.map((path, index) => {
    const call = { id: `${index}`, name: "write_file", arguments: { path, content: "" } };
    return { role: "assistant", content: "", calls: [call] };
  });

test.each([
  ["Add b.ts and export it from src/a.ts.", ["src/b.ts"], ["src/a.ts"]],
  ["Export it from a.ts. Bring the README in line.", ["src/a.ts"], ["README.md"]],
  ["Export it from a.ts.", ["./src/a.ts"], []],
  ["Mend the sum; leave src/a.ts alone.", [], []],
  ["Mend data.ts.", [], []],
])("%s, with %p written: %p", (asked, written, left) => {
  expect(pendingChanges(asked, OPENED, wrote(...written))).toEqual(left);
});

const SHOWN = `(the file limits.toml)
\`\`\`toml
wait = 40
\`\`\`

(the file src/wait.ts)
\`\`\`ts
export const NAME = "a";
\`\`\`

(the file README.md)
\`\`\`md
It waits.
\`\`\``;

const writing = (path: string, content: string): readonly ChatMessage[] => {
  const call = { id: "1", name: "write_file", arguments: { path, content } };
  return [{ role: "assistant", content: "", calls: [call] }];
};

test.each([
  ["Raise the wait from 40 to 90.", writing("limits.toml", "wait = 40\nlog = 1"), true],
  ["Raise the wait from 40 to 90.", writing("limits.toml", "wait = 90"), false],
  ["Raise the wait from 40 to 90.", writing("src/wait.ts", ""), false],
  ["Raise the wait from 41 to 90.", writing("limits.toml", "wait = 40"), false],
  ["Raise the wait.", writing("limits.toml", "wait = 40"), false],
])("%s, behind %j: a value is missing in a file that was written: %p", (asked, current, isSo) => {
  const told = isSo ? ["limits.toml has no 90 in place of 40"] : [];
  expect(unset(asked, SHOWN, current)).toEqual(told);
});

test.each([
  ["Add a function half(n) to src/wait.ts.", writing("src/wait.ts", "export {};"), "half"],
  ["Add a function half(n) to src/wait.ts.", writing("src/wait.ts", "const half = 1"), undefined],
  ["Add a function half(n) to src/wait.ts.", [], undefined],
  ["Add a function that halves n. Create a new class `Half`.", writing("a.ts", "n"), "Half"],
  ['Add a script "build" to package.json.', writing("package.json", "{}"), "build"],
  ["Give it a way out: add an option --fast.", writing("a.py", "--slow"), "--fast"],
  ["Write a test for the function half(n).", writing("a.ts", ""), undefined],
])("%s, behind %j: %p is not there", (asked, current, name) => {
  const told = name === undefined ? [] : [`nothing that was written has ${name}`];
  expect(unset(asked, SHOWN, current)).toEqual(told);
});

const TWO_WISHES = "Wait 90 seconds instead of 40. Bring the README in line.";

test.each([
  [TWO_WISHES, writing("README.md", "90"), ["limits.toml"]],
  [TWO_WISHES, writing("limits.toml", "wait = 90"), ["README.md"]],
  ["Raise the wait from 40 to 90.", writing("src/wait.ts", ""), ["limits.toml"]],
  ["Change NAME, and document it in the README.", writing("src/wait.ts", ""), ["README.md"]],
  // They are named for what they have, or to stay.
  ["Write tests for src/wait.ts, as limits.toml has it.", writing("src/wait.test.ts", ""), []],
  ["Update wait.ts as the README says.", writing("src/wait.ts", ""), []],
  ["Update wait.ts, and leave the README alone.", writing("src/wait.ts", ""), []],
  ["Rename NAME in src/wait.ts.", writing("src/wait.ts", ""), []],
])("%s, behind %j: %p surely has to change", (asked, current, left) => {
  expect(surelyPending(asked, SHOWN, current)).toEqual(left);
});

test.each([
  ["Write tests for it, and leave src/wait.ts alone.", "src/wait.ts", true],
  ["Write tests for it, and leave wait.ts alone.", "./src/wait.ts", true],
  ["Do not change the README. Mend wait.ts.", "README.md", true],
  ["Mend the sum; src/wait.ts stays as it is.", "src/wait.ts", true],
  ["Do not change the README. Mend wait.ts.", "src/wait.ts", false],
  ["Leave the names alone in src/wait.ts.", "src/wait.ts", false],
  ["Add src/wait.ts.", "src/wait.ts", false],
])("%s leaves %s alone: %p", (asked, path, isSo) => {
  const call = { id: "1", name: "write_file", arguments: { path, content: "" } };
  expect(whyProtected(call, asked) !== undefined).toBe(isSo);
  expect(whyProtected({ ...call, name: "read_file" }, asked)).toBeUndefined();
  expect(whyProtected({ ...call, arguments: null }, asked)).toBeUndefined();
});

test.each([
  ["Do not touch src/config.json.", "test/config.json", false],
  ["Do not touch src/config.json.", "app/src/config.json", true],
  ["Do not touch config.json.", "test/config.json", true],
  ["Leave index.ts as it is, but change lib/index.ts.", "lib/index.ts", false],
  ["Do not change a.py yet; read it first, then change a.py.", "a.py", false],
  ["Never change a.py by hand: run the generator.", "a.py", false],
  ["Don't edit a.py without a test.", "a.py", false],
  ["Do not change a.py in a way that breaks b.py.", "a.py", false],
  ["Make sure you don't change Makefile targets.", "Makefile", false],
  ["The file a.py stays unchanged in behaviour, but tidy it.", "a.py", false],
  ["Do not change a.py or b.py.", "a.py", true],
  ["Do not change a.py, and write tests.", "a.py", true],
  ["Do not edit a.py", "a.py", true],
  ["a.py stays as it is.", "a.py", true],
  ["Leave the readme alone.", "README.md", true],
])("%s: %s is to be left alone: %p", (asked, path, isSo) => {
  const call = { id: "1", name: "write_file", arguments: { path } };
  expect(whyProtected(call, asked) !== undefined).toBe(isSo);
});

test("a long line is read in a time that grows with its length alone", async () => {
  const grown = await growth((size) => {
    expect(surelyPending(`${"add ".repeat(10_000 * size)}README.md`, SHOWN, [])).toEqual([]);
  });
  expect(grown).toBeLessThan(LINEAR);
});
