/** A home with every sort of thing that a backup has, and what is to be the same when it was restored. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findDatabases } from "#home/databases.ts";
import { createHome, type HomePaths, homePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { TaskTable } from "#home/tasks/task-table.ts";
import { UseStore } from "#home/use-store.ts";
import { refsOf, repositoriesOf } from "#ops/backup/bundles.ts";
import { rowsIn } from "#ops/backup/databases.ts";
import { findBackup, listBackups, verifyBackup } from "#ops/backup/list-backups.ts";
import { type BackupOptions, type MadeBackup, makeBackup } from "#ops/backup/make-backup.ts";
import { createRepository } from "#platform/git/repository.ts";
import { type TemporaryFolder, temporaryFolder } from "#platform/temporary-folder.ts";

export interface BackupHome extends TemporaryFolder {
  readonly paths: HomePaths;
}

export async function backupHome(): Promise<BackupHome> {
  const folder = await temporaryFolder("backup-home");
  const paths = homePaths(folder.path);
  await createHome(paths);
  commit(folder.path, "first", { "notes.txt": "one\n" });
  const gate = join(folder.path, ".org/gate/repository.git");
  mkdirSync(dirname(gate), { recursive: true });
  await createRepository({ gitDir: gate });
  runGit(folder.path, ["push", "-q", gate, "main:refs/heads/main"]);
  const files = {
    "org.config": 'profile = "dev"\n',
    "personas/critic.md": "# Critic\n",
    "workflows/report.toml": "[workflow]\n",
    ".org/gate/hidden/median.json": "[]\n",
    ".org/gate/key": "PRIVATE\n",
    ".org/projects/0a/project.json": "{}\n",
  };
  for (const [name, text] of Object.entries(files)) write(join(folder.path, name), text);
  await say(paths, 20);
  await using queue = await openSqliteQueue(paths.queue);
  for (let job = 0; job < 5; job += 1) await queue.enqueue("jobs", "{}", { id: `job-${job}` });
  using _uses = new UseStore(paths.toolUses);
  using _tasks = new TaskTable(paths.tasks);
  return { ...folder, paths };
}

/** Adds so many lines to the journal. */
export async function say({ journal: path }: HomePaths, lines: number): Promise<void> {
  await using journal = await openSqliteJournal(path);
  const head = await journal.head("room");
  for (let line = head; line < head + lines; line += 1) {
    const event = {
      type: "notice",
      level: "info",
      text: `line ${line} ${"x".repeat(200)}`,
    } as const;
    await journal.append("room", { key: `line-${line}`, event });
  }
}

/** Makes a commit of these files on the branch that is checked out; the first one makes the repository. */
export function commit(home: string, message: string, files: Record<string, string>): void {
  if (message === "first") runGit(home, ["init", "-q", "-b", "main"]);
  for (const [name, text] of Object.entries(files)) write(join(home, name), text);
  runGit(home, ["add", ...Object.keys(files)]);
  runGit(home, ["commit", "-q", "-m", message]);
}

export function runGit(home: string, args: readonly string[]): string {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
  const { stdout, stderr, exitCode } = Bun.spawnSync(["git", ...identity, "-C", home, ...args]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  return stdout.toString();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What a home holds, as far as a backup has it: rows, refs and files. Not while a process owns it. */
export async function contentOf(home: string): Promise<object> {
  const databases = await findDatabases(home);
  const rows = databases.map(({ name, path }) => [name, rowsIn(path)]);
  const refs: [string, object][] = [];
  for (const [name, repository] of await repositoriesOf(home)) {
    refs.push([name, await refsOf(repository)]);
  }
  const files = ["org.config", "personas/critic.md", "notes.txt"].map((name) => {
    try {
      return [name, readFileSync(join(home, name), "utf8")];
    } catch {
      return [name, undefined];
    }
  });
  return Object.fromEntries([...rows, ...refs, ...files]);
}

/** Of a home that no process owns. */
export const UNOWNED: Pick<BackupOptions, "freeze" | "program"> = {
  program: "test",
  freeze: async () => ({
    paths: [],
    isWhole: async () => true,
    [Symbol.asyncDispose]: async () => undefined,
  }),
};

/** Makes a backup of a home that no process owns. @param at the time, in milliseconds since the epoch. @default now */
export function makeUnowned(home: BackupHome, at?: number): Promise<MadeBackup> {
  return makeBackup({
    home: home.path,
    ...UNOWNED,
    ...(at === undefined ? {} : { now: () => at }),
  });
}

/** @throws {OrgError} `BACKUP_DAMAGED` */
export async function verifyNamed(
  { paths }: BackupHome,
  name: string,
): ReturnType<typeof verifyBackup> {
  const all = await listBackups(paths.backups);
  return await verifyBackup(await findBackup(paths.backups, name), all);
}

/** What came after the backup. */
export async function goOn(home: BackupHome): Promise<void> {
  await say(home.paths, 7);
  commit(home.path, "second", { "notes.txt": "two\n", "more.txt": "more\n" });
  runGit(home.path, ["branch", "later"]);
  writeFileSync(join(home.path, "org.config"), 'profile = "prod"\n');
  rmSync(join(home.path, "personas"), { recursive: true });
}
