/** What travels between a room and its client in another process; both ends are checked against it. */
import { z } from "zod";
import type { Standing } from "#core/budget.ts";
import { roomEventSchema } from "#core/event-schema.ts";
import type { ApprovalAsked, HumanMessage, RoomEvent } from "#core/events.ts";
import type { ToolListing } from "#core/tool-listing.ts";

/** The names of the questions to the owner's socket. */
export const ROOM_CALLS = {
  open: "room",
  setInteractive: "room-interactive",
  request: "room-request",
  control: "room-control",
  tools: "room-tools",
} as const;

/** Everything of a room that a screen shows beside its events. */
export interface RoomSnapshot {
  readonly room: string;
  readonly mode: string;
  readonly models: readonly {
    readonly persona: string;
    readonly description: string;
    readonly name: string;
    readonly windowTokens: number;
    readonly endpoint: string;
  }[];
  readonly nextSpeakers: readonly string[];
  readonly queued: number;
  readonly toReview: number;
  readonly busy: boolean;
  readonly unanswered?: HumanMessage | undefined;
  readonly waiting: readonly ApprovalAsked[];
  /** Of who would answer next. */
  readonly budgets: readonly Standing[];
}

/** An item of the answer to {@link ROOM_CALLS.open}. */
export type RoomUpdate =
  | {
      readonly type: "state";
      readonly state: RoomSnapshot;
      /** Number of the last entry when the user opened the room; in the first line, and nowhere else. */
      readonly head?: number | undefined;
    }
  | {
      readonly type: "event";
      readonly event: RoomEvent;
      /** Number of its entry; absent for what is only seen live. */
      readonly seq?: number | undefined;
    };

/** Something that takes its turn among the answers of a room. */
export type RoomRequest =
  /** @param id of the line: a client that sends it again is answered once. */
  | { readonly kind: "say"; readonly room: string; readonly text: string; readonly id: string }
  | { readonly kind: "retry"; readonly room: string }
  | { readonly kind: "compact"; readonly room: string; readonly persona?: string | undefined };

/** An item of the answer to {@link ROOM_CALLS.request}, which ends when the room is done with it. */
export type JobLine =
  /** What was said is on disk. */
  | { readonly type: "taken" }
  /** What it brought about, raw output included. */
  | { readonly type: "event"; readonly event: RoomEvent };

export type RoomControl =
  | { readonly kind: "stop"; readonly room: string }
  | { readonly kind: "note-undo"; readonly room: string }
  | { readonly kind: "mode"; readonly room: string; readonly mode: string }
  | { readonly kind: "note"; readonly room: string; readonly text: string }
  | {
      readonly kind: "model";
      readonly room: string;
      readonly name: string;
      readonly persona?: string | undefined;
    }
  | {
      readonly kind: "answer";
      readonly room: string;
      readonly id: string;
      readonly approved: boolean;
    };

const room = z.string();

const asked = roomEventSchema.transform((event, context): ApprovalAsked => {
  if (event.type === "approval" && event.state === "asked") return event;
  context.addIssue("no question");
  return z.NEVER;
});

const message = roomEventSchema.transform((event, context): HumanMessage => {
  if (event.type === "message") return event;
  context.addIssue("no message");
  return z.NEVER;
});

const stateSchema: z.ZodType<RoomSnapshot> = z.strictObject({
  room,
  mode: z.string(),
  models: z.array(
    z.strictObject({
      persona: z.string(),
      description: z.string(),
      name: z.string(),
      windowTokens: z.number(),
      endpoint: z.string(),
    }),
  ),
  nextSpeakers: z.array(z.string()),
  queued: z.int().min(0),
  toReview: z.int().min(0),
  busy: z.boolean(),
  unanswered: message.optional(),
  waiting: z.array(asked),
  budgets: z.array(z.strictObject({ name: z.string(), percent: z.number(), text: z.string() })),
});

export const roomUpdateSchema: z.ZodType<RoomUpdate> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("state"),
    state: stateSchema,
    head: z.int().min(0).optional(),
  }),
  z.strictObject({
    type: z.literal("event"),
    event: roomEventSchema,
    seq: z.int().min(1).optional(),
  }),
]);

export const roomRequestSchema: z.ZodType<RoomRequest> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("say"), room, text: z.string(), id: z.string() }),
  z.strictObject({ kind: z.literal("retry"), room }),
  z.strictObject({ kind: z.literal("compact"), room, persona: z.string().optional() }),
]);

export const jobLineSchema: z.ZodType<JobLine> = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("taken") }),
  z.strictObject({ type: z.literal("event"), event: roomEventSchema }),
]);

export const roomControlSchema: z.ZodType<RoomControl> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal(["stop", "note-undo"]), room }),
  z.strictObject({ kind: z.literal("mode"), room, mode: z.string() }),
  z.strictObject({ kind: z.literal("note"), room, text: z.string().max(1000) }),
  z.strictObject({
    kind: z.literal("model"),
    ...{ room, name: z.string(), persona: z.string().optional() },
  }),
  z.strictObject({ kind: z.literal("answer"), room, id: z.string(), approved: z.boolean() }),
]);

export const inRoomSchema: z.ZodType<{ readonly room: string }> = z.strictObject({ room });

export const toolSchema: z.ZodType<ToolListing> = z.strictObject({
  name: z.string(),
  description: z.string(),
  origin: z.enum(["built-in", "generated"]),
  state: z.enum(["ready", "disabled", "changed", "refused"]),
  why: z.string().optional(),
  figures: z
    .strictObject({ cases: z.number(), coverage: z.number(), mutationScore: z.number() })
    .optional(),
});
