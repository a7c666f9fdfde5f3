import { expect, test } from "bun:test";
import { readOutputs } from "./outputs.ts";

test("outputs are globs from the top of the repository", () => {
  const isOutput = readOutputs(["src/**/*.ts", "docs/{a,b}.md", "README.md"]);
  const named = ["src/a.ts", "src/b/c.ts", "docs/b.md", "README.md"];
  expect(named.filter(isOutput)).toEqual(named);
  expect(["src/a.js", "docs/c.md", "readme.md", "x/README.md", "src"].filter(isOutput)).toEqual([]);
});

test.each(["!src/**", "/etc/**", "../x", "src/../../x", ".git/**", "a/.GIT/hooks", ""])(
  "%p is not an output",
  (pattern) => {
    expect(() => readOutputs([pattern])).toThrow(expect.objectContaining({ code: "PATH_REFUSED" }));
  },
);
