/** `/try`: several attempts at one task in the room's repository. */
import type { RoomClient } from "#room/room-client.ts";
import type { Outcome, SlashContext } from "./slash-command.ts";
import { runInTurn } from "./slash-command-line.ts";

/** Who would make attempts: as they are in the room now. */
type Speakers = Pick<RoomClient, "models" | "nextSpeakers">;

/** Arguments of the command line for the operand of `/try`. Without a name the persona that would answer next tries. */
export function tryArguments(
  operand: string,
  { models, nextSpeakers }: Speakers,
): readonly string[] {
  const own = ["project", "try"];
  if (operand === "") return own;
  if (operand === "drop") return [...own, "--drop"];
  const [, action, which = ""] = /^(take|diff)\s+(\d+|best)$/.exec(operand) ?? [];
  if (action !== undefined) return [...own, `--${action}`, which];
  const [, count, named = "", task = ""] =
    /^(?:(\d+)(?:\s|$))?\s*((?:@@\S+\s*)*)(.*)$/s.exec(operand) ?? [];
  const tagged = named.split(/\s+/).filter((name) => name !== "");
  const personas = tagged.length > 0 ? tagged.map(withoutTag) : nextSpeakers.slice(0, 1);
  // `/model` may have given them others than they have elsewhere.
  const names = personas.map((id) => models.find(({ persona }) => persona.id === id)?.name);
  const modelNames = names.filter((name) => name !== undefined);
  return [
    ...own,
    ...(count === undefined ? [] : ["--count", count]),
    ...["--personas", personas.join(",")],
    ...(modelNames.length < names.length ? [] : ["--models", modelNames.join(",")]),
    "--",
    task,
  ];
}

function withoutTag(name: string): string {
  return name.replace(/^@@/, "");
}

/** What became of the attempts that were stopped is reported by the command. */
export function tryTask(context: SlashContext, operand: string): Outcome {
  return runInTurn(context, tryArguments(operand, context.room));
}
