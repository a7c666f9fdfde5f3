import { expect, test } from "bun:test";
import { join } from "node:path";
import { BudgetLedger } from "#core/budget-ledger.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { openAiProvider } from "#models/openai/openai.ts";
import { ProfileStore } from "#models/profile-store.ts";
import { PAIRS } from "#models/replace-exam.ts";
import { testHome } from "#test/org-process.ts";
import { PATIENT } from "#test/patience.ts";
import { type Answer, respond, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { replaceExam } from "./replace-exam.ts";

const { signal } = new AbortController();
const RIGHT = PAIRS.flatMap(({ isUpdate }, at) => (isUpdate ? [at + 1] : []));

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
