import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hardenedGit, mayMeetSubmodules, refusal } from "./hardening.ts";
import type { Repository } from "./wrapper.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-wrapper-"));
  writeFileSync(join(folder, "git"), "#!/bin/sh\nenv\nprintf '%s\\n' -- \"$@\"\n");
  chmodSync(join(folder, "git"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const repository: Repository = { gitDir: "/repo/.git", workTree: "/repo", muted: [] };

/** What Git is started with: its environment and its arguments, one a line, as it sees them itself. */
function started(
  place: Repository,
  ...args: string[]
): readonly [readonly string[], readonly string[]] {
  const { command, environment } = hardenedGit(place, args, join(folder, "git"));
  const { stdout } = Bun.spawnSync([...command], { env: { ...environment } });
  const [variables = "", words = ""] = stdout.toString().split("\n--\n");
  const shells = ["PWD", "SHLVL", "_", "OLDPWD"]; // which a shell sets by itself
  const lines = variables.split("\n").filter((line) => !shells.includes(line.split("=")[0] ?? ""));
  return [lines.sort(), words.trimEnd().split("\n")];
}

test("Git gets this environment and no other", () => {
  const [environment] = started(repository, "status");
  const shown = environment.map((line) => line.replace(folder, "FOLDER"));
  expect(shown.join("\n")).toMatchInlineSnapshot(`
    "GIT_ALLOW_PROTOCOL=
    GIT_ATTR_NOSYSTEM=1
    GIT_CONFIG_COUNT=0
    GIT_CONFIG_GLOBAL=/dev/null
    GIT_CONFIG_NOSYSTEM=1
    GIT_DIR=/repo/.git
    GIT_EDITOR=false
    GIT_GRAFT_FILE=/dev/null
    GIT_LITERAL_PATHSPECS=1
    GIT_NO_LAZY_FETCH=1
    GIT_NO_REPLACE_OBJECTS=1
    GIT_OPTIONAL_LOCKS=0
    GIT_PROXY_COMMAND=false
    GIT_SEQUENCE_EDITOR=false
    GIT_TERMINAL_PROMPT=0
    GIT_TEST_DISALLOW_ABBREVIATED_OPTIONS=true
    GIT_WORK_TREE=/repo
    LC_ALL=C
    PATH=FOLDER:/usr/local/bin:/usr/bin:/bin"
  `);
});

test("Git gets these settings, whatever the repository says", () => {
  const [, words] = started(repository, "status", "--porcelain");
  expect(words.join(" ").replaceAll(" -c ", "\n-c ")).toMatchInlineSnapshot(`
    "--no-pager
    -c core.abbrev=40
    -c core.hooksPath=/dev/null
    -c core.fsmonitor=false
    -c core.symlinks=false
    -c core.attributesFile=/dev/null
    -c core.excludesFile=/dev/null
    -c core.protectHFS=true
    -c core.protectNTFS=true
    -c core.alternateRefsCommand=true
    -c core.sshCommand=false
    -c core.askPass=false
    -c protocol.allow=never
    -c transfer.fsckObjects=true
    -c fetch.recurseSubmodules=false
    -c submodule.recurse=false
    -c diff.ignoreSubmodules=all
    -c color.ui=false
    -c log.mailmap=false
    -c log.showSignature=false
    -c gpg.program=gpg
    -c gpg.openpgp.program=gpg
    -c gpg.x509.program=gpgsm
    -c gpg.ssh.program=ssh-keygen
    -c gpg.ssh.defaultKeyCommand=
    -c user.useConfigOnly=true
    -c gc.auto=0
    -c maintenance.auto=false
    -c init.defaultBranch=main
    -c advice.graftFileDeprecated=false
    -c core.bare=false status --ignore-submodules=all --porcelain"
  `);
});

test("programs that the configuration names are switched off by their keys", () => {
  const muted = ["filter.a=b.clean", "filter.a=b.required", "merge.x y.driver"];
  const [environment] = started({ ...repository, muted }, "status");
  expect(environment.filter((line) => line.startsWith("GIT_CONFIG_"))).toEqual([
    "GIT_CONFIG_COUNT=3",
    "GIT_CONFIG_GLOBAL=/dev/null",
    "GIT_CONFIG_KEY_0=filter.a=b.clean",
    "GIT_CONFIG_KEY_1=filter.a=b.required",
    "GIT_CONFIG_KEY_2=merge.x y.driver",
    "GIT_CONFIG_NOSYSTEM=1",
    "GIT_CONFIG_VALUE_0=",
    "GIT_CONFIG_VALUE_1=false",
    "GIT_CONFIG_VALUE_2=false",
  ]);
});

test("without a work tree there is none, and protocols and the author are those that were given", () => {
  const [environment, words] = started(
    {
      gitDir: "/gate.git",
      muted: [],
      protocols: ["file", "https"],
      identity: { name: "A B", email: "a@b" },
    },
    "commit-tree",
    "x",
  );
  expect(environment).toContain("GIT_DIR=/gate.git");
  expect(environment.filter((line) => line.startsWith("GIT_WORK_TREE="))).toEqual([]);
  expect(words).toContain("core.bare=true");
  expect(environment).toContain("GIT_ALLOW_PROTOCOL=file:https");
  expect(environment).toContain("GIT_AUTHOR_NAME=A B");
  expect(environment).toContain("GIT_COMMITTER_EMAIL=a@b");
});

test("symbolic links are links for a repository that says so, and for no other", () => {
  expect(started({ ...repository, links: true }, "status")[1]).toContain("core.symlinks=true");
  expect(started({ ...repository, links: false }, "status")[1]).toContain("core.symlinks=false");
});

test("arguments arrive as they are", () => {
  const odd = ["a b", "*", "", "$(x)", "`x`", "'", '"', "\\"];
  expect(started(repository, "rev-parse", ...odd)[1].slice(-8)).toEqual(odd);
});

test("nothing runs without a command, nor a command that is not known to be harmless", () => {
  for (const args of [
    [],
    ["daemon"],
    ["filter-branch"],
    ["submodule"],
    ["--exec-path=/tmp"],
    [""],
    ["constructor"],
    ["-c", "core.abbrev=40", "status"],
  ]) {
    expect(refusal(args)).toBe(`fatal: org does not run "git ${args[0] ?? ""}"\n`);
  }
});

test("no argument runs a program, or reads or writes a file outside of the repository", () => {
  for (const bad of [
    ...["--upload-pack=x", "--upload-pack", "--receive-packs", "--exec", "--exec=x", "--ext-diff"],
    ...[
      "--textconv",
      "--show-signature",
      "--unsafe-paths",
      "--output",
      "--output=\nx",
      "--no-index",
    ],
    ...["--contents", "--contents=x", "--template", "--template=x"],
  ]) {
    const said = `fatal: org does not run "git diff" with ${bad}\n`;
    expect(refusal(["diff", "a", bad])).toBe(said);
    expect(refusal(["diff", bad, "--", "a"])).toBe(said);
    expect(refusal(["diff", "--", bad])).toBeUndefined();
  }
  expect(refusal(["diff", "--output-indicator-new=x", "--executable", "output"])).toBeUndefined();
});

test("every command that changes files is held out of submodules", () => {
  expect(
    ["add", "checkout", "commit", "merge", "reset", "switch"].every((name) =>
      mayMeetSubmodules([name]),
    ),
  ).toBe(true);
  expect(mayMeetSubmodules(["status"])).toBe(false);
});

test("a push names the program at the other end, and asks no one; ssh is there where it is allowed alone", () => {
  const remote = { ...repository, protocols: ["ssh"] };
  const [environment, words] = started(remote, "push", "ssh://h/r", "main");
  expect(environment).toContain("GIT_ALLOW_PROTOCOL=ssh");
  expect(words).toContain("core.sshCommand=ssh -oBatchMode=yes -oConnectTimeout=10");
  expect(words.slice(words.indexOf("push"))).toEqual([
    ...["push", "--receive-pack=git-receive-pack", "--no-recurse-submodules", "--no-verify"],
    ...["ssh://h/r", "main"],
  ]);
  expect(refusal(["push", "--receive-pack=evil", "/r"])).toContain("--receive-pack=evil");
  expect(started({ ...repository, protocols: ["file"] }, "push", "/r")[1]).toContain(
    "core.sshCommand=false",
  );
});
