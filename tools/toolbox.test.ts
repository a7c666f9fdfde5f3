import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { CallGuard } from "./call-guard.ts";
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

  test("tells its tool the room that the box belongs to, however the box was picked", async () => {
    const rooms: (string | undefined)[] = [];
    const listening: Tool = {
      ...echo,
      run: async (_, { room }) => {
        rooms.push(room);
        return { ok: true, output: "" };
      },
    };
    const box = new Toolbox([listening], { room: "tea" });
    for (const one of [box, box.pick(["echo"]), new Toolbox([listening])]) {
      await one.run(call("echo", { text: "" }), context);
    }
    expect(rooms).toEqual(["tea", "tea", undefined]);
  });

  test("gives back nothing that is secret, whether it runs, fails or is refused", async () => {
    const cleaner = new TextCleaner(["swordfish-1"]);
    const guard = { refusalOf: async () => ({ output: "Not run: swordfish-1" }) };
    const request = call("echo", { text: "swordfish-1 \u001b[1m" });
    const ran = await new Toolbox([echo], { cleaner }).pick(["echo"]).run(request, context);
    expect(ran.output).toBe("[redacted] ");
    const refused = await new Toolbox([echo], { cleaner, guard }).run(request, context);
    expect(refused.output).toBe("Not run: [redacted]");
    const unknown = await new Toolbox([], { cleaner }).run(call("swordfish-1", {}), context);
    expect(unknown.output).toContain("no tool [redacted];");
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
      output: "There is no tool ecoh; did you mean echo? There are: echo.",
    });
    expect((await box.run(call("ls", {}), context)).output).toBe(
      "There is no tool ls; there are: echo.",
    );
    expect((await new Toolbox([]).run(call("echo", {}), context)).output).toBe(
      "There is no tool echo; answer without one.",
    );
  });

  test("with wrong arguments says what was expected, and does not run", async () => {
    const never = tool("never", () => Promise.reject(new Error("it ran")));
    const result = await new Toolbox([never]).run(call("never", { text: [7, 8] }), context);
    expect(result).toMatchObject({ ok: false });
    expect(result.output).toContain("text: expected string, got array [7,8]");
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
    const buggy = tool("buggy", () => Promise.reject(new TypeError("undefined is not a function")));
    const running = new Toolbox([buggy]).run(call("buggy", { text: "" }), context);
    await expect(running).rejects.toThrow(TypeError);
  });
});

describe("a call that a model writes in its own way", () => {
  const cmd = z.object({ cmd: z.string() });
  const named = (name: string): Tool =>
    defineTool({
      name,
      effect: "execute",
      description: name,
      input: cmd,
      run: async (input) => ({ ok: true, output: `${name} ${input.cmd}` }),
    });

  test("runs under the real name of its tool, with the arguments that the tool reads", async () => {
    const request = call("bash", { command: "ls" });
    const box = new Toolbox([named("sh")]);
    expect(box.resolve(request)).toEqual({ id: "call_7", name: "sh", arguments: { cmd: "ls" } });
    expect(await box.run(request, context)).toMatchObject({ name: "sh", output: "sh ls" });
  });

  test("is judged as what runs", async () => {
    const calls: unknown[] = [];
    const guard: CallGuard = {
      refusalOf: async ({ call: seen, facts }) => {
        calls.push(seen.name, seen.arguments, facts.tool, facts.arguments);
        return undefined;
      },
    };
    await new Toolbox([named("sh")], { guard }).run(call("bash", "ls"), context);
    expect(calls).toEqual(["sh", { cmd: "ls" }, "sh", { cmd: "ls" }]);
  });

  test("means the tool of exactly that name, where there is one", () => {
    const box = new Toolbox([named("sh"), named("bash")]);
    expect(box.resolve(call("bash", { cmd: "ls" })).name).toBe("bash");
  });

  test("means no tool that the persona lacks", async () => {
    const box = new Toolbox([named("sh"), echo]).pick(["echo"]);
    expect((await box.run(call("bash", "ls"), context)).output).toBe(
      "There is no tool bash; there are: echo.",
    );
  });

  test("is no other call once it fits", () => {
    const request = call("sh", { cmd: "ls", extra: null });
    expect(new Toolbox([named("sh")]).resolve(request)).toEqual(request);
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
