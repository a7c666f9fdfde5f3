/** Main as several nodes share it: Git brings the commits, a database says who may move it and where it is. */
import { OrgError } from "#core/errors.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { Change, ChangeLedger } from "./ledger.ts";
import type { PromoterWait } from "./promoter-lock.ts";

export interface MainRemote {
  /** Of Git: an absolute folder, or "ssh://…". */
  readonly url: string;
  /** Public keys whose tags count beside those of this home, as "ssh-ed25519 AAAA…". */
  readonly signers: readonly string[];
  /** Waits until no other node moves main. @throws {OrgError} `LOCK_HELD`, `DATABASE_UNREACHABLE` */
  readonly lock: (wait?: PromoterWait) => Promise<AsyncDisposable>;
  /** @throws {OrgError} `LOCK_HELD` unless the lock is ours, at this moment. */
  readonly confirm: () => Promise<void>;
  /** Tells all nodes what main is. @throws {OrgError} `LOCK_HELD` unless the lock is ours. */
  readonly announce: (head: Pick<Change, "tag"> & { readonly commit: string }) => Promise<void>;
  /** What main is, as it was announced last. */
  readonly head: () => Promise<string | undefined>;
  /** Told when a rollback is done here and could not be pushed. */
  readonly onPending: (why: string) => void;
}

/** Where the gate's repository keeps what it fetched. */
const FETCHED = "refs/remotes/shared";
export const FETCHED_MAIN: string = `${FETCHED}/main`;
export const FETCHED_TAGS: string = `${FETCHED}/tags`;
/** Kinds of tags that travel: main was promoted to, rolled back, or published as a person made it. */
export const TRAVELLING: readonly string[] = ["promotion", "rollback", "publication"];

/** Longest silence of a remote, in milliseconds. */
const SILENCE_MS = 60_000;
const NO_MAIN = /couldn't find remote ref refs\/heads\/main/;

/**
 * Takes main and its tags into the gate's repository, where nothing acts on them yet.
 *
 * @returns the commit; `undefined` for a remote without a main.
 * @throws {OrgError} `REMOTE_UNREACHABLE`
 */
export async function fetchMain(
  gate: Repository,
  { url }: Pick<MainRemote, "url">,
): Promise<string | undefined> {
  const tags = TRAVELLING.map((kind) => `+refs/tags/${kind}/*:${FETCHED_TAGS}/${kind}/*`);
  const what = [`+refs/heads/main:${FETCHED_MAIN}`, ...tags];
  const how = ["fetch", "--quiet", "--no-tags", "--prune", "--no-write-fetch-head"];
  const { exitCode, stderr } = await gitRaw(withRemote(gate, url), [...how, "--", url, ...what], {
    exitCodes: [0, 1, 128],
    timeoutMs: SILENCE_MS,
  }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (exitCode === 0) return await gitText(gate, ["rev-parse", "--verify", FETCHED_MAIN]);
  if (NO_MAIN.test(stderr)) return undefined;
  throw unreachable(url, stderr);
}

/** What is pushed together: one of them is not seen without the other. */
export interface Pushed extends Pick<Change, "tag" | "tagId"> {
  readonly commit: string;
  /** Earlier changes of this node, whose tags the remote may not have. */
  readonly ledger: Pick<ChangeLedger, "done">;
}

/**
 * Moves the main of the remote forward, and tells the other nodes. Git refuses whatever is not ahead of it, so a node
 * that has lost the lock without knowing it cannot take a change of another one back.
 *
 * @throws {OrgError} `REMOTE_UNREACHABLE`; `LOCK_HELD` unless this node has the lock.
 */
export async function pushMain(
  gate: Repository,
  remote: MainRemote,
  { commit, tag, tagId, ledger }: Pushed,
): Promise<void> {
  const earlier = await waiting(gate, commit, ledger);
  const refs = [`${commit}:refs/heads/main`, `${tagId}:refs/tags/${tag}`];
  const more = earlier.filter((one) => one.tag !== tag);
  refs.push(...more.map((one) => `${one.tagId}:refs/tags/${one.tag}`));
  await remote.confirm();
  try {
    const how = ["push", "--quiet", "--atomic", "--", remote.url, ...refs];
    await gitText(withRemote(gate, remote.url), how, { timeoutMs: SILENCE_MS });
  } catch (error) {
    throw unreachable(remote.url, error);
  }
  await remote.announce({ commit, tag });
}

/** Changes that the remote did not have when it was asked last. */
async function waiting(
  gate: Repository,
  commit: string,
  ledger: Pushed["ledger"],
): Promise<readonly Change[]> {
  const args = ["rev-parse", "--verify", "--quiet", FETCHED_MAIN];
  const { exitCode } = await gitRaw(gate, args, { exitCodes: [0, 1] });
  const range = exitCode === 0 ? [commit, `^${FETCHED_MAIN}`] : [commit];
  const ahead = new Set(
    (await gitText(gate, ["rev-list", "--first-parent", ...range])).split("\n"),
  );
  return ledger.done().filter(({ to }) => ahead.has(to));
}

function withRemote(gate: Repository, url: string): Repository {
  return { ...gate, protocols: [url.startsWith("/") ? "file" : "ssh"] };
}

function unreachable(url: string, cause: unknown): OrgError {
  const text =
    typeof cause === "string" ? cause : cause instanceof OrgError ? cause.why : undefined;
  const lines = (text ?? String(cause)).trim().split("\n");
  return new OrgError("The Git remote does not answer, or does not take what is pushed", {
    code: "REMOTE_UNREACHABLE",
    why: `${url}: ${lines.slice(0, 3).join(" ").slice(0, 300)}`,
    remedies: [`git ls-remote ${url}`, "org doctor"],
    unchanged: "Main was not moved.",
    ...(cause instanceof Error ? { cause } : {}),
  });
}
