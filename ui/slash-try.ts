/** `/try`: several attempts at one task in the room's repository. */
import type { Outcome, SlashContext } from "./slash-command.ts";

/** What the line means, as words of the command line. */
export function tryWords(operand: string): readonly string[] {
  const own = ["project", "try"];
  if (operand === "") return own;
  if (operand === "drop") return [...own, "--drop"];
  const [, action, which = ""] = /^(take|diff) (\d+|best)$/.exec(operand) ?? [];
  if (action !== undefined) return [...own, `--${action}`, which];
  const [, count, named = "", task = ""] =
    /^(?:(\d+)(?:\s|$))?\s*((?:@@\S+\s*)*)(.*)$/s.exec(operand) ?? [];
  const personas = named.split(/\s+/).filter((name) => name !== "");
  return [
    ...own,
    ...(count === undefined ? [] : ["--count", count]),
    ...(personas.length === 0 ? [] : ["--personas", personas.map(withoutTag).join(",")]),
    "--",
    task,
  ];
}

function withoutTag(name: string): string {
  return name.replace(/^@@/, "");
}

/** In its turn among the answers, so that the room does not change meanwhile; what stops an answer stops it, too. */
export function tryTask({ room, sources, say }: SlashContext, operand: string): Outcome {
  const words = tryWords(operand);
  const show = (text: string) => say?.(room.cleaner.clean(text).trimEnd());
  const done = room.during(async (signal) => {
    try {
      show(await sources.runCommand(words, { signal, say: show }));
    } catch (error) {
      // What became of the attempts was said.
      if (!signal.aborted) throw error;
    }
  });
  return { done };
}
