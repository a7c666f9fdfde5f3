/** What personas did by hand so often that a tool could do it, as the journal tells it. */
import type { ToolCall } from "#core/calls.ts";
import type { JournaledEvent } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import { fieldsOf } from "#core/json.ts";
import { type HandTool, programShape } from "#core/program-shape.ts";
import { isCopied } from "#core/rules/lesson.ts";
import { isComplaint } from "./observed-turns.ts";

/** For so many lines of the user it has to have gone well. */
const OFTEN = 3;
/** So many of the lines are named. */
const NAMED_LINES = 3;
/** So much of what others wrote in a room is compared, in characters; the newest. */
const MOST_FOREIGN = 1_000_000;

/** The same program but for its values, for several lines of the user. */
export interface HandWork {
  /** Without its values; the same for all of them. */
  readonly shape: string;
  readonly tool: HandTool;
  /** The newest one. */
  readonly program: string;
  /** For how many lines. */
  readonly times: number;
  /** The newest of these lines, oldest first. */
  readonly lines: readonly string[];
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

interface Done {
  readonly shape: string;
  readonly tool: HandTool;
  readonly program: string;
  readonly line: string;
  readonly at: number;
}

interface OpenTurn {
  readonly message: string;
  readonly calls: Map<string, Pick<Done, "shape" | "tool" | "program">>;
  readonly went: Set<string>;
}

/** @param rooms entries of each room, oldest first. @param since earlier ones do not count, in milliseconds since the epoch. */
export async function findHandWork(
  rooms: Iterable<AsyncIterable<Pick<Entry, "at" | "event">>>,
  since: number,
): Promise<readonly HandWork[]> {
  const all: Done[] = [];
  for (const entries of rooms) {
    const room = new RoomHandWork();
    for await (const { at, event } of entries) room.apply(event, at);
    all.push(...room.done.filter(({ at }) => at >= since));
  }
  const byShape = Map.groupBy(
    all.toSorted((a, b) => a.at - b.at),
    ({ tool, shape }) => `${tool} ${shape}`,
  );
  return [...byShape.values()]
    .flatMap((done): readonly HandWork[] => {
      const newest = done.at(-1);
      if (newest === undefined || done.length < OFTEN) return [];
      const { shape, tool, program, at: lastAt } = newest;
      const lines = done.slice(-NAMED_LINES).map(({ line }) => line);
      return [{ shape, tool, program, times: done.length, lines, lastAt }];
    })
    .toSorted((a, b) => b.times - a.times || b.lastAt - a.lastAt);
}

/** One room: a program counts once for a line, and not where the user says next that it was wrong. */
class RoomHandWork {
  readonly #lines = new Map<string, string>();
  readonly #turns = new Map<string, OpenTurn>();
  /** By the id of the line. */
  readonly #done = new Map<string, Map<string, Done>>();
  #newest: string | undefined;
  readonly #foreign: string[] = [];
  #foreignSize = 0;

  get done(): readonly Done[] {
    return [...this.#done.values()].flatMap((ofLine) => [...ofLine.values()]);
  }

  apply(event: JournaledEvent, at: number): void {
    switch (event.type) {
      case "message":
        if (isComplaint(event.text) && this.#newest !== undefined) this.#done.delete(this.#newest);
        this.#newest = event.id;
        this.#lines.set(event.id, event.text);
        return;
      case "turn-start": {
        const { message, turn } = event;
        this.#turns.set(turn, { message, calls: new Map(), went: new Set() });
        return;
      }
      case "tool-call":
        this.#call(event.turn, event.call);
        return;
      case "tool-result":
        if (event.ok && event.ms > 0) this.#turns.get(event.turn)?.went.add(event.id);
        this.#addForeign(event.output);
        return;
      case "attached":
        this.#addForeign(event.text);
        return;
      case "turn-end":
        if (event.reason === "complete") this.#end(event.turn, at);
        this.#turns.delete(event.turn);
        return;
      default:
        return;
    }
  }

  #call(turn: string, call: ToolCall): void {
    const open = this.#turns.get(turn);
    const found = programOf(call);
    if (open === undefined || found === undefined) return;
    const shape = programShape(found.tool, found.program);
    // Text of a page or a file is not what a persona found out by itself.
    const line = this.#lines.get(open.message) ?? "";
    if (shape === undefined || isCopied(found.program, line, this.#foreign)) return;
    open.calls.set(call.id, { shape, ...found });
  }

  #end(turn: string, at: number): void {
    const open = this.#turns.get(turn);
    const line = open && this.#lines.get(open.message);
    if (open === undefined || line === undefined) return;
    const ofLine = this.#done.get(open.message) ?? new Map<string, Done>();
    for (const [id, call] of open.calls) {
      if (open.went.has(id)) ofLine.set(`${call.tool} ${call.shape}`, { ...call, line, at });
    }
    this.#done.set(open.message, ofLine);
  }

  #addForeign(text = ""): void {
    if (text === "") return;
    this.#foreign.push(text);
    this.#foreignSize += text.length;
    while (this.#foreignSize > MOST_FOREIGN && this.#foreign.length > 1) {
      this.#foreignSize -= this.#foreign.shift()?.length ?? 0;
    }
  }
}

function programOf(
  call: ToolCall,
): { readonly tool: HandTool; readonly program: string } | undefined {
  const { cmd, code } = fieldsOf(call.arguments);
  if (call.name === "sh" && typeof cmd === "string") return { tool: "sh", program: cmd };
  if (call.name === "python_run" && typeof code === "string") {
    return { tool: "python_run", program: code };
  }
  return undefined;
}
