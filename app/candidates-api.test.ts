import { afterEach, beforeEach, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { candidatesApi } from "./candidates-api.ts";

let repository: CandidateRepository;
beforeEach(() => {
  repository = new CandidateRepository();
});
afterEach(() => repository[Symbol.dispose]());

function apiOf(home: string) {
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home });
  return candidatesApi({
    ...{ settings, cleaner: new TextCleaner(["correct-horse"]) },
    ...{ signal: new AbortController().signal, output: { say: () => undefined } },
  });
}

test("a candidate that a person rejects is listed with the reason, and its verdict is signed", async () => {
  const commit = repository.branch("one").commit("docs: say more", { "docs/guide.md": "More.\n" });
  const api = apiOf(repository.checkout);
  expect(await api.list()).toEqual([{ id: "one", branch: "cand/one", commit }]);
  await expect(api.verdict("one")).rejects.toMatchObject({
    ...{ message: 'The candidate "one" was not judged yet', code: "INPUT_MISSING" },
    ...{ remedies: ["org fitness cand/one"], unchanged: "Nothing was changed." },
  });
  await api.reject("one", "it tells correct-horse");
  const [row] = await api.list();
  expect(row).toMatchObject({ id: "one", verdict: "reject", stage: "S9" });
  expect(row?.reason).toStartWith("it tells ");
  expect(row?.reason).not.toContain("correct-horse");
  expect(await api.verdict("one")).toMatchObject({
    record: { candidate: commit, verdict: "reject" },
    signature: expect.stringContaining("SSH SIGNATURE"),
  });
});

test.each(["verdict", "promote", "reject"] as const)(
  "%s of a candidate that there is not changes nothing",
  async (action) => {
    const api = apiOf(repository.checkout);
    const asked = {
      verdict: () => api.verdict("none"),
      promote: () => api.promote("none", true),
      reject: () => api.reject("none", ""),
    };
    await expect(asked[action]()).rejects.toMatchObject({
      ...{ code: "INPUT_MISSING", message: 'There is no candidate "none"' },
      ...{ remedies: ["org cand list"], unchanged: "Nothing was changed." },
    });
  },
);

test("a candidate that is rejected without a reason was rejected by the user", async () => {
  repository.branch("one").commit("docs: say more", { "docs/guide.md": "More.\n" });
  const api = apiOf(repository.checkout);
  await api.reject("one", "");
  expect((await api.list())[0]?.reason).toBe("rejected by the user");
});

test("a home without a repository has no candidates", async () => {
  await using home: TestHome = await testHome();
  const api = apiOf(home.path);
  expect(await api.list()).toEqual([]);
  await expect(api.verdict("one")).rejects.toMatchObject({ code: "INPUT_MISSING" });
});
