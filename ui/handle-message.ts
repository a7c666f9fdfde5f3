import { criticRequest } from "#core/tags.ts";
import { isSlashCommand, runSlash } from "./slash.ts";
import type { Outcome, SlashContext } from "./slash-command.ts";

/**
 * Does what a line of the human asks for: runs a slash command, switches the mode, or says it in the
 * room.
 *
 * @throws {OrgError} when nothing was done; the line can be mended and taken again.
 */
export async function handleMessage(line: string, context: SlashContext): Promise<Outcome> {
  const { room, listener } = context;
  if (line.trim() === "") return {};
  if (isSlashCommand(line)) return await runSlash(line, context);
  const personas = room.models.map(({ persona }) => persona.id);
  const about = room.id.startsWith("project-") ? criticRequest(line) : undefined;
  if (about !== undefined && !personas.includes("critic"))
    return await runSlash(`/critic ${about}`, context);
  const mode = modeLine(line, personas);
  if (mode !== undefined) {
    await room.setMode(mode, "user");
    return {};
  }
  const { done } = await room.say(line, { listener });
  return { done };
}

/** A line that is nothing but a mode; anything that could be a sentence is none. */
function modeLine(line: string, personas: readonly string[]): string | undefined {
  const [mode, kind, target = ""] = /^(direct|file):(\S+)$/.exec(line.trim()) ?? [];
  return kind === "file" || personas.includes(target) ? mode : undefined;
}
