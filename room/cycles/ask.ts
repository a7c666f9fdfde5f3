/** One question of a run of cycles to its model, within its limits. */
import { type Price, priceOf } from "#core/budget.ts";
import type { Account } from "#core/budget-ledger.ts";
import type { ChannelLock } from "#core/channel-lock.ts";
import { OrgError } from "#core/errors.ts";
import type { Usage } from "#core/events.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { budgeted } from "#models/budgeted.ts";
import type { ChatEnd } from "#models/chat-event.ts";
import { chatOnce } from "#models/chat-once.ts";
import { limited } from "#models/limited.ts";
import type { Model } from "#models/model.ts";
import type { ChatRequest } from "#models/provider.ts";
import { LONGEST_PHASE_MS } from "./cycle-state.ts";
import type { Asking } from "./run-cycles.ts";

/** The model of the call, and its budget. */
export interface CycleModel {
  readonly model: Pick<Model, "name" | "provider" | "prepare" | "profile" | "observe">;
  /** Shown to those who wait for the endpoint. */
  readonly owner: string;
  readonly lock: ChannelLock;
  readonly cleaner: TextCleaner;
  /** Of the home. @default none */
  readonly account?: Account | undefined;
  readonly prices?: Readonly<Record<string, Price>> | undefined;
  /** Told what each answer took. */
  readonly onUsage?: ((usage: Usage) => void) | undefined;
  /** Told that an answer goes on. */
  readonly alive?: (() => void) | undefined;
}

export type Question = Omit<ChatRequest, "model" | "once">;

/**
 * Asks once, with the lock of the endpoint.
 *
 * @param question made when the lock is held, for the profile of the model.
 * @throws {LimitReached} before anything is sent; {OrgError} what the provider throws; the reason of the signal.
 */
export async function ask(
  { model, owner, lock, cleaner, account, prices = {}, alive, onUsage }: CycleModel,
  question: (profile: Awaited<ReturnType<Model["profile"]>>) => Question,
  { ledger, reserved, signal, clock }: Asking,
): Promise<ChatEnd> {
  using _lock = await lock.waitForLock(Number.POSITIVE_INFINITY, { owner, signal });
  await model.prepare(signal);
  const profile = await model.profile(signal);
  const stop = new AbortController();
  using _limit = clock.after(LONGEST_PHASE_MS, () => stop.abort(tooLong()));
  const within = AbortSignal.any([signal, stop.signal]);
  const own = limited(model.provider, {
    ...{ ledger, reserved, priceOf: (name) => priceOf(prices, name) },
  });
  const provider = account === undefined ? own : budgeted(own, account);
  const whole = { ...question(profile), model: model.name, once: true };
  const request = (await cleaner.ahead(whole, within)).redactData(whole);
  for await (const event of chatOnce({ provider, request, signal: within, profile, cleaner })) {
    alive?.();
    if (event.type !== "end") continue;
    if (event.usage !== undefined) onUsage?.(event.usage);
    within.throwIfAborted();
    if (event.observation !== undefined) model.observe?.(event.observation);
    const failure = failureIn(event);
    if (failure !== undefined) throw failure;
    return event;
  }
  throw cut();
}

function failureIn({ finish, failure, usage }: ChatEnd): OrgError | undefined {
  if (finish === "failed") return failure ?? cut();
  // An endless action is abandoned in the middle: then no usage is there, and it is reported as cut off.
  const isAbandoned = finish === "cut" && usage === undefined;
  return (finish === "cut" && !isAbandoned) || finish === "filtered" ? cut() : undefined;
}

function cut(): OrgError {
  return new OrgError("The answer of the model was interrupted", {
    code: "STREAM_CUT",
    remedies: ["try it again"],
    unchanged: "What was done so far is written down.",
  });
}

function tooLong(): OrgError {
  return new OrgError("The model did not come to the end of an answer", {
    code: "STREAM_SILENT",
    why: `one answer of a goal may take ${LONGEST_PHASE_MS / 1000} s`,
    remedies: ["take a smaller model, or one on a faster machine"],
    unchanged: "What was done so far is written down.",
  });
}
