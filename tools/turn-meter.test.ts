import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ToolCall } from "#core/calls.ts";
import { TURN_LIMITS, TurnMeter } from "./turn-meter.ts";

const call = (name: string, args: unknown = {}): ToolCall => ({ id: "c", name, arguments: args });
const tokens = (promptTokens: number, completionTokens: number) => ({
  promptTokens,
  completionTokens,
});

describe("the same call", () => {
  test("runs twice, is refused once, and then ends the turn", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    const verdicts = Array.from({ length: 5 }, () => meter.judge(call("sh", { cmd: "ls" })));
    expect(verdicts).toEqual(["run", "run", "refuse", "end", "end"]);
  });

  test("is the same whatever the order of its arguments", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    meter.judge(call("sh", { cmd: "ls", timeout_s: 1 }));
    meter.judge(call("sh", { timeout_s: 1, cmd: "ls" }));
    expect(meter.judge(call("sh", { cmd: "ls", timeout_s: 1 }))).toBe("refuse");
  });

  test("counts also when other calls come between, and only within its turn", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    const names = ["a", "b", "a", "c", "a", "a"];
    expect(names.map((name) => meter.judge(call(name)))).toEqual([
      "run",
      "run",
      "run",
      "run",
      "refuse",
      "end",
    ]);
    expect(new TurnMeter(TURN_LIMITS).judge(call("a"))).toBe("run");
  });

  test("may be made again once another call has changed something, and that one not", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    const [look, change] = [call("read_file", { path: "a" }), call("edit_file", { path: "a" })];
    expect([meter.judge(look, 1), meter.judge(look, 1)]).toEqual(["run", "refuse"]);
    expect(meter.judge(change, 1)).toBe("run");
    meter.changed(change);
    expect([meter.judge(look, 1), meter.judge(change, 1)]).toEqual(["run", "refuse"]);
  });

  test("a tool of another name with the same arguments is another call", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    for (let round = 0; round < 2; round += 1) meter.judge(call("sh", { cmd: "ls" }));
    expect(meter.judge(call("python_run", { cmd: "ls" }))).toBe("run");
  });

  test("never runs more than twice, in whatever order calls come", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "b", "c")), (names) => {
        const meter = new TurnMeter(TURN_LIMITS);
        const ran = names.filter((name) => meter.judge(call(name)) === "run");
        for (const name of ["a", "b", "c"]) {
          expect(ran.filter((one) => one === name).length).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});

describe("a limit", () => {
  const limits = { rounds: 2, calls: 3, tokens: 100, wallMs: 5000 };

  test("of rounds forbids another completion, but not the calls of the last one", () => {
    const meter = new TurnMeter(limits);
    meter.count(undefined);
    expect(meter.exceeded()).toBeUndefined();
    meter.count(undefined);
    expect(meter.exceeded()).toBe("stopped after 2 rounds of tool calls");
    expect(meter.spent()).toBeUndefined();
  });

  test("of calls counts those that are refused, too", () => {
    const meter = new TurnMeter(limits);
    for (let index = 0; index < 3; index += 1) meter.judge(call("sh"));
    expect([meter.exceeded(), meter.spent()]).toEqual([
      "stopped after 3 tool calls",
      "stopped after 3 tool calls",
    ]);
  });

  test("of tokens counts prompts and answers of all completions", () => {
    const meter = new TurnMeter({ ...limits, rounds: 9 });
    meter.count(tokens(40, 20));
    expect(meter.exceeded()).toBeUndefined();
    meter.count(tokens(30, 15));
    expect(meter.exceeded()).toBe("stopped after 105 of 100 tokens");
  });

  test("of time is measured from the beginning of the turn", () => {
    let now = 1000;
    const meter = new TurnMeter(limits, () => now);
    now = 5999;
    expect(meter.exceeded()).toBeUndefined();
    now = 6000;
    expect(meter.exceeded()).toBe("stopped after 5 s");
  });
});

describe("usage", () => {
  test("is the sum over all completions", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    meter.count(tokens(10, 1));
    meter.count(undefined);
    meter.count(tokens(20, 2));
    expect(meter.usage).toEqual(tokens(30, 3));
  });

  test("counts what was in the server's cache, and the window as the last completion left it", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    meter.count(tokens(10, 1));
    expect(meter.windowUse).toEqual({ tokens: 11 });
    meter.count({ ...tokens(20, 2), cachedTokens: 11 });
    meter.count({ ...tokens(30, 2), cachedTokens: 22 });
    expect(meter.usage).toEqual({ ...tokens(60, 5), cachedTokens: 33 });
    expect(meter.windowUse).toEqual({ tokens: 32, cached: 22 });
  });

  test("is absent where no provider counted, rather than zero", () => {
    const meter = new TurnMeter(TURN_LIMITS);
    meter.count(undefined);
    expect(meter.usage).toBeUndefined();
  });
});
