/** What a repository says about programs to run, in every place where Git listens to it. */
import { rmSync } from "node:fs";
import type { RepositoryLocation } from "#platform/git/wrapper.ts";
import { TrickyRepository } from "../../tricky-repository.ts";
import { type HostProbe, reached } from "./probe.ts";

interface Trick {
  readonly id: string;
  readonly plant: (repository: TrickyRepository) => void;
  /** The command of Git that falls for it. */
  readonly run: readonly string[];
  /** What our Git is allowed there beyond the usual. */
  readonly place?: Partial<RepositoryLocation> | undefined;
}

const IDENTITY = { name: "test", email: "test@example.invalid" };

const TRICKS: readonly Trick[] = [
  {
    id: "git-hooks-by-configuration",
    plant: (repo) => {
      repo.program(repo.outside("hooks/pre-commit"));
      repo.plain("config", "core.hooksPath", repo.outside("hooks"));
    },
    run: ["commit", "--allow-empty", "--message=x"],
    place: { identity: IDENTITY },
  },
  {
    id: "git-hook-after-checkout",
    plant: (repo) => repo.program(repo.tree(".git/hooks/post-checkout")),
    run: ["checkout", "--quiet", "main"],
  },
  {
    id: "git-hook-of-references",
    plant: (repo) => repo.program(repo.tree(".git/hooks/reference-transaction")),
    run: ["update-ref", "refs/heads/other", "HEAD"],
  },
  {
    id: "git-file-monitor",
    plant: (repo) => repo.plain("config", "core.fsmonitor", repo.program()),
    run: ["status"],
  },
  {
    id: "git-filter-to-read",
    plant: (repo) => plantFilter(repo, ["config", "filter.evil.clean"]),
    run: ["status"],
  },
  {
    id: "git-filter-with-a-strange-name",
    // `git -c` could not switch it off.
    plant: (repo) => plantFilter(repo, ["config", "filter.a=b.clean"], "a=b"),
    run: ["status"],
  },
  {
    id: "git-filter-of-one-work-tree",
    plant: (repo) => {
      repo.plain("config", "extensions.worktreeConfig", "true");
      plantFilter(repo, ["config", "--worktree", "filter.evil.clean"]);
    },
    run: ["status"],
  },
  {
    id: "git-filter-as-a-process",
    plant: (repo) => plantFilter(repo, ["config", "filter.evil.process"]),
    run: ["status"],
  },
  {
    id: "git-filter-of-an-included-file",
    plant: (repo) => {
      repo.commit("attributes", { ".gitattributes": "* filter=evil\n", "b.txt": "one\n" });
      const text = `[filter "evil"]\n\tsmudge = ${repo.program(undefined, true)}\n`;
      repo.write(repo.outside("more"), text);
      repo.plain("config", "include.path", repo.outside("more"));
      rmSync(repo.tree("b.txt"));
    },
    run: ["checkout", "--", "b.txt"],
  },
  {
    id: "git-filter-included-on-a-condition",
    plant: (repo) => {
      const text = `[filter "evil"]\n\tclean = ${repo.program(undefined, true)}\n`;
      repo.write(repo.outside("more"), text);
      repo.commit("attributes", { ".gitattributes": "* filter=evil\n", "b.txt": "one\n" });
      repo.plain("config", "includeIf.onbranch:main.path", repo.outside("more"));
      repo.change("b.txt");
    },
    run: ["status"],
  },
  {
    id: "git-attributes-in-the-repository",
    plant: (repo) => {
      repo.plain("config", "diff.evil.textconv", repo.program());
      repo.write(repo.tree(".git/info/attributes"), "* diff=evil\n");
      repo.change("a.txt");
    },
    run: ["diff"],
  },
  {
    id: "git-converter-to-text",
    plant: (repo) => plantDiff(repo, "diff.evil.textconv"),
    run: ["log", "-p"],
  },
  {
    id: "git-converter-to-text-of-blame",
    plant: (repo) => plantDiff(repo, "diff.evil.textconv"),
    run: ["blame", "b.txt"],
  },
  {
    id: "git-diff-by-attribute",
    plant: (repo) => plantDiff(repo, "diff.evil.command"),
    run: ["diff"],
  },
  {
    id: "git-diff-of-everything",
    plant: (repo) => {
      repo.plain("config", "diff.external", repo.program());
      repo.change("a.txt");
    },
    run: ["diff"],
  },
  {
    id: "git-merge-driver",
    plant: (repo) => {
      repo.commit("attributes", { ".gitattributes": "* merge=evil\n" });
      repo.plain("config", "merge.evil.driver", repo.program());
      repo.plain("checkout", "--quiet", "-b", "other");
      repo.commit("theirs", { "a.txt": "theirs\n" });
      repo.plain("checkout", "--quiet", "main");
      repo.commit("ours", { "a.txt": "ours\n" });
    },
    run: ["merge", "other"],
    place: { identity: IDENTITY },
  },
  {
    id: "git-alias",
    plant: (repo) => repo.plain("config", "alias.hello", `!${repo.program()}`),
    run: ["hello"],
  },
  {
    id: "git-signature",
    plant: (repo) => {
      repo.plain("config", "gpg.program", repo.program());
      repo.plain("config", "commit.gpgSign", "true");
    },
    run: ["commit", "--allow-empty", "--message=x"],
    place: { identity: IDENTITY },
  },
  {
    id: "git-editor",
    plant: (repo) => repo.plain("config", "core.editor", repo.program()),
    run: ["commit", "--allow-empty"],
    place: { identity: IDENTITY },
  },
  {
    id: "git-archiver",
    plant: (repo) => repo.plain("config", "tar.evil.command", repo.program()),
    run: ["archive", "--format=evil", "HEAD"],
  },
  {
    id: "git-trailer",
    plant: (repo) => repo.plain("config", "trailer.evil.cmd", repo.program()),
    run: ["commit", "--allow-empty", "--message=x", "--trailer=evil: x"],
    place: { identity: IDENTITY },
  },
  {
    id: "git-submodule",
    plant: plantSubmodule,
    run: ["status"],
  },
  {
    id: "git-submodule-of-a-commit",
    plant: plantSubmodule,
    run: ["add", "--update"],
  },
  {
    id: "git-other-end-of-a-fetch",
    plant: (repo) => {
      repo.plain("remote", "add", "near", repo.tree());
      repo.plain("config", "remote.near.uploadpack", repo.program());
    },
    run: ["fetch", "near"],
    place: { protocols: ["file"] },
  },
  {
    id: "git-other-end-of-a-missing-object",
    plant: plantMissingObject,
    run: ["cat-file", "-p", "0123456789012345678901234567890123456789"],
    place: { protocols: ["file"] },
  },
  {
    id: "git-fetch-of-a-missing-object",
    plant: plantMissingObject,
    run: ["fetch", "near", "0123456789012345678901234567890123456789"],
    place: { protocols: ["file"] },
  },
  {
    id: "git-references-of-another-store",
    plant: (repo) => {
      repo.plainIn(repo.outside("other"), ["clone", "--quiet", "--bare", repo.tree(), "."]);
      const alternates = `${repo.outside("other")}/objects\n`;
      repo.write(repo.tree(".git/objects/info/alternates"), alternates);
      repo.plain("config", "core.alternateRefsCommand", repo.program());
      repo.plainIn(repo.outside("third"), ["init", "--quiet"]);
      repo.plainIn(repo.outside("third"), ["commit", "--quiet", "--allow-empty", "-mx"]);
      repo.plain("remote", "add", "near", repo.outside("third"));
    },
    run: ["fetch", "near"],
    place: { protocols: ["file"] },
  },
  {
    id: "git-helper-of-a-remote",
    plant: (repo) => {
      repo.plain("config", "remote.near.vcs", "ext");
      repo.plain("config", "remote.near.url", repo.program());
      repo.plain("config", "protocol.ext.allow", "always");
    },
    run: ["fetch", "near"],
  },
  {
    id: "git-address-that-is-a-program",
    plant: (repo) => {
      repo.plain("config", "protocol.ext.allow", "always");
      repo.plain("config", "remote.near.url", `ext::${repo.program()}`);
    },
    run: ["fetch", "near"],
  },
  {
    id: "git-secure-shell",
    plant: (repo) => {
      repo.plain("config", "core.sshCommand", repo.program());
      repo.plain("config", "remote.near.url", "ssh://127.0.0.1:1/x");
    },
    run: ["fetch", "near"],
    place: { protocols: ["ssh"] },
  },
  {
    id: "git-proxy",
    plant: (repo) => {
      repo.plain("config", "core.gitProxy", repo.program());
      repo.plain("config", "remote.near.url", "git://127.0.0.1:1/x");
    },
    run: ["fetch", "near"],
    place: { protocols: ["git"] },
  },
];

export const GIT_PROGRAMS: readonly HostProbe[] = TRICKS.map(
  ({ id, plant, run, place }): HostProbe => ({
    id,
    class: "git",
    safe: "the program does not run",
    attempt: async () => {
      using repo = new TrickyRepository();
      plant(repo);
      repo.bitten();
      const { stderr } = await repo.hardened(run, place);
      return verdict(repo, stderr);
    },
    weak: () => {
      using repo = new TrickyRepository();
      plant(repo);
      repo.bitten();
      repo.plain(...run);
      return verdict(repo, "");
    },
  }),
);

function verdict(repo: TrickyRepository, said: string): string {
  const instead = said.trim().split("\n")[0] || "it did not run";
  return reached(repo.bitten() ? "the program ran" : undefined, instead);
}

/** @param setting the words of `git config` before the program. */
function plantFilter(repo: TrickyRepository, setting: readonly string[], name = "evil"): void {
  repo.commit("attributes", { ".gitattributes": `* filter=${name}\n`, "b.txt": "one\n" });
  repo.plain(...setting, repo.program(undefined, true));
  repo.change("b.txt");
}

function plantDiff(repo: TrickyRepository, setting: string): void {
  repo.commit("attributes", { ".gitattributes": "* diff=evil\n", "b.txt": "one\n" });
  repo.plain("config", setting, repo.program());
  repo.change("b.txt");
}

function plantSubmodule(repo: TrickyRepository): void {
  const inner = repo.tree("inner");
  repo.write(repo.tree("inner/x"), "one\n");
  repo.write(repo.tree("inner/.gitattributes"), "* filter=evil\n");
  repo.plainIn(inner, ["init", "--quiet"]);
  repo.plainIn(inner, ["add", "."]);
  repo.plainIn(inner, ["commit", "--quiet", "--message=inner"]);
  repo.plainIn(inner, ["config", "filter.evil.clean", repo.program(undefined, true)]);
  const modules = '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n';
  repo.commit("submodule", { ".gitmodules": modules });
  repo.change("inner/x");
}

/** A partial clone: Git fetches an object that is not there from the remote that promised it. */
function plantMissingObject(repo: TrickyRepository): void {
  repo.plain("remote", "add", "near", repo.tree());
  repo.plain("config", "core.repositoryFormatVersion", "1");
  repo.plain("config", "extensions.partialClone", "near");
  repo.plain("config", "remote.near.promisor", "true");
  repo.plain("config", "remote.near.uploadpack", repo.program());
}
