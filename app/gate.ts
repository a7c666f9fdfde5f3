/** Wires the gate: opened for a home or a named repository, and at the end of the forge. */
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { Gate, type GateRequest, type VerdictRecord } from "#fitness/gate/gate.ts";
import { hiddenCases } from "#fitness/gate/hidden-cases.ts";
import type { FirstHit } from "#fitness/gate/shadowing.ts";
import type { StageResult } from "#fitness/stages.ts";
import { createValidator } from "#fitness/validate-tool.ts";
import type { PromotionPolicy } from "#home/settings/config-schema.ts";
import { currentService } from "#ops/processes/generations.ts";
import { PROMOTION } from "#ops/processes/home-processes.ts";
import { candidateOfFiles } from "#ops/release/candidate.ts";
import { changeFields, inGateLog, stageFields, verdictFields } from "#ops/release/gate-log.ts";
import type { Change } from "#ops/release/ledger.ts";
import { openPromoter, type PromoterOptions } from "#ops/release/open-promoter.ts";
import type { Promoted } from "#ops/release/promote.ts";
import { type PromoteRequest, promoteCandidate } from "#ops/release/promote-candidate.ts";
import type { Log } from "#platform/log/log.ts";
import { recordService } from "#platform/process-record.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { ValidateTool } from "#tools/contract/validation.ts";
import type { Deliver, Finished } from "#tools/forge/run.ts";
import { loadKnowledge } from "#tools/search/load-knowledge.ts";
import { ToolSearch } from "#tools/search/tool-search.ts";

/**
 * @param place `home` is ORG_HOME. A `checkout` that is another folder leaves no trace in the home but its
 *   key: its candidates are judged by a gate of its own, which is gone afterwards.
 */
export async function withGate<Result>(
  { home, checkout }: { readonly home: string; readonly checkout: string },
  use: (gate: Gate) => Promise<Result>,
): Promise<Result> {
  const here = await realpath(checkout).catch(() => resolve(checkout));
  if (here === (await realpath(home))) {
    using gate = await Gate.open(home);
    return await use(gate);
  }
  const folder = await mkdtemp(join(tmpdir(), "org-gate-"));
  try {
    using gate = await Gate.open(folder, home);
    return await use(gate);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Judges tools beside the others that there would be, with the hidden cases of the gate. */
export function validatorIn({
  paths,
}: Gate): (others: ReadonlyMap<string, ToolFolder>) => ValidateTool {
  const hidden = hiddenCases(paths.hidden);
  return (others) => createValidator({ others, hiddenCases: hidden });
}

/** As a persona would find them. */
export const firstBySearch: FirstHit = async (tools, queries) => {
  using search = new ToolSearch(tools, await loadKnowledge());
  return queries.map((query) => search.search(query, 1)[0]);
};

/**
 * Plays main's suite to both sides.
 *
 * @param place the checkout whose main brings the suite, and the database of earlier replays.
 * @returns nothing where main has no suite.
 */
export type OpenComparison = (place: {
  readonly checkout: string;
  readonly ledger: string;
}) => Promise<GateRequest["sideBySide"]>;

/** How far a promotion is judged: with main's suite where there is one, and what it costs. */
export async function thoroughness(
  { paths }: Gate,
  checkout: string,
  compare: OpenComparison | undefined,
): Promise<Pick<GateRequest, "sideBySide" | "until">> {
  const sideBySide = await compare?.({ checkout, ledger: paths.replays });
  return sideBySide === undefined ? {} : { sideBySide, until: "S8" };
}

/** Where a candidate is promoted to, and who hears of it. */
export interface PromotionPlace {
  /** ORG_HOME, the top of a checkout. */
  readonly home: string;
  /** What is done, for `org ps`: "org promote cand/1". */
  readonly command: string;
  readonly log: Log;
  readonly onStep?: PromoterOptions["onStep"];
}

/**
 * The only way from a candidate to main: what serves is restarted and asked, `org ps` and `org stop` know of
 * the process meanwhile, and the log says what became of it.
 *
 * @returns with `undone` when the promotion was reverted at once, because what serves was not well.
 * @throws {OrgError} as {@link promoteCandidate}.
 */
export async function promoteInHome(
  gate: Gate,
  { home, command, log, onStep }: PromotionPlace,
  request: PromoteRequest,
): Promise<Promoted> {
  await using parts = new AsyncDisposableStack();
  const promoter = await openPromoter(home, { service: currentService(home), onStep }, parts);
  parts.use(await recordService(home, { role: PROMOTION, command }));
  const onStage = (result: StageResult): void => {
    log.info("stage", stageFields(result));
    request.onStage?.(result);
  };
  const promoted = await promoteCandidate(gate, promoter, { ...request, onStage });
  log.info("promoted", changeFields(promoted.change));
  if (promoted.undone !== undefined) log.error("reverted", changeFields(promoted.undone));
  return promoted;
}

export interface DeliveryPolicy {
  /** ORG_HOME, the top of a checkout. */
  readonly home: string;
  readonly promotion: PromotionPolicy;
  /** The only one of the process. */
  readonly cleaner: TextCleaner;
  /** For what is promoted without a human. @default main's suite is not played */
  readonly compare?: OpenComparison | undefined;
}

/**
 * Hands a forged tool over as a candidate, and has it judged: that it was asked for is written down
 * first, because for no other reason may a candidate change a tool.
 *
 * @throws {OrgError} `CANDIDATE_REFUSED` when the gate objects; the branch is kept to be read.
 */
export function deliverCandidate(policy: DeliveryPolicy): Deliver {
  const { home, cleaner } = policy;
  return async (finished) => {
    const about = { home, cleaner, what: "forge", subject: finished.folder.name };
    return await inGateLog(about, (log) =>
      withGate({ home, checkout: home }, (gate) => deliver(finished, policy, { gate, log })),
    );
  };
}

async function deliver(
  finished: Finished,
  { home, promotion, compare }: DeliveryPolicy,
  { gate, log }: { readonly gate: Gate; readonly log: Log },
): ReturnType<Deliver> {
  const { branch, request: asked } = await candidateOf(finished, { gate, home });
  const isAuto = promotion === "auto";
  const request = { ...asked, ...(isAuto ? await thoroughness(gate, home, compare) : {}) };
  const { record } = await gate.judge(home, request);
  log.info("verdict", verdictFields(record));
  if (record.verdict !== "promote") throw refusedByGate(branch, record);
  if (!isAuto) return { path: branch, next: nextStep(branch, promotion) };
  const place = { home, command: `org forge, ${branch}`, log };
  const start = performance.now();
  const { change, undone } = await promoteInHome(gate, place, request);
  const ok = undone === undefined;
  const reason = ok ? undefined : `${change.tag} was reverted at once: ${change.note}`;
  finished.onCheck({ check: "promotion", ok, ms: performance.now() - start, reason, details: [] });
  if (!ok) throw revertedAtOnce(branch, change);
  return { path: branch, next: `it is promoted, tag ${change.tag}; org rollback reverts it` };
}

interface MadeCandidate {
  readonly branch: string;
  readonly request: GateRequest;
}

async function candidateOf(
  { folder, wish, model, signal, onCheck }: Finished,
  { gate, home }: { readonly gate: Gate; readonly home: string },
): Promise<MadeCandidate> {
  const { name, files } = folder;
  const nowMs = Date.now();
  gate.verdicts.ask({ tool: name, goal: wish.goal, maker: model, at: nowMs });
  const paths = [...files].map(([file, text]): [string, string] => [
    `tools/generated/${name}/${file}`,
    text,
  ]);
  const about = { title: `feat(tools): ${name}`, nowMs };
  const { branch } = await candidateOfFiles(home, new Map(paths), about);
  const onStage = ({ id, result, ms, reason, details }: StageResult): void =>
    onCheck({ check: `gate ${id}`, ok: result === "pass", ms, reason, details });
  const validatorOf = validatorIn(gate);
  const judging = { validatorOf, firstHit: firstBySearch, signal, nowMs, onStage };
  return { branch, request: { candidate: branch, ...judging } };
}

function nextStep(branch: string, promotion: "ask" | "off"): string {
  return promotion === "off"
    ? `the gate lets ${branch} pass; promotions are switched off in org.config`
    : `the gate lets it pass, and it waits for your yes: promote ${branch}`;
}

function refusedByGate(branch: string, { stage, reason }: VerdictRecord): OrgError {
  return new OrgError(`The gate does not let ${branch} pass`, {
    code: "CANDIDATE_REFUSED",
    why: `${stage ?? ""}: ${reason}`,
    remedies: [`org cand show ${branch} --evidence`],
    left: "Main was not changed.",
  });
}

function revertedAtOnce(branch: string, { tag, note }: Change): OrgError {
  return new OrgError(`The promotion of ${branch} was reverted at once`, {
    code: "PROMOTION_REVERTED",
    why: `${tag}: ${note ?? "the generation that serves is not healthy"}.`,
    remedies: ["org ps", "org doctor", `org promote ${branch}   # once what serves is healthy`],
    left: "Main has the content that it had before; the candidate is kept.",
  });
}
