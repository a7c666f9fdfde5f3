import { expect, test } from "bun:test";
import fc from "fast-check";
import { shellQuoted, shellWord } from "./shell-word.ts";

test("what is harmless stays as it is", () => {
  expect(shellWord("/home/ada/org-1.2_x:latest")).toBe("/home/ada/org-1.2_x:latest");
  expect(shellWord("")).toBe("''");
  expect(shellQuoted("a")).toBe("'a'");
});

test("a shell reads back exactly the text, and runs nothing of it", () => {
  // A command line holds no NUL.
  const text = fc.string({ unit: "binary" }).map((one) => one.replaceAll("\0", "").toWellFormed());
  const hostile = fc.constantFrom("$(touch x)", "`id`", "a b", "it's", '"', "\\", "~", "*", "-n\n");
  fc.assert(
    fc.property(fc.oneof(text, hostile), (given) => {
      const { stdout } = Bun.spawnSync(["sh", "-c", `printf %s. ${shellWord(given)}`]);
      expect(stdout.toString()).toBe(`${given}.`);
    }),
    { numRuns: 50 },
  );
});
