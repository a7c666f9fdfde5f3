/**
 * Everything that can happen in a room, as plain data. Screens, pipes, the socket and the log read
 * only this. `core/event-schema.ts` holds the same union as a zod schema for other programs.
 */
import type { FailedOutcome, ProgramLimit, ToolCall } from "./calls.ts";
import type { GoalStep } from "./goal-step.ts";
import type { Image } from "./image-type.ts";

/** Why a turn ended. Every turn ends with exactly one of them, on every path. */
export type TurnEndReason =
  | "complete"
  | "length"
  | "cut"
  | "error"
  | "aborted"
  | "looped"
  | "limit"
  | "passed";

/** Only a turn that came to its end counts as an answer for the others; a broken one is not an answer. */
export const VISIBLE_TO_OTHERS: ReadonlySet<TurnEndReason | undefined> = new Set<TurnEndReason>([
  "complete",
  "length",
  "limit",
  "looped",
]);

/** What a persona is doing while it has not spoken yet. */
export type Phase =
  | "queued"
  /** The server loads the model into memory. */
  | "loading"
  | "waiting"
  | "thinking"
  | "generating"
  /** It sums up the conversation so far. */
  | "compacting"
  | "approval"
  | "running";

export type NoticeLevel = "info" | "warning" | "error";

/** A line that a human wrote. */
export interface HumanMessage {
  readonly type: "message";
  readonly id: string;
  readonly from: "user";
  readonly text: string;
  /** Ids of the personas asked to answer, in that order. */
  readonly to: readonly string[];
  /** The room's mode when it was sent, for example "group" or "direct:agent". */
  readonly mode: string;
}

export interface TurnStart {
  readonly type: "turn-start";
  readonly turn: string;
  readonly persona: string;
  /** Id of the human message that this turn answers; it decides who may see the turn. */
  readonly message: string;
  /** Name of the language model on the provider. */
  readonly model: string;
  /** Size of the model's window in tokens. */
  readonly window: number;
  /** Its prompt holds text of files: its answer may repeat text that no participant wrote. */
  readonly readsFiles?: true | undefined;
  /**
   * Number of the rule that answers instead of the model; 0: the room answers itself, for no model
   * could be reached.
   */
  readonly rule?: number | undefined;
}

/** One finished completion: the text of the persona, and the tools that it calls. */
export interface Answer {
  readonly type: "answer";
  readonly turn: string;
  readonly persona: string;
  /** Index of the completion within its turn, from 0. */
  readonly hop: number;
  readonly text: string;
  readonly reasoning?: string | undefined;
  readonly calls: readonly ToolCall[];
}

/** A tool is about to run; on disk before it does, so that a crash can never run it twice. */
export interface ToolStarted {
  readonly type: "tool-call";
  readonly turn: string;
  readonly persona: string;
  readonly call: ToolCall;
  /** Declared: the server parsed it. Embedded: found in the text. */
  readonly origin: "declared" | "embedded";
}

export interface ToolFinished {
  readonly type: "tool-result";
  readonly turn: string;
  readonly persona: string;
  readonly id: string;
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly exit?: number | undefined;
  /** Present where a generated tool was not ok. */
  readonly outcome?: FailedOutcome | undefined;
  /** The limit at which its program was stopped. */
  readonly killed?: ProgramLimit | undefined;
  /** Size of the raw output in UTF-16 code units. */
  readonly size: number;
  /** The raw output; only where it was requested, never on the way to another persona. */
  readonly output?: string | undefined;
}

export interface TurnEnd {
  readonly type: "turn-end";
  readonly turn: string;
  readonly persona: string;
  readonly reason: TurnEndReason;
  /** For a person: what the reason was, with its numbers. Absent for a plain `complete`. */
  readonly why?: string | undefined;
  /** The error code behind `error` and `cut`. */
  readonly code?: string | undefined;
  /** Tokens of the whole turn as the provider counted them, where it did. */
  readonly usage?: Usage | undefined;
  /** How full the window was behind the last completion, where the provider counts. */
  readonly context?: ContextUse | undefined;
}

/** In tokens. */
export interface ContextUse {
  readonly tokens: number;
  /** As it is really allocated, as far as the server tells. */
  readonly window: number;
  /** Of them, so many were in the server's cache already; absent where it does not tell. */
  readonly cached?: number | undefined;
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Of the prompt, so many were in the server's cache; absent where it does not tell. */
  readonly cachedTokens?: number | undefined;
}

export interface ModeChange {
  readonly type: "mode";
  readonly mode: string;
  /** "user", the id of the persona whose tool call switched it, or "org". */
  readonly by: string;
  /** Of `file:` among several machines: the node on which the file lies. */
  readonly node?: string | undefined;
}

export interface FileWritten {
  readonly type: "file";
  /** Path relative to the workspace. */
  readonly path: string;
  /** Size of the whole file. */
  readonly bytes: number;
  readonly by: string;
}

export interface Notice {
  readonly type: "notice";
  readonly level: NoticeLevel;
  readonly text: string;
  readonly persona?: string | undefined;
  /** The error code, where a request was not fulfilled. */
  readonly code?: string | undefined;
  /** A step of a long call that begins or went well; a screen that can shows the newest one alone, beside the call. */
  readonly step?: "begun" | "done" | undefined;
}

/** Tells all in a room what happens while a call runs. */
export type Notify = (notice: Pick<Notice, "text" | "persona" | "step">) => Promise<void>;

/** A file that the human named with `@path`, as it was when the line was sent. */
export interface Attached {
  readonly type: "attached";
  /** Id of the message that it belongs to. */
  readonly message: string;
  /** Relative to the workspace. */
  readonly path: string;
  /** Size of the whole file. */
  readonly bytes: number;
  /** The beginning of a text, or all of it; only on the way to the journal and to models. */
  readonly text?: string | undefined;
  /** What an image is made of; only on the way to the journal and to models. */
  readonly image?: Image | undefined;
}

/** A call waits for an approval. On disk and on screens before a user can give it. */
export interface ApprovalAsked {
  readonly type: "approval";
  readonly state: "asked";
  /** Short, and never used twice in a room: "A7". */
  readonly id: string;
  readonly turn: string;
  readonly persona: string;
  /** Exactly what would run. */
  readonly call: ToolCall;
  /** Why it needs an approval. */
  readonly why: string;
  /** SHA-256 in hexadecimal of what the approval is bound to. */
  readonly hash: string;
  /** Milliseconds since the epoch; afterwards the answer is no. */
  readonly expiresAt: number;
}

export type ApprovalOutcome = "approved" | "denied" | "expired" | "unattended" | "aborted";

export interface ApprovalAnswered {
  readonly type: "approval";
  readonly state: "answered";
  readonly id: string;
  readonly turn: string;
  readonly persona: string;
  readonly outcome: ApprovalOutcome;
  /** "user", "--yes", the id of a lease, or "org" where no person answered. */
  readonly by: string;
}

/** What a persona's model made of the older part of the room: its prompts begin with this from now on. */
export interface Summary {
  readonly type: "summary";
  readonly persona: string;
  readonly text: string;
  /** Id of the newest message or turn that it stands for. */
  readonly through: string;
  /** How many exchanges it stands for, those of an earlier summary not counted again. */
  readonly exchanges: number;
  /** Estimated tokens of what it stands for, and of itself. */
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/** Notes of the user were put into the prompt of a turn by the room itself. */
export interface NotesRecalled {
  readonly type: "recall";
  readonly turn: string;
  readonly persona: string;
  /** Numbers of the notes, the nearest first. */
  readonly ids: readonly number[];
}

/** The room stopped asking personas although some had still to answer, and says why. */
interface Settled {
  readonly type: "settled";
  readonly why: string;
}

/** Kept for ever, in order, in the journal. */
export type JournaledEvent =
  | HumanMessage
  | TurnStart
  | Answer
  | ToolStarted
  | ToolFinished
  | TurnEnd
  | ModeChange
  | FileWritten
  | Attached
  | Notice
  | ApprovalAsked
  | ApprovalAnswered
  | Summary
  | NotesRecalled
  | GoalStep
  | Settled;

/** Seen live only; the finished {@link Answer} says the same in one piece. */
export type LiveEvent =
  | {
      readonly type: "text-delta" | "reasoning-delta";
      readonly turn: string;
      readonly persona: string;
      readonly text: string;
    }
  /** The text of this completion so far was reasoning after all. */
  | { readonly type: "reclassify"; readonly turn: string; readonly persona: string }
  | {
      readonly type: "phase";
      readonly turn: string;
      readonly persona: string;
      readonly phase: Phase;
      /** For example who is being waited for. */
      readonly detail?: string | undefined;
      /** Size of the model's window in tokens, where the server has just reported it. */
      readonly window?: number | undefined;
    };

export type RoomEvent = JournaledEvent | LiveEvent;
