import type { RestoreWish } from "#app/backup.ts";
import { EXIT } from "#core/error-codes.ts";
import { explain, OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import {
  type Backup,
  findBackup,
  listBackups,
  newestWhole,
  verifyBackup,
} from "#ops/backup/list-backups.ts";
import type { MadeBackup } from "#ops/backup/make-backup.ts";
import { type Manifest, readManifest } from "#ops/backup/manifest.ts";
import type { Restored } from "#ops/backup/restore.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

export interface BackupDeps {
  /** Absolute path of the folder of the backups. */
  readonly folder: string;
  readonly make: () => Promise<MadeBackup>;
  readonly restore: (wish: RestoreWish) => Promise<Restored>;
  readonly output: Pick<Output, "write" | "say">;
}

const ACTIONS = ["list", "now", "verify", "restore"] as const;

/**
 * `org backup list|now|verify|restore`.
 *
 * @returns 0.
 * @throws {OrgError} `USAGE`, `INPUT_MISSING`, `BACKUP_DAMAGED`, and as making and restoring one.
 */
export async function runBackupCommand(line: CommandLine, deps: BackupDeps): Promise<number> {
  const [actionName = "list", name, extra] = line.operands;
  const action = actionNamed("backup", ACTIONS, actionName);
  const tooMany = action === "list" || action === "now" ? name : extra;
  if (tooMany !== undefined) throw usage(`Unexpected argument ${echoed(tooMany)}`);
  switch (action) {
    case "list":
      return await list(line, deps);
    case "now":
      return await make(line, deps);
    case "verify":
      return await verify(line, deps, name);
    default:
      return await restore(line, deps, name);
  }
}

async function list(line: CommandLine, { folder, output }: BackupDeps): Promise<number> {
  const all = await listBackups(folder);
  if (all.length === 0 && !line.options.has("json")) output.say("There is no backup yet.\n");
  for (const backup of all) {
    const read = await readManifest(backup.folder);
    const manifest = "manifest" in read ? read.manifest : undefined;
    print(line, output, { backup, manifest, state: manifest ? "verified" : "damaged" });
  }
  return EXIT.done;
}

async function make(line: CommandLine, { make: makeOne, output }: BackupDeps): Promise<number> {
  const made = await makeOne();
  print(line, output, { backup: made, manifest: made.manifest, state: "verified" });
  for (const missing of made.manifest.left_out) output.say(`Left out: ${missing}\n`);
  if (made.deleted.length > 0) output.say(`Deleted: ${made.deleted.join(", ")}\n`);
  return EXIT.done;
}

/** All of them where none is named; the first that is damaged is the error, when all were looked at. */
async function verify(
  line: CommandLine,
  { folder, output }: BackupDeps,
  name: string | undefined,
): Promise<number> {
  const all = await listBackups(folder);
  const chosen = name === undefined ? all : [await findBackup(folder, name)];
  if (chosen.length === 0) output.say("There is no backup yet.\n");
  const damaged: unknown[] = [];
  for (const backup of chosen) {
    try {
      const manifest = await verifyBackup(backup, all);
      print(line, output, { backup, manifest, state: "whole" });
    } catch (error) {
      print(line, output, { backup, manifest: undefined, state: "damaged" });
      if (damaged.length > 0) output.say(`${explain(error)}\n`);
      damaged.push(error);
    }
  }
  if (damaged.length > 0) throw damaged[0];
  return EXIT.done;
}

const RIGHTS: Readonly<Record<Restored["rights"], string>> = {
  kept: "Tokens, leases and switched-off tools are as they were before the restore.\n",
  revoked:
    "All tokens and leases of the backup are revoked, because today's could not be read: org token create.\n",
};

async function restore(
  line: CommandLine,
  deps: BackupDeps,
  actionName: string | undefined,
): Promise<number> {
  const isDamagedOnly = line.options.has("damaged");
  // Of a home that is damaged the newest that helps is wanted; of one that is not, a time is.
  const found = isDamagedOnly ? await newestWhole(await listBackups(deps.folder)) : undefined;
  const name = actionName ?? found?.name;
  if (name === undefined) {
    throw usage(isDamagedOnly ? "There is no intact backup" : "Which backup?");
  }
  const restored = await deps.restore({ name, isDamagedOnly });
  const { backup, before, aside, databases, rights, jobs, isForgotten } = restored;
  if (line.options.has("json")) {
    deps.output.write(
      jsonLine({ backup, before: before ?? null, aside, databases, rights, jobs, isForgotten }),
    );
    return EXIT.done;
  }
  const what = isDamagedOnly ? `${databases.join(", ")}: restored as` : "The home is as";
  deps.output.write(`${what} in ${backup}.\n`);
  if (before !== undefined) deps.output.say(`Before that it was backed up as ${before}.\n`);
  deps.output.say(`The files from before are in ${aside}.\n`);
  deps.output.say(RIGHTS[rights]);
  deps.output.say(sinceText(restored));
  return EXIT.done;
}

/** What happened since the backup was made and could not be taken over. */
function sinceText({ jobs, isForgotten }: Restored): string {
  const waiting =
    jobs === 0
      ? ""
      : `${jobs === 1 ? "1 job waits" : `${jobs} jobs wait`} for you, because it is not known what they did since the backup: org jobs list --state dead\n`;
  const notes = isForgotten
    ? ""
    : "Notes that you forgot since the backup may be back, because today's memory could not be read: org memory list\n";
  return `${waiting}${notes}`;
}

interface BackupOutput {
  readonly backup: Backup;
  readonly manifest: Manifest | undefined;
  readonly state: "verified" | "whole" | "damaged";
}

function print(line: CommandLine, output: BackupDeps["output"], result: BackupOutput): void {
  const { backup, manifest, state } = result;
  const { files = [], databases = [], repositories = [] } = manifest ?? {};
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (line.options.has("json")) {
    const names = { databases: databases.map(({ name }) => name) };
    const bundles = repositories.map(({ name }) => name);
    const { name, at } = backup;
    output.write(jsonLine({ name, at, state, bytes, ...names, repositories: bundles }));
    return;
  }
  const content = `${databases.length} databases, ${repositories.length} repositories`;
  output.write(`${backup.name}  ${state.padEnd(8)}  ${(bytes / 1e6).toFixed(1)} MB  ${content}\n`);
}

function usage(message: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: ["org backup list", "org help backup"],
    unchanged: "Nothing was changed.",
  });
}
