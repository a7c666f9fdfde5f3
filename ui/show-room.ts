import { createInterface } from "node:readline";
import type { Entry } from "#core/journal.ts";
import { toMarkdown } from "#room/export.ts";
import type { Room } from "#room/room.ts";
import { runPlainRoom } from "./plain-room.ts";
import type { RawOutput, SlashSources } from "./slash.ts";
import { ANSI, PLAIN } from "./style.ts";
import { signalsOf } from "./terminal.ts";
import { runTerminalRoom } from "./terminal-room.ts";

export interface ShowRoomOptions {
  readonly room: Room;
  /** Everything in the room's journal so far. */
  readonly entries: () => AsyncIterable<Entry>;
  readonly process: NodeJS.Process;
  /** Append-only output was asked for. */
  readonly plain: boolean;
  /** The kind of terminal, as in the variable TERM. */
  readonly term: string | undefined;
  readonly colour: boolean;
}

/** Shows a room on whatever this process is connected to. @returns the exit code. */
export async function showRoom(options: ShowRoomOptions): Promise<number> {
  const { room, process, plain, term, colour } = options;
  const { stdin, stdout } = process;
  const interactive = stdin.isTTY && stdout.isTTY;
  using _answers = interactive ? room.approvals.attend() : undefined;
  const signals = signalsOf(process);
  const sources = sourcesOf(options);
  const style = colour ? ANSI : PLAIN;
  if (interactive && !plain && term !== "dumb") {
    return await runTerminalRoom({ room, input: stdin, output: stdout, signals, sources, style });
  }
  const lines = createInterface({ input: stdin, terminal: false });
  const write = (text: string) => void stdout.write(text);
  return await runPlainRoom({ room, lines, write, signals, sources, style: PLAIN, interactive });
}

function sourcesOf({ room, entries }: ShowRoomOptions): SlashSources {
  return {
    rawOutputs: async () => {
      const outputs: RawOutput[] = [];
      for await (const { event } of entries()) {
        if (event.type !== "tool-result") continue;
        outputs.push({ name: event.name, output: event.output ?? "" });
      }
      return outputs;
    },
    exportRoom: async (format) => {
      if (format === "md") {
        const title = `Room ${room.id}`;
        return (await Array.fromAsync(toMarkdown(entries(), { title, raw: false }))).join("");
      }
      const lines = await Array.fromAsync(entries(), (entry) => JSON.stringify(entry));
      return lines.map((line) => `${line}\n`).join("");
    },
  };
}
