/** One turn: a model speaks, its tools run, and it speaks again. `models/speak.ts` requests one completion. */
import type { ToolCall, ToolResult } from "#core/calls.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import type { RoomEvent } from "#core/events.ts";
import type { NamedImage } from "#core/image-type.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import {
  type PlannedCall,
  refused,
  whyNotRun,
  withDistinctIds,
  withNames,
} from "#models/call-plan.ts";
import { ChangeCheck } from "#models/change-check.ts";
import { answered, type ChatEnd, withdrawn } from "#models/chat-event.ts";
import type { ModelProfile } from "#models/extract/extractor.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import { neutralise } from "#models/extract/neutralise.ts";
import { SumCheck } from "#models/false-sums.ts";
import { beginAnew, holdChange } from "#models/held-change.ts";
import { showPictures } from "#models/images.ts";
import type { Model, SharedView } from "#models/model.ts";
import { whyProtected } from "#models/pending-changes.ts";
import { whyGuessed } from "#models/printed-guess.ts";
import { newestQuestion } from "#models/prompt-layout.ts";
import type { ChatMessage } from "#models/provider.ts";
import { withQuotedText } from "#models/quoted-text.ts";
import { type Compaction, shortenHistory } from "#models/short-prompt.ts";
import { fittingAnswer } from "#models/speak.ts";
import { FORGE, withWish } from "#models/tool-request.ts";
import { type Ending, endingOf, isSilent, retryText, silence } from "#models/turn-ending.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import { DONE_BEFORE, REPEATED, type TurnLimits, TurnMeter } from "#tools/turn-meter.ts";

export interface Turn {
  readonly id: string;
  /** Id of the human message that this turn answers. */
  readonly message: string;
  readonly model: Model;
  /** The tools of this persona. */
  readonly tools: Toolbox;
  /** Finished exchanges that the persona may see, newest first; may be read more than once. */
  readonly history: Iterable<readonly ChatMessage[]>;
  /** The same, rendered alike for all personas, as it is now. @default there is no such rendering */
  readonly shared?: (() => SharedView) | undefined;
  /** Names whose lines the persona must not write: everybody else, the human included. */
  readonly others: readonly string[];
  /** Knows the secrets of the process. */
  readonly cleaner: TextCleaner;
  /** The lock of the model's endpoint; held while tokens flow, never while a tool runs. */
  readonly lock: ChannelLock;
  readonly limits: TurnLimits;
  readonly signal: AbortSignal;
  /** Another persona answers as well, so that this one may have nothing to add. @default true */
  readonly mayPass?: boolean;
  /** Notes that belong to the newest line, as data. @default none */
  readonly recalled?: string | undefined;
  /** Reverts what the turn changed in files, for a small model to begin anew. @default it goes on with what it has */
  readonly startOver?: (() => Promise<void>) | undefined;
  /** Makes the history shorter, once a prompt did not fit. @default it only reaches less far back */
  readonly compact?: Compaction;
}

/**
 * Runs one turn: lets the model speak, runs the tools it asks for, gives it the results, until it
 * answers without calls or a limit ends the turn. The last event is always exactly one `turn-end`.
 *
 * A consumer that stores each event before it takes the next one has every `tool-call` on disk before
 * that tool runs.
 */
export async function* runWithTools(turn: Turn): AsyncGenerator<RoomEvent, void> {
  const { id, message, model } = turn;
  const who = { turn: id, persona: model.persona.id };
  const { name, windowTokens: window } = model;
  yield { type: "turn-start", ...who, message, model: name, window };
  const meter = new TurnMeter(turn.limits);
  const ending = yield* rounds(turn, meter);
  // A model that had to be loaded has its real window only now.
  if (!turn.signal.aborted) await model.prepare(turn.signal);
  const { usage, windowUse: use } = meter;
  const context = use === undefined ? undefined : { ...use, window: model.windowTokens };
  yield { type: "turn-end", ...who, ...ending, usage, context };
}

/** A turn that runs. */
interface Running {
  readonly turn: Turn;
  readonly meter: TurnMeter;
  /** The turn so far: completions and results, for the next completion. */
  readonly current: ChatMessage[];
  /** What the calls of the last completion returned to be seen. */
  readonly pictures: NamedImage[];
  /** From now on the request has no tools: the model is to answer with what it has. */
  mustAnswer: boolean;
  /** The profile of the model before its first completion: results of calls must not change their form behind it. */
  readonly profile: ModelProfile;
  /** A tool whose last call was only repeated: a model that is held to a shape does something else next. */
  setAside: string | undefined;
  /** The newest message of the user, for a small model. */
  readonly userRequest: string | undefined;
  /** A prompt that did not fit may be made shorter, once. */
  mayShrink: boolean;
  /** Silence may be answered with another request, once. */
  mayAskAgain: boolean;
  readonly sums: SumCheck;
  /** What was changed has to pass the test before a small model is done. */
  readonly check: ChangeCheck;
  /** The test failed behind an answer: the next reply does something. */
  mustAct: boolean;
  /** The last program only printed a guess. */
  mustCompute: boolean;
}

const BEGINNING = {
  ...{ mustAnswer: false, mustAct: false, mustCompute: false, setAside: undefined },
  ...{ mayShrink: true, mayAskAgain: true },
};

async function* rounds(turn: Turn, meter: TurnMeter): AsyncGenerator<RoomEvent, Ending> {
  const profile = await turn.model.profile(turn.signal);
  // Only a model that is held to a shape gets a reminder to go on: larger ones test by themselves.
  const view = profile.calls === "shape" ? turn.shared?.() : undefined;
  const userRequest = view && newestQuestion(view);
  const check = new ChangeCheck(view?.project?.check, userRequest);
  const sums = new SumCheck(profile, userRequest);
  const parts = { turn, meter, profile, check, sums, userRequest };
  const running: Running = { ...parts, current: [], pictures: [], ...BEGINNING };
  const { current } = running;
  const ids = new Set<string>();
  yield* shortenHistory(turn, speaker(turn));
  for (let hop = 0; ; hop += 1) {
    const limit = meter.exceeded();
    if (limit !== undefined) return { reason: "limit", why: limit };
    const answer = yield* fittingAnswer(running);
    meter.count(answer.usage);
    const named = withNames(answer.calls, (call) =>
      withQuotedText(withWish(turn.tools.resolve(call), userRequest ?? ""), userRequest ?? ""),
    );
    const plan = withDistinctIds(named, ids);
    const calls = plan.map(({ call }) => call);
    const wrong = reproachOf(running, answer);
    if (wrong !== undefined) {
      yield* withdrawn(answer, { ...speaker(turn), hop, calls });
      running.mustAnswer = true;
      current.push({ role: "user", content: wrong });
      continue;
    }
    yield* answered(answer, { ...speaker(turn), hop, calls });
    const next = yield* afterAnswer(running, answer, hop);
    if (next === "again") continue;
    if (next !== "run") return next;
    running.mustAct = false;
    current.push({ role: "assistant", content: neutralise(answer.text), calls });
    const stopped = yield* runCalls(running, plan);
    if (stopped !== undefined) return stopped;
    running.mustAct = (yield* giveUp(running)) || running.mustCompute;
  }
}

/** A model that has seen its failing test and tests again, with or without another change, does not find the mistake. */
async function* giveUp(running: Running): AsyncGenerator<RoomEvent, boolean> {
  const { check, setAside, meter } = running;
  if (meter.isEnding || !(check.isLost || setAside !== undefined)) return false;
  return yield* beginAnew(running);
}

/** @returns how the turn ends; `again`: one more completion is requested; `run`: there are calls to run. */
async function* afterAnswer(
  running: Running,
  answer: ChatEnd,
  hop: number,
): AsyncGenerator<RoomEvent, Ending | "again" | "run"> {
  const { turn, current } = running;
  if (isSilent(answer, turn.mayPass ?? true)) {
    const hasResults = current.some(({ role }) => role === "tool");
    // An answer without text was requested twice already, below the room.
    if (!(running.mayAskAgain && (answer.passed || hasResults)))
      return yield* silence(current, { ...speaker(turn), hop: hop + 1 });
    running.mayAskAgain = false;
    running.mustAnswer = hasResults;
    current.push({ role: "user", content: retryText(hasResults) });
    return "again";
  }
  const ending = endingOf(answer);
  if (ending === undefined) return "run";
  return yield* tryChange(running, ending);
}

/** The problem of an answer that ends the turn; `undefined`: none was found. */
function reproachOf({ meter, sums, current }: Running, answer: ChatEnd): string | undefined {
  const ending = meter.isEnding ? undefined : endingOf(answer);
  return ending && sums.reproach(answer, ending, current);
}

/** Tests what a small model changed before its answer ends the turn. What fails goes back to it. */
async function* tryChange(
  running: Running,
  ending: Ending,
): AsyncGenerator<RoomEvent, Ending | "again"> {
  const { turn, meter } = running;
  const hasShell = turn.tools.schemas.some(({ name }) => name === "sh");
  const isLast = running.mustAnswer || meter.isEnding;
  if (ending.reason !== "complete" || isLast || !hasShell) return ending;
  running.mustAct = true;
  return yield* holdChange(running, ending, (planned) => runCall(running, planned));
}

/** Runs the calls of one completion in their order. @returns how one of them ends the turn, if it does. */
async function* runCalls(
  running: Running,
  plan: readonly PlannedCall[],
): AsyncGenerator<RoomEvent, Ending | undefined> {
  const { turn, current, pictures } = running;
  for (const planned of plan) {
    const stopped = yield* runCall(running, planned);
    if (stopped !== undefined) return stopped;
  }
  return await showPictures(current, pictures.splice(0), turn);
}

function speaker(turn: Turn): { readonly turn: string; readonly persona: string } {
  return { turn: turn.id, persona: turn.model.persona.id };
}

/** Runs one call, or answers it without running it. @returns how it ends the turn, if it does. */
async function* runCall(
  running: Running,
  planned: PlannedCall,
): AsyncGenerator<RoomEvent, Ending | undefined> {
  const { turn, meter, current } = running;
  const { call, origin } = planned;
  const who = speaker(turn);
  // One answer may hold any number of calls.
  const limit = meter.spent();
  if (limit !== undefined) return { reason: "limit", why: limit };
  const repeated = repetition(running, call);
  if (typeof repeated === "object") return repeated;
  yield { type: "tool-call", ...who, call, origin };
  const refusal = repeated ?? refusalOf(running, planned);
  if (refusal === undefined) yield { type: "phase", ...who, phase: "running", detail: call.name };
  const result = refusal === undefined ? await runAndCheck(running, call) : refused(call, refusal);
  const { id, name, output, isEmpty: _empty, code: _, images = [], ...done } = result;
  running.pictures.push(...images);
  yield { type: "tool-result", ...who, id, name, ...done, size: output.length, output };
  const hint = refusal === undefined ? meter.hintAfter(result) : "";
  if (refusal === undefined) running.check.note(call, result);
  if (refusal === undefined && turn.tools.lasts(call.name)) meter.changed(call);
  const content = foreignText(output, turn.others) + hint;
  current.push({ role: "tool", callId: id, name, content, ...(result.ok ? {} : { failed: true }) });
  return turn.signal.aborted ? { reason: "aborted" } : undefined;
}

/** @returns what a repeated call is answered with instead of running, or how it ends the turn; `undefined`: it runs. */
function repetition(running: Running, call: ToolCall): string | Ending | undefined {
  const { meter, profile, mustAnswer } = running;
  const isShaped = profile.calls === "shape";
  // Every program starts in the same state: what it printed once it prints again.
  const verdict = isShaped ? meter.judge(call, 1) : meter.judge(call);
  running.setAside = verdict === "run" || running.mustCompute ? undefined : call.name;
  if (verdict === "run") return undefined;
  if (verdict === "end" && (mustAnswer || !isShaped)) {
    return { reason: "looped", why: `${call.name} was called again and again in the same way` };
  }
  running.mustAnswer ||= verdict === "end";
  return isShaped ? DONE_BEFORE : REPEATED;
}

function refusalOf({ turn, userRequest = "" }: Running, planned: PlannedCall): string | undefined {
  const { model, tools } = turn;
  const { call } = planned;
  const isProgram = tools.effectOf(call.name) === "execute";
  const why = whyNotRun(planned, isProgram) ?? whyProtected(call, userRequest);
  return why ?? model.hooks.beforeCall?.(call);
}

/** A program that only prints a guess is not a success, and the next reply does something. */
async function runAndCheck(running: Running, call: ToolCall): Promise<ToolResult> {
  const result = await runTool(running, call);
  const { userRequest = "", mustCompute } = running;
  // The new tool is not in this room yet: small models go on with others instead.
  running.mustAnswer ||= running.profile.calls === "shape" && call.name === FORGE && result.ok;
  const why = result.ok ? whyGuessed(call, userRequest, mustCompute) : undefined;
  running.mustCompute = why !== undefined;
  return why === undefined ? result : { ...result, ok: false, output: `${result.output}\n${why}` };
}

async function runTool({ turn, profile }: Running, call: ToolCall): Promise<ToolResult> {
  const { model, tools, signal } = turn;
  const context = { signal, ...speaker(turn), mends: profile.calls === "shape" };
  try {
    const result = await tools.run(call, context);
    return model.hooks.afterResult?.(result) ?? result;
  } catch (error) {
    // What an abort ends in the middle, as the cleaning of a long text, throws its reason.
    if (signal.aborted) return refused(call, STOPPED);
    throw error;
  }
}

const STOPPED = "The turn was stopped before this call had a result.";
