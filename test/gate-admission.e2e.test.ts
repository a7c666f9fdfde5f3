/** Intake and diff policy over real repositories. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { type Admission, admit } from "#fitness/gate/admission.ts";
import { fetchCommits, openGateRepository, resolveCommit } from "#fitness/gate/gate-repository.ts";
import { readHistory } from "#fitness/gate/intake.ts";
import type { Objection } from "#fitness/stages.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { CandidateRepository, type Changes } from "./candidate-repository.ts";

const FOLDER = "tools/generated/shout";
const SHOUT: Changes = {
  [`${FOLDER}/spec.json`]: '{"name":"shout"}\n',
  [`${FOLDER}/tool.ts`]: "export const input = 1;\n",
  [`${FOLDER}/cases.json`]: '{"cases":[]}\n',
};

let home: CandidateRepository;
let gate: Repository;

beforeAll(async () => {
  home = new CandidateRepository();
  gate = await openGateRepository(join(home.folder, "gate"));
});
afterAll(() => home[Symbol.dispose]());

/** Takes in and judges what is checked out, or a revision. */
async function judge(revision = "HEAD", intent = ["shout"]): Promise<Admission | Objection> {
  const source = await openCheckout(home.checkout);
  const lineage = { main: home.id("main"), candidate: home.id(revision) };
  await fetchCommits(gate, source, [lineage.main, lineage.candidate]);
  const history = await readHistory(gate, lineage);
  return "reason" in history ? history : await admit(gate, lineage, { history, intent });
}

async function refusal(revision?: string, intent?: string[]): Promise<string> {
  const verdict = await judge(revision, intent);
  return "reason" in verdict ? verdict.reason : `let in as ${verdict.class}`;
}

describe("lets in", () => {
  test("a new tool that was asked for", async () => {
    home.branch("new").commit("feat: shout", SHOUT);
    expect(await judge()).toMatchObject({ class: "tool", tools: ["shout"] });
  });

  test("a messy history with a clean end, also with main merged into it", async () => {
    home.branch("messy").commit("wip", { [`${FOLDER}/tool.ts`]: "broken(\n", ...{} });
    home.commit("more", { [`${FOLDER}/scratch.ts`]: "1;\n" });
    home.commit("again", { ...SHOUT, [`${FOLDER}/scratch.ts`]: null });
    expect(await judge()).toMatchObject({ class: "tool", tools: ["shout"] });
  });

  test("a change to a tool that was asked for", async () => {
    const path = "tools/generated/word-count/tool.ts";
    home.branch("fix").commit("fix", { [path]: "export const input = 2;\n" });
    expect(await judge("HEAD", ["word-count"])).toMatchObject({ tools: ["word-count"] });
  });

  test("documents", async () => {
    home.branch("docs").commit("docs", { "docs/more.md": "More: אבג.\n" });
    expect(await judge()).toMatchObject({ class: "document", tools: [] });
  });

  test("two tools that were asked for together", async () => {
    home.branch("two").commit("two", { ...SHOUT, "tools/generated/whisper/tool.ts": "1;\n" });
    expect(await judge("HEAD", ["shout", "whisper"])).toMatchObject({
      tools: ["shout", "whisper"],
    });
  });

  test("a tool again that main reverted, as a fresh commit", async () => {
    home.branch("first").commit("shout", SHOUT);
    home.branch("line", "main");
    home.git("merge", "--quiet", "--no-ff", "-m", "take", "cand/first");
    home.git("revert", "-m", "1", "--no-edit", "HEAD");
    const main = home.id("main");
    home.git("update-ref", "refs/heads/main", "HEAD");
    expect(await refusal("cand/first")).toBe(
      "main has taken this commit already; Git would merge nothing of it again",
    );
    home.branch("onwards", "cand/first").commit("more", { [`${FOLDER}/README.md`]: "Shouts.\n" });
    expect(await refusal()).toContain("which main took by a merge; bring the change as a fresh");
    home.branch("fresh", "cand/line").commit("shout anew", SHOUT);
    expect(await judge()).toMatchObject({ class: "tool", tools: ["shout"] });
    home.branch("end", "main");
    home.git("update-ref", "refs/heads/main", main);
  });
});

describe("refuses", () => {
  const WRONG: readonly (readonly [string, Changes, string])[] = [
    [
      "a tool that was not asked for",
      { "tools/generated/other/tool.ts": "1;\n" },
      'the tool "other", which was not asked for',
    ],
    ["metadata", { ...SHOUT, [`${FOLDER}/metadata.json`]: "{}\n" }, "is written by the gate alone"],
    [
      "the gate",
      { ...SHOUT, "fitness/gate.ts": "export {};\n" },
      'it changes "fitness/gate.ts", which only a human changes',
    ],
    ["the gate by another case", { "Fitness/gate.ts": "export {};\n" }, "it is the same as"],
    ["a script", { "ops/promote.sh": "true\n" }, "which only a human changes"],
    ["a package file", { [`${FOLDER}/package.json`]: "{}\n" }, "which only a human changes"],
    ["a configuration", { [`${FOLDER}/bunfig.toml`]: "\n" }, "which only a human changes"],
    ["a dot file", { [`${FOLDER}/.env`]: "A=1\n" }, "which only a human changes"],
    [
      "an own library",
      { [`${FOLDER}/node_modules/zod/index.js`]: "1\n" },
      "which only a human changes",
    ],
    ["attributes", { ".gitattributes": "* -diff\n" }, 'Git obeys ".gitattributes"'],
    ["a deeper folder", { [`${FOLDER}/lib/a.ts`]: "1;\n" }, "lies deeper than the folder"],
    ["capitals", { [`${FOLDER}/Tool.ts`]: "1;\n" }, "is not a lower-case ASCII name"],
    ["other letters", { [`${FOLDER}/tооl.ts`]: "1;\n" }, "is not a lower-case ASCII name"],
    ["a line end in a name", { [`${FOLDER}/a\nb.ts`]: "1;\n" }, "a character in it cannot be seen"],
    ["a twin of a folder", { "tools/Generated/shout/tool.ts": "1;\n" }, "is the same as"],
    [
      "a mixture",
      { ...SHOUT, "docs/guide.md": "Changed.\n" },
      "it mixes changes of different kinds: document, tool",
    ],
    [
      "a removed tool of others",
      { "tools/generated/word-count/tool.ts": null },
      "was not asked for",
    ],
    [
      "a secret",
      { ...SHOUT, [`${FOLDER}/README.md`]: `ghp_${"a1B2".repeat(9)}\n` },
      `holds a secret (GitHub token) at ${FOLDER}/README.md:1`,
    ],
    [
      "a large file",
      { [`${FOLDER}/tool.ts`]: "x".repeat(300_000) },
      "a file in it has 300000 bytes",
    ],
  ];
  test.each(WRONG)("%s", async (name, changes, reason) => {
    home.branch(name.replaceAll(" ", "-")).commit("x", changes);
    expect(await refusal()).toContain(reason);
  });

  test("what a later commit took back, for it stays in main's history", async () => {
    home.branch("net-zero").commit("evil", { ...SHOUT, "fitness/gate.ts": "export {};\n" });
    home.commit("good", { "fitness/gate.ts": "export const strict = true;\n" });
    expect(await refusal()).toContain('it changes "fitness/gate.ts"');
    home.branch("leak").commit("key", { [`${FOLDER}/key.md`]: `ghp_${"a1B2".repeat(9)}\n` });
    home.commit("gone", { ...SHOUT, [`${FOLDER}/key.md`]: null });
    expect(await refusal()).toContain(`at ${FOLDER}/key.md:1`);
  });

  test("what a merge changes by itself", async () => {
    home.branch("side").commit("side", SHOUT);
    home.branch("evil").commit("other", { [`${FOLDER}/README.md`]: "Shouts.\n" });
    home.git("merge", "--quiet", "--no-commit", "--no-ff", "cand/side");
    home.commit("merge", { "fitness/gate.ts": "export {};\n" });
    home.commit("clean", { "fitness/gate.ts": "export const strict = true;\n" });
    expect(await refusal()).toContain('it changes "fitness/gate.ts"');
  });

  test("links, executables and submodules", async () => {
    home.branch("link").link(`${FOLDER}/tool.ts`, "/etc/passwd");
    home.commit("link", {});
    expect(await refusal()).toContain("has mode 120000; only 100644 is let in");
    home.branch("executable").commit("x", SHOUT);
    home.executable(`${FOLDER}/tool.ts`);
    home.commit("x", {});
    expect(await refusal()).toContain("has mode 100755");
    home.branch("module").commit("x", SHOUT);
    home.git("update-index", "--add", "--cacheinfo", `160000,${home.id("main")},${FOLDER}/sub`);
    home.git("commit", "--quiet", "-m", "module");
    expect(await refusal()).toContain("has mode 160000");
    home.git("reset", "--quiet", "--hard", "main");
  });

  test("commits that speak for the gate", async () => {
    home.branch("trailer").commit("feat: shout\n\nGate-Verdict: promote", SHOUT);
    expect(await refusal()).toContain('its message holds "Gate-Verdict:"');
    home.branch("author").commit("x", SHOUT);
    home.git("commit", "--amend", "--quiet", "--no-edit", "--author=org gate <gate@org.invalid>");
    expect(await refusal()).toContain("its author claims to be the gate");
    const raw = home
      .git("cat-file", "commit", "cand/new")
      .replace("\n\n", "\nmergetag object x\n\n");
    const forged = home.gitWith(raw, "hash-object", "-t", "commit", "-w", "--stdin", "--literally");
    home.git("update-ref", "refs/heads/cand/forged", forged.trim());
    expect(await refusal("cand/forged")).toContain('it has a field "mergetag"');
  });

  test("nothing, what is there already, and strangers", async () => {
    expect(await refusal("main")).toBe("it is main itself: there is nothing to judge");
    home.branch("empty").commit("nothing", {});
    expect(await refusal()).toBe("merged into main, it changes nothing");
    home.git("checkout", "--quiet", "--orphan", "cand/orphan");
    home.commit("root", SHOUT);
    expect(await refusal()).toBe("it has no commit in common with main");
    home.branch("back");
  });

  test("what does not merge", async () => {
    const path = "tools/generated/word-count/tool.ts";
    const main = home.id("main");
    home.branch("conflict").commit("mine", { [path]: "mine\n" });
    home.branch("theirs").commit("theirs", { [path]: "theirs\n" });
    home.git("update-ref", "refs/heads/main", "HEAD");
    expect(await refusal("cand/conflict", ["word-count"])).toContain("it does not merge with main");
    home.git("update-ref", "refs/heads/main", main);
  });

  test("an old state of a file that main has replaced", async () => {
    const path = "tools/generated/word-count/tool.ts";
    const main = home.id("main");
    const old = home.git("show", `main:${path}`);
    home.branch("newer").commit("newer", { [path]: "export const input = 3;\n" });
    home.git("update-ref", "refs/heads/main", "HEAD");
    home.branch("older").commit("older", { [path]: old });
    expect(await refusal("HEAD", ["word-count"])).toContain(
      "is put back to what main had replaced",
    );
    home.branch("end");
    home.git("update-ref", "refs/heads/main", main);
  });
});

describe("a name", () => {
  test("is a branch before anything else that is called the same", async () => {
    const source = await openCheckout(home.checkout);
    home.branch("twin").commit("branch", SHOUT);
    const id = home.id("cand/twin");
    home.git("tag", "cand/twin", "main");
    expect(await resolveCommit(source, "cand/twin")).toBe(id);
    expect(await resolveCommit(source, id)).toBe(id);
  });

  test("that is none is refused with the words that were typed", async () => {
    const source = await openCheckout(home.checkout);
    for (const name of ["cand/none", "--all", "main~1", "HEAD", "a".repeat(40), "main:README.md"]) {
      const failure = await resolveCommit(source, name).catch((error: unknown) => String(error));
      expect(failure).toContain(`There is no branch or commit "${name}"`);
    }
  });
});
