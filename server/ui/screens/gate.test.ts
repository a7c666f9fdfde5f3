import { afterEach, beforeEach, expect, test } from "bun:test";
import { withGate } from "#app/gate.ts";
import { canonicalJson } from "#core/canonical-json.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { signText } from "#fitness/gate/signing.ts";
import { VerdictStore } from "#fitness/gate/verdict-store.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import { recordGeneration } from "#ops/processes/generation-record.ts";
import { inGateLog } from "#ops/release/gate-log.ts";
import { SERVED_COMMIT } from "#test/dashboard.ts";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";
import { candidate, promoteIn, rollbackIn } from "#test/promoting.ts";

let home: DashboardHome;
beforeEach(async () => {
  home = await dashboardHome();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const PAGE = "/ui/gate/candidates/more";

/** A candidate that changes code, which the gate holds for a human. @returns its commit. */
function codeCandidate(): string {
  const { repository } = home;
  const files = { "core/more.ts": `export const MORE = "<script>alert(1)</script>";\n` };
  const id = repository.branch("more").commit("feat: <i>more</i>", files);
  repository.git("checkout", "--quiet", "main");
  return id;
}

async function judge(): Promise<void> {
  const { path } = home;
  await withGate({ home: path, checkout: path }, async (gate) => {
    const validatorOf = () => createValidator({ others: new Map(), hiddenCases: () => [] });
    await gate.judge(path, { candidate: "cand/more", validatorOf, signal, nowMs: Date.now() });
  });
}

/** The hidden fields of the form that asks. */
function fieldsOf(page: string): Record<string, string> {
  const found = page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return Object.fromEntries(
    [...found]
      .map(([, name = "", value = ""]) => [name, value])
      .filter(([name]) => name !== "csrf"),
  );
}

test("a candidate stands beside main with its stages, its signature and its patch, all as text", async () => {
  const id = codeCandidate();
  expect(await home.page(PAGE)).toContain("The gate has not judged this commit.");
  await judge();
  const list = await home.page("/ui/gate");
  expect(list).toContain('<a href="/ui/gate/candidates/more">cand/more</a>');
  expect(list).toContain('<span class="badge busy">hold</span>');
  const page = await home.page(PAGE);
  expect(page).toContain("feat: &lt;i&gt;more&lt;/i&gt;");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toContain("<script>");
  expect(page).toContain("✔ holds");
  expect(page).toContain(id.slice(0, 12));
  expect(page).toContain("which files it changes");
  expect(page).toContain('<span class="added">');
  expect(await home.page("/ui")).toContain("Decide");
});

test("what a held candidate waits for is approved on a page of its own, with its commit", async () => {
  const id = codeCandidate();
  await judge();
  const question = await home.page(`${PAGE}/promote`);
  expect(question).toContain("Approve and promote");
  expect(question).toContain(`<code>${id}</code>`);
  expect(question).toContain("org promote cand/more --approve");
  expect(home.started).toEqual([]);
  expect(await home.submit(`${PAGE}/promote`, fieldsOf(question))).toBe("/ui/gate");
  expect(home.started).toEqual([["promote", id, "--approve"]]);
});

test("a promotion that failed is told with its reason, as text", async () => {
  const { path } = home;
  expect(await home.page("/ui/gate")).not.toContain('id="failed"');
  const about = { home: path, cleaner: new TextCleaner(), what: "promote", subject: "cand/<more>" };
  const refuse = () => Promise.reject(new Error("<b>in the way</b>"));
  await inGateLog(about, refuse).catch(() => undefined);
  const page = await home.page("/ui/gate");
  expect(page).toContain("promote <code>cand/&lt;more&gt;</code> failed");
  expect(page).toContain("&lt;b&gt;in the way&lt;/b&gt;");
});

test("a candidate or a verdict that is another by now is not promoted", async () => {
  codeCandidate();
  const before = fieldsOf(await home.page(`${PAGE}/promote`));
  await judge();
  expect(await home.submit(`${PAGE}/promote`, before)).toBe(409);
  const seen = fieldsOf(await home.page(`${PAGE}/promote`));
  home.repository.git("checkout", "--quiet", "cand/more");
  home.repository.commit("worse", { "core/more.ts": "export const MORE = 2;\n" });
  home.repository.git("checkout", "--quiet", "main");
  expect(await home.submit(`${PAGE}/promote`, seen)).toBe(409);
  expect(await home.submit(`${PAGE}/promote`, { ...seen, commit: "main" })).toBe(400);
  expect(home.started).toEqual([]);
});

test("where main has moved since, nothing is approved before it is judged again", async () => {
  const id = codeCandidate();
  await judge();
  home.repository.commit("docs: more", { "docs/guide.md": "Another guide.\n" });
  expect(await home.page(PAGE)).toContain("main has moved");
  const question = await home.page(`${PAGE}/promote`);
  expect(question).toContain("Main has moved since the verdict");
  expect(await home.submit(`${PAGE}/promote`, fieldsOf(question))).toBe("/ui/gate");
  expect(home.started).toEqual([["promote", id]]);
});

test("what serves main and the candidate is asked how it is", async () => {
  const commit = codeCandidate();
  expect(await home.page(PAGE)).toContain("does not serve");
  const { port } = home.board;
  const main = { name: "current", port, commit: SERVED_COMMIT } as const;
  await using _current = await recordGeneration(home.path, main);
  // Something else answers on its port.
  const candidateNow = { name: "candidate", port, commit, branch: "cand/more" } as const;
  await using _candidate = await recordGeneration(home.path, candidateNow);
  const page = await home.page(PAGE);
  expect(page).toContain(`port ${port} <span class="badge good">well</span>`);
  expect(page).toContain(`port ${port} <span class="badge bad">gives no good answer</span>`);
});

test("a person's no is written down with its reason, as the gate signs it", async () => {
  codeCandidate();
  expect(await home.page(`${PAGE}/reject`)).toContain("Reject cand/more?");
  const reason = "we <b>have</b> it";
  expect(await home.submit(`${PAGE}/reject`, { reason })).toBe("/ui/gate");
  const page = await home.page("/ui/gate");
  expect(page).toContain("cand/more is rejected.");
  expect(page).toContain("S9: we &lt;b&gt;have&lt;/b&gt; it");
  expect(await home.page(PAGE)).toContain("✔ holds");
  expect(await home.submit("/ui/gate/candidates/none/reject", { reason })).toBe(404);
});

test("a verdict that was changed after it was signed is shown to be so", async () => {
  const id = codeCandidate();
  await judge();
  const { verdicts } = promotionPaths(home.path);
  using store = new VerdictStore(verdicts);
  const { id: _, ...last } = store.lastOn(id) ?? { id: 0 };
  if (!("record" in last)) throw new Error("It was not judged");
  store.add({ ...last, verdict: "promote", record: last.record.replace('"hold"', '"promote"') });
  expect(await home.page(PAGE)).toContain("✘ does not hold");
});

test("evidence is drawn with its figures as a table, and a candidate's stands beside main's", async () => {
  const id = codeCandidate();
  await judge();
  const paths = promotionPaths(home.path);
  using store = new VerdictStore(paths.verdicts);
  const { id: _, ...last } = store.lastOn(id) ?? { id: 0 };
  if (!("record" in last)) throw new Error("It was not judged");
  const S7 = {
    ...{ pairs: 34, againstCurrent: 41.5, againstAnchor: 12, harm: 1.2, needed: 40 },
    scores: { "greets the user": { pairs: 34, current: 0.5, candidate: 0.75 } },
  };
  const S8 = {
    "word-count": { measured: 8, cpuRatio: 1.06, cpuMs: 51, peakBytes: 2e7, outputBytes: 9 },
  };
  const tests = { cases: 5, passed: 5, coverage: 1, mutationScore: 0.9, mutants: 10 };
  const tools = { "word-count": { ok: true, stages: [], capabilities: [], tests } };
  const record = canonicalJson({
    ...JSON.parse(last.record),
    verdict: "promote",
    measured: { S7, S8 },
    tools,
  });
  const signature = await signText(record, paths);
  store.add({ ...last, verdict: "promote", stage: null, record, signature });
  const gate = await home.page("/ui/gate");
  expect(gate).toContain('role="img" aria-label="E-values of 1 comparison with main');
  expect(gate).toContain("41.50");
  const page = await home.page(PAGE);
  expect(page).toContain("✔ holds");
  expect(page).toContain("greets the user");
  expect(page).toContain("75 %");
  expect(page).toContain("5/5 cases");
  expect(page).toContain("1.06 × main");
});

test("the lineage checks each signature, and a moved tag is seen", async () => {
  const { repository } = home;
  const { change } = await promoteIn(repository, candidate(repository));
  const whole = await home.page("/ui/gate/lineage");
  expect(whole).toContain(change.tag);
  expect(whole).toContain("✔ holds");
  expect(whole).not.toContain("does not hold");
  repository.git("tag", "--force", change.tag, "HEAD~1");
  expect(await home.page("/ui/gate/lineage")).toContain("✘ does not hold");
});

test("a change is rolled back on a page of its own, with the commit that main is", async () => {
  const { repository } = home;
  const { change } = await promoteIn(repository, candidate(repository));
  const address = `/ui/gate/lineage/rollback?tag=${encodeURIComponent(change.tag)}`;
  const question = await home.page(address);
  expect(question).toContain(`org rollback ${change.tag}`);
  const fields = fieldsOf(question);
  expect(fields).toEqual({ tag: change.tag, main: change.to });
  expect(await home.submit("/ui/gate/lineage/rollback", { ...fields, tag: "none" })).toBe(404);
  expect(await home.submit("/ui/gate/lineage/rollback", { ...fields, main: change.from })).toBe(
    409,
  );
  expect(home.started).toEqual([]);
  expect(await home.submit("/ui/gate/lineage/rollback", fields)).toBe("/ui/gate");
  expect(home.started).toEqual([["rollback", change.tag]]);
  await rollbackIn(repository);
  const page = await home.page("/ui/gate/lineage");
  expect(page).toContain('<span class="badge plain">reverted</span>');
  expect(page).toContain("rollback of");
  expect(await home.page("/ui/gate")).toContain("1, of which 0 are not reverted");
  expect(await home.page("/ui/gate")).toContain("none is so old");
});
