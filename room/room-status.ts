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
  const width = Math.max(8, ...room.models.map(({ persona }) => persona.id.length));
  const row = (name: string, text: string) => `  ${name.padEnd(width)} ${text}`;
  const models = room.models.map(({ persona, name, windowTokens, provider }) => {
    const window = windowTokens.toLocaleString("en");
    return row(persona.id, `${name} on ${provider.endpoint}, window of ${window} tokens`);
  });
  const budgets = room.budgetsOf(nextSpeakers[0] ?? "").map(({ text }) => row("budget", text));
  return [
    row("room", room.id),
    row("mode", formatMode(room.mode)),
    row("answers", nextSpeakers.join(", ")),
    row("now", `${busy ? "answering" : "idle"}${waiting}`),
    ...models,
    ...budgets,
  ].join("\n");
}
