import { describe, expect, test } from "bun:test";
import { messagesOf, TOOL_HEAD, toolSource } from "#test/scanned-tool.ts";
import { scanTool } from "./scan-tool.ts";

function usesOf(source: string): readonly string[] {
  const { uses } = scanTool("tool.ts", source);
  return uses.map(({ capability, host }) =>
    host === undefined ? capability : `${capability}:${host}`,
  );
}

describe("sees what of its environment is used", () => {
  test.each<[string, string, readonly string[]]>([
    ["nothing", toolSource("ctx.log(args.text); return 1;"), []],
    [
      "nothing of ctx behind a name that stands for no function",
      toolSource("const use = args.text; return use(ctx);"),
      [],
    ],
    ["the clock of ctx", toolSource("return ctx.clock.now();"), ["clock"]],
    [
      "the clock of the language",
      toolSource("return [Date.now(), new Date()];"),
      ["clock", "clock"],
    ],
    ["a date of unknown origin", toolSource("return new Date(...(args as any));"), ["clock"]],
    [
      "the date's class, handed to another",
      toolSource("return new Keep(Date);", "class Keep { constructor(readonly made: any) {} }"),
      ["clock"],
    ],
    [
      "a format of nothing",
      toolSource('return new Intl.DateTimeFormat("en").format();'),
      ["clock"],
    ],
    [
      "a format of a date",
      toolSource('return new Intl.DateTimeFormat("en").format(new Date(0));'),
      [],
    ],
    ["a timer", toolSource("await new Promise((done) => setTimeout(done, 1));"), ["clock"]],
    ["chance", toolSource("return Math.random() + ctx.random();"), ["random", "random"]],
    ["chance taken apart", toolSource("const { random } = Math; return random();"), ["random"]],
    ["an id", toolSource("return crypto.randomUUID();"), ["random"]],
    [
      "memory",
      toolSource('await ctx.memory.set("a", 1); return ctx["mem" + "ory"];'),
      ["memory", "memory"],
    ],
    ["a file read", toolSource('return ctx.files.read("a");'), ["files:read"]],
    [
      "files by their own name",
      toolSource(
        "const { files } = ctx; const f = files; await f.list(); await files.write('a', 'b');",
      ),
      ["files:write", "files:read"],
    ],
    [
      "a method of files",
      toolSource("const { files: { read } } = ctx; return read('a');"),
      ["files:read"],
    ],
    [
      "a host",
      toolSource(`return ctx.fetch(\`https://api.example.com/\${args.text}\`);`),
      ["net:api.example.com"],
    ],
    [
      "a host in a constant",
      toolSource(
        "return ctx.fetch(BASE + args.text);",
        'const BASE = "https://api.example.com/v1/";',
      ),
      ["net:api.example.com"],
    ],
    [
      "a whole address that ends with its host",
      toolSource('return ctx.fetch("https://api.example.com");'),
      ["net:api.example.com"],
    ],
    [
      "a host that comes with the arguments",
      toolSource(`return ctx.fetch(\`https://\${args.text}/\`);`),
      ["net"],
    ],
    [
      "a host that goes on",
      toolSource("return ctx.fetch(`https://api.example.com` + args.text);"),
      ["net"],
    ],
    ["half a host", toolSource(`return ctx.fetch(\`https://api.\${args.text}\`);`), ["net"]],
    [
      "ctx in another function",
      toolSource(
        "return go(1, ctx);",
        "const go = (n: number, c: any) => again(c);\nfunction again({ clock }: any) { return clock.now(); }",
      ),
      ["clock"],
    ],
    [
      "ctx in a function that calls itself",
      toolSource(
        "return go(ctx, 3);",
        "function go(c: any, n: number): number { return n === 0 ? c.random() : go(c, n - 1); }",
      ),
      ["random"],
    ],
    [
      "ctx taken apart in the parameters",
      `${TOOL_HEAD}export async function run(_args: unknown, { clock, fetch: get }: any = {}) { return [clock, get]; }`,
      ["clock", "net"],
    ],
    [
      "ctx of an arrow",
      `${TOOL_HEAD}export const run = async (_: unknown, ctx: any) => ctx.memory.get("a");`,
      ["memory"],
    ],
    [
      "ctx of what is exported by another name",
      `${TOOL_HEAD}function go(_: unknown, c: any) { return c.random(); }\nexport { go as run };`,
      ["random"],
    ],
  ])("%s", (_name, source, uses) => {
    expect([...usesOf(source)].sort()).toEqual([...uses].sort());
    expect(messagesOf(source)).toEqual([]);
  });

  test.each([
    ["there is no run", "export const input = 1;"],
    ["run is not a function", "export const run = 1;"],
  ])("sees nothing where %s", (_what, source) => {
    expect(usesOf(source)).toEqual([]);
  });

  test("says when ctx goes where it cannot be seen", () => {
    expect(scanTool("tool.ts", toolSource("const [part] = ctx; return part;")).isOpaque).toBe(true);
    expect(scanTool("tool.ts", toolSource("return [ctx].map((c) => c.clock);")).isOpaque).toBe(
      true,
    );
    expect(
      scanTool("tool.ts", toolSource("void ctx; return go(ctx);", "function go(_c: any) {}"))
        .isOpaque,
    ).toBe(false);
  });
});

test.each<[string, string, string]>([
  ["a part that ctx has not", toolSource("return ctx.env;"), '"ctx.env", which does not exist'],
  [
    "a method that files have not",
    toolSource("return ctx.files.remove(1);"),
    '"ctx.files.remove", which does not exist',
  ],
  [
    "a part of ctx by a computed name",
    toolSource("return ctx[args.text];"),
    "a member of ctx by a computed name",
  ],
])("refuses %s", (_name, source, message) => {
  expect(messagesOf(source)).toContainEqual(expect.stringContaining(message));
});
