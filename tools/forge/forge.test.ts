import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { MEDIAN, RIGHT_AT_ONCE } from "#test/forge-answers.ts";
import { homeOfEachTest, TESTS } from "#test/forge-run.ts";
import { forgeEventSchema } from "./progress.ts";

const home = homeOfEachTest();

describe("a goal that a model gets right at once", () => {
  test("becomes a folder with four files, and nothing else", async () => {
    const { result } = await home.forge({ answers: RIGHT_AT_ONCE });
    const path = join(home.path, "forge", "run_1", "median");
    expect(result).toMatchObject({ outcome: "delivered", name: "median", path, tests: TESTS });
    expect(readdirSync(path).sort()).toEqual([
      "cases.json",
      "spec.json",
      "tool.test.ts",
      "tool.ts",
    ]);
  });

  test("gives the same bytes twice", async () => {
    const read = (run: string) =>
      readdirSync(join(home.path, "forge", run, "median"))
        .sort()
        .map((name) => readFileSync(join(home.path, "forge", run, "median", name), "utf8"));
    await home.forge({ answers: RIGHT_AT_ONCE, run: "one" });
    await home.forge({ answers: RIGHT_AT_ONCE, run: "two" });
    expect(read("one")).toEqual(read("two"));
  });

  test("says every step in a form that programs can read", async () => {
    const { events } = await home.forge({ answers: RIGHT_AT_ONCE });
    for (const event of events) expect(forgeEventSchema.parse(event)).toEqual(event);
    const stages = events.flatMap((event) => (event.type === "stage-end" ? [event.stage] : []));
    expect(stages).toEqual(["spec", "cases", "tests", "code", "validation"]);
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(["forge-start", "forge-end"]);
  });

  test("leaves every question and answer in the log", async () => {
    const { prompts } = await home.forge({ answers: RIGHT_AT_ONCE });
    const records = home.log();
    expect(records.filter(({ type }) => type === "asked").map(({ messages }) => messages)).toEqual([
      ...prompts,
    ]);
    const answered = records.filter(({ type }) => type === "answered").map(({ text }) => text);
    expect(answered).toEqual([...RIGHT_AT_ONCE]);
  });
});

describe("a human who is asked", () => {
  test.each(["validate", "deliver"])("and declines %s leaves nothing but the log", async (kind) => {
    const { result, events } = await home.forge({
      answers: RIGHT_AT_ONCE,
      confirm: async (question) => question.kind !== kind,
    });
    expect(result.outcome).toBe("declined");
    expect(events.at(-1)).toMatchObject({ type: "forge-end", outcome: "declined" });
    expect(home.delivered()).toEqual([]);
  });
});

describe("what ends a run from outside", () => {
  test("is written into the log, and goes on up", async () => {
    const down = new OrgError("No answer", { code: "PROVIDER_UNREACHABLE", remedies: [] });
    const failed = await home
      .forge({ answers: [MEDIAN.spec, down] })
      .catch((error: unknown) => error);
    expect(failed).toBe(down);
    const log = readFileSync(join(home.path, "log", "run_1.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    expect(JSON.parse(log.at(-1) ?? "")).toMatchObject({
      outcome: "stopped",
      reasons: ["No answer"],
    });
    expect(home.delivered()).toEqual([]);
  });

  test("an abort during the validation delivers nothing", async () => {
    const stop = new AbortController();
    const failed = await home
      .forge({
        answers: RIGHT_AT_ONCE,
        signal: stop.signal,
        confirm: async ({ kind }) => {
          if (kind === "deliver") stop.abort(new Error("Ctrl-C"));
          return true;
        },
      })
      .catch((error: unknown) => error);
    expect(failed).toEqual(new Error("Ctrl-C"));
    expect(home.delivered()).toEqual([]);
  });

  test("a secret that a model repeats is in neither log nor events", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const { events } = await home.forge({
      answers: [`${secret}\n${MEDIAN.spec}`, ...RIGHT_AT_ONCE.slice(1)],
    });
    expect(JSON.stringify([home.log(), events])).not.toContain(secret);
  });
});
