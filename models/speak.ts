/** One completion of a turn: what is sent, and the endpoint's lock from the request to the last token. */

import type { ToolSchema } from "#core/calls.ts";
import { type ChannelLock, lockUnlessAborted } from "#core/channel-lock.ts";
import type { Phase, RoomEvent } from "#core/events.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ChangeCheck } from "./change-check.ts";
import { type ChatEnd, NO_ANSWER, PHASE_OF, roomEvent } from "./chat-event.ts";
import { chatOnce } from "./chat-once.ts";
import { codeImport } from "./code-import.ts";
import { asksForCommand, asksForProgram, asksForProse } from "./exact-line.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import { visibleFor, withTexts } from "./images.ts";
import type { SharedView } from "./model.ts";
import { foundBy, newestQuestion } from "./prompt-layout.ts";
import type { ChatMessage, ChatRequest } from "./provider.ts";
import { type LongPrompt, shrink } from "./short-prompt.ts";
import { asksForTool, FORGE } from "./tool-request.ts";
import { hasOverflown, learnFrom } from "./turn-ending.ts";

/** Who speaks, and to whom. */
interface Speaker extends LongPrompt {
  readonly id: string;
  readonly tools: { readonly schemas: readonly ToolSchema[]; readonly first: readonly string[] };
  readonly others: readonly string[];
  readonly cleaner: TextCleaner;
  readonly lock: ChannelLock;
  readonly mayPass?: boolean;
}

/** How far the turn has come. */
interface Speaking {
  readonly turn: Speaker;
  readonly meter: {
    readonly isLastRound: boolean;
    readonly isStuck: boolean;
    readonly hasFailed: boolean;
  };
  /** The turn so far: completions and results. */
  readonly current: readonly ChatMessage[];
  readonly profile: ModelProfile;
  /** The request has no tools. */
  readonly mustAnswer: boolean;
  /** The reply is held to a call. */
  readonly mustAct: boolean;
  /** A tool that the request does not have. */
  readonly setAside: string | undefined;
  readonly check: ChangeCheck;
  /** A prompt that did not fit may be made shorter, once. */
  mayShrink: boolean;
}

/** The next completion; requested once more with a shorter prompt where it did not fit. */
export async function* fittingAnswer(running: Speaking): AsyncGenerator<RoomEvent, ChatEnd> {
  const answer = yield* speak(running);
  if (!(running.mayShrink && hasOverflown(answer))) return answer;
  running.mayShrink = false;
  const { id: turn, model } = running.turn;
  yield* shrink(running.turn, { turn, persona: model.persona.id }, answer);
  return yield* speak(running);
}

/** Lets the model speak once, with the endpoint's lock held from the request to the last token. */
async function* speak(running: Speaking): AsyncGenerator<RoomEvent, ChatEnd> {
  const { turn, profile } = running;
  const { model, lock, signal, cleaner } = turn;
  const who = { turn: turn.id, persona: model.persona.id };
  const isBusy = lock.owners.length >= lock.limit;
  const detail = `behind ${lock.owners.join(", ")}`;
  if (isBusy) yield { type: "phase", ...who, phase: "queued", detail };
  using held = await lockUnlessAborted(lock, { owner: who.persona, signal });
  if (held === undefined) return NO_ANSWER;
  // Before the server is requested for facts: from here on the turn waits for it, and not for the other speaker.
  if (isBusy) yield { type: "phase", ...who, phase: "waiting" };
  await model.prepare(signal);
  const isLoading = await model.isLoading(signal);
  const { windowTokens: window } = model;
  yield { type: "phase", ...who, phase: isLoading ? "loading" : "waiting", window };
  const request = await requestUnlessAborted(running);
  if (request === undefined) return NO_ANSWER;
  const names = { self: who.persona, others: turn.others };
  let phase: Phase = "waiting";
  const how = { provider: model.provider, request, signal, profile, speaker: names, cleaner };
  for await (const event of chatOnce(how)) {
    if (event.type === "end") {
      learnFrom(event, model, request);
      return event;
    }
    const now: Phase = PHASE_OF[event.type] ?? phase;
    if (now !== phase) yield { type: "phase", ...who, phase: now };
    phase = now;
    yield roomEvent(event, who);
  }
  throw new Error("A completion ended without saying so");
}

/** A long prompt takes a while to be cleaned, and an abort ends that. */
async function requestUnlessAborted(running: Speaking): Promise<ChatRequest | undefined> {
  try {
    return await nextRequest(running);
  } catch (error) {
    if (running.turn.signal.aborted) return undefined;
    throw error;
  }
}

/** What is sent next. @throws the reason of the signal once it aborts. */
async function nextRequest(running: Speaking): Promise<ChatRequest> {
  const { turn, meter, current, profile, mustAnswer, setAside, check } = running;
  const { model, signal, history, cleaner, mayPass, recalled } = turn;
  // Replies are held to a shape, which can be the one of an answer.
  const isShaped = profile.calls === "shape";
  // Another way of calling than a shape cannot hold a model to an answer: there the limit ends the turn.
  const isLast = isShaped && (mustAnswer || meter.isLastRound || meter.isStuck);
  const shared = turn.shared?.();
  const first = isShaped && current.length === 0 ? firstOf(turn, shared) : [];
  const isFirst = (name: string) => first.length === 0 || first.includes(name);
  const aside = setAside ?? foundBy(current, shared?.project);
  const isProseTask = isShaped && current.length === 0 && asksForNoProgram(shared);
  const isOmitted = (name: string) => name === aside || (isProseTask && PROGRAMS.has(name));
  const offers = (name: string) =>
    !(isShaped && isOmitted(name)) && check.offers(name) && isFirst(name);
  const tools = isLast ? [] : turn.tools.schemas.filter(({ name }) => offers(name));
  const view = { history, current, tools, mayPass, recalled, profile, shared };
  const prompt = await visibleFor(model, model.request(view), signal);
  // Whatever it was put together of, calls of this turn included: no secret leaves the machine.
  const ahead = await cleaner.ahead(prompt, signal);
  const clean = withTexts(prompt, (texts) => ahead.redactData(texts));
  if (!isShaped) return clean;
  // After a program that only fails, an answer would be invented: it looks with another tool first.
  const isLost = meter.hasFailed && setAside !== undefined;
  const mustCall = running.mustAct || isLost || first.length > 0;
  const temperature = meter.hasFailed || check.attempt > 1 ? ANOTHER_WAY : clean.temperature;
  return { ...clean, mustCall, temperature };
}

const PROGRAM = "python_run";
const SHELL = "sh";
const PROGRAMS: ReadonlySet<string> = new Set([PROGRAM, SHELL]);

/** The tools with which the turn begins; empty: the model may choose, or answer. */
function firstOf({ tools }: Speaker, shared: SharedView | undefined): readonly string[] {
  if (tools.first.length > 0 || shared === undefined) return tools.first;
  const line = newestQuestion(shared);
  const has = (tool: string) => tools.schemas.some(({ name }) => name === tool);
  // Else it takes the goal of the tool for a question, and answers it.
  if (has(FORGE) && asksForTool(line)) return [FORGE];
  if (shared.project === undefined && has(SHELL) && asksForCommand(line)) return [SHELL];
  // A worked turn that computes had all such lines computed, and the capital of a country as well.
  const isComputed =
    shared.project === undefined
      ? asksForProgram(line)
      : codeImport(line, shared.project.opened) !== undefined;
  return isComputed && has(PROGRAM) ? [PROGRAM] : [];
}

/**
 * Where there is no file to look at, what asks for words is answered without a program: small models run one that prints
 * them. Other tools stay, for they may be what is asked for: "Send Ann an e-mail".
 */
function asksForNoProgram(shared: SharedView | undefined): boolean {
  if (shared === undefined || shared.project !== undefined || shared.files !== undefined)
    return false;
  return asksForProse(newestQuestion(shared));
}

/** Temperature after a failure: at a low one a small model writes the very same call again. */
const ANOTHER_WAY = 0.7;
