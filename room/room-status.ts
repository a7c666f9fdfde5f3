import { formatMode } from "#core/mode.ts";
import type { RoomClient } from "./room-client.ts";

type StatusSource = Pick<
  RoomClient,
  "id" | "mode" | "busy" | "queued" | "models" | "nextSpeakers" | "budgetsOf"
>;

/** The room, its mode, what it is doing, and who speaks with which model: a row each. */
export function roomStatus(room: StatusSource): string {
  const { busy, queued, nextSpeakers } = room;
  const waiting = queued === 0 ? "" : `, ${queued} queued`;
  const models = room.models.map(({ persona, name, windowTokens, provider }) => {
    const window = windowTokens.toLocaleString("en");
    return `  ${persona.id.padEnd(8)} ${name} on ${provider.endpoint}, window of ${window} tokens`;
  });
  const budgets = room.budgetsOf(nextSpeakers[0] ?? "").map(({ text }) => `  budget   ${text}`);
  return [
    `  room     ${room.id}`,
    `  mode     ${formatMode(room.mode)}`,
    `  answers  ${nextSpeakers.join(", ")}`,
    `  now      ${busy ? "answering" : "idle"}${waiting}`,
    ...models,
    ...budgets,
  ].join("\n");
}
