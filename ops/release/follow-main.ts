/** How a node takes over what another one promoted, rolled back or published: only forward, and only what is signed. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { fetchCommits, GATE_IDENTITY } from "#fitness/gate/gate-repository.ts";
import { loadText } from "#platform/files.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { refuseChangedFiles } from "./checkout.ts";
import type { Change } from "./ledger.ts";
import {
  FETCHED_MAIN,
  FETCHED_TAGS,
  fetchMain,
  type MainRemote,
  TRAVELLING,
} from "./main-remote.ts";
import { NOTHING_SERVES } from "./service.ts";
import { tagFault } from "./tag-fault.ts";
import { mainOf, type Promoter, runChange } from "./transaction.ts";

/** One move of main that a node signed. */
interface Step {
  readonly commit: string;
  /** Without `refs/tags/`. */
  readonly tag: string;
  readonly tagId: string;
}

/** The state of the remote, beside the local one. */
export interface RemoteState {
  /** Commit of the remote's main. */
  readonly there: string | undefined;
  readonly here: string;
  /** Signed moves that this node has not taken over, oldest first. */
  readonly steps: readonly Step[];
}

/**
 * Looks, and changes nothing.
 *
 * @throws {OrgError} `REMOTE_UNREACHABLE`; `REMOTE_REFUSED` when its main is not signed, not ahead, or older than what
 *   was announced.
 */
export async function lookAtMain(promoter: Promoter, remote: MainRemote): Promise<RemoteState> {
  const { gate, home } = promoter;
  const here = await mainOf(home);
  await fetchCommits(gate, home, [here]);
  const there = await fetchMain(gate, remote);
  await refuseOlder(gate, remote, there);
  if (there === undefined || there === here || (await holds(gate, here, there))) {
    return { there, here, steps: [] };
  }
  if (!(await holds(gate, there, here))) {
    const why = `main is ${here.slice(0, 12)} here and ${there.slice(0, 12)} there, and neither holds the other`;
    throw refused(remote, why, [`git log --oneline ${here.slice(0, 12)}   # what this node has`]);
  }
  return { there, here, steps: await signedSteps(promoter, remote, { here, there }) };
}

/**
 * Takes over what is new, one signed move after the other. The caller holds the promoter's lock of this home.
 *
 * @returns the changes of this home's main.
 * @throws {OrgError} as {@link lookAtMain}, and as `runChange`.
 */
export async function followMain(
  promoter: Promoter,
  remote: MainRemote,
  nowMs: number,
): Promise<readonly Change[]> {
  const { home, gate } = promoter;
  const { here, steps } = await lookAtMain(promoter, remote);
  const last = steps.at(-1);
  if (last === undefined) return [];
  await fetchCommits(home, gate, [last.commit]);
  await refuseChangedFiles(home, { from: here, to: last.commit });
  const changes: Change[] = [];
  let from = here;
  for (const step of steps) {
    // What serves is started anew once, with the newest.
    const service = step === last ? promoter.service : NOTHING_SERVES;
    const alone = { ...promoter, service, remote: undefined };
    changes.push(await runChange(alone, await planned(promoter, step, { from, nowMs })));
    from = step.commit;
  }
  return changes;
}

async function planned(
  { gate, ledger }: Promoter,
  { commit: to, tag, tagId }: Step,
  { from, nowMs: at }: { readonly from: string; readonly nowMs: number },
) {
  const kind = tag.startsWith("rollback/") ? ("rollback" as const) : ("promotion" as const);
  const message = await gitText(gate, ["cat-file", "commit", to]);
  const [, reverted] = /^Org-Undoes: ([0-9a-f]{40,64})$/m.exec(message) ?? [];
  const [, candidate = null] = /^Org-Candidate: ([0-9a-f]{40,64})$/m.exec(message) ?? [];
  const undoes = ledger.done().find((change) => kind === "rollback" && change.to === reverted);
  return { kind, from, to, tag, tagId, candidate, undoes: undoes?.id ?? null, at };
}

async function signedSteps(
  { gate, paths }: Promoter,
  remote: MainRemote,
  { here, there }: { readonly here: string; readonly there: string },
): Promise<readonly Step[]> {
  const args = ["rev-list", "--first-parent", "--reverse", there, `^${here}`];
  const commits = (await gitText(gate, args)).split("\n");
  const tags = await fetchedTags(gate);
  await using folder = await temporaryFolder("signers");
  const signers = join(folder.path, "allowed_signers");
  const own = await loadText(paths.signers).catch(() => "");
  const others = remote.signers.map((key) => `${GATE_IDENTITY.email} ${key}\n`);
  await Bun.write(signers, `${own}${others.join("")}`);
  const steps: Step[] = [];
  const faults: string[] = [];
  for (const commit of commits) {
    for (const step of tags.get(commit) ?? []) {
      const { tag, tagId } = step;
      const fault = await tagFault(gate, { name: tag, id: tagId, commit }, signers);
      if (fault === undefined) steps.push(step);
      else faults.push(`${tag} ${fault.replace("this home", "a key that this node trusts")}`);
      if (fault === undefined) break;
    }
  }
  if (steps.at(-1)?.commit === there) return steps;
  const why = `its newest commit ${there.slice(0, 12)} has no tag that counts`;
  throw refused(remote, faults.length === 0 ? why : `${why}: ${faults.slice(-3).join(", ")}`, [
    '[database] signers = ["ssh-ed25519 …"]   # in org.config: the key that org doctor shows at the other node',
  ]);
}

type Tags = ReadonlyMap<string, readonly Step[]>;

/** By the commit that each points to. */
async function fetchedTags(gate: Repository): Promise<Tags> {
  const format = "--format=%(objectname) %(*objectname) %(refname)";
  const text = await gitText(gate, ["for-each-ref", "--sort=refname", format, FETCHED_TAGS]);
  const all = text.split("\n").map((line) => {
    const [tagId = "", commit = "", ref = ""] = line.split(" ");
    return { commit, tagId, tag: ref.slice(FETCHED_TAGS.length + 1) };
  });
  const travelling = all.filter(({ tag }) => TRAVELLING.some((kind) => tag.startsWith(`${kind}/`)));
  return Map.groupBy(travelling, ({ commit }) => commit);
}

/** A remote that shows a main of yesterday would keep what was rolled back since. */
async function refuseOlder(
  gate: Repository,
  remote: MainRemote,
  there: string | undefined,
): Promise<void> {
  const announced = await remote.head();
  if (announced === undefined || announced === there) return;
  if (there !== undefined && (await holds(gate, FETCHED_MAIN, announced))) return;
  const remoteText = there === undefined ? "it has no main" : `its main is ${there.slice(0, 12)}`;
  throw refused(
    remote,
    `${remoteText}, and ${announced.slice(0, 12)} was announced: it was moved back`,
    ["org tools push   # at a node that has the newest main"],
  );
}

/** Whether a revision has a commit in its history. */
async function holds(gate: Repository, revision: string, commit: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", commit, revision];
  return (await gitRaw(gate, args, { exitCodes: [0, 1, 128] })).exitCode === 0;
}

function refused({ url }: MainRemote, why: string, remedies: readonly string[]): OrgError {
  return new OrgError("The main of the Git remote was not taken over", {
    code: "REMOTE_REFUSED",
    why: `${url}: ${why}.`,
    remedies: [...remedies, "org doctor"],
    unchanged: "Main was not moved.",
  });
}
