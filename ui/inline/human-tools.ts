import { editText, giveText, pathsFrom } from "#platform/human-programs.ts";
import type { RoomClient } from "#room/room-client.ts";
import type { Desktop } from "../desktop.ts";
import type { Editor } from "../line-editor.ts";
import { slashNames } from "../slash.ts";
import { type ClipboardRoutes, copyToClipboard } from "./clipboard.ts";
import { type Completed, complete, completionSource } from "./completion.ts";
import type { CopiedBlock } from "./copied-blocks.ts";

/** What the machine of the human offers beside the terminal. */
export interface HumanTools {
  readonly clipboard: Omit<ClipboardRoutes, "control">;
  /** Lets the human change a text in an editor of their own; `undefined`: it stays. */
  readonly edit: (text: string) => Promise<string | undefined>;
  /** Paths of files that begin like this. */
  readonly paths: (prefix: string) => Promise<readonly string[]>;
}

/** @param folder paths are completed from there. */
export function humanTools(desktop: Desktop, folder: string): HumanTools {
  return {
    clipboard: { ...desktop, run: giveText },
    edit: (text) => editText(text, desktop.editor),
    paths: (prefix) => pathsFrom(folder, prefix),
  };
}

/** @param control writes a sequence to the terminal. @returns what was copied, by which route. */
export async function copyBlock(
  { persona, kind, text }: CopiedBlock,
  { clipboard }: HumanTools,
  control: (bytes: string) => void,
): Promise<string> {
  const route = await copyToClipboard(text, { ...clipboard, control });
  const lines = text.replace(/\n$/, "").split("\n").length;
  const size = `${lines} ${lines === 1 ? "line" : "lines"}, ${text.length} characters`;
  return `Copied the ${kind} of ${persona} (${size}) by ${route}.`;
}

/** At once, unless files have to be looked for. */
export function tryCompletion(
  editor: Editor,
  { room, tools }: { readonly room: Pick<RoomClient, "models">; readonly tools: HumanTools },
): Completed | Promise<Completed> {
  const personas = room.models.map(({ persona }) => persona.id);
  const wanted = completionSource(editor, { commands: slashNames(), personas });
  if (wanted.kind === "names") return complete(editor, wanted.candidates);
  return completeFile(editor, tools.paths(wanted.prefix));
}

async function completeFile(editor: Editor, paths: Promise<readonly string[]>): Promise<Completed> {
  return complete(
    editor,
    (await paths).map((path) => `@${path}`),
  );
}
