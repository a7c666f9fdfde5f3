/** Which candidate is judged, how far, and what a hidden case is made of. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { homePaths } from "#home/home-paths.ts";
import { recordGeneration } from "#ops/processes/generation-record.ts";
import { loadText } from "#platform/files.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { candidate } from "#test/promoting.ts";
import { runCommand } from "#test/run-command.ts";

test("the stages are shown as they come, and the verdict after them; a rejection exits with 1", async () => {
  using home = new CandidateRepository();
  // It changes nothing: an early stage rejects that, and no sandbox is needed.
  home.branch("empty").commit("empty", {});
  home.git("checkout", "--quiet", "main");
  for (const stages of [[], ["--stages", "S1"], ["--stages", "S0-S9"]]) {
    const words = ["fitness", "cand/empty", ...stages];
    const { code, stdout, stderr } = await runCommand({ path: home.checkout }, ...words);
    expect(code).toBe(1);
    expect(stdout).toContain("at S1: merged into main, it changes nothing");
    expect(stderr).toContain("S0");
  }
  const words = ["fitness", "cand/empty", "--json"];
  const { stdout, stderr } = await runCommand({ path: home.checkout }, ...words);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ verdict: "reject", stage: "S1", evidence: { signature: expect.any(String) } },
  });
});

test.each(["S11", "S1-S6", "s6", "six"])("stages that are not a range: %p", async (stages) => {
  using home = new CandidateRepository();
  candidate(home);
  const refusal = runCommand({ path: home.checkout }, "fitness", "cand/shout", "--stages", stages);
  await expect(refusal).rejects.toMatchObject({
    ...{
      code: "USAGE",
      message: `--stages ${JSON.stringify(stages)} is not a range of stages: S0-S6`,
    },
  });
});

test("a port on which no candidate serves is refused, with what to look at", async () => {
  using home = new CandidateRepository();
  await expect(runCommand({ path: home.checkout }, "fitness", "7002")).rejects.toMatchObject({
    code: "INPUT_MISSING",
    message: "No candidate of this home serves on port 7002",
    why: "No record names a process for it, or that process has ended.",
  });
});

test("a port means what serves there: its branch, or the commit that the branch has left behind", async () => {
  using home = new CandidateRepository();
  const served = home.branch("empty").commit("empty", {});
  home.git("checkout", "--quiet", "main");
  const about = { name: "candidate", port: 7002, commit: served } as const;
  const judged = async (words: readonly string[]): Promise<unknown> => {
    const { stdout } = await runCommand({ path: home.checkout }, "fitness", ...words, "--json");
    const log = await loadText(join(homePaths(home.checkout).logs, "gate.ndjson"));
    const lines = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { subject } = lines.findLast(({ msg }) => msg === "fitness began");
    return [subject, JSON.parse(stdout).evidence.candidate];
  };
  {
    await using _ = await recordGeneration(home.checkout, { ...about, branch: "cand/empty" });
    expect(await judged(["7002"])).toEqual(["cand/empty", served]);
    home.git("checkout", "--quiet", "cand/empty");
    home.commit("later", {});
    home.git("checkout", "--quiet", "main");
    expect(await judged(["7002"])).toEqual([served, served]);
    home.git("branch", "--quiet", "-D", "cand/empty");
    expect(await judged(["7002"])).toEqual([served, served]);
  }
  {
    await using _ = await recordGeneration(home.checkout, about);
    expect(await judged(["7002"])).toEqual([served, served]);
  }
  await using _ = await recordGeneration(home.checkout, { ...about, name: "current" });
  await expect(judged(["7002"])).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", why: "The current generation does." },
    remedies: ["./ops/start-candidate.sh --patch FILE", "org cand list"],
  });
});

test("hidden cases are added one by one, with what comes back or how it fails", async () => {
  using home = new CandidateRepository();
  const add = (...words: readonly string[]) =>
    runCommand({ path: home.checkout }, "fitness", "add-case", ...words);
  const input = ["--input", '{"text":"a"}'];
  expect(await add("word-count", ...input, "--output", "1")).toEqual({
    ...{ code: 0, stderr: "", stdout: "word-count has 1 hidden case\n" },
  });
  const more = await add("word-count", ...input, "--error", "EMPTY");
  expect(more.stdout).toBe("word-count has 2 hidden cases\n");
  const kept = Bun.file(join(promotionPaths(home.checkout).hidden, "word-count.json"));
  expect(JSON.stringify(await kept.json())).toContain('"EMPTY"');
  const refused = { code: "USAGE" };
  await expect(add()).rejects.toMatchObject({ ...refused, message: "Which tool is the case for?" });
  await expect(add("word-count", ...input)).rejects.toMatchObject({
    ...{ ...refused, message: "A case needs --input, and either --output or --error" },
  });
  await expect(add("word-count", "--input", "{")).rejects.toMatchObject({
    ...{ ...refused, message: '--input "{" is not JSON' },
  });
});
