import { afterAll, describe, expect, test } from "bun:test";
import { type Call, echo, failureOf, TestRuns } from "#test/workflow-runs.ts";

const runs = new TestRuns();
afterAll(() => runs[Symbol.dispose]());

describe("a run", () => {
  test("does its steps in order, hands on what they give, and says what happened", async () => {
    const context = runs.world(echo);
    const output = await context.start(
      {
        main: `
inputs: {type: object, properties: {n: {type: integer, default: 2}, names: {type: array}}}
steps:
  - {id: list, tool: work, args: {n: "\${inputs.n + 1}", text: "n is \${inputs.n}"}}
  - {id: no, if: list.output.n > 9, tool: work}
  - {id: each, foreach: inputs.names, tool: work, args: {name: "\${item}", at: "\${index}"}, output: "\${result.name + string(index)}"}
  - {id: sub, workflow: part, inputs: {all: "\${each.output.join('-')}"}}
output: {sub: $sub.output, no: "\${[no.skipped, no.ok, no.output]}", list: $list.output}
`,
        part: "steps: [{id: a, tool: work, args: {got: $inputs.all}, output: $result.got}]",
      },
      { n: 2, names: ["x", "y"] },
    );
    expect(output).toEqual({
      sub: "x0-y1",
      no: [true, false, null],
      list: { n: 3, text: "n is 2" },
    });
    expect(context.paths).toEqual(["list", "no", "each[0]", "each[1]", "each", "sub/a", "sub"]);
    expect(context.events.at(0)?.type).toBe("run-start");
    expect(context.events.at(-1)).toMatchObject({ type: "run-end", state: "done", output });
  });

  test("defaults of the inputs are those of the schema, also of nested ones", async () => {
    const main = "steps: [{id: a, workflow: part}]";
    const part =
      "inputs: {type: object, properties: {n: {type: integer, default: 7}}}\nsteps: [{id: b, tool: work, args: {n: $inputs.n}}]";
    expect(await runs.world(echo).start({ main, part })).toEqual({ n: 7 });
  });

  test.each([
    [`steps: [{id: a, tool: work, args: {x: '\${inputs.gone}'}}]`, "a.args.x", "No such key: gone"],
    [
      "steps: [{id: a, tool: work}, {id: b, if: a.output.n, tool: work, args: {}}]",
      "b.if",
      "No such key: n",
    ],
    ["steps: [{id: a, foreach: '3', tool: work}]", "a.foreach", "foreach needs a list, not 3"],
    [`steps: [{id: a, tool: work}]\noutput: '\${a.output.n}'`, "output", "No such key: n"],
    [`steps: [{id: a, tool: work, output: '\${result.n}'}]`, "a.output", "No such key: n"],
  ])("%s fails where it is wrong", async (main, place, why) => {
    const error = await failureOf(runs.world(echo).start({ main }));
    expect(error).toMatchObject({ code: "WORKFLOW_FAILED" });
    expect(error.message).toContain(place);
    expect(error.why).toContain(why);
  });

  test("no step gives more than a mebibyte, and no loop does in all", async () => {
    const big: Call = ({ size }) => ({ kind: "done", value: "x".repeat(Number(size)) });
    const one = "steps: [{id: a, tool: work, args: {size: 1048575}}]";
    expect((await failureOf(runs.world(big).start({ main: one }))).why).toContain(
      "1048576 are allowed",
    );
    const loop = "steps: [{id: a, foreach: [1, 2, 3], tool: work, args: {size: 400000}}]";
    expect((await failureOf(runs.world(big).start({ main: loop }))).why).toContain(
      "1048576 are allowed",
    );
    const kept = `steps: [{id: a, tool: work, args: {size: 1048575}, output: '\${size(result)}'}]`;
    expect(await runs.world(big).start({ main: kept })).toBe(1_048_575);
  });

  test("what was refused is not tried again", async () => {
    let calls = 0;
    const context = runs.world(() => {
      calls += 1;
      return { kind: "refused", message: "no" };
    });
    const main = "steps: [{id: a, tool: work, retry: {attempts: 3}, allow_failure: true}]";
    expect(await failureOf(context.start({ main }))).toMatchObject({
      code: "APPROVAL_NEEDED",
      why: "no",
    });
    expect(calls).toBe(1);
  });

  test("a tool is tried as often as the step says, and each try is told", async () => {
    const context = runs.world(() => ({ kind: "failed", message: "busy" }));
    const main = "steps: [{id: a, tool: work, retry: {attempts: 3, delay_ms: 20}}]";
    expect(await failureOf(context.start({ main }))).toMatchObject({ why: "busy" });
    const [, , first, second, end] = context.events;
    expect(first).toMatchObject({ type: "step-retry", attempt: 1, delayMs: 20, message: "busy" });
    expect(second).toMatchObject({ type: "step-retry", attempt: 2 });
    expect(end).toMatchObject({ type: "step-end", state: "failed", attempts: 3 });
    expect(runs.store.list().find(({ id }) => id === context.id)).toMatchObject({
      state: "failed",
      message: "a: busy",
    });
  });

  test("arguments that came out wrong do not reach the tool", async () => {
    const context = runs.world(echo);
    const main = "steps: [{id: a, tool: count, args: {n: $inputs.n}}]";
    const error = await failureOf(context.start({ main }, { n: "many" }));
    expect(error.message).toContain("a.args");
    expect(error.why).toContain("n: Invalid input: expected number, received string");
  });

  test("behind an item that fails no further one begins", async () => {
    const context = runs.world(({ i }) =>
      i === 2 ? { kind: "failed", message: "no" } : { kind: "done", value: null },
    );
    const main =
      "steps: [{id: a, foreach: [1, 2, 3], parallel: 1, tool: work, args: {i: $item.n}}]".replace(
        "$item.n",
        `"\${item}"`,
      );
    await failureOf(context.start({ main }));
    expect(context.paths).toEqual(["a[0]", "a[1]"]);
  });

  test("at most so many items at the same time", async () => {
    let [now, most] = [0, 0];
    const context = runs.world(async () => {
      now += 1;
      most = Math.max(most, now);
      await Bun.sleep(0);
      now -= 1;
      return { kind: "done", value: null };
    });
    await context.start({
      main: "steps: [{id: a, foreach: [1,2,3,4,5,6,7], parallel: 3, tool: work}]",
    });
    expect(most).toBe(3);
  });
});
