/** What one node asks of another, as it lies in the queue. */
import { z } from "zod";
import type { AnswerRequest } from "../socket/home-service.ts";
import type { RelayedLine } from "../socket/other-nodes.ts";

export type RelayedWork =
  | {
      readonly kind: "ask";
      readonly room: string;
      readonly line: RelayedLine;
      /** The node that reads what is streamed of it. */
      readonly reader: string;
    }
  | ({ readonly kind: "answer"; readonly room: string } & AnswerRequest)
  /** A call of a screen, as the socket of a home takes it. */
  | {
      readonly kind: "call";
      readonly room: string;
      readonly name: string;
      readonly body: unknown;
      readonly reader: string;
    };

const room = z.string().min(1);
const reader = z.string().min(1);

const workSchema: z.ZodType<RelayedWork> = z.discriminatedUnion("kind", [
  z.object({
    ...{ kind: z.literal("ask"), room, reader },
    line: z.object({
      ...{ id: z.string().min(1), text: z.string(), raw: z.boolean() },
      ...{ mode: z.string().optional(), yes: z.boolean().optional() },
    }),
  }),
  z.object({ kind: z.literal("answer"), id: z.string(), room, approved: z.boolean() }),
  z.object({ kind: z.literal("call"), room, reader, name: z.string(), body: z.unknown() }),
]);

/** Another version may have written it. @throws {z.ZodError} */
export function readRelayed(body: string): RelayedWork {
  return workSchema.parse(JSON.parse(body));
}
