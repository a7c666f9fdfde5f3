/** Programs that break down somewhere, run in the real sandbox. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type Contract, contractSchema, type JsonSchema } from "../../contract/spec.ts";
import { ForgeRun } from "../run.ts";
import { openRunLog } from "../run-log.ts";
import type { Input } from "./inputs-stage.ts";
import { keeps, narrowedFor } from "./narrow.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-narrow-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Program {
  /** The schemas of its arguments, by their names. */
  readonly properties: Readonly<Record<string, JsonSchema>>;
  /** What `run` does with `args`, line by line. */
  readonly body: readonly string[];
  /** An input that it answers. */
  readonly given: Input;
  /** Inputs that the contract must take in the end. */
  readonly kept?: readonly Input[];
  readonly signal?: AbortSignal;
}

interface Narrowed {
  readonly contract: Contract;
  /** The schemas of the arguments afterwards. */
  readonly properties: unknown;
  readonly repairs: Readonly<Record<string, number>>;
}

async function narrow({ properties, body, given, kept = [], signal }: Program): Promise<Narrowed> {
  await using log = await openRunLog(join(folder, "run.jsonl"), "run");
  const notAsked = () => Promise.reject(new Error("Narrowing asks for nothing"));
  const run = new ForgeRun({
    ...{ ask: notAsked, validate: notAsked, log, model: "m" },
    cleaner: new TextCleaner(),
    signal: signal ?? new AbortController().signal,
  });
  const input = { type: "object", properties, required: Object.keys(properties) };
  const contract = contractSchema.parse({
    ...{ name: "tried", description: "Is tried.", language: "python", input, output: {} },
    failures: [{ code: "REFUSED", when: "it refuses" }],
  });
  const source = ["def run(args, ctx):", ...body.map((line) => `    ${line}`)].join("\n");
  const made = await narrowedFor(run, { contract, source }, { base: given, required: kept });
  return { contract: made, properties: made.input["properties"], repairs: run.repairs };
}

describe("a contract", () => {
  test("is kept as it is where its program keeps it", async () => {
    const properties = { text: { type: "string" }, on: { type: "boolean" } };
    const body = ['return {"length": len(args["text"])}'];
    const ran = await narrow({ properties, body, given: { text: "abc", on: true } });
    expect(ran.properties).toEqual(properties);
    expect(ran.repairs).toEqual({});
  });

  test("takes no empty text where its program crashes at one, and the log says so", async () => {
    const properties = { text: { type: "string" }, other: { type: "string" } };
    const body = ['return {"first": args["text"][0] + args["other"]}'];
    const ran = await narrow({ properties, body, given: { text: "abc", other: "d" } });
    expect(ran.properties).toEqual({ ...properties, text: { type: "string", minLength: 1 } });
    expect(ran.repairs).toEqual({ "contract-narrowed": 1 });
    expect(JSON.parse(readFileSync(join(folder, "run.jsonl"), "utf8"))).toMatchObject({
      ...{ type: "repair", stage: "spec", repair: "contract-narrowed" },
    });
  });

  test("still takes what the user gave as an example", async () => {
    const properties = { number: { type: "integer", minimum: 1, maximum: 1_000_000 } };
    const body = ["if args['number'] > 3999: raise IndexError()", "return {}"];
    // Without the example the program breaks down at 10,000 and the contract ends at 1,000.
    const ran = await narrow({ properties, body, given: { number: 7 }, kept: [{ number: 1994 }] });
    expect(ran.properties).toEqual({ number: { type: "integer", minimum: 1, maximum: 10_000 } });
  });

  test("takes no long text where its program makes too much of one", async () => {
    const properties = { text: { type: "string", maxLength: 5000 } };
    const body = ['return args["text"] * 100'];
    const ran = await narrow({ properties, body, given: { text: "abc" } });
    expect(ran.properties).toEqual({ text: { type: "string", maxLength: 500 } });
  });

  test("takes lists that its program answers: not the empty one, and not one of 200", async () => {
    const properties = { list: { type: "array", items: { type: "number" } } };
    const body = ['if len(args["list"]) not in range(1, 100):', "    raise IndexError", "return 1"];
    const ran = await narrow({ properties, body, given: { list: [1, 2, 3] } });
    const limits = { minItems: 1, maxItems: 50 };
    expect(ran.properties).toEqual({ list: { ...properties.list, ...limits } });
    expect(ran.repairs).toEqual({ "contract-narrowed": 2 });
  });

  test("goes down with a number until its program answers, and up from below nothing", async () => {
    const properties = { count: { type: "integer", minimum: -5, maximum: 1_000_000 } };
    const body = ['return 1 / args["count"] if 0 <= args["count"] <= 2000 else {}["large"]'];
    const ran = await narrow({ properties, body, given: { count: 3 } });
    expect(ran.properties).toEqual({ count: { type: "integer", minimum: 1, maximum: 1000 } });
    // From -5 to 0 and to 1; to 100,000, to 10,000 and to 1000.
    expect(ran.repairs).toEqual({ "contract-narrowed": 5 });
  });

  test("is not narrowed for a failure that it declares", async () => {
    const properties = { text: { type: "string" } };
    const body = [
      'if not args["text"]:',
      '    raise type("Failure", (Exception,), {"code": "REFUSED"})("empty")',
      "return 1",
    ];
    const ran = await narrow({ properties, body, given: { text: "abc" } });
    expect(ran.properties).toEqual(properties);
  });

  test("takes no number below nothing where its program crashes at -1 alone", async () => {
    const properties = { count: { type: "integer", minimum: -5, maximum: 100 } };
    const body = ['return 1 / (args["count"] + 1)'];
    const ran = await narrow({ properties, body, given: { count: 3 } });
    expect(ran.properties).toEqual({ count: { ...properties.count, minimum: 0 } });
  });

  // Each step starts a sandbox.
  test("is narrowed 12 times at most, one argument after the other", async () => {
    const number = { type: "number", minimum: -1_000_000, maximum: 1_000_000 };
    const properties = { a: number, b: number, c: number };
    const ran = await narrow({ properties, body: ["raise KeyError"], given: { a: 1, b: 1, c: 1 } });
    const least = { type: "number", minimum: 1, maximum: 100 };
    expect(ran.properties).toEqual({ a: least, b: least, c: number });
    expect(ran.repairs).toEqual({ "contract-narrowed": 12 });
  });

  test("without arguments is kept", async () => {
    const ran = await narrow({ properties: {}, body: ["return 1"], given: {} });
    expect(ran.properties).toEqual({});
  });

  test("is not narrowed any more once the run was stopped", async () => {
    const stopped = AbortSignal.abort(new Error("enough"));
    const properties = { text: { type: "string" } };
    const narrowing = narrow({ properties, body: ["return 1"], given: {}, signal: stopped });
    expect(await narrowing.catch((error: unknown) => error)).toMatchObject({ message: "enough" });
  });
});

test("a program keeps its contract by a result of up to 100,000 characters, or a declared failure", () => {
  const result = (length: number) => ({ kind: "result", value: "x".repeat(length - 2) }) as const;
  expect(keeps(result(100_000))).toBe(true);
  expect(keeps(result(100_001))).toBe(false);
  const failure = { kind: "failure", code: "REFUSED", message: "" } as const;
  expect(keeps({ ...failure, declared: true })).toBe(true);
  expect(keeps({ ...failure, declared: false })).toBe(false);
  expect(keeps({ kind: "breakdown", why: "no-answer", detail: "" })).toBe(false);
});
