/** How a home is, for the dashboard: what it wrote of itself, what runs for it, and what waits for a person. */

import { existsSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { isAlive, readHealth } from "#home/health-file.ts";
import type { HomePaths } from "#home/home-paths.ts";
import { pausedKinds, resumeKind } from "#home/paused-kinds.ts";
import type { TaskPlan } from "#home/settings/heartbeat-settings.ts";
import { listBackups } from "#ops/backup/list-backups.ts";
import { readManifest } from "#ops/backup/manifest.ts";
import { startPromotion } from "#ops/processes/generations.ts";
import { processesOf, SUPERVISOR } from "#ops/processes/home-processes.ts";
import { answerFix, resumeRole } from "#ops/supervisor/answer-fix.ts";
import { openSupervisorStore, supervisorPath } from "#ops/supervisor/supervisor.ts";
import type { SupervisorStore } from "#ops/supervisor/supervisor-store.ts";
import { taskRunNow } from "#server/heartbeat/task-scheduler.ts";
import type { JobService } from "#server/jobs/job-service.ts";
import type { BackupRow, HealthSource, HealthView } from "#server/ui/home-view.ts";
import type { AppContext } from "./context.ts";

const MOST_FIXES = 20;
const MOST_BACKUPS = 15;

export interface HealthParts {
  readonly context: Pick<AppContext, "cleaner">;
  readonly paths: HomePaths;
  readonly plans: readonly TaskPlan[];
  readonly jobs: Pick<JobService, "submit">;
  /** Starts `org` with these words in a process of its own. @default by the program that runs */
  readonly start?: ((args: readonly string[]) => void) | undefined;
}

export function healthSource({ context, paths, plans, jobs, start }: HealthParts): HealthSource {
  const { root } = paths;
  const { cleaner } = context;
  const startHere = start ?? ((args) => startPromotion(root, Bun.main, args));
  return {
    read: async () => cleaner.cleanData(await readView(paths, plans)),
    runTask: async (name) => {
      const plan = plans.find((one) => one.name === name);
      if (plan === undefined) throw noTask(name, plans);
      return (await jobs.submit(taskRunNow(plan, Date.now()))).id;
    },
    answerFix: async (id, state) =>
      await inStore(root, (store) => void answerFix(store, id, state)),
    resumeRole: async (role) => await inStore(root, (store) => resumeRole(store, role)),
    resumeKind: async (kind) => await resumeKind(root, kind),
    control: async (role, what) => {
      const processes = await processesOf(root, null);
      if (!processes.some((one) => one.role === role)) throw noRole(role);
      startHere([what, role]);
    },
  };
}

async function readView(paths: HomePaths, plans: readonly TaskPlan[]): Promise<HealthView> {
  const { root } = paths;
  const [health, found, backups] = await Promise.all([
    readHealth(paths.health),
    processesOf(root, null),
    backupsIn(paths.backups),
  ]);
  return {
    beat: health && { ...health, isAlive: await isAlive(health) },
    processes: found.map(({ role, pid, startedAt, port, what, state, children }) => {
      const isStopped = "Tt".includes(state);
      return { role, pid, startedAt, port, what, isStopped, children: children.length };
    }),
    supervisor: found.find(({ role }) => role === SUPERVISOR)?.pid,
    ...(await findings(root)),
    ...{ backups, paused: pausedKinds(root) },
    tasks: plans.map(({ name, cron, zone }) => ({ name, cron: cron.text, zone })),
  };
}

/** A home that no supervisor ever looked after stays as it is. */
async function findings(root: string): Promise<Pick<HealthView, "fixes" | "abandoned">> {
  if (!existsSync(supervisorPath(root))) return { fixes: [], abandoned: [] };
  using store = await openSupervisorStore(root);
  const fixes = store
    .all(MOST_FIXES)
    .map(({ id, pattern, subject, why, fix, state, foundAt, note }) => {
      return { id, pattern, subject, why, fix, state, foundAt, note };
    });
  return { fixes, abandoned: store.givenUp().map(({ role, why }) => ({ role, why })) };
}

async function backupsIn(folder: string): Promise<readonly BackupRow[]> {
  const newest = (await listBackups(folder)).slice(0, MOST_BACKUPS);
  return await Promise.all(
    newest.map(async ({ name, at, folder: own }) => {
      const read = await readManifest(own);
      const files = "manifest" in read ? read.manifest.files : undefined;
      return { name, at, bytes: files?.reduce((sum, { bytes }) => sum + bytes, 0) };
    }),
  );
}

/** @throws {OrgError} `FIX_UNKNOWN` where no supervisor ever looked after the home. */
async function inStore(root: string, use: (store: SupervisorStore) => void): Promise<void> {
  if (!existsSync(supervisorPath(root))) {
    throw new OrgError("No supervisor has ever looked after this home", {
      code: "FIX_UNKNOWN",
      remedies: ["org help supervise"],
      unchanged: "Nothing was changed.",
    });
  }
  using store = await openSupervisorStore(root);
  use(store);
}

function noTask(name: string, plans: readonly TaskPlan[]): OrgError {
  return new OrgError(`There is no task ${echoed(name)}`, {
    code: "INPUT_MISSING",
    why: `there is ${plans.map((one) => one.name).join(", ") || "none"}`,
    remedies: ["org tasks"],
    unchanged: "Nothing was started.",
  });
}

function noRole(role: string): OrgError {
  return new OrgError(`There is no process role ${echoed(role)}`, {
    code: "INPUT_MISSING",
    why: "it may have ended meanwhile",
    remedies: ["org ps"],
    unchanged: "Nothing was ended.",
  });
}
