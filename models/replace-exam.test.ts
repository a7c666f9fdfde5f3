import { expect, test } from "bun:test";
import { join } from "node:path";
import { BudgetLedger } from "#core/budget-ledger.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import { OrgError } from "#core/errors.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { testHome } from "#test/org-process.ts";
import { PATIENT } from "#test/patience.ts";
import { type Answer, respond, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { openAiProvider } from "./openai/openai.ts";
import { ProfileStore } from "./profile-store.ts";
import { PAIRS, passesReplaceExam, replaceExam } from "./replace-exam.ts";

const { signal } = new AbortController();
const RIGHT = PAIRS.flatMap(({ isUpdate }, at) => (isUpdate ? [at + 1] : []));
const ALL = PAIRS.map((_, at) => at + 1);

async function examOf(answer: string) {
  await using server = scriptedServer([say(answer)]);
  const timeouts = PATIENT;
  const provider = openAiProvider({ baseUrl: server.url, timeouts });
  const passed = await passesReplaceExam(provider, "m", signal);
  return { passed, asked: server.requests.map(({ body }) => body) };
}

test("it is one question of six updates and six near misses, of which eleven right are a pass", async () => {
  expect([PAIRS.length, RIGHT.length]).toEqual([12, 6]);
  const { passed, asked } = await examOf(JSON.stringify({ replaced: RIGHT }));
  expect(passed).toBe(true);
  expect(asked).toHaveLength(1);
  for (const { before, now } of PAIRS) {
    expect(asked[0]?.messages[0]?.content).toContain(`old: ${before} new: ${now}`);
  }
  const one = await examOf(`I think: {"replaced": ${JSON.stringify(RIGHT.slice(1))}} it is.`);
  expect(one.passed).toBe(true);
});

test.each([
  ["all", JSON.stringify({ replaced: ALL })],
  ["none", '{"replaced": []}'],
  ["two wrong", JSON.stringify({ replaced: RIGHT.slice(2) })],
  ["one missing, one too many", JSON.stringify({ replaced: [...RIGHT.slice(1), 2] })],
  ["words", "The first one, and the fourth."],
  ["another shape", '{"replaced": "1, 4"}'],
])("%s is not a pass", async (_, answer) => {
  expect((await examOf(answer)).passed).toBe(false);
});

test("a server that refuses says nothing of the model", async () => {
  await using server = scriptedServer(() => respond(400, { error: { message: "no" } }));
  const timeouts = PATIENT;
  const provider = openAiProvider({ baseUrl: server.url, timeouts });
  await expect(passesReplaceExam(provider, "m", signal)).rejects.toBeInstanceOf(OrgError);
});

test("each model is asked once, also after a restart, and again where its server had no answer", async () => {
  await using home = await testHome();
  await createHome(home.paths);
  let answer: Answer = respond(400, { error: { message: "not now" } });
  await using server = scriptedServer(() => answer);
  const timeouts = PATIENT;
  const provider = openAiProvider({ baseUrl: server.url, timeouts });
  using spent = openSpendStore(home.paths.spending);
  const { budget: limits, prices } = readSettings({
    ...{ flags: new Map(), env: {}, defaultHome: home.path },
  });
  const budget = new BudgetLedger({ store: spent, limits, prices });
  const path = join(home.path, "profiles.json");
  const exam = () =>
    replaceExam({ store: new ProfileStore(path), lockOf: endpointLocks(1), budget });
  const ask = async (name: string) => await exam()({ provider, name }, signal);
  expect(await ask("good")).toBe(false);
  answer = say(JSON.stringify({ replaced: RIGHT }));
  const before = server.requests.length;
  expect([await ask("good"), await ask("good")]).toEqual([true, true]);
  answer = say('{"replaced": []}');
  expect([await ask("bad"), await ask("bad"), await ask("good")]).toEqual([false, false, true]);
  expect(server.requests.length - before).toBe(2);
  const aborted = AbortSignal.abort(new Error("enough"));
  await expect(exam()({ provider, name: "new" }, aborted)).rejects.toThrow("enough");
});
