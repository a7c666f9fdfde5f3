/** Who reads the source of a tool and who runs it know the same names; asked of the real sandbox. */
import { describe, expect, test } from "bun:test";
import { type Node, parseSync } from "oxc-parser";
import { scanPython } from "#fitness/static/python/scan-python.ts";
import { contextTypes } from "#fitness/static/typescript/context-types.ts";
import type { Grants } from "#tools/contract/call-options.ts";
import { PYTHON_MODULES } from "#tools/contract/python-modules.ts";
import { TYPESCRIPT_GLOBALS, WITHHELD_GLOBALS } from "#tools/contract/typescript-globals.ts";
import { messagesOf, toolSource } from "./scanned-tool.ts";
import { outcomeOf, pythonTool, runs, typescriptTool } from "./tool-maker.ts";

const signal = new AbortController().signal;
const EVERYTHING = ["net:example.com", "files:read", "files:write", "clock", "random", "memory"];
const capabilities = EVERYTHING;

const resultOf = async (...call: Parameters<typeof outcomeOf>): Promise<unknown> => {
  const outcome = await outcomeOf(...call);
  return outcome.kind === "result" ? outcome.value : outcome;
};

describe("global names of TypeScript", () => {
  test("in the realm are those of the list, and those that tools may not name", async () => {
    const names = "Object.getOwnPropertyNames(globalThis)";
    const found = await resultOf(typescriptTool(runs(`return ${names}`)));
    // Two names of zod's own lie there as well, without which it forgets its settings.
    const plain = Array.isArray(found) ? found.filter((name) => !/^__zod_/.test(name)) : found;
    expect(plain).toEqual(expect.arrayContaining([...TYPESCRIPT_GLOBALS, ...WITHHELD_GLOBALS]));
    expect(plain).toHaveLength(TYPESCRIPT_GLOBALS.length + WITHHELD_GLOBALS.length);
  });

  test.each(WITHHELD_GLOBALS.concat("Buffer", "WeakRef", "fetch"))("%s is refused", (name) => {
    expect(messagesOf(toolSource(`return ${name};`)).join()).toContain(`"${name}"`);
  });

  test.each([...TYPESCRIPT_GLOBALS])("%s is known", (name) => {
    const told = messagesOf(toolSource(`return ${name};`)).join();
    expect(told).not.toContain("which its contract does not name");
  });
});

describe("modules of Python", () => {
  const reading = async (source: string) =>
    (await scanPython({ tool: source, test: undefined }, { signal })).findings;

  test("each of the list can be imported, and is let pass", async () => {
    const source = `${PYTHON_MODULES.filter((name) => name !== "__future__")
      .map((name) => `import ${name}\n`)
      .join("")}\n\ndef run(args, ctx):\n    return 1\n`;
    expect(await resultOf(pythonTool(source, { capabilities }))).toBe(1);
    expect(await reading(source)).toEqual([]);
  });

  test.each(["types", "zoneinfo", "pprint", "os", "urllib.request", "xml.sax.saxutils"])(
    "%s is refused by both",
    async (name) => {
      const source = `import ${name}\n\n\ndef run(args, ctx):\n    return 1\n`;
      expect(await resultOf(pythonTool(source, { capabilities }))).toMatchObject({
        kind: "breakdown",
      });
      expect(await reading(source)).toEqual([
        expect.objectContaining({ message: expect.stringContaining(`imports "${name}"`) }),
      ]);
    },
  );
});

describe("the context of a call", () => {
  const host: Grants = {
    fetch: (url) => Promise.resolve({ url, status: 200, headers: {}, body: "{}" }),
  };
  const parts = ["files", "clock", "memory"];

  test("has the members that the types promise", async () => {
    const body = `const shape = { ctx: Object.keys(ctx), answer: Object.keys(await ctx.fetch("https://example.com")) };
      for (const part of ${JSON.stringify(parts)}) shape[part] = Object.keys(ctx[part]);
      return shape;`;
    const found = await resultOf(typescriptTool(runs(body), { capabilities }), {
      capabilities: host,
    });
    expect(sortedShape(found)).toEqual(sortedShape(promised(EVERYTHING)));
  });

  test("has the same ones in Python", async () => {
    const body = `    names = lambda part: [name for name in dir(part) if not name.startswith("_")]
    shape = {part: names(getattr(ctx, part)) for part in ${JSON.stringify(parts)}}
    return {**shape, "ctx": names(ctx), "answer": names(ctx.fetch("https://example.com"))}`;
    const tool = pythonTool(`def run(args, ctx):\n${body}\n`, { capabilities });
    const found = await resultOf(tool, { capabilities: host });
    expect(sortedShape(found)).toEqual(sortedShape(promised(EVERYTHING)));
  });

  test.each(EVERYTHING)("with %s alone has what the types promise then", async (capability) => {
    const tool = typescriptTool(runs("return Object.keys(ctx)"), { capabilities: [capability] });
    const found = await resultOf(tool, { capabilities: host });
    expect(sortedShape({ ctx: found })["ctx"]).toEqual(
      sortedShape(promised([capability]))["ctx"] ?? [],
    );
  });
});

type Shape = Readonly<Record<string, readonly string[]>>;

function sortedShape(shape: unknown): Shape {
  return Object.fromEntries(
    Object.entries(Object(shape))
      .map(([name, members]) => [name, [members].flat().map(String).sort()] as const)
      .sort(),
  );
}

/** The members of `ToolContext`, of its parts, and of what `ctx.fetch` answers, as the types say. */
function promised(granted: readonly string[]): Shape {
  const { program } = parseSync("tool.ts", contextTypes(granted));
  const shape: Record<string, readonly string[]> = {};
  for (const statement of program.body) {
    const type = statement.type === "ExportNamedDeclaration" ? statement.declaration : null;
    if (type?.type !== "TSInterfaceDeclaration") continue;
    const isContext = type.id.name === "ToolContext";
    shape[isContext ? "ctx" : "answer"] = type.body.body.map(nameOf);
    if (isContext) Object.assign(shape, ...type.body.body.map(innerShape));
  }
  return shape;
}

function innerShape(member: Node): Shape {
  const type = member.type === "TSPropertySignature" ? member.typeAnnotation : null;
  const inner = type?.typeAnnotation;
  return inner?.type === "TSTypeLiteral" ? { [nameOf(member)]: inner.members.map(nameOf) } : {};
}

function nameOf(member: Node): string {
  return "key" in member && member.key.type === "Identifier" ? member.key.name : "?";
}
