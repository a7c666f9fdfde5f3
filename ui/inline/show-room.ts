import { createInterface } from "node:readline";
import type { Check } from "#core/check.ts";
import type { Entry } from "#core/journal.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { cleanEntry } from "#room/clean-event.ts";
import { oneLine } from "#room/event-text.ts";
import { toMarkdown } from "#room/export.ts";
import type { RoomClient } from "#room/room-client.ts";
import { ANSI, PLAIN, type Style } from "#room/style.ts";
import type { Desktop } from "../desktop.ts";
import { runPlainRoom } from "../plain-room.ts";
import type { RawOutput, SlashSources } from "../slash-command.ts";
import { signalsOf } from "../terminal.ts";
import { humanTools } from "./human-tools.ts";
import { runInlineRoom } from "./inline-room.ts";
import { recapOf } from "./room-recap.ts";

export interface ShowRoomOptions {
  readonly room: RoomClient;
  /** Everything in the room's journal so far. */
  readonly entries: () => AsyncIterable<Entry>;
  readonly process: NodeJS.Process;
  /** A line that the user wrote before the room was open: it stands where they write. @default none */
  readonly unsent?: string;
  /** Append-only output was asked for. */
  readonly plain: boolean;
  /** The kind of terminal, as in the variable TERM. */
  readonly term: string | undefined;
  readonly colour: boolean;
  readonly desktop: Desktop;
  /** Name of the repository that the room works on, cleaned. @default none */
  readonly project?: string | undefined;
  /** Names the candidate of it that waits for a promotion, cleaned; asked for each row. @default none */
  readonly candidate?: (() => string | undefined) | undefined;
  /** Absolute path of the folder whose files can be attached. */
  readonly workspace: string;
  readonly runCommand: SlashSources["runCommand"];
  /** Whether the model server is ready to speak; asked when a user sits there. Absent: another process keeps the room. */
  readonly server: Check | undefined;
}

/** Shows a room on whatever this process is connected to. @returns the exit code. */
export async function showRoom(options: ShowRoomOptions): Promise<number> {
  const { room, process, plain, term, colour, unsent = "", project, candidate } = options;
  const { stdin, stdout } = process;
  const interactive = stdin.isTTY && stdout.isTTY;
  using _answers = interactive ? room.approvals.setInteractive() : undefined;
  const signals = signalsOf(process);
  const sources = slashSources(options);
  const isPlain = plain || term === "dumb";
  const style = colour && !isPlain ? ANSI : PLAIN;
  const greeting = interactive ? { notes: greet(options, style) } : {};
  if (interactive && !isPlain) {
    const terminal = { input: stdin, output: stdout, signals, sources, style };
    const tools = humanTools(options.desktop, options.workspace);
    const history = await sentLines(options);
    const written = { history, unsent, project, candidate };
    return await runInlineRoom({ room, ...terminal, tools, ...written, ...greeting });
  }
  const lines = linesOf(stdin);
  const write = (text: string) => void stdout.write(text);
  const plainly = { lines, write, signals, style: PLAIN, interactive };
  return await runPlainRoom({ room, ...plainly, sources, ...greeting });
}

/** Reads nothing before it is asked: readline throws away the lines that are not waited for yet. */
async function* linesOf(input: NodeJS.ReadStream): AsyncGenerator<string, void> {
  yield* createInterface({ input, terminal: false });
}

/** What the human has said in this room, oldest first. */
async function sentLines({ entries }: ShowRoomOptions): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { event } of entries()) {
    if (event.type === "message") lines.push(event.text);
  }
  return lines.slice(-HISTORY_LINES);
}

/** So many of them can be recalled. */
const HISTORY_LINES = 200;

/** The first lines: where one is, what came last there, and at once whether a server can answer. */
async function* greet(
  { room, server, entries, plain, term, unsent = "", project }: ShowRoomOptions,
  style: Style,
): AsyncGenerator<string, void> {
  const elsewhere =
    server === undefined ? " · another org keeps it, and answers with its own server" : "";
  const on = project === undefined ? "" : ` on ${oneLine(project, NAME_COLUMNS)}`;
  yield `Room ${room.id}${on}${elsewhere} · /help lists the commands`;
  const recap = await recapOf(entries(), style);
  if (recap !== undefined) yield recap;
  // A line-wise terminal has no place where it could stand.
  if ((plain || term === "dumb") && unsent !== "") yield `Not sent yet: ${unsent}`;
  if (server === undefined) return;
  const { state, detail, remedies } = await server.run(AbortSignal.timeout(SERVER_MS));
  if (state === "ok") return;
  yield [
    detail,
    ...[...remedies, DEMO].map((remedy) => `→ ${remedy}`),
    "The room is open all the same; /retry asks again.",
  ].join("\n");
}

/** Longest name of a repository in the greeting, in columns. */
const NAME_COLUMNS = 60;

const DEMO = "org demo, in another window, shows all of it without a model";

/** Longest wait for a sign of life of the server, in milliseconds. */
const SERVER_MS = 3000;

/** What slash commands of a room on a screen work with. */
export function slashSources({
  room,
  entries,
  runCommand,
}: Pick<ShowRoomOptions, "room" | "entries" | "runCommand">): SlashSources {
  return {
    runCommand,
    rawOutputs: async () => {
      const outputs: RawOutput[] = [];
      for await (const { event } of entries()) {
        if (event.type !== "tool-result") continue;
        outputs.push({ name: event.name, output: event.output ?? "" });
      }
      return outputs;
    },
    exportRoom: async (format) => {
      const { cleaner } = room;
      if (format === "md") {
        const title = `Room ${room.id}`;
        return (await Array.fromAsync(toMarkdown(entries(), { title, raw: false, cleaner }))).join(
          "",
        );
      }
      const lines = await Array.fromAsync(entries(), (entry) =>
        jsonLine(cleanEntry(entry, cleaner)),
      );
      return lines.join("");
    },
  };
}
