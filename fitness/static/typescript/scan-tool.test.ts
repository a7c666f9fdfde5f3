import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { messagesOf, toolSource } from "#test/scanned-tool.ts";
import { scanTool } from "./scan-tool.ts";

test("names the line of a finding", () => {
  const [finding] = scanTool("tool.ts", toolSource("\nreturn process;")).findings;
  expect(finding).toMatchObject({ file: "tool.ts", line: 6 });
});

describe("whatever the source", () => {
  const words = fc.constantFrom(
    ..."const let var function class async await return ( ) [ ] { } => = . ?. , ; : a b process eval z input run ctx".split(
      " ",
    ),
    ...`constructor __proto__ Math Object new this import export from 'x' \`\${ }\` /x/ 1 ... try catch for of in <T> as any !`.split(
      " ",
    ),
  );

  test("it never throws", () => {
    const source = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 40 }).map((all) => all.join(" ")),
    );
    fc.assert(
      fc.property(source, (text) => {
        for (const whole of [text, toolSource(text)])
          expect(scanTool("tool.ts", whole)).toBeObject();
      }),
    );
  });
});

test.each([
  "@;",
  "f(@);",
  "x = @;",
  `\`\${@}\`;`,
  "[@];",
  "({ a: @ });",
  "({ [@]: 1 });",
  "({ @ });",
  "a[@];",
  "@.b;",
  "@?.b;",
  "new @();",
  "@`x`;",
  "typeof @;",
  "for (const a of @) {}",
  "(a = @) => a;",
  "({ a = @ }) => a;",
  "(class extends @ {});",
  "(class { [@] = 1 });",
  "(class { x = @ });",
  "@ satisfies any;",
  "(@ as any);",
  "@!;",
  "async () => { await @ };",
  "function* g() { yield* @ }",
  "throw @;",
  "switch (@) {}",
  "try {} catch ({ a = @ }) {}",
  "(@, 1);",
  "f(...@);",
])("a global is found in %s", (place) => {
  const found = messagesOf(toolSource(`let a, f, x; ${place.replaceAll("@", "process")}`));
  expect(found).toContainEqual(expect.stringContaining('reaches "process"'));
});

test("constants that are made of one another lead nowhere", () => {
  const before =
    "const a = b.trim();\nconst b = a.trim();\nconst c = c + 'x';\nconst d = e, e = d;";
  const found = messagesOf(toolSource("return [c, (d as any)[e]];", before));
  expect(new Set(found)).toEqual(new Set(["does something while it is loaded; move it into run"]));
});

test("the work grows with the source, not with its square", () => {
  const lines = (count: number): string =>
    toolSource(
      Array.from(
        { length: count },
        (_, at) => `const c${at} = ${at === 0 ? '"a"' : `c${at - 1} + ""`};`,
      ).join("\n"),
    );
  const visited = (count: number): number => countVisits(() => scanTool("tool.ts", lines(count)));
  const [small, large] = [visited(100), visited(800)];
  expect(large / small).toBeLessThan(12);
});

/** How often the scan reads a map: what every step of it does. */
function countVisits(work: () => unknown): number {
  let visits = 0;
  const get = Map.prototype.get;
  Map.prototype.get = function (this: Map<unknown, unknown>, key: unknown) {
    visits += 1;
    return get.call(this, key);
  };
  try {
    work();
  } finally {
    Map.prototype.get = get;
  }
  return visits;
}
