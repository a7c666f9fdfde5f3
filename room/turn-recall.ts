/** What the user noted, on its way into the prompt of a turn. */
import type { RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { isDirect } from "#core/mode.ts";
import { approvalHash } from "#core/policy/approval-hash.ts";
import type { Approvals } from "./approvals.ts";
import type { RoomHistory } from "./history.ts";
import type { Line } from "./line.ts";
import type { Recall } from "./memory-text.ts";
import type { Participants } from "./participants.ts";
import { answerTo } from "./permissions.ts";
import type { RoomMemory } from "./room-memory.ts";

interface RecallContext {
  readonly history: RoomHistory;
  readonly participants: Participants;
  readonly approvals: Approvals;
  readonly memory: RoomMemory | undefined;
}

interface Recalling {
  readonly turn: string;
  readonly persona: string;
  readonly line: Line;
  readonly emit: (event: RoomEvent) => Promise<void>;
}

/** Notes in the prompt of a turn. */
export interface TurnRecall extends Recall {
  /** Says that the turn came to a whole answer. */
  readonly helped: () => Promise<void>;
}

/** What the user noted that belongs to the line; `undefined` where there is nothing, or the user does not want it. */
export async function recallIn(
  { history, participants, approvals, memory }: RecallContext,
  recalling: Recalling,
): Promise<TurnRecall | undefined> {
  const { persona, line } = recalling;
  const found = await memory?.recall({
    ...{ persona, about: line.message.text, names: participants.ids, signal: line.signal },
    isDirect: isDirect(line.message.mode),
    promptTokens: participants.modelOf(persona).promptTokens,
    history: { [Symbol.iterator]: () => history.viewFor(persona).exchanges() },
    consent: (recall) => mayRecall(recall, recalling, approvals),
  });
  return found && { ...found, helped: async () => await memory?.helped(found.ids) };
}

/** Its text in the approval request; no model can call it. */
const NAME = "recall";

/**
 * Asks the user whether a prompt may hold notes, exactly those and exactly so. Where no user can answer, it holds none,
 * and reports nothing.
 */
async function mayRecall(
  { text }: Recall,
  { turn, persona, line, emit }: Recalling,
  approvals: Approvals,
): Promise<boolean> {
  const { consent, signal } = line;
  if (consent === "deny" || (consent === "ask" && !approvals.isInteractive)) return false;
  const call = { id: newId("call"), name: NAME, arguments: { text } };
  const facts = { tool: NAME, persona, arguments: call.arguments };
  const hash = approvalHash({ ...facts, effect: "none", capabilities: [] });
  const why = 'recall = "ask" in [memory] of org.config';
  const question = { turn, persona, call, why, hash, signal, emit };
  const { approval } = await answerTo(question, consent, approvals);
  return approval?.redeem(hash) === true;
}
