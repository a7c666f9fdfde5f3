/** What one node asks of another, as it lies in the queue. */
import { z } from "zod";
import type { AnswerRequest } from "../socket/home-service.ts";
import type { RelayedLine } from "../socket/other-nodes.ts";

export type RelayedWork =
  | { readonly kind: "ask"; readonly room: string; readonly line: RelayedLine }
  | ({ readonly kind: "answer"; readonly room: string } & AnswerRequest);

const workSchema: z.ZodType<RelayedWork> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("ask"),
    room: z.string().min(1),
    line: z.object({
      ...{ id: z.string().min(1), text: z.string(), raw: z.boolean() },
      ...{ mode: z.string().optional(), yes: z.boolean().optional() },
    }),
  }),
  z.object({
    kind: z.literal("answer"),
    ...{ id: z.string(), room: z.string().min(1), approved: z.boolean() },
  }),
]);

/** Another version may have written it. @throws {z.ZodError} */
export function readRelayed(body: string): RelayedWork {
  return workSchema.parse(JSON.parse(body));
}
