/** Where everything of a home lies. */
import { chmod, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileFailed } from "#platform/files.ts";

/** What serves beside each other: main as it was released, and one that might follow it. */
export type GenerationName = "current" | "candidate";

/** Absolute paths; all of them but `personas` and `workflows` lie under `ORG_HOME/.org`, which Git ignores. */
export interface HomePaths {
  /** ORG_HOME itself. */
  readonly root: string;
  /** The generation's journal. */
  readonly journal: string;
  /** The generation's jobs. */
  readonly queue: string;
  /** When tasks were due last, in a database. */
  readonly tasks: string;
  /** What the home did by itself, in a database. */
  readonly autonomy: string;
  /** The latest digest. */
  readonly digest: string;
  /** Which proposals about tools a person was told of. */
  readonly proposals: string;
  /** What the Telegram bridge handled, and what it has to send, in a database. */
  readonly telegram: string;
  /** What personas want to have sent over Telegram: a file for each message. */
  readonly telegramDrops: string;
  /** What has been spent, in a database. */
  readonly spending: string;
  /** What the human has allowed beforehand, in a database. */
  readonly leases: string;
  /** Which tools of MCP servers a person approved, word for word. */
  readonly mcpPins: string;
  /** Which bytes of the policy program a person approved. */
  readonly policyApproval: string;
  /** Who may ask over HTTP, in a database; the same for both generations. */
  readonly access: string;
  /** Vectors that an embedding model made of tools and questions, in a database. */
  readonly embeddings: string;
  /** Notes and episodes, in a database. */
  readonly memory: string;
  /** Lines that are answered without a model, in a database. */
  readonly rules: string;
  /** What generated tools keep between calls, in a database. */
  readonly toolMemory: string;
  /** Uses of tools that no room has written down, in a database. */
  readonly toolUses: string;
  /** Which generated tools the human has switched off: a file for each. */
  readonly disabledTools: string;
  readonly backups: string;
  /** There while a backup replaces the files of the home. */
  readonly restorePlan: string;
  /** There while what a database has is copied into the home. */
  readonly unfinishedCopy: string;
  /** Unix socket of the process that owns the home. */
  readonly socket: string;
  /** Who that process is; see `owner.ts`. */
  readonly ownerRecord: string;
  /** How the process that owns the home is, at each of its beats; see `health-file.ts`. */
  readonly health: string;
  /** What was learnt of how models write. */
  readonly profiles: string;
  readonly workspace: string;
  /** Files that pages gave to a browser, until the user lets them out. */
  readonly quarantine: string;
  readonly logs: string;
  /** Tools that were forged and wait to be taken over. */
  readonly forge: string;
  /** Prompts and answers of runs of the forge. */
  readonly forgeLogs: string;
  /** Personas that the person added, as files. */
  readonly personas: string;
  /** Workflows of the person, as files. */
  readonly workflows: string;
  /** Runs of workflows, in a database. */
  readonly workflowRuns: string;
  /** A lock for each run. */
  readonly workflowLocks: string;
  /** Copies of the repositories that rooms work on: a folder for each. */
  readonly projects: string;
  /** There when the human does not want the built-in engine. */
  readonly declinedEngine: string;
}

/**
 * @param generation whose state it is; what a human has set up, and what waits for a human, is the same for all.
 */
export function homePaths(orgHome: string, generation: GenerationName = "current"): HomePaths {
  const isCurrent = generation === "current";
  const under = (...names: string[]) => join(orgHome, ".org", ...names);
  const state = (...names: string[]) => under("state", generation, ...names);
  // What a candidate is allowed, runs and writes must not be what the current generation is allowed, runs and has.
  const own = (...names: string[]) => (isCurrent ? under(...names) : state(...names));
  const run = (...names: string[]) => under("run", ...(isCurrent ? [] : [generation]), ...names);
  return {
    root: orgHome,
    journal: state("journal.sqlite"),
    queue: state("queue.sqlite"),
    tasks: state("tasks.sqlite"),
    autonomy: state("autonomy.sqlite"),
    digest: state("digest.json"),
    proposals: state("proposals.json"),
    telegram: state("telegram.sqlite"),
    telegramDrops: state("telegram-drops"),
    spending: state("spending.sqlite"),
    leases: isCurrent ? under("state", "leases.sqlite") : state("leases.sqlite"),
    access: under("state", "access.sqlite"),
    mcpPins: under("state", "mcp-pins.json"),
    policyApproval: under("state", "policy-program.json"),
    embeddings: state("embeddings.sqlite"),
    memory: state("memory.sqlite"),
    rules: state("rules.sqlite"),
    toolMemory: state("tool-memory.sqlite"),
    toolUses: state("tool-uses.sqlite"),
    disabledTools: under("state", "disabled-tools"),
    backups: own("backups"),
    restorePlan: own("backups", "restore.json"),
    unfinishedCopy: state("copy.json"),
    socket: run("org.sock"),
    ownerRecord: run("owner.json"),
    health: run("health.json"),
    profiles: state("profiles.json"),
    workspace: own("workspace"),
    quarantine: own("quarantine"),
    logs: under("logs"),
    forge: under("forge"),
    forgeLogs: under("state", "forge"),
    personas: join(orgHome, "personas"),
    workflows: join(orgHome, "workflows"),
    workflowRuns: state("workflows.sqlite"),
    workflowLocks: run("workflows"),
    projects: under("projects"),
    declinedEngine: under("state", "declined-engine"),
  };
}

/**
 * Creates the folders of a home that are missing, and closes those that others could read.
 *
 * @throws {OrgError} `FILE_FAILED` when the system refuses.
 */
export async function createHome(paths: HomePaths): Promise<void> {
  const state = dirname(dirname(paths.journal));
  const folders = [
    dirname(state),
    state,
    dirname(paths.journal),
    paths.backups,
    dirname(paths.socket),
    paths.workspace,
    paths.logs,
  ];
  for (const folder of folders) await createPrivateFolder(folder);
}

const PRIVATE = 0o700;

async function createPrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: PRIVATE });
    // It may be older than us, or the umask may have taken our own bits away.
    if (((await stat(path)).mode & 0o777) !== PRIVATE) await chmod(path, PRIVATE);
  } catch (error) {
    throw fileFailed(path, error);
  }
}
