import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import {
  type BackupHome,
  backupHome,
  commit,
  contentOf,
  goOn,
  makeUnowned,
  runGit,
  say,
  UNOWNED,
  verifyNamed,
} from "#test/backup-home.ts";
import { listBackups } from "./list-backups.ts";
import { type MadeBackup, makeBackup } from "./make-backup.ts";
import { filesIn } from "./manifest.ts";
import { finishRestore, restoreBackup } from "./restore.ts";

let home: BackupHome;
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

const make = (at?: number): Promise<MadeBackup> => makeUnowned(home, at);
const verify = (name: string) => verifyNamed(home, name);

const restore = (name: string) =>
  restoreBackup({ home: home.path, name, backUpFirst: async () => (await make()).name });

test("has every database, both repositories and what a person keeps, and no private key", async () => {
  const { manifest, folder } = await make();
  expect(manifest.databases.map(({ name }) => name)).toEqual([
    ...["journal", "queue", "tasks", "tool-uses"],
  ]);
  expect(manifest.databases[0]?.rows["event"]).toBe(20);
  expect(manifest.repositories.map(({ name }) => name)).toEqual(["checkout", "gate"]);
  const files = await filesIn(folder);
  expect(files).toContain("files/personas/critic.md");
  expect(files).toContain("files/.org/projects/0a/project.json");
  expect(files.filter((name) => name.includes("key"))).toEqual([]);
  expect(files.filter((name) => (statSync(join(folder, name)).mode & 0o777) !== 0o600)).toEqual([]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect((await verify((await listBackups(home.paths.backups))[0]?.name ?? "")).v).toBe(1);
});

test("a restored home has the rows, the refs and the files of the backup, and opens", async () => {
  const before = await contentOf(home.path);
  const { name } = await make();
  await goOn(home);
  const later = await contentOf(home.path);
  expect(later).not.toEqual(before);
  const { aside, before: safety = "" } = await restore(name);
  expect(await contentOf(home.path)).toEqual(before);
  expect(existsSync(join(home.path, "more.txt"))).toBe(false);
  expect(runGit(home.path, ["status", "--porcelain", "--untracked-files=no"])).toBe("");
  await say(home.paths, 1);
  expect(readFileSync(join(aside, "org.config"), "utf8")).toContain("prod");
  expect(await restore(safety)).toMatchObject({ backup: safety });
  expect(await contentOf(home.path)).toEqual(later);
  expect(readFileSync(join(home.path, ".org/gate/key"), "utf8")).toBe("PRIVATE\n");
});

test("what was committed and is only in the log of a killed process is in the backup", async () => {
  const code = `import { say } from "#test/backup-home.ts"; import { homePaths } from "#home/home-paths.ts";
    import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
    const journal = await openSqliteJournal(homePaths(process.argv.at(-1)).journal);
    await journal.append("room", { key: "last", event: { type: "notice", level: "info", text: "last" } });
    process.kill(process.pid, "SIGKILL");`;
  const child = Bun.spawn([process.execPath, "-e", code, home.path], {
    cwd: join(import.meta.dir, "../.."),
  });
  expect(await child.exited).not.toBe(0);
  expect((await make()).manifest.databases[0]?.rows["event"]).toBe(21);
});

test.each(["checkout.bundle", "databases/state/current/journal.sqlite", "manifest.sha256"])(
  "without %s it is damaged, and so it is with a file too much",
  async (file) => {
    const { name, folder } = await make();
    writeFileSync(join(folder, "extra"), "");
    await expect(verify(name)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
    rmSync(join(folder, "extra"));
    await verify(name);
    rmSync(join(folder, file));
    await expect(restore(name)).rejects.toMatchObject({
      code: "BACKUP_DAMAGED",
      unchanged: "Nothing was restored; there is no intact backup.",
    });
  },
);

test("a manifest that leads out of its folder is none", async () => {
  const { name, folder } = await make();
  const path = join(folder, "manifest.json");
  const text = readFileSync(path, "utf8").replaceAll("files/org.config", "files/../../org.config");
  writeFileSync(path, text);
  const seal = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  writeFileSync(join(folder, "manifest.sha256"), `${seal}\n`);
  await expect(verify(name)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
});

test("files of the checkout that a person changed are not written over", async () => {
  const { name } = await make();
  await goOn(home);
  writeFileSync(join(home.path, "notes.txt"), "mine\n");
  const before = await contentOf(home.path);
  await expect(restore(name)).rejects.toMatchObject({ code: "PATH_REFUSED" });
  expect(await contentOf(home.path)).toEqual(before);
  runGit(home.path, ["checkout", "-q", "-f", "-b", "elsewhere"]);
  await expect(restore(name)).rejects.toMatchObject({
    ...{ code: "PATH_REFUSED", unchanged: "Nothing was restored." },
  });
});

test("two at once are refused, and so is a name that there is not", async () => {
  let error: unknown;
  await makeBackup({
    ...{ home: home.path, ...UNOWNED },
    onStep: async (step) => {
      if (step === "files") error = await make().catch((thrown: unknown) => thrown);
    },
  });
  expect(error).toMatchObject({ code: "LOCK_HELD" });
  await expect(restore("2020-01-01T000000Z")).rejects.toMatchObject({ code: "INPUT_MISSING" });
});

test("a database that was written to while it was read is copied again, and not for ever", async () => {
  let freezes = 0;
  const freeze = async () => {
    freezes += 1;
    return { ...(await UNOWNED.freeze()), isWhole: async () => freezes === 2 };
  };
  await makeBackup({ home: home.path, ...UNOWNED, freeze });
  expect(freezes).toBe(2);
  const never = async () => ({ ...(await UNOWNED.freeze()), isWhole: async () => false });
  await expect(makeBackup({ home: home.path, ...UNOWNED, freeze: never })).rejects.toMatchObject({
    message: "A database was written to while it was copied",
  });
  expect(await listBackups(home.paths.backups)).toHaveLength(1);
});

test("a damaged database makes no backup, and a shallow clone is said to be left out", async () => {
  runGit(home.path, ["clone", "-q", "--depth", "1", `file://${home.path}`, "shallow"]);
  await Bun.$`rm -rf .git && mv shallow/.git .git && rm -rf shallow`.cwd(home.path).quiet();
  commit(home.path, "again", { "notes.txt": "three\n" });
  const { manifest } = await make();
  expect(manifest.left_out.length + manifest.repositories.length).toBe(2);
  const bytes = readFileSync(home.paths.journal);
  bytes.fill(0x55, 4096, 9000);
  writeFileSync(home.paths.journal, bytes);
  await expect(make()).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  expect(await listBackups(home.paths.backups)).toHaveLength(1);
  expect(readdirSync(home.paths.backups).filter((name) => name.startsWith(".tmp"))).toEqual([]);
});

test("backups may lie on another disk than the home", async () => {
  const other = ["/dev/shm", "/var/tmp"].find(
    (path) => statSync(path).dev !== statSync(home.path).dev,
  );
  const elsewhere = mkdtempSync(join(other ?? expect.unreachable(), "org-backups-"));
  try {
    rmSync(home.paths.backups, { recursive: true });
    symlinkSync(elsewhere, home.paths.backups);
    const before = await contentOf(home.path);
    const { name } = await make();
    await goOn(home);
    const { aside } = await restore(name);
    expect(await contentOf(home.path)).toEqual(before);
    expect(readFileSync(join(aside, "org.config"), "utf8")).toContain("prod");
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test("a copy of a home in the middle of a restore is finished in itself, and a plan that leads out of it is refused", async () => {
  const { name } = await make();
  const before = await contentOf(home.path);
  await goOn(home);
  const later = await contentOf(home.path);
  const backUpFirst = async () => undefined;
  const stopped = restoreBackup({
    ...{ home: home.path, name, backUpFirst },
    onStep: (step) => {
      if (step.startsWith("move ")) throw new Error("stopped");
    },
  });
  await expect(stopped).rejects.toThrow("stopped");
  await using copy = await temporaryFolder("copied-home");
  await cp(home.path, copy.path, { recursive: true });
  expect((await finishRestore(copy.path))?.backup).toBe(name);
  expect(await contentOf(copy.path)).toEqual(before);
  expect(await contentOf(home.path)).toEqual(later);
  const plan = home.paths.restorePlan;
  const text = readFileSync(plan, "utf8");
  for (const bad of [text.replaceAll('"place":"', '"place":"../../'), text.slice(9), "{}"]) {
    writeFileSync(plan, bad);
    await expect(finishRestore(home.path)).rejects.toMatchObject({ code: "BACKUP_DAMAGED" });
  }
  expect(await contentOf(home.path)).toEqual(later);
});

test("links among what a person keeps lead no backup astray, neither out of the home nor in a circle", async () => {
  symlinkSync("..", join(home.path, "personas", "circle"));
  symlinkSync("/proc/self/fd", join(home.path, "workflows", "elsewhere"));
  const { folder } = await make();
  const files = (await filesIn(folder)).filter((path) => /personas|workflows/.test(path));
  expect(files).toEqual(["files/personas/critic.md", "files/workflows/report.toml"]);
});

test("of a damaged database alone the backup comes back, whose rows it has; all else stays", async () => {
  const { name, manifest } = await make();
  await goOn(home);
  const later = await contentOf(home.path);
  const only = { home: home.path, name, isDamagedOnly: true, backUpFirst: async () => undefined };
  await expect(restoreBackup(only)).rejects.toMatchObject({ code: "INPUT_MISSING" });
  const bytes = readFileSync(home.paths.journal);
  bytes.fill(0xa5, 4096, 12_288);
  writeFileSync(home.paths.journal, bytes);
  const { databases, aside } = await restoreBackup(only);
  expect(databases).toEqual(["journal"]);
  const rows = manifest.databases.find((one) => one.name === "journal")?.rows;
  expect(await contentOf(home.path)).toEqual({ ...later, journal: rows });
  expect(readFileSync(join(aside, ".org/state/current/journal.sqlite")).equals(bytes)).toBe(true);
});

test("a backup that was made stays, and is said to be, where older ones cannot be deleted", async () => {
  const refused = Object.assign(new Error("refused"), { code: "EACCES" });
  const onStep = async (step: string) => {
    if (step === "delete") throw refused;
  };
  const error = await makeBackup({ home: home.path, ...UNOWNED, onStep }).catch((one) => one);
  const [{ name } = { name: "" }] = await listBackups(home.paths.backups);
  expect(error).toMatchObject({
    ...{ code: "FILE_FAILED" },
    unchanged: `The backup ${name} was made; older ones could not be deleted.`,
  });
  await verify(name);
});
