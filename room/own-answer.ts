/** What a room answers itself where no model can be reached: a few lines that mean the same without one. */
import { explain, OrgError } from "#core/errors.ts";
import type { RoomEvent, TurnEnd } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { formatMode } from "#core/mode.ts";
import { BUILT_IN_LINES, type BuiltInLine, builtInLine } from "#core/rules/built-in.ts";
import { NO_RULE, ownMark } from "#core/rules/rule.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import { foreignText } from "#models/extract/foreign-text.ts";
import { quoted } from "#models/turn-ending.ts";
import type { Line } from "./line.ts";
import type { Participants } from "./participants.ts";
import type { RoomClient } from "./room-client.ts";
import type { RoomMemory } from "./room-memory.ts";
import type { RoomOptions } from "./room-options.ts";
import { roomStatus } from "./room-status.ts";

/** By these no model was reached; what a server refuses or breaks off is for the user to see. */
const NO_MODEL: ReadonlySet<string> = new Set([
  ...["PROVIDER_UNREACHABLE", "PROVIDER_PAUSED", "MODEL_MISSING", "ENGINE_FAILED"],
]);

const MOST_FILES = 200;
const MOST_TOOLS = 200;

export interface OwnAnswerOptions {
  readonly options: Pick<RoomOptions, "workspace" | "jobs" | "cleaner">;
  readonly room: Parameters<typeof roomStatus>[0] & Pick<RoomClient, "tools">;
  readonly participants: Participants;
  readonly memory: RoomMemory | undefined;
}

type Emit = (event: RoomEvent) => Promise<void>;

export class OwnAnswers {
  readonly #parts: OwnAnswerOptions;
  /** Id of the line that was answered last: of several personas one answers. */
  #answered: string | undefined;

  constructor(parts: OwnAnswerOptions) {
    this.#parts = parts;
  }

  /**
   * Emits the events of a turn, and answers instead of it where it ends without text because no model was reached.
   *
   * @param texts its answers so far.
   */
  standIn(line: Line, texts: readonly string[], tell: Emit): Emit {
    return async (event) => {
      if (event.type === "turn-end" && texts.length === 0) await this.#end(event, line, tell);
      else await tell(event);
    };
  }

  async #end(end: TurnEnd, line: Line, emit: Emit): Promise<void> {
    const built = this.#builtIn(end, line);
    if (built === undefined) {
      await emit(end);
      return;
    }
    this.#answered = line.message.id;
    // Not a failure of the line: it is answered.
    await emit({ ...end, reason: "passed" });
    const { persona, code = "" } = end;
    const { participants, options } = this.#parts;
    const { name: model, windowTokens: window } = participants.modelOf(persona);
    const who = { turn: newId("turn"), persona };
    const start = { ...who, message: line.message.id, model, window } as const;
    // Names of files and notes are words that no participant of the room has to have written.
    await emit({ type: "turn-start", ...start, readsFiles: true, rule: NO_RULE });
    const answer = await this.#textOf(built, persona, line);
    const rendered = quoted(
      foreignText(options.cleaner.clean(answer), [...participants.ids, "user"]),
    );
    const text = `${ownMark(code)}\n${rendered}`;
    await emit({ type: "text-delta", ...who, text });
    await emit({ type: "answer", ...who, hop: 0, text, calls: [] });
    await emit({ type: "turn-end", ...who, reason: line.signal.aborted ? "aborted" : "complete" });
  }

  #builtIn({ reason, code, persona }: TurnEnd, { message }: Line): BuiltInLine | undefined {
    if (reason !== "error" || !NO_MODEL.has(code ?? "")) return undefined;
    const { id, text, mode } = message;
    const isPlain = mode === "group" || mode === formatMode({ kind: "direct", persona });
    return isPlain && this.#answered !== id ? builtInLine(text) : undefined;
  }

  async #textOf(built: BuiltInLine, persona: string, line: Line): Promise<string> {
    try {
      return await this.#looked(built, persona, line);
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      return explain(error);
    }
  }

  async #looked(built: BuiltInLine, persona: string, { message, signal }: Line): Promise<string> {
    const { options, room, memory } = this.#parts;
    switch (built.kind) {
      case "files": {
        const { paths, isWhole } = await options.workspace.list(MOST_FILES);
        if (paths.length === 0) return "There are no files.";
        return [...paths, ...(isWhole ? [] : ["… and more"])].join("\n");
      }
      case "memory": {
        const isDirect = message.mode !== "group";
        const search = { query: built.query, persona: isDirect ? persona : undefined };
        return (await memory?.found(search, signal)) ?? "This room keeps no memory.";
      }
      case "jobs":
        return (await options.jobs?.(signal)) ?? "Jobs are not known here.";
      case "status":
        return roomStatus(room);
      case "tools":
        return toolsText(await room.tools());
      case "help":
        return HELP;
    }
  }
}

const HELP = [
  "Without a model org answers only these messages:",
  ...BUILT_IN_LINES.map((line) => `  ${line}`),
  "/help in a room, or `org help`, shows the commands; `org doctor` looks for a model server.",
].join("\n");

function toolsText(all: readonly ToolListing[]): string {
  const rows = all.slice(0, MOST_TOOLS).map(({ name, state, description }) => {
    const [first = ""] = description.split("\n");
    return `${name}${state === "ready" ? "" : ` (${state})`}  ${first}`.trimEnd();
  });
  const omitted = all.length - rows.length;
  return [...rows, ...(omitted > 0 ? [`… and ${omitted} more`] : [])].join("\n");
}
