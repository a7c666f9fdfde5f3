import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { defineTool } from "./define-tool.ts";
import type { Tool, ToolOutput } from "./tool.ts";
import { Toolbox } from "./toolbox.ts";

const context = { signal: new AbortController().signal, persona: "agent" };

function tool(name: string, run: (text: string) => Promise<ToolOutput>): Tool {
  return defineTool({
    name,
    effect: "none",
    description: name,
    input: z.object({ text: z.string() }),
    run: ({ text }) => run(text),
  });
}

const echo = tool("echo", async (text) => ({ ok: true, output: text, exit: 0 }));
const call = (name: string, args: unknown) => ({ id: "call_7", name, arguments: args });

describe("running a call", () => {
  test("gives the result under the id of the call", async () => {
    const result = await new Toolbox([echo]).run(call("echo", { text: "hi" }), context);
    expect(result).toMatchObject({ id: "call_7", name: "echo", ok: true, output: "hi", exit: 0 });
    expect(result.ms).toBeGreaterThanOrEqual(0);
  });

  test("gives back nothing that is secret, whether it runs, fails or is refused", async () => {
    const cleaner = new TextCleaner(["swordfish-1"]);
    const guard = { refusalOf: async () => ({ output: "Not run: swordfish-1" }) };
    const given = call("echo", { text: "swordfish-1 \u001b[1m" });
    const ran = await new Toolbox([echo], { cleaner }).pick(["echo"]).run(given, context);
    expect(ran.output).toBe("[redacted] ");
    const refused = await new Toolbox([echo], { cleaner, guard }).run(given, context);
    expect(refused.output).toBe("Not run: [redacted]");
    const unknown = await new Toolbox([], { cleaner }).run(call("swordfish-1", {}), context);
    expect(unknown.output).toContain('no tool "[redacted]"');
  });

  test("hands the persona and the signal to the tool", async () => {
    const seen: unknown[] = [];
    const spy: Tool = {
      ...echo,
      run: async (args, given) => {
        seen.push(args, given);
        return { ok: true, output: "" };
      },
    };
    await new Toolbox([spy]).run(call("echo", { text: "hi" }), context);
    expect(seen).toEqual([{ text: "hi" }, { ...context, clean: expect.any(Function) }]);
  });

  test("takes control characters out of what a program printed", async () => {
    const box = new Toolbox([echo]);
    const result = await box.run(
      call("echo", { text: "\u001b[31mred\u001b[0m\u0007\u009b2J" }),
      context,
    );
    expect(result.output).toBe("red");
  });

  test("of a name that does not exist offers the nearest one, as a result", async () => {
    const box = new Toolbox([echo]);
    expect(await box.run(call("ecoh", {}), context)).toMatchObject({
      ok: false,
      output: 'There is no tool "ecoh". Did you mean echo? Your tools: echo',
    });
    expect((await new Toolbox([]).run(call("echo", {}), context)).output).toBe(
      'There is no tool "echo". It is not one of your tools. Your tools: none',
    );
  });

  test("with wrong arguments says what was expected, and does not run", async () => {
    const never = tool("never", () => Promise.reject(new Error("it ran")));
    const result = await new Toolbox([never]).run(call("never", { text: 7 }), context);
    expect(result).toMatchObject({ ok: false });
    expect(result.output).toContain("text: expected string, got number 7");
  });

  test("that a person would have to mend becomes data with its remedies", async () => {
    const broken = tool("broken", () =>
      Promise.reject(
        new OrgError("No sandbox", { code: "SANDBOX_UNAVAILABLE", remedies: ["./ops/setup.sh"] }),
      ),
    );
    const result = await new Toolbox([broken]).run(call("broken", { text: "" }), context);
    expect(result).toMatchObject({
      ok: false,
      output: "No sandbox [SANDBOX_UNAVAILABLE]\n→ ./ops/setup.sh",
    });
  });

  test("that meets a bug of ours crashes loudly", async () => {
    const buggy = tool("buggy", () => Promise.reject(new TypeError("undefined is no function")));
    const running = new Toolbox([buggy]).run(call("buggy", { text: "" }), context);
    await expect(running).rejects.toThrow(TypeError);
  });
});

describe("what a persona may call", () => {
  const other = tool("other", async () => ({ ok: true, output: "" }));
  const box = new Toolbox([echo, other]);

  test("is picked by name, in the persona's order; unknown names are left out", () => {
    expect(box.pick(["other", "gone", "echo"]).names).toEqual(["other", "echo"]);
  });

  test("is all that can be run", async () => {
    const result = await box.pick(["other"]).run(call("echo", { text: "hi" }), context);
    expect(result.ok).toBe(false);
  });

  test("is all that the model is told of", () => {
    expect(box.pick(["echo"]).schemas.map(({ name }) => name)).toEqual(["echo"]);
    expect([box.effectOf("echo"), box.effectOf("gone")]).toEqual(["none", undefined]);
  });
});
