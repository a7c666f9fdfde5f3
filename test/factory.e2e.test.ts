/** A tool from a wish to its use and back: asked for in chat, forged, served beside main, judged, merged, reverted. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readGeneration } from "#ops/processes/generation-record.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import type { Ran } from "./checkout.ts";
import { GOAL, RIGHT_AT_ONCE } from "./forge-answers.ts";
import { type ProductHome, productHome } from "./product-home.ts";
import { type Answer, call, say } from "./scripted-answers.ts";
import { type RecordedRequest, type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { ServedGenerations } from "./served-generations.ts";

const QUESTION = "@@agent What is the median of 1, 5 and 3?";
const WITH_IT = 'The tool said {"median":3}';
const WITHOUT_IT = "I have no tool for that.";
const MEDIAN = "tools/generated/median/tool.ts";

let model: ScriptedServer;
let home: ProductHome;
let served: ServedGenerations;

/** Calls what it is given, tells what came of it, and writes the parts of a tool in their order. */
function modelOfEverybody(): (request: RecordedRequest) => Answer {
  const parts = RIGHT_AT_ONCE.values();
  return ({ body: { messages, tools = [] } }) => {
    const names = tools.map((tool) => tool.function.name);
    const last = messages.at(-1);
    if (names.length === 0) return say(parts.next().value ?? "I have nothing more to say.");
    if (last?.role === "tool" && names.includes("forge")) return say("It waits for your approval.");
    if (last?.role === "tool") return say(`The tool said ${last.content}`);
    if (names.includes("forge")) return call("forge", { goal: GOAL, name: "median" });
    return names.includes("median") ? call("median", { numbers: [1, 5, 3] }) : say(WITHOUT_IT);
  };
}

beforeEach(async () => {
  model = scriptedServer(modelOfEverybody());
  home = await productHome(model.url);
  served = new ServedGenerations(home.path);
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

async function script(name: string, ...args: readonly string[]): Promise<Ran> {
  const ran = await home.script(name, ...args);
  expect([ran.exitCode, ran.exitCode === 0 ? "" : ran.stderr]).toEqual([0, ""]);
  return ran;
}

/** How many calls the trust in a tool rests on, as a person is shown it. */
async function callsOf(tool: string): Promise<number> {
  const { stdout } = await home.org("tools", "show", tool, "--json");
  return Number(JSON.parse(stdout).trust.calls);
}

const toolsOf = async (name: "current" | "candidate") => (await served.health(name))["tools"];

test("a tool is asked for, forged, tried beside main, judged, merged, used, reverted, and brought again", async () => {
  const begin = await home.git("rev-parse", "main");
  await script("start-current");
  expect(await served.answer("current", QUESTION)).toBe(WITHOUT_IT);

  // The wish, said to the generation that serves. What comes of it is a branch, and main is left alone.
  const told = await served.answer("current", "@@toolsmith Build a tool for the median, please.");
  expect(told).toBe("It waits for your approval.");
  const branch = await home.git("branch", "--list", "cand/*", "--format=%(refname:short)");
  expect(branch).toMatch(/^cand\/\d{8}T\d{6}Z$/);
  expect(await home.git("show", `${branch}:${MEDIAN}`)).toContain("toSorted");
  expect(await home.git("rev-parse", "main")).toBe(begin);

  // Both serve, and only one of them has the tool.
  await script("start-candidate", "--branch", branch);
  const ports = [await served.port("current"), await served.port("candidate")];
  expect(ports[0]).not.toBe(ports[1]);
  const commit = await home.git("rev-parse", branch);
  expect(await served.health("current")).toMatchObject({ commit: begin, tools: [] });
  expect(await served.health("candidate")).toMatchObject({ commit, tools: ["median"] });
  expect(await served.answer("candidate", QUESTION)).toBe(WITH_IT);
  expect(await served.answer("current", QUESTION)).toBe(WITHOUT_IT);
  expect(await home.git("status", "--porcelain")).toBe("");
  expect(await home.git("branch", "--show-current")).toBe("main");

  const judged = await script("fitness", String(ports[1]), "--json");
  expect(JSON.parse(judged.stdout)).toMatchObject({ verdict: "promote" });
  const before = await served.record("current");
  const promoted = JSON.parse((await script("promote", "--json")).stdout).change;
  const after = await served.record("current");
  expect(after).toMatchObject({ port: ports[0], commit: promoted.to });
  expect(after.pid).not.toBe(before.pid);
  expect(await home.git("rev-parse", "main")).toBe(promoted.to);
  expect(await home.git("rev-parse", "main^1", "main^2")).toBe(`${begin}\n${commit}`);
  expect(await served.answer("current", QUESTION)).toBe(WITH_IT);
  // What no room writes down counts for the trust in a tool like what a room does.
  const calls = await callsOf("median");
  const answer = await served.call("current", "median", { numbers: [4, 2, 9] });
  expect(answer).toEqual({ ok: true, value: { median: 4 } });
  expect(await callsOf("median")).toBe(calls + 1);

  const back = JSON.parse((await script("rollback", "--json")).stdout).change;
  expect(await toolsOf("current")).toEqual([]);
  expect(await served.answer("current", QUESTION)).toBe(WITHOUT_IT);
  expect(await home.git("diff", begin, "main")).toBe("");
  const again = JSON.parse((await script("rollback", "--json")).stdout).change;
  expect(await toolsOf("current")).toEqual(["median"]);
  expect(await served.answer("current", QUESTION)).toBe(WITH_IT);
  expect(await home.git("diff", promoted.to, "main")).toBe("");

  // As the README says it.
  const signers = ["-c", "gpg.ssh.allowedSignersFile=.org/gate/allowed_signers"];
  for (const { tag, to } of [promoted, back, again]) {
    await home.git(...signers, "verify-commit", to);
    await home.git(...signers, "verify-tag", tag);
    expect(await home.git("rev-parse", `${tag}^{commit}`)).toBe(to);
  }

  const { pid } = await served.record("current");
  const { pid: other } = await served.record("candidate");
  await script("stop");
  for (const one of [pid, other]) expect(await readProcessInfo(one)).toBeUndefined();
  expect(await readGeneration(home.path, "current")).toBeUndefined();
});
