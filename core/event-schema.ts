/** The events of a room as a zod schema, for programs that read `--json` lines and for the socket. */
import { z } from "zod";
import { PROGRAM_LIMITS } from "./calls.ts";
import type { RoomEvent } from "./events.ts";
import { type GoalEnd, isGoalEnd } from "./goal-step.ts";

const call = z.strictObject({ id: z.string(), name: z.string(), arguments: z.unknown() });
const tokens = z.int().min(0);
const count = z.number().min(0);
const usage = z.strictObject({
  promptTokens: tokens,
  completionTokens: tokens,
  cachedTokens: tokens.optional(),
});
const inTurn = { turn: z.string(), persona: z.string() };

/** One event of a room. */
export const roomEventSchema: z.ZodType<RoomEvent> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("message"),
    id: z.string(),
    from: z.literal("user"),
    text: z.string(),
    to: z.array(z.string()),
    mode: z.string(),
  }),
  z.strictObject({
    type: z.literal("turn-start"),
    ...inTurn,
    message: z.string(),
    model: z.string(),
    window: z.int().min(1),
    readsFiles: z.literal(true).optional(),
    rule: z.int().min(0).optional(),
  }),
  z.strictObject({
    type: z.literal("answer"),
    ...inTurn,
    hop: z.int().min(0),
    text: z.string(),
    reasoning: z.string().optional(),
    calls: z.array(call),
  }),
  z.strictObject({
    type: z.literal("tool-call"),
    ...inTurn,
    call,
    origin: z.enum(["declared", "embedded"]),
  }),
  z.strictObject({
    type: z.literal("tool-result"),
    ...inTurn,
    id: z.string(),
    name: z.string(),
    ok: z.boolean(),
    ms: z.number().min(0),
    exit: z.int().optional(),
    outcome: z.enum(["failure", "breakdown"]).optional(),
    killed: z.enum(PROGRAM_LIMITS).optional(),
    size: z.int().min(0),
    output: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("turn-end"),
    ...inTurn,
    reason: z.enum(["complete", "length", "cut", "error", "aborted", "looped", "limit", "passed"]),
    why: z.string().optional(),
    code: z.string().optional(),
    usage: usage.optional(),
    context: z
      .strictObject({ tokens, window: z.int().min(1), cached: tokens.optional() })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("mode"),
    mode: z.string(),
    by: z.string(),
    node: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal("file"),
    path: z.string(),
    bytes: z.int().min(0),
    by: z.string(),
  }),
  z.strictObject({
    type: z.literal("attached"),
    message: z.string(),
    path: z.string(),
    bytes: z.int().min(0),
    text: z.string().optional(),
    image: z
      .strictObject({
        mediaType: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
        data: z.base64(),
      })
      .optional(),
  }),
  z.strictObject({
    type: z.literal("notice"),
    level: z.enum(["info", "warning", "error"]),
    text: z.string(),
    persona: z.string().optional(),
    code: z.string().optional(),
    step: z.enum(["begun", "done"]).optional(),
  }),
  z.discriminatedUnion("state", [
    z.strictObject({
      type: z.literal("approval"),
      state: z.literal("asked"),
      id: z.string(),
      ...inTurn,
      call,
      why: z.string(),
      hash: z.string(),
      expiresAt: z.number(),
    }),
    z.strictObject({
      type: z.literal("approval"),
      state: z.literal("answered"),
      id: z.string(),
      ...inTurn,
      outcome: z.enum(["approved", "denied", "expired", "unattended", "aborted"]),
      by: z.string(),
    }),
  ]),
  z.strictObject({
    type: z.literal("summary"),
    persona: z.string(),
    text: z.string(),
    through: z.string(),
    exchanges: z.int().min(0),
    tokensBefore: z.int().min(0),
    tokensAfter: z.int().min(0),
  }),
  z.strictObject({ type: z.literal("recall"), ...inTurn, ids: z.array(z.int().min(1)) }),
  z.strictObject({
    ...{ type: z.literal("goal"), goal: z.string(), cycle: z.int().min(0) },
    phase: z.enum(["goal", "intent", "execution", "summary"]),
    ...{ state: z.enum(["begun", "done"]), attempt: z.int().min(1), text: z.string().optional() },
    action: z
      .strictObject({ name: z.string(), args: z.record(z.string(), z.unknown()), why: z.string() })
      .optional(),
    outcome: z.enum(["done", "failed", "refused", "interrupted"]).optional(),
    end: z.custom<GoalEnd>(isGoalEnd).optional(),
    spent: z.strictObject({
      ...{ cycles: count, ms: count, tokens: count, micros: count, calls: count, actions: count },
    }),
    mono: z.number(),
  }),
  z.strictObject({ type: z.literal("settled"), why: z.string() }),
  z.strictObject({ type: z.enum(["text-delta", "reasoning-delta"]), ...inTurn, text: z.string() }),
  z.strictObject({ type: z.literal("reclassify"), ...inTurn }),
  z.strictObject({
    type: z.literal("phase"),
    ...inTurn,
    phase: z.enum([
      ...["queued", "loading", "waiting", "thinking", "generating"],
      ...["compacting", "approval", "running"],
    ] as const),
    detail: z.string().optional(),
    window: z.int().min(1).optional(),
  }),
]);

/** The last line where a command fails as a whole, for example because a persona is unknown. */
export interface FailedLine {
  readonly type: "failed";
  readonly code: string;
  readonly message: string;
  readonly why?: string | undefined;
  readonly remedies: readonly string[];
  /** What is unchanged, under the name that programs read it by. */
  readonly left?: string | undefined;
}

/** Any line that `org ask --json` prints. */
export const jsonLineSchema: z.ZodType<RoomEvent | FailedLine> = z.union([
  roomEventSchema,
  z.strictObject({
    type: z.literal("failed"),
    code: z.string(),
    message: z.string(),
    why: z.string().optional(),
    remedies: z.array(z.string()),
    left: z.string().optional(),
  }),
]);
