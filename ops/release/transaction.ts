/**
 * Moves main, the live release and the human's checkout from one commit to another, or not at all.
 *
 * The step that comes next is on disk before it begins, and every step can be repeated. So the process that comes
 * next after a crash finishes what was begun: forward when main has moved, back when it has not.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { OrgError, reasonOf } from "#core/errors.ts";
import { fetchCommits } from "#fitness/gate/gate-repository.ts";
import type { PromotionPaths } from "#fitness/gate/paths.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { moveFiles } from "./checkout.ts";
import type { Change, ChangeLedger, NewChange, Step } from "./ledger.ts";
import { type MainRemote, pushMain } from "./main-remote.ts";
import type { PromoterWait } from "./promoter-lock.ts";
import { currentRelease, flipCurrent, writeRelease } from "./release.ts";
import type { Service } from "./service.ts";

/** Everything that a change needs. */
export interface Promoter {
  /** The human's repository. */
  readonly home: Repository;
  readonly gate: Repository;
  readonly paths: PromotionPaths;
  readonly ledger: ChangeLedger;
  readonly service: Service;
  /** Told of every step before it begins, after it is on disk. */
  readonly onStep?: ((step: Step, change: Change) => void) | undefined;
  /** How it waits while another process promotes or rolls back. */
  readonly wait?: PromoterWait | undefined;
  /** Main as other nodes see it. @default this home has its own */
  readonly remote?: MainRemote | undefined;
}

const MAIN = "refs/heads/main";

/**
 * @throws {OrgError} `CANDIDATE_STALE` when main moved meanwhile, `FILE_FAILED` when the release cannot be
 *   written, `REMOTE_UNREACHABLE` when the other nodes cannot get it; main has not moved then.
 */
export async function runChange(promoter: Promoter, planned: NewChange): Promise<Change> {
  const { ledger } = promoter;
  // Objects first: they change nothing until a ref names them.
  await fetchCommits(promoter.home, promoter.gate, [planned.to, planned.tagId]);
  const change = ledger.open(planned);
  try {
    begin(promoter, change, "release");
    await writeRelease(promoter.gate, change.to, promoter.paths);
    begin(promoter, change, "refs");
    // First: what the other nodes have, this home takes over again after a crash.
    await push(promoter, change);
    await moveRefs(promoter.home, change);
  } catch (error) {
    await abandon(promoter, change, reasonOf(error));
    throw error;
  }
  return await goForward(promoter, change);
}

/** Finishes what a crash cut off; called before anything else is changed. @returns what it finished. */
export async function finishUnfinished(promoter: Promoter): Promise<readonly Change[]> {
  const finished: Change[] = [];
  for (const change of promoter.ledger.unfinished()) {
    if (await mainHolds(promoter.home, change.to)) {
      await writeRelease(promoter.gate, change.to, promoter.paths);
      await createTag(promoter.home, change);
      finished.push(await goForward(promoter, change));
    } else {
      await abandon(promoter, change, "it was cut off before main moved");
      finished.push(promoter.ledger.get(change.id) ?? change);
    }
  }
  return finished;
}

/**
 * Main has moved: from here on there is only forward, or a change that takes this one back. The note of the
 * result says what is not well.
 */
async function goForward(promoter: Promoter, change: Change): Promise<Change> {
  const { ledger, service, paths, home } = promoter;
  let note: string | null = null;
  try {
    begin(promoter, change, "link");
    await flipCurrent(change.to, paths);
    begin(promoter, change, "checkout");
    await moveFiles(home, change);
    begin(promoter, change, "restart");
    await service.restart(change.to);
    begin(promoter, change, "health");
    if (!(await service.isHealthy(change.to)))
      note = "what serves now does not answer as it should";
  } catch (error) {
    note = noteOf(error);
  }
  ledger.close(change.id, "done", note);
  return ledger.get(change.id) ?? change;
}

/** For the ledger and for a person: what failed and, on the same line, why. */
function noteOf(error: unknown): string {
  const [why = ""] = error instanceof OrgError ? (error.why ?? "").split("\n") : [];
  return why === "" ? reasonOf(error) : `${reasonOf(error)}: ${why}`;
}

function begin(promoter: Promoter, change: Change, step: Step): void {
  promoter.ledger.begin(change.id, step);
  promoter.onStep?.(step, { ...change, step });
}

/** A rollback does not wait for a network; `org tools push` brings it to the other nodes later. */
async function push({ gate, remote, ledger }: Promoter, change: Change): Promise<void> {
  if (remote === undefined) return;
  try {
    await pushMain(gate, remote, { ...change, commit: change.to, ledger });
  } catch (error) {
    const isAway = error instanceof OrgError && error.code === "REMOTE_UNREACHABLE";
    if (change.kind !== "rollback" || !isAway) throw error;
    remote.onPending(error.why ?? error.message);
  }
}

/** Main and the signed tag in one transaction of Git's; main only from where it was expected. */
async function moveRefs(home: Repository, change: Change): Promise<void> {
  const lines = [
    "start",
    `create refs/tags/${change.tag} ${change.tagId}`,
    `update ${MAIN} ${change.to} ${change.from}`,
    "prepare",
    "commit",
    "",
  ];
  try {
    await gitText(home, ["update-ref", "--stdin"], { stdin: lines.join("\n") });
  } catch (error) {
    if ((await mainOf(home)) === change.from) throw error;
    throw staleCandidate(error);
  }
}

/** A crash may have come between the two refs. */
async function createTag(home: Repository, { tag, tagId }: Change): Promise<void> {
  await gitText(home, ["update-ref", `refs/tags/${tag}`, tagId]);
}

async function abandon(promoter: Promoter, change: Change, note: string): Promise<void> {
  const { home, paths, ledger } = promoter;
  if ((await currentRelease(paths)) !== change.to) {
    await rm(join(paths.releases, change.to), { recursive: true, force: true });
    await rm(join(paths.releases, `.${change.to}.new`), { recursive: true, force: true });
  }
  const args = ["show-ref", "--verify", "--quiet", `refs/tags/${change.tag}`];
  if ((await gitRaw(home, args, { exitCodes: [0, 1] })).exitCode === 0) {
    await gitText(home, ["update-ref", "-d", `refs/tags/${change.tag}`, change.tagId]);
  }
  ledger.close(change.id, "abandoned", note);
}

/** The commit that main is. @throws {OrgError} `INPUT_MISSING` where there is no such branch. */
export async function mainOf(home: Repository): Promise<string> {
  const args = ["rev-parse", "--verify", "--quiet", `${MAIN}^{commit}`];
  const { exitCode, stdout } = await gitRaw(home, args, { exitCodes: [0, 1] });
  if (exitCode === 0) return new TextDecoder().decode(stdout).trim();
  throw new OrgError("The repository has no branch main", {
    code: "INPUT_MISSING",
    why: `candidates begin at its commit, and ${home.workTree ?? home.gitDir} has none of that name`,
    remedies: [`git -C ${home.workTree ?? home.gitDir} branch main COMMIT`],
    unchanged: "Nothing was changed.",
  });
}

async function mainHolds(home: Repository, commit: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", commit, MAIN];
  return (await gitRaw(home, args, { exitCodes: [0, 1, 128] })).exitCode === 0;
}

/** Main is not what the verdict was about. */
export function staleCandidate(cause?: unknown): OrgError {
  return new OrgError("Main has moved since the candidate was judged", {
    code: "CANDIDATE_STALE",
    why: "A verdict holds for one tree: what main would be with the candidate in it.",
    remedies: ["judge it again: org fitness CANDIDATE"],
    unchanged: "Nothing was changed.",
    cause,
  });
}
