/** Where Git is led to read and write, what history it is told, and which names it takes. */
import { existsSync, lstatSync } from "node:fs";
import { validRefName } from "#platform/git/names.ts";
import { locateCheckout, openRepository } from "#platform/git/repository.ts";
import { TrickyRepository } from "../../tricky-repository.ts";
import { type Attempt, type HostProbe, held, reached } from "./probe.ts";

interface Trick {
  readonly id: string;
  readonly safe: string;
  /** Both get a repository of their own; the second uses plain Git. */
  readonly ours: (repo: TrickyRepository) => Promise<string>;
  readonly plain: (repo: TrickyRepository) => string;
}

const TRICKS: readonly Trick[] = [
  {
    id: "git-planted-file",
    safe: "the repository is the one that was named",
    ours: async (repo) => {
      const inner = plantLink(repo);
      await repo.hardened(["status"], { workTree: inner });
      return reached(repo.bitten() ? "the planted one" : undefined, "the named one");
    },
    plain: (repo) => {
      repo.plainIn(plantLink(repo), ["status"]);
      return reached(repo.bitten() ? "the planted one" : undefined, "the named one");
    },
  },
  {
    id: "git-planted-folder",
    safe: "a repository within the work tree is not entered",
    ours: async (repo) => {
      const inner = plantFolder(repo);
      await repo.hardened(["status"], { workTree: inner });
      return reached(repo.bitten() ? "the planted one" : undefined, "the named one");
    },
    plain: (repo) => {
      repo.plainIn(plantFolder(repo), ["status"]);
      return reached(repo.bitten() ? "the planted one" : undefined, "the named one");
    },
  },
  {
    id: "git-checkout-that-is-a-lie",
    safe: "a file .git counts only when the repository knows the folder",
    ours: async (repo) => (await locateCheckout(plantLink(repo))).gitDir,
    plain: (repo) => repo.plainIn(plantLink(repo), ["rev-parse", "--git-dir"]).trim() || held("no"),
  },
  {
    id: "git-work-tree-by-configuration",
    safe: "no file outside of the work tree is listed",
    ours: async (repo) => {
      plantElsewhere(repo);
      await openRepository({ gitDir: repo.tree(".git") });
      return privateIn((await repo.hardened(["status", "--porcelain"])).stdout);
    },
    plain: (repo) => {
      plantElsewhere(repo);
      return privateIn(repo.plain("status", "--porcelain"));
    },
  },
  {
    id: "git-configuration-of-the-user",
    safe: "it is not read",
    ours: async (repo) => {
      repo.write(repo.outside(".gitconfig"), `[core]\n\tfsmonitor = ${repo.program()}\n`);
      await repo.hardened(["status"]);
      return reached(repo.bitten() ? "it was obeyed" : undefined, "not read");
    },
    plain: (repo) => {
      repo.write(repo.outside(".gitconfig"), `[core]\n\tfsmonitor = ${repo.program()}\n`);
      repo.plain("status");
      return reached(repo.bitten() ? "it was obeyed" : undefined, "not read");
    },
  },
  {
    id: "git-output-into-a-file",
    safe: "no file appears",
    ours: async (repo) => {
      repo.change("a.txt");
      const { stderr } = await repo.hardened(["diff", `--output=${repo.outside("target")}`]);
      return reached(existsSync(repo.outside("target")) ? "written" : undefined, stderr);
    },
    plain: (repo) => {
      repo.change("a.txt");
      repo.plain("diff", `--output=${repo.outside("target")}`);
      return reached(existsSync(repo.outside("target")) ? "written" : undefined, "nothing");
    },
  },
  {
    id: "git-diff-of-files-outside",
    safe: "only the repository is compared",
    ours: async (repo) => {
      const args = secretDiff(repo);
      const { stdout, stderr } = await repo.hardened(args);
      return secretIn(stdout, stderr);
    },
    plain: (repo) => secretIn(repo.plain(...secretDiff(repo)), ""),
  },
  {
    id: "git-blame-of-a-file-outside",
    safe: "only the repository is read",
    ours: async (repo) => {
      repo.write(repo.outside("secret"), "a secret\n");
      const args = ["blame", `--contents=${repo.outside("secret")}`, "a.txt"];
      const { stdout, stderr } = await repo.hardened(args);
      return secretIn(stdout, stderr);
    },
    plain: (repo) => {
      repo.write(repo.outside("secret"), "a secret\n");
      return secretIn(repo.plain("blame", `--contents=${repo.outside("secret")}`, "a.txt"), "");
    },
  },
  {
    id: "git-link-in-a-tree",
    safe: "it becomes a plain file",
    ours: async (repo) => {
      plantTreeLink(repo);
      await repo.hardened(["checkout", "--", "link"]);
      return linkAt(repo.tree("link"));
    },
    plain: (repo) => {
      plantTreeLink(repo);
      repo.plain("checkout", "--", "link");
      return linkAt(repo.tree("link"));
    },
  },
  {
    id: "git-path-that-is-a-pattern",
    safe: "only the file of that name is meant",
    ours: async (repo) => {
      repo.commit("star", { "*": "star\n" });
      const { stdout } = await repo.hardened(["ls-files", "--", "*"]);
      return reached(stdout.includes("a.txt") ? stdout : undefined, stdout);
    },
    plain: (repo) => {
      repo.commit("star", { "*": "star\n" });
      return reached(repo.plain("ls-files", "--", "*").match(/a\.txt/)?.[0], "one file");
    },
  },
  {
    id: "git-replaced-commit",
    safe: "history is what its ids say",
    ours: async (repo) => {
      const real = plantReplacement(repo);
      return fakeIn((await repo.hardened(["log", "-1", "--format=%s", real])).stdout);
    },
    plain: (repo) => fakeIn(repo.plain("log", "-1", "--format=%s", plantReplacement(repo))),
  },
  {
    id: "git-grafted-history",
    safe: "history is what its ids say",
    ours: async (repo) => {
      repo.commit("second", {});
      repo.write(repo.tree(".git/info/grafts"), `${repo.head}\n`);
      return shortened((await repo.hardened(["log", "--format=%s"])).stdout);
    },
    plain: (repo) => {
      repo.commit("second", {});
      repo.write(repo.tree(".git/info/grafts"), `${repo.head}\n`);
      return shortened(repo.plain("log", "--format=%s"));
    },
  },
  {
    id: "git-other-name-for-an-author",
    safe: "the name is the one in the commit",
    ours: async (repo) => {
      repo.commit("map", { ".mailmap": "Trusted <a@example.invalid> <test@example.invalid>\n" });
      return trustedIn((await repo.hardened(["log", "-1"])).stdout);
    },
    plain: (repo) => {
      repo.commit("map", { ".mailmap": "Trusted <a@example.invalid> <test@example.invalid>\n" });
      return trustedIn(repo.plain("log", "-1"));
    },
  },
];

const placed = ({ id, safe, ours, plain }: Trick): HostProbe => ({
  id,
  class: "git",
  safe,
  attempt: inRepository(ours),
  weak: inRepository(plain),
});

function inRepository(act: (repo: TrickyRepository) => string | Promise<string>): Attempt {
  return async () => {
    using repo = new TrickyRepository();
    return await act(repo);
  };
}

// Each is not a name of a branch, or one that a program or a person would misread.
const REF_NAMES: readonly (readonly [id: string, name: string])[] = [
  ["option", "refs/heads/--upload-pack=x"],
  ["hidden-option", "refs/heads/a/-x"],
  ["invisible", "refs/heads/ma\u200bin"],
  ["reversed", "refs/heads/\u202enim"],
  ["look-alike", "refs/heads/m\u0430in"],
  ["blank", "refs/heads/\u00a0"],
  ["long", `refs/heads/${"a".repeat(220)}`],
  ["case-of-lock", "refs/heads/main.LOCK"],
  ["file-name", "refs/heads/x%0a/../.git/config"],
  ["expression", "refs/heads/main@{1}"],
  ["short-name", "main"],
  ["two-lines", "refs/heads/a\nrefs/heads/b"],
];

const refName = ([id, name]: readonly [string, string]): HostProbe => ({
  id: `git-name-${id}`,
  class: "git",
  safe: "it is not a name of a ref",
  attempt: () => reached(validRefName(name) ? "taken" : undefined, "not taken"),
  weak: () => {
    const args = ["check-ref-format", "--allow-onelevel", name];
    const { success } = Bun.spawnSync(["git", ...args], { env: { PATH: "/usr/bin:/bin" } });
    return reached(success ? "taken" : undefined, "not taken");
  },
});

export const GIT_PLACES: readonly HostProbe[] = [...TRICKS.map(placed), ...REF_NAMES.map(refName)];

/** A folder whose file `.git` leads to a repository that runs a program. */
function plantLink(repo: TrickyRepository): string {
  const [inner, other] = [repo.outside("inner"), repo.outside("other")];
  repo.plainIn(other, ["init", "--quiet"]);
  repo.plainIn(other, ["config", "core.fsmonitor", repo.program()]);
  repo.write(`${inner}/.git`, `gitdir: ${other}/.git\n`);
  repo.bitten();
  return inner;
}

function plantFolder(repo: TrickyRepository): string {
  const inner = repo.tree("inner");
  repo.plainIn(inner, ["init", "--quiet"]);
  repo.plainIn(inner, ["config", "core.fsmonitor", repo.program()]);
  repo.bitten();
  return inner;
}

function plantElsewhere(repo: TrickyRepository): void {
  repo.plain("config", "core.worktree", repo.outside("elsewhere"));
  repo.write(repo.outside("elsewhere/private.txt"), "");
}

function privateIn(listing: string): string {
  return reached(listing.match(/private\.txt/)?.[0], "not listed");
}

function secretDiff(repo: TrickyRepository): string[] {
  repo.write(repo.outside("secret"), "a secret\n");
  return ["diff", "--no-index", "/dev/null", repo.outside("secret")];
}

function secretIn(stdout: string, stderr: string): string {
  return reached(stdout.match(/a secret/)?.[0], stderr || "nothing was read");
}

function plantTreeLink(repo: TrickyRepository): void {
  repo.write(repo.outside("target"), "/etc/passwd");
  const id = repo.plain("hash-object", "-w", repo.outside("target")).trim();
  repo.plain("update-index", "--add", "--cacheinfo", `120000,${id},link`);
}

function linkAt(path: string): string {
  return reached(lstatSync(path).isSymbolicLink() ? "a link" : undefined, "a plain file");
}

function plantReplacement(repo: TrickyRepository): string {
  const real = repo.head;
  repo.commit("fake", {});
  repo.plain("replace", real, repo.head);
  return real;
}

function fakeIn(log: string): string {
  return reached(log.match(/fake/)?.[0], log.trim());
}

function shortened(log: string): string {
  return reached(log.includes("first") ? undefined : log.trim(), log.trim());
}

function trustedIn(log: string): string {
  return reached(log.match(/Author: Trusted/)?.[0], "the real name");
}
