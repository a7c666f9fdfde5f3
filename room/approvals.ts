/**
  Requests to the human that hold up one call and no other. An approval counts once, for exactly the
  requested call, and only from a caller of {@link Approvals.answer}: no message of the
 * room is ever read as one.
 */
import { OrgError } from "#core/errors.ts";
import type { ApprovalAnswered, ApprovalAsked, ApprovalOutcome } from "#core/events.ts";

/** How long a question waits, in milliseconds. */
const APPROVAL_MS = 5 * 60 * 1000;

export type ApprovalEvent = ApprovalAsked | ApprovalAnswered;

export interface Question
  extends Pick<ApprovalAsked, "turn" | "persona" | "call" | "why" | "hash"> {
  readonly signal: AbortSignal;
  /** Resolves when the event is on disk. */
  readonly emit: (event: ApprovalEvent) => Promise<void>;
}

/** An approval. */
export interface Approval {
  readonly id: string;
  /** Uses the approval: true once, before it expires, for the requested call. */
  redeem(hash: string): boolean;
}

export interface Answered {
  readonly outcome: ApprovalOutcome;
  /** Only of an approval. */
  readonly approval?: Approval;
}

interface Waiting {
  readonly request: ApprovalAsked;
  readonly end: (outcome: ApprovalOutcome) => void;
}

export interface ApprovalsOptions {
  /** How long a question waits, in milliseconds. @default 300000 */
  readonly expiresMs?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

export class Approvals {
  readonly #expiresMs: number;
  readonly #now: () => number;
  readonly #waiting = new Map<string, Waiting>();
  /** Of questions that are over, by id. */
  readonly #outcomes = new Map<string, ApprovalOutcome>();
  /** Of the journal, without an outcome in it. */
  readonly #open = new Map<string, ApprovalAsked>();
  #lastNumber = 0;
  #interactiveUsers = 0;

  constructor({ expiresMs = APPROVAL_MS, now = Date.now }: ApprovalsOptions = {}) {
    this.#expiresMs = expiresMs;
    this.#now = now;
  }

  /** Open questions, the oldest first. */
  get waiting(): readonly ApprovalAsked[] {
    return [...this.#waiting.values()].map(({ request }) => request);
  }

  /** Whether there is a user who can answer. */
  get isInteractive(): boolean {
    return this.#interactiveUsers > 0;
  }

  /** Says that a user sees the questions and can answer, until the handle is disposed. */
  setInteractive(): Disposable {
    this.#interactiveUsers += 1;
    let isHere = true;
    return {
      [Symbol.dispose]: () => {
        if (isHere) this.#interactiveUsers -= 1;
        isHere = false;
      },
    };
  }

  /** Applies an event of the journal: no number is used twice, even after a restart. */
  apply(event: ApprovalEvent): void {
    const number = Number(event.id.slice(1));
    if (Number.isSafeInteger(number)) this.#lastNumber = Math.max(this.#lastNumber, number);
    if (event.state === "asked") this.#open.set(event.id, event);
    else {
      this.#open.delete(event.id);
      this.#outcomes.set(event.id, event.outcome);
    }
  }

  /** The answers that close what is open in the journal since the requesting process was killed. */
  get interrupted(): readonly ApprovalAnswered[] {
    return [...this.#open.values()].map(({ id, turn, persona }) => {
      return {
        type: "approval",
        state: "answered",
        id,
        turn,
        persona,
        outcome: "aborted",
        by: "org",
      };
    });
  }

  /** @returns the outcome of a request as text; `undefined` for one that is open or does not exist. */
  outcomeOf(id: string): string | undefined {
    const outcome = this.#outcomes.get(plain(id));
    return outcome === undefined ? undefined : OUTCOME_TEXTS[outcome];
  }

  /** Asks and waits for the answer of a user who is there. */
  async ask(question: Question): Promise<Answered> {
    if (!this.isInteractive) return await this.settle(question, "unattended", "org");
    const request = this.#number(question);
    // Open before listeners get it, so that the quickest answer finds it.
    const answer = this.#answerTo(request, question.signal);
    try {
      await question.emit(request);
    } catch (error) {
      this.#waiting.get(request.id)?.end("denied");
      throw error;
    }
    const outcome = await answer;
    const by = outcome === "approved" || outcome === "denied" ? "user" : "org";
    return await this.#close(question, request, [outcome, by]);
  }

  /** Records a request whose answer was there beforehand: `--yes`, a lease, or no user to ask. */
  async settle(question: Question, outcome: ApprovalOutcome, by: string): Promise<Answered> {
    const request = this.#number(question);
    await question.emit(request);
    return await this.#close(question, request, [outcome, by]);
  }

  /** @throws {OrgError} `USAGE` when no such approval is open: answered, expired, or never requested. */
  answer(id: string, approved: boolean): void {
    const waiting = this.#waiting.get(plain(id));
    if (waiting === undefined) throw this.#notWaiting(id, approved ? "approve" : "deny");
    waiting.end(approved ? "approved" : "denied");
  }

  #notWaiting(id: string, command: string): OrgError {
    const open = [...this.#waiting.keys()];
    const outcome = this.outcomeOf(id);
    const others =
      open.length === 0
        ? "no call waits for your approval; an approval counts once, and expires"
        : `open: ${open.join(", ")}`;
    const message = id === "" ? "Which approval?" : `No approval "${id.slice(0, 20)}" is open`;
    return new OrgError(message, {
      code: "USAGE",
      why: outcome === undefined ? others : countsOnce(outcome),
      remedies: open.length === 0 ? ["/approvals"] : open.map((one) => `/${command} ${one}`),
      unchanged: outcome === undefined ? "Nothing was answered." : "That was not changed.",
    });
  }

  #number({ turn, persona, call, why, hash }: Question): ApprovalAsked {
    this.#lastNumber += 1;
    const id = `A${this.#lastNumber}`;
    const expiresAt = this.#now() + this.#expiresMs;
    return { type: "approval", state: "asked", id, turn, persona, call, why, hash, expiresAt };
  }

  async #answerTo(request: ApprovalAsked, signal: AbortSignal): Promise<ApprovalOutcome> {
    const { promise, resolve } = Promise.withResolvers<ApprovalOutcome>();
    // Whatever comes first ends it, in the same moment: what comes behind it finds no question any more.
    const end = (outcome: ApprovalOutcome): void => {
      if (!this.#waiting.delete(request.id)) return;
      this.#outcomes.set(request.id, outcome);
      resolve(outcome);
    };
    const onAbort = () => end("aborted");
    const timer = setTimeout(() => end("expired"), Math.max(0, request.expiresAt - this.#now()));
    this.#waiting.set(request.id, { request, end });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #close(
    { emit }: Question,
    { id, turn, persona, hash, expiresAt }: ApprovalAsked,
    [outcome, by]: readonly [ApprovalOutcome, string],
  ): Promise<Answered> {
    await emit({ type: "approval", state: "answered", id, turn, persona, outcome, by });
    if (outcome !== "approved") return { outcome };
    let isFresh = true;
    const redeem = (presentedHash: string): boolean => {
      const holds = isFresh && presentedHash === hash && this.#now() <= expiresAt;
      isFresh = false;
      return holds;
    };
    return { outcome, approval: { id, redeem } };
  }
}

/** Why a request cannot be answered again. @param outcome its text. */
export function countsOnce(outcome: string): string {
  return `${outcome}; an approval counts once`;
}

/** The id as it is displayed, in whatever case a user types it. */
function plain(id: string): string {
  return id.trim().toUpperCase();
}

const OUTCOME_TEXTS: Readonly<Record<ApprovalOutcome, string>> = {
  approved: "it was approved",
  denied: "it was denied",
  expired: "it was not answered in time",
  unattended: "no human could be asked",
  aborted: "its turn was stopped",
};
