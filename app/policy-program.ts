/** Runs the user's policy program: in the sandbox, with limits, and only as it was approved. */
import { realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import { ChannelLock } from "#core/channel-lock.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { Decision } from "#core/policy/policy.ts";
import {
  narrowed,
  type PolicyAnswer,
  type PolicyProgram,
  type PolicyQuestion,
  readPolicyAnswer,
} from "#core/policy/program.ts";
import type { PolicyProgramSettings } from "#home/settings/policy-settings.ts";
import { FileSums, type SumOf, sumOf } from "#platform/file-sums.ts";
import { readTextFile, writeFileAtomically } from "#platform/files.ts";
import { exitText } from "#platform/sandbox/exit-status.ts";
import { DEFAULT_POLICY, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed } from "#platform/sandbox/run.ts";
import { jsonProblem } from "#server/http/json-check.ts";

/** How a question ended: what the program said, or `unusable`. */
export type PolicyOutcome = PolicyAnswer["decision"] | "unusable";

export interface PolicyProgramOptions {
  readonly settings: PolicyProgramSettings;
  /** Absolute path of the file that says which bytes a person approved. */
  readonly approved: string;
  /** Told of every question that was put to the program. */
  readonly onOutcome?: ((outcome: PolicyOutcome, question: PolicyQuestion) => void) | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
}

const MIB = 1024 * 1024;
/** Each is a process with its sandbox; more of them at once only make all of them late. */
const AT_ONCE = 8;
/** Most answers that are kept for their `ttl_s`. */
const MAX_CACHED = 1000;

/** What a person approved: the program and each of its files, by real path and SHA-256. */
const pinSchema = z.strictObject({
  version: z.literal(1),
  files: z.record(z.string(), z.string()),
});

interface CachedDecision {
  readonly answer: PolicyAnswer;
  readonly until: number;
}

/** Denies whatever the program does not answer in its form. */
export class SandboxedPolicyProgram implements PolicyProgram {
  readonly #options: PolicyProgramOptions;
  readonly #turnstile = new ChannelLock(AT_ONCE);
  readonly #sums = new FileSums();
  readonly #kept = new Map<string, CachedDecision>();

  constructor(options: PolicyProgramOptions) {
    this.#options = options;
  }

  async narrow(question: PolicyQuestion, signal: AbortSignal): Promise<Decision> {
    const { settings } = this.#options;
    const { decision } = question;
    if (decision.permission === "deny" || !settings.applies.has(decision.permission))
      return decision;
    // The same call in a later turn is the same question.
    const { id: _id, now: _now, turn: _turn, ...cacheKey } = question;
    const key = canonicalJson(cacheKey);
    const answer = this.#fresh(key) ?? (await this.#ask(question, signal));
    if (typeof answer === "string") {
      this.#options.onOutcome?.("unusable", question);
      const why = `the policy program gave no valid answer: ${answer}`;
      return { permission: "deny", why };
    }
    this.#keep(key, answer);
    this.#options.onOutcome?.(answer.decision, question);
    return narrowed(question, answer, settings.mayAllow);
  }

  /** @returns the answer, or why there is none; one clause. */
  async #ask(question: PolicyQuestion, signal: AbortSignal): Promise<PolicyAnswer | string> {
    const { settings, approved } = this.#options;
    try {
      using _turn = await this.#turnstile.waitForLock(Number.POSITIVE_INFINITY, { signal });
      const files = await checkedFiles(settings, (path) => this.#sums.of(path));
      requireApproved(files, approved);
      const stdin = `${JSON.stringify(question)}\n`;
      const policy = sandboxOf(settings, files);
      return answerOf(
        await runSandboxed(files.command, policy, { signal, stdin }),
        settings.timeoutMs,
      );
    } catch (error) {
      return clauseOf(error);
    }
  }

  #fresh(key: string): PolicyAnswer | undefined {
    const cached = this.#kept.get(key);
    const now = (this.#options.now ?? Date.now)();
    if (cached !== undefined && cached.until > now) return { ...cached.answer, ttl_s: undefined };
    this.#kept.delete(key);
    return undefined;
  }

  #keep(key: string, answer: PolicyAnswer): void {
    const { ttl_s: seconds = 0 } = answer;
    if (seconds === 0) return;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MAX_CACHED && oldest !== undefined) this.#kept.delete(oldest);
    const now = (this.#options.now ?? Date.now)();
    this.#kept.set(key, { answer, until: now + seconds * 1000 });
  }
}

/** What is started, and which files it is made of; links are followed in both. */
interface PolicyFiles {
  readonly command: readonly string[];
  /** SHA-256 in hexadecimal by real path; the program is one of them. */
  readonly sums: Readonly<Record<string, string>>;
}

/**
 * Writes down that a person approves the program as it is now.
 *
 * @returns what was approved, by path.
 * @throws {OrgError} `POLICY_PROGRAM` for a program that is missing, lies elsewhere or could be changed by others.
 */
export async function approvePolicyProgram(
  settings: PolicyProgramSettings,
  approved: string,
): Promise<PolicyFiles["sums"]> {
  const { sums } = await checkedFiles(settings, sumOf);
  await writeFileAtomically(approved, `${JSON.stringify({ version: 1, files: sums }, null, 2)}\n`);
  return sums;
}

/** @returns why every call is denied, one clause; undefined when the program can be asked. */
export async function policyProgramProblem(
  settings: PolicyProgramSettings,
  approved: string,
): Promise<string | undefined> {
  try {
    requireApproved(await checkedFiles(settings, sumOf), approved);
    return undefined;
  } catch (error) {
    return clauseOf(error);
  }
}

function clauseOf(error: unknown): string {
  return (error instanceof OrgError ? error.why : undefined) ?? reasonOf(error);
}

async function checkedFiles(
  { program, args, allowed }: PolicyProgramSettings,
  sum: SumOf,
): Promise<PolicyFiles> {
  const real = await realpath(program).catch(() => {
    throw refused(`${program} does not exist`);
  });
  const folders = await Promise.all(allowed.map((one) => realpath(one).catch(() => one)));
  if (!folders.some((folder) => real.startsWith(`${folder}/`))) {
    throw refused(`${real} does not lie in a folder that [policy] allowed names`);
  }
  const boundArguments = await Promise.all(
    args.map(async (word) => {
      const path = isAbsolute(word) ? await realpath(word).catch(() => undefined) : undefined;
      return { word: path ?? word, path };
    }),
  );
  const paths = [real, ...boundArguments.flatMap(({ path }) => path ?? [])];
  for (const path of paths) await requireOurs(path);
  const sums = await Promise.all(paths.map(async (path) => [path, await sum(path)] as const));
  return {
    command: [real, ...boundArguments.map(({ word }) => word)],
    sums: Object.fromEntries(sums),
  };
}

/** @throws {OrgError} `POLICY_PROGRAM` for what others than root and the user could change. */
async function requireOurs(path: string): Promise<void> {
  const about = await stat(path);
  const { uid, mode } = about;
  if (!about.isFile()) throw refused(`${path} is not a file`);
  if (uid !== 0 && uid !== process.getuid?.()) throw refused(`${path} belongs to another user`);
  if ((mode & WRITABLE_BY_OTHERS) !== 0) throw refused(`others may write ${path}`);
  if ((mode & CHANGES_USER) !== 0) throw refused(`${path} changes its user when it runs`);
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode: how } = await stat(folder);
    // In a sticky folder such as /tmp no other user can put a file in the place of ours.
    if ((how & WRITABLE_BY_OTHERS) !== 0 && (how & STICKY) === 0) {
      throw refused(`others may write the folder ${folder}`);
    }
    if (folder === dirname(folder)) return;
  }
}

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
const CHANGES_USER = 0o6000;

function requireApproved({ sums }: PolicyFiles, approved: string): void {
  const approvedPins = pinsIn(approved);
  if (approvedPins === undefined) throw refused("no person has approved it yet");
  const changed = Object.entries(sums).find(([path, sum]) => approvedPins[path] !== sum);
  if (changed !== undefined) throw refused(`${changed[0]} is not the file that was approved`);
}

function pinsIn(path: string): Readonly<Record<string, string>> | undefined {
  try {
    return pinSchema.parse(JSON.parse(readTextFile(path))).files;
  } catch {
    return undefined;
  }
}

function sandboxOf(
  { timeoutMs, outputBytes }: PolicyProgramSettings,
  { sums }: PolicyFiles,
): SandboxPolicy {
  const ownFiles = Object.keys(sums).filter((path) => !path.startsWith("/usr/"));
  return {
    ...DEFAULT_POLICY,
    memoryBytes: 512 * MIB,
    cpuMs: timeoutMs,
    wallMs: timeoutMs,
    processes: 16,
    scratchBytes: 16 * MIB,
    outputBytes: { stdout: outputBytes, stderr: outputBytes },
    readOnly: ownFiles.map((path) => ({ from: path, to: path })),
  };
}

/** @returns the answer, or why it is none; one clause. */
function answerOf(
  { exit, killed, stdout }: SandboxResult,
  timeoutMs: number,
): PolicyAnswer | string {
  if (killed === "wall" || killed === "cpu") {
    return `timed out after ${timeoutMs.toLocaleString("en")} ms`;
  }
  if (killed !== null) return `it was stopped at its limit of ${killed}`;
  if (exit !== 0) return `it ended with ${exitText(exit)}`;
  // What is not UTF-8 was read as this character.
  if (stdout.includes("\ufffd")) return "it is not UTF-8";
  return jsonProblem(stdout) ?? readPolicyAnswer(stdout);
}

function refused(why: string): OrgError {
  return new OrgError("The policy program cannot be asked", {
    code: "POLICY_PROGRAM",
    why,
    remedies: ["org config check", "org config approve-policy   # when you have looked at it"],
    unchanged: "Every call that it would be asked about is denied.",
  });
}
