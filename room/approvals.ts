/**
 * Questions to the human that hold up one call and no other. A yes counts once, for exactly what
 * was asked, and only from a caller of {@link Approvals.answer}: nothing that is said in the
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

/** A yes. */
export interface Approval {
  readonly id: string;
  /** Takes the yes: true once, before it expires, for what was asked. */
  redeem(hash: string): boolean;
}

export interface Answered {
  readonly outcome: ApprovalOutcome;
  /** Only of an approval. */
  readonly approval?: Approval;
}

interface Waiting {
  readonly asked: ApprovalAsked;
  readonly answer: (approved: boolean) => void;
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
  #lastNumber = 0;
  #attendants = 0;

  constructor({ expiresMs = APPROVAL_MS, now = Date.now }: ApprovalsOptions = {}) {
    this.#expiresMs = expiresMs;
    this.#now = now;
  }

  /** A human could be asked now. */
  get areAttended(): boolean {
    return this.#attendants > 0;
  }

  /** Open questions, the oldest first. */
  get waiting(): readonly ApprovalAsked[] {
    return [...this.#waiting.values()].map(({ asked }) => asked);
  }

  /** Whether there is a user who can answer. */
  get isAttended(): boolean {
    return this.#attendants > 0;
  }

  /** Says that a user sees the questions and can answer, until the handle is disposed. */
  attend(): Disposable {
    this.#attendants += 1;
    let isHere = true;
    return {
      [Symbol.dispose]: () => {
        if (isHere) this.#attendants -= 1;
        isHere = false;
      },
    };
  }

  /** Takes in an event of the journal: a number is never given twice, even after a restart. */
  apply({ id }: ApprovalEvent): void {
    const number = Number(id.slice(1));
    if (Number.isSafeInteger(number)) this.#lastNumber = Math.max(this.#lastNumber, number);
  }

  /** Asks and waits for the answer of a user who is there. */
  async ask(question: Question): Promise<Answered> {
    if (!this.isAttended) return await this.settle(question, "unattended", "org");
    const asked = this.#number(question);
    // Open before it is shown, so that the quickest answer finds it.
    const answer = this.#answerTo(asked, question.signal);
    try {
      await question.emit(asked);
    } catch (error) {
      this.#waiting.get(asked.id)?.answer(false);
      throw error;
    }
    const outcome = await answer;
    const by = outcome === "approved" || outcome === "denied" ? "user" : "org";
    return await this.#close(question, asked, [outcome, by]);
  }

  /** Records a question whose answer was there beforehand: `--yes`, a lease, or no user to ask. */
  async settle(question: Question, outcome: ApprovalOutcome, by: string): Promise<Answered> {
    const asked = this.#number(question);
    await question.emit(asked);
    return await this.#close(question, asked, [outcome, by]);
  }

  /** @throws {OrgError} `USAGE` when no such question is open: answered, expired, or never asked. */
  answer(id: string, approved: boolean): void {
    const waiting = this.#waiting.get(id.trim().toUpperCase());
    if (waiting === undefined) throw notWaiting(id, [...this.#waiting.keys()]);
    waiting.answer(approved);
  }

  #number({ turn, persona, call, why, hash }: Question): ApprovalAsked {
    this.#lastNumber += 1;
    const id = `A${this.#lastNumber}`;
    const expiresAt = this.#now() + this.#expiresMs;
    return { type: "approval", state: "asked", id, turn, persona, call, why, hash, expiresAt };
  }

  async #answerTo(asked: ApprovalAsked, signal: AbortSignal): Promise<ApprovalOutcome> {
    const { promise, resolve } = Promise.withResolvers<ApprovalOutcome>();
    const onAbort = () => resolve("aborted");
    const timer = setTimeout(() => resolve("expired"), Math.max(0, asked.expiresAt - this.#now()));
    const answer = (approved: boolean) => {
      // A user who answers twice finds nothing to answer the second time.
      this.#waiting.delete(asked.id);
      resolve(approved ? "approved" : "denied");
    };
    this.#waiting.set(asked.id, { asked, answer });
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      this.#waiting.delete(asked.id);
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
    const redeem = (given: string): boolean => {
      const holds = isFresh && given === hash && this.#now() <= expiresAt;
      isFresh = false;
      return holds;
    };
    return { outcome, approval: { id, redeem } };
  }
}

function notWaiting(id: string, open: readonly string[]): OrgError {
  return new OrgError(`No question "${id.slice(0, 20)}" is open`, {
    code: "USAGE",
    why:
      open.length === 0
        ? "nothing waits for an answer of yours; a question counts once, and not for long"
        : `open: ${open.join(", ")}`,
    remedies: open.length === 0 ? ["/approvals"] : open.map((one) => `/approve ${one}`),
    left: "Nothing was approved.",
  });
}
