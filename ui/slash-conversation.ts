/** Commands about the room and what was said in it. */
import { OrgError } from "#core/errors.ts";
import { formatMode } from "#core/mode.ts";
import { roomStatus } from "#room/room-status.ts";
import type { Outcome, SlashContext } from "./slash-command.ts";

export async function switchMode({ room }: SlashContext, operand: string): Promise<Outcome> {
  if (operand === "") return { text: `The mode is ${formatMode(room.mode)}.` };
  await room.setMode(operand, "user");
  return {};
}

export function listPersonas({ room }: SlashContext): Outcome {
  const rows = room.models.map(
    ({ persona, name }) => `  @@${persona.id} · ${name} · ${persona.description}`,
  );
  return { text: rows.join("\n"), isList: true };
}

export function retry({ room, listener }: SlashContext): Outcome {
  return { done: room.retry({ listener }) };
}

export function compactRoom({ room, listener }: SlashContext, operand: string): Outcome {
  const persona = operand === "" ? undefined : operand.replace(/^@@/, "");
  return { done: room.compact(persona, { listener }) };
}

export function status({ room }: SlashContext): Outcome {
  return { text: roomStatus(room), isList: true };
}

export async function copyBlock({ copy }: SlashContext, operand: string): Promise<Outcome> {
  const nth = operand === "" ? 1 : Number(operand);
  if (!Number.isSafeInteger(nth) || nth < 1) {
    throw new OrgError(`"${operand.slice(0, 80)}" is not a place of a block`, {
      code: "USAGE",
      why: "blocks are counted from the last, which is 1",
      remedies: ["/copy", "/copy 2"],
    });
  }
  if (copy !== undefined) return { text: await copy(nth) };
  throw new OrgError("There is no clipboard to reach from here", {
    code: "USAGE",
    why: "this screen only appends lines",
    remedies: ["/export md"],
  });
}

export async function exportRoom({ sources }: SlashContext, operand: string): Promise<Outcome> {
  if (operand === "md" || operand === "json") return { text: await sources.exportRoom(operand) };
  throw new OrgError(`"${operand.slice(0, 80)}" is not a format of an export`, {
    code: "USAGE",
    why: "the formats are md and json",
    remedies: ["/export md", "/export json"],
  });
}
