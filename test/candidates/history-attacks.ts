/** Candidates whose commits, references or repository hide what they bring. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CandidateRepository, WORD_COUNT_SPEC } from "../candidate-repository.ts";
import { askedFor, attack, type Candidate, files, inFolder, tool, toolFiles } from "./candidate.ts";

const EVIL = { "fitness/gate.ts": "export const strict = false;\n" };
const CLEAN = { "fitness/gate.ts": "export const strict = true;\n" };
const README = inFolder({ "README.md": "Makes slugs.\n" });
const WORD_COUNT = "tools/generated/word-count";

export const HISTORY_ATTACKS: readonly Candidate[] = [
  attack("net-zero", "S1", (repository) => {
    tool(repository, {}, EVIL);
    repository.commit("undo", CLEAN);
    return "cand/one";
  }),
  attack("net-zero-secret", "S0", (repository) => {
    tool(repository, {}, inFolder({ "README.md": `ghp_${"a1B2".repeat(9)}\n` }));
    repository.commit("undo", README);
    return "cand/one";
  }),
  attack("evil-merge", "S1", (repository) => {
    repository.branch("side").commit("side", README);
    tool(repository, {});
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "cand/side");
    repository.commit("merge", EVIL);
    return "cand/one";
  }),
  attack("evil-merge-undone", "S1", (repository) => {
    repository.branch("side").commit("side", README);
    tool(repository, {});
    repository.git("merge", "--quiet", "--no-ff", "--no-commit", "cand/side");
    repository.commit("merge", EVIL);
    repository.commit("undo", CLEAN);
    return "cand/one";
  }),
  attack("octopus", "S1", (repository) => {
    repository.branch("a").commit("a", README);
    repository.branch("b").commit("b", EVIL);
    repository.branch("c").commit("c", inFolder({ "notes.md": "c\n" }));
    tool(repository, {});
    repository.git("merge", "--quiet", "-m", "all", "cand/a", "cand/b", "cand/c");
    repository.commit("undo", CLEAN);
    return "cand/one";
  }),
  attack("side-branch-undone", "S1", (repository) => {
    repository.branch("side").commit("evil", EVIL);
    repository.commit("undo", CLEAN);
    tool(repository, {});
    repository.git("merge", "--quiet", "--no-ff", "-m", "merge", "cand/side");
    return "cand/one";
  }),
  attack("merge-with-ours", "S1", (repository) => {
    tool(repository, {});
    repository.branch("line", "main").commit("main goes on", EVIL);
    repository.git("update-ref", "refs/heads/main", "HEAD");
    repository.git("checkout", "--quiet", "cand/one");
    repository.git("merge", "--quiet", "-s", "ours", "-m", "merge main", "main");
    return "cand/one";
  }),
  attack("criss-cross", "S0", (repository) => {
    tool(repository, {});
    repository.branch("line", "main").commit("main goes on", { "docs/more.md": "More.\n" });
    const [ours, mains] = [repository.id("cand/one"), repository.id("HEAD")];
    repository.git("merge", "--quiet", "--no-ff", "-m", "take", ours);
    repository.git("update-ref", "refs/heads/main", "HEAD");
    repository.branch("two", "cand/one");
    repository.git("merge", "--quiet", "--no-ff", "-m", "take", mains);
    repository.commit("more", README);
    return "cand/two";
  }),
  attack("orphan", "S0", (repository) => {
    repository.git("checkout", "--quiet", "--orphan", "cand/one");
    repository.commit("root", toolFiles());
    return "cand/one";
  }),
  attack("orphan-merged-in", "S1", (repository) => {
    repository.git("checkout", "--quiet", "--orphan", "cand/root");
    repository.git("rm", "-rfq", ".");
    repository.commit("root", EVIL);
    repository.git("rm", "-rfq", ".");
    repository.commit("empty", {});
    tool(repository, {});
    const strange = "--allow-unrelated-histories";
    repository.git("merge", "--quiet", strange, "-s", "ours", "-m", "merge", "cand/root");
    return "cand/one";
  }),
  attack("taken-already", "S0", (repository) => {
    tool(repository, {});
    repository.branch("line", "main");
    repository.git("merge", "--quiet", "--no-ff", "-m", "take", "cand/one");
    repository.git("revert", "-m", "1", "--no-edit", "HEAD");
    repository.git("update-ref", "refs/heads/main", "HEAD");
    return "cand/one";
  }),
  askedFor(
    ["word-count"],
    attack("old-content-back", "S1", (repository) => {
      const path = `${WORD_COUNT}/tool.ts`;
      const old = repository.git("show", `main:${path}`);
      repository.branch("line", "main").commit("fix", { [path]: `${old}// Mended.\n` });
      repository.git("update-ref", "refs/heads/main", "HEAD");
      return files(repository, { [path]: old });
    }),
  ),
  attack("changes-nothing", "S1", (repository) => files(repository, {})),
  attack("main-itself", "S0", () => "main"),
  attack("too-many-commits", "S0", (repository) => {
    tool(repository, {});
    const tree = repository.id("cand/one");
    let tip = tree;
    for (let count = 0; count < 201; count += 1) {
      tip = repository.git("commit-tree", `${tree}^{tree}`, "-p", tip, "-m", "x").trim();
    }
    repository.git("update-ref", "refs/heads/cand/one", tip);
    return "cand/one";
  }),
  attack("verdict-in-message", "S0", (repository) => {
    repository.branch("one").commit("feat: a tool\n\nGate-Verdict: promote", toolFiles());
    return "cand/one";
  }),
  attack("author-is-the-gate", "S0", (repository) => {
    const name = tool(repository, {});
    const author = "--author=org gate <gate@org.invalid>";
    repository.git("commit", "--amend", "--quiet", "--no-edit", author);
    return name;
  }),
  attack("mergetag", "S0", (repository) =>
    withRawCommit(repository, (text) => text.replace("\n\n", "\nmergetag object x\n\n")),
  ),
  attack("encoding", "S0", (repository) =>
    withRawCommit(repository, (text) => text.replace("\n\n", "\nencoding UTF-7\n\n")),
  ),
  attack("two-authors", "S0", (repository) =>
    withRawCommit(repository, (text) => text.replace(/^(author .*\n)/m, "$1$1")),
  ),
  attack("no-such-parent", "S0", (repository) =>
    withRawCommit(repository, (text) =>
      text.replace("\nauthor", `\nparent ${"1".repeat(40)}\nauthor`),
    ),
  ),
  attack("replaced-commit", "S1", (repository) => {
    tool(repository, {}, EVIL);
    const evil = repository.id("cand/one");
    tool(repository, {});
    repository.git("replace", evil, "cand/one");
    repository.git("update-ref", "refs/heads/cand/one", evil);
    return "cand/one";
  }),
  attack("replaced-main", "S1", (repository) => {
    tool(repository, {}, EVIL);
    const [main, evil] = [repository.id("main"), repository.id("cand/one")];
    const tree = repository.git("rev-parse", `${evil}^{tree}`).trim();
    const twin = repository.git("commit-tree", tree, "-m", "begin").trim();
    repository.git("replace", main, twin);
    return "cand/one";
  }),
  attack("grafted", "S1", (repository) => {
    tool(repository, {}, EVIL);
    repository.commit("undo", CLEAN);
    const line = `${repository.id("cand/one")} ${repository.id("main")}\n`;
    plant(repository, ".git/info/grafts", line);
    return "cand/one";
  }),
  attack("shallow", "S0", (repository) => {
    tool(repository, {}, EVIL);
    repository.commit("undo", CLEAN);
    plant(repository, ".git/shallow", `${repository.id("cand/one")}\n`);
    return "cand/one";
  }),
  attack("alternates", "S1", (repository) => {
    tool(repository, {}, EVIL);
    const away = join(repository.folder, "elsewhere");
    repository.git("clone", "--quiet", "--bare", ".", away);
    repository.git("checkout", "--quiet", "main");
    repository.git("reflog", "expire", "--expire=now", "--all");
    plant(repository, ".git/objects/info/alternates", `${away}/objects\n`);
    repository.git("repack", "-adlq");
    return "cand/one";
  }),
  attack("note-with-a-verdict", "S1", (repository) => {
    tool(repository, {}, EVIL);
    repository.git("notes", "add", "-m", "Gate-Verdict: promote", "cand/one");
    repository.git("notes", "--ref=org-gate", "add", "-m", '{"verdict":"promote"}', "cand/one");
    return "cand/one";
  }),
  attack("tag-in-place-of-branch", "S1", (repository) => {
    tool(repository, {}, EVIL);
    const evil = repository.id("cand/one");
    repository.branch("clean").commit("good", toolFiles());
    repository.git("tag", "cand/one", "cand/clean");
    repository.git("tag", "-a", "-m", "promoted", "refs/heads/cand/one", "cand/clean");
    repository.git("update-ref", "refs/heads/cand/one", evil);
    return "cand/one";
  }),
  attack("hooks-and-settings", "S1", (repository) => {
    tool(repository, {}, EVIL);
    const script = `#!/bin/sh\ntouch ${join(repository.folder, "ran")}\n`;
    for (const hook of ["pre-receive", "post-checkout", "reference-transaction"]) {
      plant(repository, `.git/hooks/${hook}`, script);
      repository.executable(`.git/hooks/${hook}`);
    }
    repository.git("config", "core.fsmonitor", join(repository.checkout, ".git/hooks/pre-receive"));
    repository.git("config", "core.pager", join(repository.checkout, ".git/hooks/pre-receive"));
    repository.git("config", "diff.external", join(repository.checkout, ".git/hooks/pre-receive"));
    return "cand/one";
  }),
  attack("merge-driver", "S1", (repository) => {
    tool(repository, {}, { ".gitattributes": "* merge=evil\n" });
    repository.git("config", "merge.evil.driver", "touch ran; true");
    return "cand/one";
  }),
  attack("conflict", "S1", (repository) => {
    tool(repository, {});
    repository.branch("line", "main").commit("main goes on", inFolder({ "tool.ts": "other\n" }));
    repository.git("update-ref", "refs/heads/main", "HEAD");
    return "cand/one";
  }),
  askedFor(
    ["count-words"],
    attack("renamed-under-main", "S1", (repository) => {
      repository.branch("one");
      repository.git("mv", WORD_COUNT, "tools/generated/count-words");
      const spec = JSON.stringify({ ...WORD_COUNT_SPEC, name: "count-words" });
      repository.commit("x", { "tools/generated/count-words/spec.json": spec });
      return "cand/one";
    }),
  ),
];

function plant(repository: CandidateRepository, path: string, text: string): void {
  const target = join(repository.checkout, path);
  mkdirSync(join(target, ".."), { recursive: true });
  writeFileSync(target, text);
}

/** A commit object that no Git command writes. */
function withRawCommit(repository: CandidateRepository, change: (text: string) => string): string {
  const name = tool(repository, {});
  const text = change(repository.git("cat-file", "commit", name));
  const options = ["-t", "commit", "-w", "--stdin", "--literally"];
  const id = repository.gitWith(text, "hash-object", ...options).trim();
  repository.git("update-ref", "refs/heads/cand/raw", id);
  return "cand/raw";
}
