/** What Git would do for a fixture, without a process of its own: fixtures make thousands of commits. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync } from "node:zlib";

/** `git commit` that starts no second Git to look whether the repository is to be tidied up. */
export const COMMIT = [
  "-c",
  "maintenance.auto=false",
  "commit",
  "--quiet",
  "--allow-empty",
] as const;

/** As `git config user.name` and `user.email` in a new repository. @param gitDir absolute path. */
export function nameUser(gitDir: string, name: string, email: string): void {
  appendFileSync(join(gitDir, "config"), `[user]\n\tname = ${name}\n\temail = ${email}\n`);
}

/** As `git rev-parse HEAD`, right after a commit. @param ask what Git says, where it keeps its branches elsewhere. */
export function newestCommit(gitDir: string, ask: () => string): string {
  try {
    const head = readFileSync(join(gitDir, "HEAD"), "utf8").trim();
    const branch = /^ref: (.+)$/.exec(head)?.[1];
    return branch === undefined ? head : readFileSync(join(gitDir, branch), "utf8").trim();
  } catch {
    return ask().trim();
  }
}

/** As `git init --initial-branch=main --template=`. @param gitDir absolute path. */
export function initRepository(gitDir: string, { bare }: { readonly bare: boolean }): void {
  for (const name of ["objects/info", "objects/pack", "refs/heads", "refs/tags"])
    mkdirSync(join(gitDir, name), { recursive: true });
  const settings = [
    ...["repositoryformatversion = 0", "filemode = true", `bare = ${bare}`],
    ...(bare ? [] : ["logallrefupdates = true"]),
  ];
  writeFileSync(join(gitDir, "config"), `[core]\n\t${settings.join("\n\t")}\n`);
  writeFileSync(join(gitDir, "HEAD"), "ref: refs/heads/main\n");
}

/** As `git hash-object -w -t KIND`. @returns the id. */
export function writeObject(gitDir: string, kind: "blob" | "tree", content: Buffer): string {
  const whole = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content]);
  const id = new Bun.CryptoHasher("sha1").update(whole).digest("hex");
  const path = join(gitDir, "objects", id.slice(0, 2), id.slice(2));
  if (existsSync(path)) return id;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, deflateSync(whole, { level: 1 }), { mode: 0o444 });
  return id;
}

/** A file of a tree: its mode in six octal digits, and its id. */
interface Entry {
  readonly mode: string;
  readonly id: string;
}

/** As `git write-tree` of an index with these files. @returns the id. */
export function writeTree(gitDir: string, files: ReadonlyMap<string, Entry>): string {
  const below = Map.groupBy(files, ([path]) => path.split("/")[0] ?? "");
  const entries = [...below].map(([name, inside]) => {
    const [[path, file] = []] = inside;
    if (path === name && file !== undefined) return { name, key: name, ...file };
    const rest = inside.map(([full, one]) => [full.slice(name.length + 1), one] as const);
    return { name, key: `${name}/`, mode: "40000", id: writeTree(gitDir, new Map(rest)) };
  });
  const sorted = entries.sort((one, other) =>
    Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)),
  );
  const lines = sorted.flatMap(({ mode, name, id }) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(id, "hex"),
  ]);
  return writeObject(gitDir, "tree", Buffer.concat(lines));
}
