import { describe, expect, test } from "bun:test";
import { examplePythonTool, exampleSpec, exampleTool } from "#test/example-tool.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { checkStatic } from "./check-static.ts";

const signal = new AbortController().signal;
const check = (folder: ToolFolder) => checkStatic(folder, { signal });

describe("a tool in order", () => {
  test.each([
    ["TypeScript", exampleTool()],
    ["Python", examplePythonTool()],
  ])("passes, in %s", async (_language, folder) => {
    const report = await check(folder);
    expect(report).toMatchObject({ stage: "static", ok: true, details: [], capabilities: [] });
    expect(report.reason).toBeUndefined();
  });
});

test("names the wall in one line, and every finding with its place", async () => {
  const folder = exampleTool({
    "tool.ts": `import { z } from "zod";
export const input = z.object({ text: z.string() });
export const run = async (args: z.infer<typeof input>) => process.env[args.text] + Date.now();
`,
    "cases.json": undefined,
  });
  expect((await check(folder)).reason).toBe("is missing (cases.json)");
  const whole = exampleTool({ "tool.ts": folder.files.get("tool.ts") });
  const { ok, reason, details } = await check(whole);
  expect(ok).toBe(false);
  expect(reason).toStartWith('reaches "process", which its contract does not name');
  expect(reason).toEndWith("(tool.ts:3)");
  expect(details).toContain(
    'uses Date.now, which needs the capability "clock" that its contract does not name (tool.ts:3)',
  );
});

test("tells which capabilities the code uses", async () => {
  const source = exampleTool().files.get("tool.ts") ?? "";
  const report = await check(
    exampleTool({
      "spec.json": exampleSpec({ capabilities: ["clock"], deterministic: false }),
      "tool.ts": source
        .replaceAll("_ctx", "ctx")
        .replace("return {", "ctx.clock.now();\n  return {"),
      "tool.test.ts": (exampleTool().files.get("tool.test.ts") ?? "").replace(
        "{ log:",
        "{ clock: { now: () => 0 }, log:",
      ),
    }),
  );
  expect(report).toMatchObject({ ok: true, details: [], capabilities: ["clock"] });
});

test("reads Python as well", async () => {
  const { details, capabilities } = await check(
    examplePythonTool({
      "spec.json": exampleSpec({
        ...{ language: "python", deterministic: false },
        capabilities: ["memory"],
      }),
      "tool.py": "import os\n\n\ndef run(args, ctx):\n    return ctx.memory.get(os.name)\n",
    }),
  );
  expect(details).toEqual(['imports "os", which its contract does not name (tool.py:1)']);
  expect(capabilities).toEqual(["memory"]);
});

test("what it quotes of a tool is cleaned", async () => {
  const source = `import "x\u202e\u001b[31m";\n${exampleTool().files.get("tool.ts")}`;
  const details = (await check(exampleTool({ "tool.ts": source }))).details.join("\n");
  expect(details).toContain('imports "x⟨U+202E⟩"');
  expect(details).not.toInclude("\u001b");
});

test("cases that do not fit the schemas are named", async () => {
  const cases = [{ input: {}, output: { counts: {} } }];
  const { details } = await check(exampleTool({ "cases.json": JSON.stringify({ cases }) }));
  expect(details).toEqual([
    expect.stringMatching(/^the input of case 1 does not fit "input": text: .* \(cases\.json\)$/),
  ]);
});

test("a source that would end the parser is refused, and we live on", async () => {
  const tower = `export const x = ${"(\n".repeat(20_000)}`;
  const { ok, details } = await check(exampleTool({ "tool.ts": tower }));
  expect(ok).toBe(false);
  expect(details).toContain("nests deeper than the parser follows; 200 is the most (tool.ts)");
});

test("fifty findings are told, each in at most 500 characters", async () => {
  const calls = Array.from({ length: 60 }, (_, index) => `start${index}${"x".repeat(600)}();`);
  const source = `${exampleTool().files.get("tool.ts")}\n${calls.join("\n")}`;
  const { details } = await check(exampleTool({ "tool.ts": source }));
  expect(details).toHaveLength(50);
  for (const detail of details) expect(detail.length).toBeLessThanOrEqual(500);
});

test("what is aborted is not a verdict", async () => {
  const reason = new Error("enough");
  const run = checkStatic(exampleTool(), { signal: AbortSignal.abort(reason) });
  await run.then(
    () => expect.unreachable(),
    (error: unknown) => expect(error).toBe(reason),
  );
});

test("a contract that cannot be read, or is for another language, ends what is looked at", async () => {
  const broken = await check(exampleTool({ "spec.json": "{" }));
  expect(broken).toMatchObject({ ok: false, capabilities: [] });
  expect(broken.details).toContainEqual(expect.stringContaining("is not JSON"));
  const other = await check(exampleTool({ "spec.json": exampleSpec({ language: "python" }) }));
  expect(other).toMatchObject({ ok: false, capabilities: [] });
});
