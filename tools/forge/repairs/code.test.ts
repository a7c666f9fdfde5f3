import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { PYTHON_REPAIRS, PYTHON_TEST_REPAIRS } from "./python.ts";
import { applyRepairs } from "./repair.ts";
import { TEST_REPAIRS, TYPESCRIPT_REPAIRS } from "./typescript.ts";

const ZOD = 'import { z } from "zod";\n';
const INPUT = "export const input = z.strictObject({});\n";
const RUN = "export async function run(args: object) { return args; }\n";

describe("TypeScript that is almost right", () => {
  test.each([
    ["line-ends", `${ZOD}${INPUT}${RUN}`.replaceAll("\n", "\r\n"), ZOD + INPUT + RUN],
    [
      "smart-quotes",
      "export async function run() { return “a”; }",
      'export async function run() { return "a"; }',
    ],
    [
      "async-run",
      "export function run() { return 1; }",
      "export async function run() { return 1; }",
    ],
    [
      "async-run",
      "export function run() { return await 1; }",
      "export async function run() { return await 1; }",
    ],
    ["require-import", `const { z } = require("zod");\n${INPUT}${RUN}`, ZOD + INPUT + RUN],
    [
      "commonjs-export",
      "async function run() {}\nmodule.exports = { run };",
      "async function run() {}\nexport { run };",
    ],
    ["commonjs-export", "exports.run = async () => 1;", "export const run = async () => 1;"],
    [
      "default-export",
      `${ZOD}${INPUT}export default async function run() {}`,
      `${ZOD}${INPUT}export async function run() {}`,
    ],
    [
      "default-export",
      "export default async (args) => args;",
      "export const run = async (args) => args;",
    ],
    [
      "default-export",
      "export default function (a) { return a; }",
      "export async function run(a) { return a; }",
    ],
    [
      "default-export",
      "async function run() {}\nexport default run;",
      "async function run() {}\nexport { run };",
    ],
    [
      "default-export",
      "export default async function median() {}",
      "async function median() {}\nexport { median as run };",
    ],
    ["export-run", "async function run() {}", "export async function run() {}"],
    ["export-run", "const run = async () => 1;", "export const run = async () => 1;"],
    [
      "export-input",
      `${ZOD}const input = z.object({});\n${RUN}`,
      `${ZOD}export const input = z.object({});\n${RUN}`,
    ],
    ["import-completed", INPUT + RUN, ZOD + INPUT + RUN],
  ])("is mended by %s", (name, code, mended) => {
    expect(applyRepairs(code, TYPESCRIPT_REPAIRS)).toEqual({ text: mended, names: [name] });
  });

  test("gets no import for a name that it binds itself", () => {
    const code = `export async function run(args: number[]) { return args.map((z) => z.toFixed(1)); }\n`;
    expect(applyRepairs(code, TYPESCRIPT_REPAIRS).names).toEqual([]);
  });

  test("that cannot be mended stays as it is", () => {
    const code = "export async function run( {";
    expect(applyRepairs(code, TYPESCRIPT_REPAIRS)).toEqual({ text: code, names: [] });
  });

  test("gets the imports of its tests", () => {
    const code = 'test("adds", async () => { expect(await run({}, {})).toBe(1); });\n';
    const { text, names } = applyRepairs(code, TEST_REPAIRS);
    expect(names).toEqual(["import-completed"]);
    expect(text).toBe(
      `import { test } from "bun:test";\nimport { expect } from "bun:test";\nimport { run } from "./tool.ts";\n${code}`,
    );
  });
});

describe("Python that is almost right", () => {
  test.each([
    ["run-context", "def run(args):\n    return 1\n", "def run(args, ctx):\n    return 1\n"],
    [
      "run-context",
      "def run(args: dict) -> dict:\n    return {}\n",
      "def run(args: dict, ctx) -> dict:\n    return {}\n",
    ],
    [
      "smart-quotes",
      "def run(args, ctx):\n    return “a”\n",
      'def run(args, ctx):\n    return "a"\n',
    ],
    [
      "import-completed",
      "def test_a():\n    assert run({}, None) == 1\n",
      "from tool import run\ndef test_a():\n    assert run({}, None) == 1\n",
    ],
  ])("is mended by %s", (name, code, mended) => {
    const repairs = name === "import-completed" ? PYTHON_TEST_REPAIRS : PYTHON_REPAIRS;
    expect(applyRepairs(code, repairs)).toEqual({ text: mended, names: [name] });
  });

  test.each([
    ["def f(text):\n    return '-'.join(re.findall('a', text))\n", "import re\n"],
    ["def f(numbers):\n    return max(0, math.floor(numbers))\n", "import math\n"],
    ["def f(re):\n    return g(re.pattern)\n", ""],
    ["def f(a, math):\n    return math.floor(a)\n", ""],
  ])(
    "gets the import of a module that is an argument of a call, but not of its own",
    (code, added) => {
      expect(applyRepairs(code, PYTHON_REPAIRS).text).toStartWith(`${added}def f(`);
    },
  );
});

/** Text that repairs look for, where it means nothing: within strings and comments. */
const bait = fc
  .array(
    fc.constantFrom(
      "export default run",
      "module.exports = run",
      "“smart”",
      "def run(args):",
      "require('zod')",
      "function run()",
      "z.object",
      "it's",
      "pytest.",
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(" "));

describe("code that is right already", () => {
  test("comes out to the letter: TypeScript", () => {
    fc.assert(
      fc.property(bait, bait, fc.string(), (comment, text, any) => {
        const quoted = JSON.stringify(`${text}${any}`);
        const template = `\`${text.replaceAll("`", "")}\``;
        const code = `${ZOD}// ${comment}\n/* ${comment} */\n${INPUT}export async function run() { return [${quoted}, ${template}]; }\n`;
        expect(applyRepairs(code, TYPESCRIPT_REPAIRS)).toEqual({ text: code, names: [] });
      }),
    );
  });

  test("comes out to the letter: Python", () => {
    fc.assert(
      fc.property(bait, bait, (comment, text) => {
        const code = `"""${text}\n${text}"""\n# ${comment}\ndef run(args, ctx):\n    return ${JSON.stringify(text)} + '''\n${text}\n'''\n`;
        expect(applyRepairs(code, PYTHON_REPAIRS)).toEqual({ text: code, names: [] });
      }),
    );
  });
});

test("what was mended is not mended again", () => {
  const line = fc.constantFrom(
    "export default async function run(args) { return args; }",
    "module.exports = { run, input };",
    "const input = z.object({});",
    "function run(a) { return “x”; }",
    "const { z } = require('zod');",
    "exports.input = z.string();",
    "def run(args):",
    "    return “x”",
    "\r",
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      for (const repairs of [TYPESCRIPT_REPAIRS, PYTHON_REPAIRS]) {
        const { text } = applyRepairs(lines.join("\n"), repairs);
        expect(applyRepairs(text, repairs)).toEqual({ text, names: [] });
      }
    }),
  );
});
