/** Entries of a tree that are more than a file on some machine, made as real trees of a real repository. */
import { refusedTreeEntries } from "#platform/git/tree-entries.ts";
import { TrickyRepository } from "../../tricky-repository.ts";
import { type HostProbe, held, reached } from "./probe.ts";

const ENTRIES: readonly (readonly [id: string, names: readonly string[], mode?: string])[] = [
  ["link", ["link"], "120000"],
  ["executable", ["run.sh"], "100755"],
  ["modules", [".gitmodules"]],
  ["modules-in-other-case", [".GitModules"]],
  ["modules-for-windows", ["gitmod~1"]],
  ["attributes", ["deep/.gitattributes"]],
  ["git-folder-for-hfs", [".g\u200cit/config"]],
  ["git-folder-for-windows", ["git~1/config"]],
  ["git-folder-with-a-stream", [".git::$INDEX_ALLOCATION/config"]],
  ["twins-by-case", ["README", "readme"]],
  ["twins-by-composition", ["\u00e9", "e\u0301"]],
  ["twins-by-width", ["\uff41", "a"]],
  ["folder-and-file", ["X/a", "x"]],
  ["backslash", ["..\\..\\evil"]],
  ["drive", ["c:evil"]],
  ["device", ["aux.txt"]],
  ["dot-at-the-end", ["evil."]],
  ["option", ["-rf"]],
  ["reversed", ["\u202etxt.exe"]],
  ["invisible", ["a\u200b"]],
  ["two-lines", ["a\nb"]],
];

export const GIT_TREES: readonly HostProbe[] = ENTRIES.map(
  ([id, names, mode = "100644"]): HostProbe => ({
    id: `tree-${id}`,
    class: "git",
    safe: "the entry is refused",
    attempt: async () => {
      using repo = new TrickyRepository();
      const tree = writeTree(repo, names, mode);
      const { stdout } = await repo.hardened(["ls-tree", "-r", "-z", "--full-tree", tree]);
      const [refused] = refusedTreeEntries(new TextEncoder().encode(stdout));
      return refused === undefined ? "taken" : held(refused.why);
    },
    weak: () => {
      using repo = new TrickyRepository();
      const tree = writeTree(repo, names, mode);
      repo.plain("read-tree", tree);
      const listed = repo.plain("ls-files", "-z").split("\0").filter(Boolean);
      return reached(listed.length === names.length ? "taken" : undefined, "not taken");
    },
  }),
);

/** A tree that may hold what Git's own commands would not write. */
function writeTree(repo: TrickyRepository, names: readonly string[], mode: string): string {
  const blob = repo.plain("rev-parse", "HEAD:a.txt").trim();
  return mktree(
    repo,
    names.map((name) => [mode, blob, name]),
  );
}

type Entry = readonly [mode: string, id: string, name: string];

function mktree(repo: TrickyRepository, entries: readonly Entry[]): string {
  const here = entries.filter(([, , name]) => !name.includes("/"));
  const folders = entries.filter(([, , name]) => name.includes("/"));
  const inner = folders.map(([mode, id, name]): Entry => {
    const [folder = "", file = ""] = name.split("/");
    return ["040000", mktree(repo, [[mode, id, file]]), folder];
  });
  const lines = [...here, ...inner].map(
    ([mode, id, name]) => `${mode} ${mode === "040000" ? "tree" : "blob"} ${id}\t${name}\0`,
  );
  return repo.plainWith(["mktree", "-z"], lines.join("")).trim();
}
