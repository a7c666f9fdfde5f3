/** The two verbs of a conversation: `chatOnce` streams one completion, `runWithTools` runs one turn. */
import type { ToolCall, ToolResult } from "#core/calls.ts";
import type { ChannelLock, Release } from "#core/channel-lock.ts";
import { explain, OrgError, unreachable } from "#core/errors.ts";
import type { Answer, Phase, RoomEvent, TurnEnd, TurnEndReason, Usage } from "#core/events.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { AnswerReader } from "#models/answer-reader.ts";
import { type PlannedCall, planCalls, withDistinctIds } from "#models/call-plan.ts";
import type { ModelProfile } from "#models/extract/extractor.ts";
import { neutralise } from "#models/extract/neutralise.ts";
import { seenBy, withTexts } from "#models/images.ts";
import type { Model } from "#models/model.ts";
import type { ChatMessage, ChatRequest, FinishReason, Provider } from "#models/provider.ts";
import { ProviderError } from "#models/provider-error.ts";
import type { Toolbox } from "#tools/toolbox.ts";
import { type TurnLimits, TurnMeter } from "#tools/turn-meter.ts";

export interface ChatOptions {
  readonly provider: Provider;
  readonly request: ChatRequest;
  readonly signal: AbortSignal;
  readonly profile?: ModelProfile | undefined;
  /** Who speaks, and whom it must not speak for. */
  readonly speaker?: { readonly self: string; readonly others: readonly string[] };
  /** @default knows what secrets look like, and none by its value */
  readonly cleaner?: TextCleaner;
}

/** A finished completion. Nothing that was received is ever left out of it. */
export interface ChatEnd {
  readonly type: "end";
  /** `looped`: it said the same over and over, and was stopped. */
  readonly finish: FinishReason | "aborted" | "failed" | "looped";
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly PlannedCall[];
  /** The answer was a lone `@@pass`. */
  readonly passed: boolean;
  readonly usage?: Usage | undefined;
  /** Why it failed, where `finish` says so. */
  readonly failure?: OrgError | undefined;
  /** What was said over and over, where `finish` says so. */
  readonly repeated?: string | undefined;
}

/** What a completion brings while it streams; `end` comes exactly once and last. */
export type ChatEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  /** All text so far was reasoning. */
  | { readonly type: "reclassify" }
  | { readonly type: "notice"; readonly text: string }
  | ChatEnd;

/**
 * Streams one completion: text and reasoning as they come, calls at the end. There is no limit on its
 * length in time; only silence, an abort or the server ends it.
 *
 * Does not throw for what goes wrong on the wire: the partial answer and the failure are both in
 * {@link ChatEnd}, so that no caller can lose one because of the other.
 */
export async function* chatOnce(options: ChatOptions): AsyncGenerator<ChatEvent, void> {
  const { provider, request, signal } = options;
  const reader = new AnswerReader(options);
  let broken: Pick<ChatEnd, "finish" | "failure" | "repeated"> | undefined;
  try {
    for await (const event of provider.stream(request, signal)) {
      // Not `yield*`: over an array it costs an async generator four promises for each item.
      for (const shown of reader.take(event)) yield shown;
      // The rest would be somebody else's words, or the same ones: leaving the loop closes the connection.
      if (reader.isOver) break;
    }
  } catch (error) {
    broken = signal.aborted ? { finish: "aborted" } : { finish: "failed", failure: known(error) };
  }
  const { repeated } = reader;
  if (repeated !== undefined) broken = { finish: "looped", repeated };
  yield* reader.end();
  const { finish, text, reasoning, usage } = reader;
  const calls = planCalls(reader.declared, reader.embedded);
  const passed = reader.passed && calls.length === 0;
  yield { type: "end", finish, text, reasoning, calls, passed, usage, ...broken };
}

/** A failure that a person can act on; everything else is a bug and goes on up. */
function known(error: unknown): OrgError {
  if (error instanceof OrgError) return error;
  throw error;
}

export interface Turn {
  readonly id: string;
  /** Id of the human message that this turn answers. */
  readonly message: string;
  readonly model: Model;
  /** The tools of this persona. */
  readonly tools: Toolbox;
  /** Finished exchanges that the persona may see, newest first; may be read more than once. */
  readonly history: Iterable<readonly ChatMessage[]>;
  /** Names whose lines the persona must not write: everybody else, the human included. */
  readonly others: readonly string[];
  /** Knows the secrets of the process. */
  readonly cleaner: TextCleaner;
  /** The lock of the model's endpoint; held while tokens flow, never while a tool runs. */
  readonly lock: ChannelLock;
  readonly limits: TurnLimits;
  readonly signal: AbortSignal;
  /** Makes the history shorter, once a prompt did not fit. @default it only reaches less far back */
  readonly compact?: () => AsyncIterable<RoomEvent>;
}

/** Why a turn is over. */
interface Ending {
  readonly reason: TurnEndReason;
  readonly why?: string | undefined;
  readonly code?: string | undefined;
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
  const { usage, windowUse: tokens } = meter;
  const context = tokens === undefined ? undefined : { tokens, window: model.windowTokens };
  const end: TurnEnd = { type: "turn-end", ...who, ...ending, usage, context };
  yield end;
}

async function* rounds(turn: Turn, meter: TurnMeter): AsyncGenerator<RoomEvent, Ending> {
  const current: ChatMessage[] = [];
  const ids = new Set<string>();
  let mayShrink = true;
  yield* shortenHistory(turn);
  for (let hop = 0; ; hop += 1) {
    const limit = meter.exceeded();
    if (limit !== undefined) return { reason: "limit", why: limit };
    let answer = yield* speak(turn, current);
    if (mayShrink && hasOverflown(answer)) {
      mayShrink = false;
      yield* shrink(turn, answer);
      answer = yield* speak(turn, current);
    }
    meter.count(answer.usage);
    const named = answer.calls.map((planned) => ({
      ...planned,
      call: turn.tools.resolve(planned.call),
    }));
    const plan = withDistinctIds(named, ids);
    const calls = plan.map(({ call }) => call);
    yield* answered(answer, { ...speaker(turn), hop, calls });
    const ending = endingOf(answer);
    if (ending !== undefined) return ending;
    current.push({ role: "assistant", content: answer.text, calls });
    for (const planned of plan) {
      const stopped = yield* runCall({ turn, meter, planned, current });
      if (stopped !== undefined) return stopped;
    }
  }
}

/** What the window does not hold any more would be lost without a word: it is summed up before. */
async function* shortenHistory(turn: Turn): AsyncGenerator<RoomEvent, void> {
  const { model, history, tools, signal, compact } = turn;
  if (compact === undefined) return;
  await model.prepare(signal);
  if (model.holds({ history, current: [], tools: tools.schemas })) return;
  yield { type: "phase", ...speaker(turn), phase: "compacting" };
  yield* compact();
}

/** The server took nothing of the prompt: the same can be asked with a shorter one. */
function hasOverflown({ failure, text, calls }: ChatEnd): boolean {
  return failure?.code === "CONTEXT_OVERFLOW" && text === "" && calls.length === 0;
}

/** Says that the prompt did not fit, and makes the next one shorter; the model knows the window by now. */
async function* shrink(turn: Turn, { failure }: ChatEnd): AsyncGenerator<RoomEvent, void> {
  const who = speaker(turn);
  const why = failure?.why ?? "the server gave no figures";
  const text = `The prompt does not fit: ${why}; a shorter one is tried once.`;
  yield { type: "notice", level: "warning", text, persona: who.persona };
  if (turn.compact === undefined) return;
  yield { type: "phase", ...who, phase: "compacting" };
  yield* turn.compact();
}

/** The finished completion as an event; one that brought nothing at all is none. */
function* answered(
  { text, reasoning }: ChatEnd,
  facts: Pick<Answer, "turn" | "persona" | "hop" | "calls">,
): Generator<Answer, void> {
  if (text === "" && reasoning === "" && facts.calls.length === 0) return;
  yield { type: "answer", ...facts, text, ...(reasoning === "" ? {} : { reasoning }) };
}

function speaker(turn: Turn): { readonly turn: string; readonly persona: string } {
  return { turn: turn.id, persona: turn.model.persona.id };
}

/** Lets the model speak once, with the endpoint's lock held from the request to the last token. */
async function* speak(
  turn: Turn,
  current: readonly ChatMessage[],
): AsyncGenerator<RoomEvent, ChatEnd> {
  const { model, lock, signal, history, cleaner } = turn;
  const who = speaker(turn);
  if (lock.owners.length >= lock.limit) {
    const detail = `behind ${lock.owners.join(", ")}`;
    yield { type: "phase", ...who, phase: "queued", detail };
  }
  using floor = await waitForFloor(turn);
  if (floor === undefined) return NOTHING_SAID;
  await model.prepare(signal);
  const isLoading = await model.isLoading(signal);
  const { windowTokens: window } = model;
  yield { type: "phase", ...who, phase: isLoading ? "loading" : "waiting", window };
  const built = model.request({ history, current, tools: turn.tools.schemas });
  const prompt = await seenBy(model, built, signal);
  // Whatever it was put together of, calls of this turn included: no secret leaves the machine.
  const request = withTexts(prompt, (texts) => cleaner.redactData(texts));
  const names = { self: who.persona, others: turn.others };
  const { provider } = model;
  const profile = await model.profile(signal);
  let phase: Phase = "waiting";
  const how = { provider, request, signal, profile, speaker: names, cleaner };
  for await (const event of chatOnce(how)) {
    if (event.type === "end") {
      const { failure } = event;
      const told = failure instanceof ProviderError ? failure.overflow : undefined;
      if (told !== undefined) model.narrow(request, told);
      return event;
    }
    const now: Phase = PHASE_OF[event.type] ?? phase;
    if (now !== phase) yield { type: "phase", ...who, phase: now };
    phase = now;
    yield live(event, who);
  }
  throw new Error("A completion ended without saying so");
}

const PHASE_OF: Readonly<Record<string, Phase | undefined>> = {
  text: "generating",
  reasoning: "thinking",
};

/** A streamed event of a completion as an event of the room. */
function live(event: Exclude<ChatEvent, ChatEnd>, who: ReturnType<typeof speaker>): RoomEvent {
  switch (event.type) {
    case "text":
      return { type: "text-delta", ...who, text: event.text };
    case "reasoning":
      return { type: "reasoning-delta", ...who, text: event.text };
    case "reclassify":
      return { type: "reclassify", ...who };
    case "notice":
      return { type: "notice", level: "warning", text: event.text, persona: who.persona };
    default:
      return unreachable(event);
  }
}

const NOTHING_SAID: ChatEnd = {
  type: "end",
  finish: "aborted",
  text: "",
  reasoning: "",
  calls: [],
  passed: false,
};

/** `undefined` when the turn was aborted while it waited. */
async function waitForFloor(turn: Turn): Promise<Release | undefined> {
  const { lock, signal } = turn;
  try {
    // Others may stream for hours; who waits for whom is on the screen, and an abort ends it.
    const owner = turn.model.persona.id;
    return await lock.waitForLock(Number.POSITIVE_INFINITY, { owner, signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** How a completion ends the turn; `undefined` when its calls have to be run. */
function endingOf(answer: ChatEnd): Ending | undefined {
  const { finish, text, failure, repeated } = answer;
  // Its calls are not run: nothing that it says by then is meant.
  if (finish === "looped") return { reason: "looped", why: `it said "${repeated}" over and over` };
  if (finish === "aborted") return { reason: "aborted" };
  if (finish === "failed") {
    // What was shown stays; somebody who hears half an answer must know that it is half.
    const unfinished = text === "" ? "error" : "cut";
    const reason = failure?.code === "BUDGET_SPENT" ? "limit" : unfinished;
    return { reason, why: failure && explain(failure), code: failure?.code };
  }
  // Whether there are calls decides, not the finish reason: servers disagree on "stop" and "tool_calls".
  if (answer.calls.length > 0) return undefined;
  return answer.passed ? { reason: "passed" } : endingWithoutCalls(finish, text);
}

function endingWithoutCalls(finish: FinishReason, text: string): Ending {
  if (finish === "cut") {
    return { reason: "cut", why: "the stream ended without an end marker", code: "STREAM_CUT" };
  }
  if (finish === "length") return { reason: "length", why: "the model's limit for one answer" };
  if (finish === "filtered") return { reason: "cut", why: "the server withheld the rest" };
  if (text.trim() === "") return { reason: "error", why: "the model answered nothing" };
  return { reason: "complete" };
}

interface Running {
  readonly turn: Turn;
  readonly meter: TurnMeter;
  readonly planned: PlannedCall;
  /** Where the result goes for the next completion. */
  readonly current: ChatMessage[];
}

/** Runs one call, or answers it without running it. @returns how it ends the turn, if it does. */
async function* runCall(running: Running): AsyncGenerator<RoomEvent, Ending | undefined> {
  const { turn, meter, planned, current } = running;
  const { call, origin } = planned;
  const who = speaker(turn);
  // One answer may hold any number of calls.
  const limit = meter.spent();
  if (limit !== undefined) return { reason: "limit", why: limit };
  const verdict = meter.judge(call);
  if (verdict === "end") {
    return { reason: "looped", why: `${call.name} was called again and again in the same way` };
  }
  yield { type: "tool-call", ...who, call, origin };
  const refusal = verdict === "refuse" ? REPEATED : refusalOf(turn, planned);
  if (refusal === undefined) yield { type: "phase", ...who, phase: "running", detail: call.name };
  const result = refusal === undefined ? await runTool(turn, call) : refused(call, refusal);
  const { id, name, output, code, ...done } = result;
  yield { type: "tool-result", ...who, id, name, ...done, size: output.length, output };
  current.push({ role: "tool", callId: id, name, content: neutralise(output) });
  if (turn.signal.aborted) return { reason: "aborted" };
  return code === undefined ? undefined : { reason: "error", why: output, code };
}

const REPEATED =
  "Not run: you made this very call twice already and have its result. Use that result, change the arguments, or answer without calling.";

function refusalOf(turn: Turn, planned: PlannedCall): string | undefined {
  const { call, invalid, truncated } = planned;
  if (invalid) {
    return "Not run: the arguments of the call cannot be read. Write it again, with its arguments as one JSON object.";
  }
  if (truncated && turn.tools.effectOf(call.name) === "execute") {
    return "Not run: the call was cut off before its end. Write it again, shorter.";
  }
  return turn.model.hooks.beforeCall?.(call);
}

function refused(call: ToolCall, output: string): ToolResult {
  return { id: call.id, name: call.name, ok: false, output, ms: 0 };
}

async function runTool(turn: Turn, call: ToolCall): Promise<ToolResult> {
  const { model, tools, signal } = turn;
  const result = await tools.run(call, { signal, persona: model.persona.id });
  return model.hooks.afterResult?.(result) ?? result;
}
