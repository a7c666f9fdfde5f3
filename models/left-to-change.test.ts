import { expect, test } from "bun:test";
import { leftToChange } from "./left-to-change.ts";
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
  expect(leftToChange(asked, OPENED, wrote(...written))).toEqual(left);
});
