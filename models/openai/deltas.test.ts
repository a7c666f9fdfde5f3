import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { ANSWER_LIMITS } from "../http/answer-guard.ts";
import { DeltaReader } from "./deltas.ts";

const small = {
  ...ANSWER_LIMITS,
  maxArguments: 20,
  maxCalls: 2,
  maxMalformed: 3,
  maxCharacters: 99,
};

function reader() {
  const explain = ({ message }: { message: string }, spoke: boolean) =>
    new OrgError(message, { code: "STREAM_ERROR", why: spoke ? "late" : "early", remedies: [] });
  return new DeltaReader({ limits: small, explain });
}

function delta(content: unknown): { readonly data: string } {
  return { data: JSON.stringify({ choices: [{ delta: content }] }) };
}

function call(id: string, args: string, name = "f"): unknown {
  return { tool_calls: [{ id, function: { name, arguments: args } }] };
}

const done = { data: "[DONE]" };

test("arguments over the limit cost that call, and it is said", () => {
  const answer = reader();
  answer.push(delta(call("a", `{"a":"${"x".repeat(20)}"}`)));
  answer.push(delta(call("b", '{"b":1}')));
  answer.push(done);
  expect(answer.end()).toEqual([
    { type: "call", call: { id: "b", name: "f", arguments: { b: 1 } } },
    {
      type: "notice",
      text: "left out the call of f: its arguments have 28 characters, the limit is 20",
    },
    { type: "finish", reason: "stop" },
  ]);
});

test("calls over the limit are left out whole, with all their pieces", () => {
  const answer = reader();
  for (const id of ["a", "b", "c"]) answer.push(delta(call(id, "{}")));
  answer.push(delta({ tool_calls: [{ id: "c", function: { arguments: "{}" } }] }));
  answer.push(delta(call("d", "")));
  answer.push(delta({ tool_calls: [{ function: { arguments: "{}" } }] }));
  answer.push(done);
  expect(answer.end()).toMatchObject([
    { type: "call", call: { id: "a", arguments: {} } },
    { type: "call", call: { id: "b", arguments: {} } },
    { type: "notice", text: "left out 2 calls beyond the first 2" },
    { type: "finish" },
  ]);
});

test("too many malformed events end the stream", () => {
  const answer = reader();
  for (let i = 0; i < 3; i += 1) answer.push({ data: "nonsense" });
  expect(answer.isOver).toBe(false);
  answer.push({ data: "nonsense\u001b[31m" });
  expect(answer.failure).toMatchObject({ code: "STREAM_ERROR" });
  expect(answer.failure?.why).not.toContain("\u001b");
});

test("an answer without end is ended", () => {
  const answer = reader();
  expect(answer.push(delta({ content: "x".repeat(99) }))).toHaveLength(1);
  expect(answer.push(delta({ content: "x" }))).toHaveLength(0);
  expect(answer.failure?.why).toBe("it has more than 99 characters");
});

test("an error before the first word is told from one behind it", () => {
  const error = { data: '{"error":{"message":"broken"}}' };
  const early = reader();
  early.push(error);
  expect(early.failure?.why).toBe("early");
  const late = reader();
  late.push(delta({ content: "x" }));
  late.push(error);
  expect(late.failure?.why).toBe("late");
});

test("no call is handed on before the answer is over", () => {
  const answer = reader();
  expect(answer.push(delta(call("a", '{"a":1}')))).toEqual([]);
  expect(answer.push(delta({ tool_calls: [{ id: "a", function: { arguments: "\n" } }] }))).toEqual(
    [],
  );
  answer.push(done);
  expect(answer.end()[0]).toMatchObject({ call: { arguments: { a: 1 } } });
});

test("arguments that are not JSON stay text, unless the answer was cut", () => {
  const whole = reader();
  whole.push(delta(call("a", "{'a': 1}")));
  whole.push(done);
  expect(whole.end()[0]).toMatchObject({ call: { arguments: "{'a': 1}" } });
  const long = reader();
  long.push({
    data: JSON.stringify({ choices: [{ delta: call("a", '{"a'), finish_reason: "length" }] }),
  });
  expect(long.end()).toEqual([
    { type: "notice", text: "left out the call of f: it was cut off" },
    { type: "finish", reason: "length" },
  ]);
});

test("two whole calls with one id are two calls with two ids", () => {
  const answer = reader();
  answer.push(delta(call("a", '{"a":1}')));
  answer.push(delta(call("a", '{"a":2}', "g")));
  answer.push(done);
  const [first, second] = answer.end();
  expect(first).toMatchObject({ call: { id: "a", name: "f", arguments: { a: 1 } } });
  expect(second).toMatchObject({ call: { name: "g", arguments: { a: 2 } } });
  expect(second).not.toMatchObject({ call: { id: "a" } });
});

test("a key named __proto__ is data", () => {
  const answer = reader();
  answer.push(delta(call("a", '{"__proto__":{}}')));
  answer.push(done);
  const [event] = answer.end();
  const args = event?.type === "call" ? event.call.arguments : undefined;
  expect(Object.keys(Object(args))).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
});

test("long arguments in small pieces, with the name in each of them, take linear time", () => {
  const [short, long] = [cpuMs(2000), cpuMs(32_000)];
  // Sixteen times the input: linear time gives 16, quadratic time 256.
  expect(long / short).toBeLessThan(80);
});

/** Milliseconds of CPU time for so many pieces; the best of three, because others use the machine too. */
function cpuMs(count: number): number {
  const piece = delta(call("a", "}{"));
  const runs = [0, 1, 2].map(() => {
    const explain = () => new OrgError("never", { code: "STREAM_ERROR", remedies: [] });
    const answer = new DeltaReader({ explain });
    answer.push(delta(call("a", '{"a":"')));
    const start = process.cpuUsage();
    for (let i = 0; i < count; i += 1) answer.push(piece);
    answer.end();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return Math.min(...runs);
}
