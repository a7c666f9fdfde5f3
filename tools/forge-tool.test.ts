import { describe, expect, test } from "bun:test";
import { toolBuilder } from "#app/forge.ts";
import { ChannelLock } from "#core/channel-lock.ts";
import type { Notify } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { MEDIAN, RIGHT_AT_ONCE } from "#test/forge-answers.ts";
import { failing, homeOfEachTest, PASSED } from "#test/forge-run.ts";
import { memoryProvider, saying } from "#test/memory-provider.ts";
import type { ValidateTool } from "./contract/validation.ts";
import { forgeTool } from "./forge-tool.ts";
import type { Tool, ToolOutput } from "./tool.ts";

const home = homeOfEachTest();

const lock = new ChannelLock();

interface Smith {
  readonly tool: Tool;
  readonly notices: string[];
  readonly tokens: () => number;
}

const settings = readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere" });
const noComparison = () => Promise.reject(new Error("Nothing is promoted here"));

function smith(validate: ValidateTool, answers: readonly string[] = RIGHT_AT_ONCE): Smith {
  const notices: string[] = [];
  let spent = 0;
  const provider = memoryProvider((_request, index) => saying(answers[index] ?? "nothing"));
  const reserve = async () => ({
    settle: async (usage: { readonly completionTokens: number }) => {
      spent += usage.completionTokens;
      return [];
    },
  });
  const build = toolBuilder({
    app: {
      settings,
      paths: homePaths(home.path),
      cleaner: new TextCleaner(),
      compare: noComparison,
    },
    provider,
    model: "m",
    lock,
    account: { reserve },
    others: [],
    validate,
  });
  const notify: Notify = async ({ text, persona, step }) => {
    notices.push(`${persona}: ${text}${step === undefined ? "" : ` (${step})`}`);
  };
  return { tool: forgeTool(build, notify), notices, tokens: () => spent };
}

function call(tool: Tool, signal = new AbortController().signal): Promise<ToolOutput> {
  return tool.run({ goal: "the median of numbers" }, { signal, persona: "toolsmith" });
}

describe("the forge as a tool", () => {
  test("tells the room each step, and the model how it ended", async () => {
    const { tool, notices, tokens } = smith(async () => PASSED);
    const { ok, output } = await call(tool);
    expect(ok).toBe(true);
    expect(output).toStartWith('The tool "median" is delivered: Gives the median of a list');
    expect(output).toContain("reach 100 % of its lines and notice 90 % of 20 mutants");
    expect(notices).toContainEqual(
      expect.stringMatching(/^toolsmith: ✔ cases \d+\.\d s, \d+ tokens \(done\)$/),
    );
    expect(notices).toContain("toolsmith: cases (begun)");
    // The room has shown the steps, and a small model answered with one of them.
    expect(output).not.toContain("✔");
    expect(tokens()).toBeGreaterThan(500);
  });

  test("holds no lock while it validates", async () => {
    const owners: string[] = [];
    const { tool } = smith(async () => {
      owners.push(...lock.owners);
      return PASSED;
    });
    await call(tool);
    expect(owners).toEqual([]);
  });

  test("waits for a persona that speaks at the same endpoint", async () => {
    using held = await lock.waitForLock(0);
    const { tool, notices } = smith(async () => PASSED);
    const done = call(tool);
    await Promise.race([done, new Promise(setImmediate)]);
    expect(notices.filter((line) => line.includes("✔"))).toEqual([]);
    held();
    expect((await done).ok).toBe(true);
  });

  test("says why there is no tool", async () => {
    const never = failing("static", "uses `process` (tool.ts:3)");
    const { tool } = smith(
      async () => never,
      [...RIGHT_AT_ONCE, MEDIAN.code, MEDIAN.code, MEDIAN.code],
    );
    const { ok, output } = await call(tool);
    expect(ok).toBe(false);
    expect(output).toStartWith("No tool was delivered.\n- The stage validation failed");
    expect(output).toContain("uses `process` (tool.ts:3)");
  });

  test("is over when its turn is stopped", async () => {
    const stop = new AbortController();
    const { tool } = smith((_folder, { signal }) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason));
      stop.abort(new Error("stopped"));
      return promise;
    });
    expect(await call(tool, stop.signal)).toEqual({
      ok: false,
      output: "It was stopped: nothing was delivered.",
    });
    expect(home.delivered()).toEqual([]);
  });
});
