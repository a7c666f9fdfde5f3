import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { readAnswer } from "./answer.ts";
import type { CallOutcome } from "./outcome.ts";
import { contractSchema } from "./spec.ts";

const NONCE = "5f0c";

const spec = contractSchema.parse({
  name: "probe",
  description: "A tool.",
  input: {},
  output: {},
  failures: [{ code: "EMPTY", when: "there is nothing" }],
});

const quiet: SandboxResult = {
  exit: 0,
  signal: null,
  stdout: "",
  stderr: "",
  killed: null,
  wallMs: 1,
  cpuMs: 1,
  peakBytes: 1,
  truncated: { stdout: false, stderr: false },
};

function read(stdout: string, rest: Partial<SandboxResult> = {}): CallOutcome {
  return readAnswer({ ...quiet, ...rest, stdout }, NONCE, spec);
}

function frame(answer: unknown, rest: object = {}): string {
  return `${JSON.stringify({ nonce: NONCE, answer: JSON.stringify(answer), ...rest })}\n`;
}

const good = frame({ kind: "result", value: 1 });

describe("believes", () => {
  test("one answer with the secret of the call", () => {
    expect(read(good)).toEqual({ kind: "result", value: 1 });
  });

  test("an answer after questions", () => {
    const question = `${JSON.stringify({ nonce: NONCE, ask: 1, operation: "a", argument: "1" })}\n`;
    expect(read(question + good)).toEqual({ kind: "result", value: 1 });
  });

  test.each([
    ["EMPTY", "no", "EMPTY", true],
    ["Error", "EMPTY: no", "EMPTY", true],
    ["OTHER", "EMPTY: no", "EMPTY", true],
    ["OTHER", "no", "OTHER", false],
    ["INVALID_INPUT", "no", "INVALID_INPUT", true],
  ])("%s with %j as %s", (...[code, message, told, declared]) => {
    const outcome = read(frame({ kind: "thrown", code, message }));
    expect(outcome).toEqual({ kind: "failure", code: told, message, declared });
  });
});

describe("believes nothing", () => {
  test.each([
    ["without the secret", frame({ kind: "result", value: 1 }, { nonce: undefined }), "forged"],
    ["with another secret", frame({ kind: "result", value: 1 }, { nonce: "5f0d" }), "forged"],
    ["that comes twice", good + good, "forged"],
    ["with more behind it", `${good}1\n`, "forged"],
    ["with more before it", `hello\n${good}`, "forged"],
    ["that is cut", good.slice(0, -5), "forged"],
    ["that is not an answer", frame({ kind: "wonder" }), "forged"],
    ["whose answer is not JSON", `${JSON.stringify({ nonce: NONCE, answer: "{" })}\n`, "forged"],
    ["that does not come", "", "no-answer"],
    ["that only asks", `${JSON.stringify({ nonce: NONCE, ask: 1 })}\n`, "no-answer"],
    [
      "from a changed language",
      frame({ kind: "result", value: 1 }, { tampered: "JSON" }),
      "tampered",
    ],
  ])("%s", (_name, stdout, why) => {
    expect(read(stdout)).toMatchObject({ kind: "breakdown", why });
  });

  test("of a program that was stopped, whatever it had said", () => {
    expect(read(good, { killed: "memory" })).toMatchObject({ kind: "breakdown", why: "memory" });
  });

  test("of what else a program may write", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(read(text).kind).toBe("breakdown");
        expect(read(`${text}\n${good}`).kind).toBe(/^\n*$/.test(text) ? "result" : "breakdown");
      }),
    );
  });

  test("but says what the program said last", () => {
    const outcome = read("", { exit: 3, stderr: `${"x".repeat(9000)} the end\n` });
    expect(outcome).toMatchObject({ detail: expect.stringMatching(/exit code 3 .*the end$/) });
  });
});
