/**
 * Calls of a screen at a room that may be with any node: at the one that has it, and where none has it, here. So a screen
 * goes on when the node of its room ends.
 */

import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { hideTypedSecrets } from "#room/typed-secrets.ts";
import { type Call, WATCHES } from "../socket/home-wire.ts";
import { isElsewhere } from "../socket/other-nodes.ts";
import { NoOwner } from "../socket/owner-client.ts";
import type { Handlers } from "../socket/owner-server.ts";
import { type JobLine, ROOM_CALLS } from "../socket/room-wire.ts";
import type { NodeLines } from "./node-lines.ts";
import { relayedError } from "./relay-outcome.ts";
import type { Sent, SentWork } from "./sent-work.ts";

export interface ScreenCallsOptions {
  readonly work: SentWork;
  readonly lines: NodeLines;
  /** This one. */
  readonly node: string;
  readonly cleaner: TextCleaner;
}

/** @param local what this node does itself; it does not send it on. */
export function screenCalls(options: ScreenCallsOptions, room: string, local: Handlers): Call {
  return async function* (name, args, signal) {
    const { body, notice } = await withoutSecrets(name, args, options.cleaner);
    const { work, node: reader } = options;
    // The journal is every node's: what was missed is read here, whichever node has the room by now.
    const isRead = WATCHES.includes(name);
    const sent = isRead
      ? undefined
      : await work.send(room, { kind: "call", room, name, body, reader });
    const lines =
      sent === undefined ? here(local[name]?.(args, signal)) : there(options, sent, signal);
    let isFirst = true;
    for await (const line of lines) {
      yield line;
      if (isFirst && sent !== undefined && notice !== undefined) yield notice;
      isFirst = false;
    }
  };
}

async function* here(lines: AsyncIterable<unknown> | undefined): AsyncGenerator<unknown, void> {
  try {
    yield* lines ?? [];
  } catch (error) {
    // Another node was faster: the next look finds it there.
    throw isElsewhere(error) ? new NoOwner("another node", { cause: error }) : error;
  }
}

async function* there(
  { work, lines }: ScreenCallsOptions,
  sent: Sent,
  signal: AbortSignal,
): AsyncGenerator<unknown, void> {
  const over = new AbortController();
  const outcome = work.settled(sent, signal).finally(() => over.abort());
  // It is waited for below; until then a failure must not count as unhandled.
  outcome.catch(() => undefined);
  try {
    const isWhole = yield* lines.read(sent.job, over.signal);
    if (!isWhole) throw lost(sent.holder, "lines of it were lost with the database");
    const record = signal.aborted ? undefined : await outcome;
    if (record === "free") throw lost(sent.holder, "it has the room no more");
    if (record !== undefined) relayedError(sent.holder, record);
  } finally {
    if (!over.signal.aborted) await work.withdraw(sent);
  }
}

function lost(node: string, why: string): OrgError {
  return new OrgError(`Node "${node}" did not finish the request`, {
    ...{ code: "OWNER_LOST", why },
    remedies: ["send it again when the room says that it continues"],
    unchanged: "Everything in the room's journal was done.",
  });
}

const typedSchema = z.object({ kind: z.literal("say"), text: z.string() }).loose();

/** A line lies in a queue on its way: what it must not hold is hidden before that. */
async function withoutSecrets(
  name: string,
  body: unknown,
  cleaner: TextCleaner,
): Promise<{ readonly body: unknown; readonly notice: JobLine | undefined }> {
  const typed = name === ROOM_CALLS.request ? typedSchema.safeParse(body) : undefined;
  if (typed?.success !== true) return { body, notice: undefined };
  const { text, notice } = await hideTypedSecrets(typed.data.text, cleaner);
  return {
    body: { ...typed.data, text },
    notice: notice === undefined ? undefined : { type: "event", event: notice },
  };
}
