/** `org` on repositories that another person prepared: each works from the first question to the rollback. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { attack, EDIT, refused, settle, wholeWay } from "./project-attack.ts";
import type { ProjectRepository } from "./project-repository.ts";
import { call, say } from "./scripted-answers.ts";

// Two cases run at once; the others wait for their turn.
setDefaultTimeout(600_000);

/** Clones the user's repository into a folder beside it. @returns where it is. */
function cloned(user: ProjectRepository, name: string, ...options: readonly string[]): string {
  const clone = join(user.folder, name);
  user.gitIn(user.folder, "clone", "--quiet", ...options, clone);
  user.gitIn(clone, "config", "user.name", "Ada");
  user.gitIn(clone, "config", "user.email", "ada@example.invalid");
  return clone;
}

/** A work tree on the branch `side`, in a folder of the user's. @returns where it is. */
function linked(user: ProjectRepository): string {
  const tree = join(user.root, "inside");
  user.git("worktree", "add", "--quiet", "-b", "side", tree);
  return tree;
}

const HOOKS = [
  ...[
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
  ],
  ...["reference-transaction", "post-index-change", "pre-merge-commit", "post-rewrite", "update"],
  ...["pre-auto-gc", "pre-push", "pre-receive", "post-update", "fsmonitor-watchman"],
];

/** Attributes that name a program for every file. */
const EVERY = "* filter=evil merge=evil diff=evil\n";

/**
 * Names a program that leaves a trace wherever Git would run one.
 *
 * @param attributes of the files.
 * @returns the file with the traces.
 */
function armed(user: ProjectRepository, attributes: string): string {
  const trace = join(user.folder, "trace");
  const program = join(user.folder, "evil");
  user.write("evil", `#!/bin/sh\necho "$0 $*" >> ${trace}\ncat\n`, user.folder);
  chmodSync(program, 0o755);
  for (const folder of ["hooks", "other-hooks"]) {
    for (const hook of HOOKS) {
      user.write(`.git/${folder}/${hook}`, `#!/bin/sh\necho "$0" >> ${trace}\n`);
      chmodSync(join(user.root, ".git", folder, hook), 0o755);
    }
  }
  user.write(".git/info/attributes", attributes);
  const names = ["clean", "smudge", "process"].map((name) => `filter.evil.${name}`);
  const keys = [
    ...[...names, "merge.evil.driver", "diff.evil.command", "diff.evil.textconv", "diff.external"],
    ...[
      "core.sshCommand",
      "core.pager",
      "core.editor",
      "core.askPass",
      "core.alternateRefsCommand",
    ],
    ...["sequence.editor", "credential.helper", "gpg.program", "gpg.ssh.program", "pager.log"],
    ...["trailer.org.command", "uploadpack.packObjectsHook", "interactive.diffFilter"],
  ];
  const included = join(user.root, ".git", "more");
  const config = (file: string, key: string, value: string) =>
    user.git("config", "--file", file, key, value);
  const own = join(user.root, ".git", "config");
  for (const [index, key] of keys.entries()) config(index % 2 === 0 ? own : included, key, program);
  config(included, "filter.evil.required", "true");
  config(included, "commit.gpgSign", "true");
  config(included, "core.fsmonitor", program);
  config(join(user.root, ".git", "even-more"), "core.hooksPath", ".git/other-hooks");
  config(own, "include.path", "more");
  config(own, `includeIf.gitdir:${user.root}/.path`, "even-more");
  // Settings of this work tree alone have a file of their own.
  config(own, "extensions.worktreeConfig", "true");
  config(join(user.root, ".git", "config.worktree"), "filter.evil.clean", program);
  rmSync(trace, { force: true });
  return trace;
}

describe.concurrent("a room works on, promotes into and rolls back", () => {
  test("a repository that names a program wherever Git would run one, and runs none", async () => {
    await using it = await attack();
    // What a filter handles is not merged at all.
    const trace = armed(it.user, `${EVERY}a.txt -filter\n`);
    await settle(it.home, it.user.root);
    await wholeWay(it);
    expect(existsSync(trace)).toBe(false);
    // The user's own Git is the proof that they bite.
    Bun.spawnSync(["git", "status"], { cwd: it.user.root, env: { PATH: "/usr/bin:/bin" } });
    expect(existsSync(trace)).toBe(true);
  });

  test("but not what a filter handles, which neither runs nor is left out", async () => {
    await using it = await attack();
    const trace = armed(it.user, EVERY);
    await settle(it.home, it.user.root);
    await refused(it, ['a.txt: your attributes name the filter "evil".']);
    expect(existsSync(trace)).toBe(false);
  });

  test("files in an encoding, with line ends and with keywords of their own", async () => {
    const wide = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
    const cmd =
      "printf '\\377\\376w\\0\\n\\0' > wide.txt; printf '3\\r\\n' >> a.crlf; echo more >> version";
    await using it = await attack([call("sh", { cmd }), say("Done.")]);
    const { user } = it;
    user.commit("attributes", {
      ".gitattributes":
        "wide.txt text working-tree-encoding=UTF-16LE-BOM\n*.crlf text eol=crlf\nversion export-subst ident\n* merge=theirs\n",
      "wide.txt": wide("h\u00e9\n"),
      "a.crlf": "1\r\n2\r\n",
      version: "$Format:%H$ $Id$\n",
    });
    user.git("config", "merge.theirs.driver", "false");
    // As Git writes them: with the keyword filled in.
    rmSync(join(user.root, "version"));
    user.git("checkout", "--", "version");
    await settle(it.home, user.root);
    await wholeWay(it, { changes: ["wide.txt", "a.crlf", "version"] });
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("a repository with a submodule, which stays as it is", async () => {
    await using it = await attack();
    const { user } = it;
    const other = cloned(user, "other", user.root);
    user.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other, "lib");
    user.commit("a submodule", {});
    user.write("lib/a.txt", "changed in the submodule\n");
    await settle(it.home, user.root);
    await wholeWay(it);
    expect(user.git("submodule", "status")).toContain(" lib (");
  });

  test("a submodule by itself, which lies in another repository", async () => {
    await using it = await attack();
    const { user } = it;
    const other = cloned(user, "other", user.root);
    user.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other, "lib");
    const root = join(user.root, "lib");
    user.gitIn(root, "config", "user.name", "Ada");
    user.gitIn(root, "config", "user.email", "ada@example.invalid");
    await settle(it.home, root);
    await wholeWay(it, { root });
    expect(user.git("log", "--format=%s", "--all")).toBe("first\n");
  });

  test("a history that replace refs and grafts rewrite: what counts is what was committed", async () => {
    await using it = await attack([call("sh", { cmd: "cat dir/b.txt" }), EDIT, say("Done.")]);
    const { user } = it;
    const first = user.git("rev-parse", "HEAD").trim();
    const second = user.commit("second", { "dir/b.txt": "of the second\n" });
    user.git("replace", second, first);
    user.git("replace", user.git("rev-parse", `${second}:a.txt`).trim(), `${first}:dir/b.txt`);
    user.write(".git/info/grafts", `${second}\n`);
    await settle(it.home, user.root);
    await wholeWay(it);
    expect(it.server.requests[1]?.body.messages.at(-1)?.content).toContain("of the second");
  });

  test("an index that lies: marks, a split, a file that is only meant to be added", async () => {
    await using it = await attack([call("sh", { cmd: "cat dir/b.txt n.txt" }), EDIT, say("Done.")]);
    const { user } = it;
    user.commit("more", { "skipped.txt": "skipped\n" });
    user.git("update-index", "--assume-unchanged", "dir/b.txt");
    user.git("update-index", "--skip-worktree", "skipped.txt");
    user.git("update-index", "--split-index");
    user.write("dir/b.txt", "my own b\n");
    user.write("n.txt", "my new n\n");
    user.git("add", "--intent-to-add", "n.txt");
    await settle(it.home, user.root);
    await wholeWay(it);
    expect(it.server.requests[1]?.body.messages.at(-1)?.content).toContain("my own b\nmy new n");
    expect(user.git("ls-files", "-v")).toContain("h dir/b.txt");
  });

  test("a clone of one commit that borrows objects from one that borrows them", async () => {
    await using it = await attack();
    const { user } = it;
    user.commit("second", { "dir/b.txt": "b2\n" });
    const shallow = cloned(user, "shallow", "--depth=1", `file://${user.root}`);
    const root = cloned(user, "borrowing", "--shared", cloned(user, "shared", "--shared", shallow));
    await settle(it.home, root);
    await wholeWay(it, { root });
  });

  test("a work tree of a work tree, with another in a folder of the first", async () => {
    await using it = await attack();
    const { user } = it;
    const root = join(user.folder, "deeper");
    user.gitIn(linked(user), "worktree", "add", "--quiet", "-b", "deep", root);
    await settle(it.home, root);
    await wholeWay(it, { root });
    expect(user.git("log", "--format=%s", "main", "side")).toBe("first\n");
  });

  test("a sparse checkout with files of Git LFS that were not fetched", async () => {
    await using it = await attack();
    const { user } = it;
    const oid = "a".repeat(64);
    user.commit("more", {
      ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n",
      "x.bin": `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12\n`,
      "elsewhere/x.txt": "x\n",
    });
    user.git("sparse-checkout", "set", "--cone", "dir");
    user.git("config", "filter.lfs.process", "false");
    user.git("config", "filter.lfs.required", "true");
    expect(existsSync(join(user.root, "elsewhere"))).toBe(false);
    await settle(it.home, user.root);
    await wholeWay(it);
  });

  test("a repository in ORG_HOME, at a path with blanks, quotes and line breaks, on such a branch", async () => {
    await using it = await attack();
    const root = join(it.home.path, `it's "my"\n $(touch x) \\ --repo `);
    it.user.git("branch", "--move", "main", `side/it's"\u00fc"$(x)`);
    cpSync(it.user.root, root, { recursive: true });
    await settle(it.home, root);
    await wholeWay(it, { root });
  });

  test("files with names like options, with line breaks, escapes and blanks, and case twins", async () => {
    const names = [
      ...["--output=x", "-rf", "two\nlines", "\u001b[31mred", "\u202eltr", 'q"uote', "back\\slash"],
      ...["trailing ", " dir /x ", "a.TXT", "DIR/b.txt", ":(glob)*", "#", "!x", "$(id)"],
    ];
    const cmd =
      "find . -type f -name '[!.]*' ! -name a.txt -exec sh -c 'echo more >> \"$1\"' - {} \\;";
    await using it = await attack([call("sh", { cmd }), say("Done.")]);
    const { user } = it;
    user.commit("names", Object.fromEntries(names.map((name) => [name, `${name}\n`])));
    await settle(it.home, user.root);
    const bytes = (name: string) => Buffer.from(name).toString("latin1");
    await wholeWay(it, { changes: [...names, "dir/b.txt"].map(bytes) });
    expect(user.git("status", "--porcelain")).toBe("");
  });

  test("links to keys, to absolute paths, upwards and to themselves, and reads through none", async () => {
    const cmd = "cat ssh/* absolute home up/user/key up/.ssh/* loop one git; ls -a up/ root/; true";
    await using it = await attack([call("sh", { cmd }), EDIT, say("Done.")]);
    const { user } = it;
    for (const path of [".ssh/id_ed25519", "key"]) user.write(path, "swordfish\n", user.folder);
    for (const [name, target] of Object.entries({
      ...{ ssh: "../.ssh", home: "~/.ssh/id_ed25519", absolute: join(user.folder, "key") },
      ...{ up: "..", root: "/", loop: "loop", one: "two", two: "one", git: ".git/config" },
    }))
      symlinkSync(target, join(user.root, name));
    user.commit("links", {});
    await settle(it.home, user.root);
    await wholeWay(it);
    const sent = JSON.stringify(it.server.requests.map(({ body }) => body));
    expect(sent).not.toContain("swordfish");
    expect(sent).not.toContain("ada@example.invalid");
  });
});
