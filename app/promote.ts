/** The only way from a candidate to main: judged again where it has to be, promoted, watched, reverted, written down. */
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Gate, GateRequest, VerdictRecord } from "#fitness/gate/gate.ts";
import type { StageResult } from "#fitness/stages.ts";
import type { DatabaseSettings } from "#home/settings/database-settings.ts";
import type { Settings } from "#home/settings/settings.ts";
import { currentService } from "#ops/processes/generations.ts";
import { PROMOTION } from "#ops/processes/home-processes.ts";
import { candidateOfFiles } from "#ops/release/candidate.ts";
import { changeFields, inGateLog, stageFields, verdictFields } from "#ops/release/gate-log.ts";
import type { Change } from "#ops/release/ledger.ts";
import type { MainRemote } from "#ops/release/main-remote.ts";
import { openPromoter, type PromoterOptions } from "#ops/release/open-promoter.ts";
import type { Promoted } from "#ops/release/promote.ts";
import { type PromoteRequest, promoteCandidate } from "#ops/release/promote-candidate.ts";
import type { openMainRemote } from "#ops/travel/main-remote.ts";
import type { Log } from "#platform/log/log.ts";
import { recordService } from "#platform/process-record.ts";
import type { Deliver, Finished } from "#tools/forge/deliver.ts";
import { firstBySearch, judgeOptions, type OpenComparison, validatorIn, withGate } from "./gate.ts";

/** What becomes of a candidate, and of main. */
export type Promotion = Promoted;

/** A promotion that a person asked for. */
export interface PromotionRequest {
  /** Branch or commit. */
  readonly candidate: string;
  /** What is done, for the log of the gate: "promote". */
  readonly what: string;
  /** What the person typed, for `org ps`. */
  readonly command: string;
  /** The person approves a candidate that is held. @default false */
  readonly isApproved?: boolean;
  readonly onStep?: (step: string) => void;
  readonly onStage?: (result: StageResult) => void;
}

/** Whose home it is, and what main's suite is played with. */
export interface Promoting {
  readonly settings: Pick<Settings, "home" | "promotion" | "approvedCapabilities" | "database">;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  readonly compare: OpenComparison;
}

/**
 * Promotes a candidate as a person asked for it.
 *
 * @returns with `reverted` when the promotion was reverted at once, because what serves was not well.
 * @throws {OrgError} as {@link promoteCandidate}.
 */
export async function promote(
  { settings, cleaner, signal, compare }: Promoting,
  { candidate, what, command, isApproved = false, onStep, onStage }: PromotionRequest,
): Promise<Promotion> {
  const { home, promotion, approvedCapabilities, database } = settings;
  return await inGateLog({ home, cleaner, what, subject: candidate }, async (log) => {
    const step = (text: string): void => {
      log.info("step", { step: text });
      onStep?.(text);
    };
    return await withGate({ home, checkout: home }, async (gate) =>
      promoteInHome(
        gate,
        { home, database, command, log, onStep: step, onWait: step },
        {
          ...{ candidate, isApproved, isOff: promotion === "off" },
          ...{ validatorOf: validatorIn(gate), firstHit: firstBySearch, signal },
          approvedCapabilities,
          ...(await judgeOptions(gate, home, compare)),
          ...{ nowMs: Date.now(), ...(onStage === undefined ? {} : { onStage }) },
        },
      ),
    );
  });
}

/** Where a candidate is promoted to, and who hears of it. */
interface PromotionContext {
  /** ORG_HOME, the top of a checkout. */
  readonly home: string;
  /** What it shares with other nodes. */
  readonly database: DatabaseSettings | undefined;
  /** What is done, for `org ps`: "org promote cand/1". */
  readonly command: string;
  readonly log: Log;
  readonly onStep?: PromoterOptions["onStep"];
  /** Told who is waited for, while another process promotes. @default the log alone is */
  readonly onWait?: (text: string) => void;
}

/**
 * What serves is restarted and asked, `org ps` and `org stop` know of
 * the process meanwhile, and the log says what became of it.
 *
 * @returns with `reverted` when the promotion was reverted at once, because what serves was not well.
 * @throws {OrgError} as {@link promoteCandidate}.
 */
async function promoteInHome(
  gate: Gate,
  { home, database, command, log, onStep, onWait = stepsOf(log) }: PromotionContext,
  request: PromoteRequest,
): Promise<Promoted> {
  await using parts = new AsyncDisposableStack();
  const service = currentService(home);
  const wait = { signal: request.signal, onWait };
  const remote = await remoteOf({ database, onPending: onWait }, parts);
  const promoter = await openPromoter(home, { service, onStep, wait, remote }, parts);
  parts.use(await recordService(home, { role: PROMOTION, command }));
  const onStage = (result: StageResult): void => {
    log.info("stage", stageFields(result));
    request.onStage?.(result);
  };
  const promoted = await promoteCandidate(gate, promoter, { ...request, onStage });
  log.info("promoted", changeFields(promoted.change));
  if (promoted.reverted !== undefined) log.error("reverted", changeFields(promoted.reverted));
  return promoted;
}

function stepsOf(log: Log): (step: string) => void {
  return (step) => log.info("step", { step });
}

/** The client of the database is loaded where there is one. */
async function remoteOf(
  opening: Parameters<typeof openMainRemote>[0],
  parts: AsyncDisposableStack,
): Promise<MainRemote | undefined> {
  if (opening.database?.remote === undefined) return undefined;
  return (await import("#ops/travel/main-remote.ts")).openMainRemote(opening, parts);
}

/**
 * Hands a forged tool over as a candidate, and has it judged: that it was asked for is written down
 * first, because for no other reason may a candidate change a tool.
 *
 * @throws {OrgError} `CANDIDATE_REFUSED` when the gate objects; the branch is kept to be read.
 */
export async function deliverCandidate(
  app: Omit<Promoting, "signal">,
  finished: Finished,
): ReturnType<Deliver> {
  const { home } = app.settings;
  const about = { home, cleaner: app.cleaner, what: "forge", subject: finished.folder.name };
  return await inGateLog(about, (log) =>
    withGate({ home, checkout: home }, (gate) => deliver(finished, app, { gate, log })),
  );
}

async function deliver(
  finished: Finished,
  { settings, compare }: Pick<Promoting, "settings" | "compare">,
  { gate, log }: { readonly gate: Gate; readonly log: Log },
): ReturnType<Deliver> {
  const { home, promotion, database, approvedCapabilities } = settings;
  const { branch, request: candidateRequest } = await candidateOf(finished, { gate, home });
  const isAuto = promotion === "auto";
  const request = {
    ...candidateRequest,
    approvedCapabilities,
    ...(isAuto ? await judgeOptions(gate, home, compare) : {}),
  };
  const { record } = await gate.judge(home, request);
  log.info("verdict", verdictFields(record));
  if (record.verdict !== "promote") throw refusedByGate(branch, record);
  if (!isAuto) return { path: branch, next: nextStep(branch, promotion) };
  const context = { home, database, command: `org forge, ${branch}`, log };
  const start = performance.now();
  const { change, reverted } = await promoteInHome(gate, context, request);
  const ok = reverted === undefined;
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
    : `it passed the gate and waits for your approval: promote ${branch}`;
}

function refusedByGate(branch: string, { verdict, stage, reason }: VerdictRecord): OrgError {
  const isHeld = verdict === "hold";
  const says = isHeld ? `leaves ${branch} to a human` : `does not let ${branch} pass`;
  return new OrgError(`The gate ${says}`, {
    code: "CANDIDATE_REFUSED",
    why: `${stage ?? ""}: ${reason}`,
    remedies: [
      `org cand show ${branch} --evidence`,
      ...(isHeld ? [`org promote ${branch} --approve`] : []),
    ],
    unchanged: "Main was not changed.",
  });
}

function revertedAtOnce(branch: string, { tag, note }: Change): OrgError {
  return new OrgError(`The promotion of ${branch} was reverted at once`, {
    code: "PROMOTION_REVERTED",
    why: `${tag}: ${note ?? "the generation that serves is not healthy"}.`,
    remedies: ["org ps", "org doctor", `org promote ${branch}   # once what serves is healthy`],
    unchanged: "Main has its former content; the candidate is kept.",
  });
}
