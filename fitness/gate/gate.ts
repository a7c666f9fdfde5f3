/** Judges a candidate of a repository, and writes the verdict down, signed. */
import { canonicalJson } from "#core/canonical-json.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { Objection } from "../stages.ts";
import {
  fetchCandidate,
  fetchCommits,
  openGateRepository,
  resolveCommit,
} from "./gate-repository.ts";
import {
  type Arms,
  type CompareArms,
  type Judgement,
  type JudgeOptions,
  judge,
  type Measured,
} from "./judge.ts";
import { type PromotionPaths, promotionPaths } from "./paths.ts";
import { sameFiles } from "./same-files.ts";
import { prepareSigning, signText } from "./signing.ts";
import { VerdictStore } from "./verdict-store.ts";

/** What a comparison has to know of the verdict that it is for. */
export interface Comparison {
  /** Commit. */
  readonly main: string;
  /** Which attempt at its intent the candidate is, from 1. */
  readonly attempt: number;
}

export interface GateRequest
  extends Omit<JudgeOptions, "intent" | "fetchCandidate" | "sideBySide"> {
  /** A branch or a commit. */
  readonly candidate: string;
  /** Names of the tools that it may change. @default what was requested in this home */
  readonly intent?: readonly string[] | undefined;
  /** @default nothing is played */
  readonly sideBySide?: ((about: Comparison) => CompareArms) | undefined;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What is signed, and listed as evidence. */
export interface VerdictRecord extends Judgement {
  readonly version: 1;
  readonly candidate: string;
  readonly main: string;
  readonly intent: readonly string[];
  readonly attempt: number;
  /** ISO 8601. */
  readonly at: string;
}

export interface SignedVerdict {
  readonly record: VerdictRecord;
  /** The record as it was signed. */
  readonly text: string;
  /** As `ssh-keygen -Y verify -n org-gate` takes it. */
  readonly signature: string;
}

/** The gate of one home: its repository, its key and its memory. */
export class Gate implements Disposable {
  readonly paths: PromotionPaths;
  readonly repository: Repository;
  readonly verdicts: VerdictStore;

  private constructor(paths: PromotionPaths, repository: Repository) {
    this.paths = paths;
    this.repository = repository;
    this.verdicts = new VerdictStore(paths.verdicts);
  }

  /**
   * @param folder the home that the gate belongs to; its state lies in `.org/gate`.
   * @param signer the home whose key signs, where it is another one.
   */
  static async open(folder: string, signer: string = folder): Promise<Gate> {
    const { key, signers } = promotionPaths(signer);
    const paths = { ...promotionPaths(folder), key, signers };
    const repository = await openGateRepository(paths.repository);
    await prepareSigning(repository, paths);
    return new Gate(paths, repository);
  }

  /**
   * @param checkout the folder whose repository holds main and the candidate.
   * @throws {OrgError} `INPUT_MISSING` when there is no such candidate, `SANDBOX_UNAVAILABLE` when it cannot
   *   be tried here; then there is no verdict.
   */
  async judge(checkout: string, request: GateRequest): Promise<SignedVerdict> {
    const start = performance.now();
    const source = await openCheckout(checkout);
    const [main, candidate] = await Promise.all([
      resolveCommit(source, "main"),
      resolveCommit(source, request.candidate),
    ]);
    await fetchCommits(this.repository, source, [main]);
    const intent = [...(request.intent ?? this.verdicts.intents())].sort();
    const { sideBySide } = request;
    let attempt = 1;
    // Known where the tools are: a name that is requested and not changed makes no new intent.
    const compare = async (arms: Arms): Promise<Measured> => {
      attempt = this.verdicts.attemptsAt(changedTools(arms), candidate) + 1;
      return (await sideBySide?.({ main, attempt })(arms)) ?? { evidence: {} };
    };
    const judgement = await judge(
      this.repository,
      { main, candidate },
      {
        ...{ ...request, intent, fetchCandidate: () => this.#archive(source, candidate) },
        sideBySide: sideBySide === undefined ? undefined : compare,
      },
    );
    const at = new Date(request.nowMs).toISOString();
    const record = { version: 1, candidate, main, intent, attempt, at, ...judgement } as const;
    const text = `${canonicalJson(record)}\n`;
    const signature = await signText(text, this.paths);
    const { verdict, stage = null, reason } = judgement;
    const ms = Math.round(performance.now() - start);
    const about = { branch: request.candidate, intent: intent.join(), at: request.nowMs };
    this.verdicts.add({
      ...{ candidate, main, attempt, verdict, stage, reason, ms, signature },
      ...about,
      record: text,
    });
    return { record, text, signature };
  }

  /** Records a human's rejection; it outweighs what was found before. @returns the commit. */
  async refuse(
    checkout: string,
    {
      candidate: name,
      reason,
      nowMs,
    }: Pick<GateRequest, "candidate" | "nowMs"> & { readonly reason: string },
  ): Promise<string> {
    const source = await openCheckout(checkout);
    const [main, candidate] = await Promise.all([
      resolveCommit(source, "main"),
      resolveCommit(source, name),
    ]);
    const at = new Date(nowMs).toISOString();
    const about = { version: 1, candidate, main, intent: [], attempt: 0, at } as const;
    const rejection = { verdict: "reject", stage: "S9", reason, stages: [], tools: {} } as const;
    const text = `${canonicalJson({ ...about, ...rejection } satisfies VerdictRecord)}\n`;
    const signature = await signText(text, this.paths);
    this.verdicts.add({
      ...{ candidate, branch: name, main, intent: "", attempt: 0, verdict: "reject", stage: "S9" },
      ...{ reason, ms: 0, record: text, signature, at: nowMs },
    });
    return candidate;
  }

  /** Takes a candidate in, for good: whatever becomes of it, it can be looked at. */
  async #archive(source: Repository, candidate: string): Promise<Objection | undefined> {
    const objection = await fetchCandidate(this.repository, source, candidate);
    if (objection !== undefined) return objection;
    await gitText(this.repository, ["update-ref", `refs/archive/${candidate}`, candidate]);
    return undefined;
  }

  [Symbol.dispose](): void {
    this.verdicts[Symbol.dispose]();
  }
}

/** Names of the tools that are others, new or gone. */
function changedTools({ before, after }: Arms): readonly string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    return old === undefined || now === undefined || !sameFiles(old, now);
  });
}
