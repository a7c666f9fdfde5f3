/** Mistakes about commands and texts in the programs of models, in the real sandbox. */
import { expect, test } from "bun:test";
import { pythonRunTool } from "./python-run.ts";

const context = { signal: new AbortController().signal, persona: "agent" };
const run = async (code: string) => await pythonRunTool().run({ code }, context);
const listed = (words: string, how = "") =>
  `import subprocess\nr = subprocess.run(${words}, capture_output=True, text=True${how})\nprint(r.stdout, end="")`;

// A model of 1.5B parameters split such a command at its spaces, and answered with the sign and all behind it.
test.each([
  ["['echo', 'salmon', '|', 'tr', 'a-y', 'b-z']", "tbmnpo"],
  ["('printf', 'b a\\\\n', '|', 'cat', '|', 'rev')", "a b"],
])("a list of words with a pipe runs as one: %s", async (words, printed) => {
  expect((await run(listed(words))).output).toBe(printed);
});

test.each([
  ["['echo', 'a', '|']", "", "a |"],
  ["['echo', '|', 'no-such-program']", "", "| no-such-program"],
  ["'echo a | cat'", ", shell=True", "a"],
  ["['echo', 'a|b']", "", "a|b"],
  ["['echo', \"it's\", '|', 'cat']", "", "it's"],
])("any other command runs as it is: %s", async (words, how, printed) => {
  expect((await run(listed(words, how))).output).toBe(printed);
});

test.each([
  ["codecs.encode('salmon', 'rot13').decode()", "decode"],
  ["b'salmon'.encode()", "encode"],
])("of %s it is said that it is done already", async (code, method) => {
  const { ok, output } = await run(`import codecs\nprint(${code})`);
  expect(ok).toBe(false);
  expect(output).toContain(`\nIt is what you want already: leave out .${method}().\n`);
});
