import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import { unknownPersona } from "#core/mode.ts";
import { echoed } from "#core/text/echoed.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Note, NoteDraft, NoteKind, NoteState } from "#memory/memory.ts";
import { episodeLine, noteHead, noteLine, noteName } from "#room/memory-text.ts";
import type { MemoryAnswer, MemoryRequest, MemoryService } from "#server/socket/memory-service.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import { CleanPrinter } from "./clean-printer.ts";
import type { CommandLine } from "./command-spec.ts";

export interface MemoryDeps {
  readonly memory: MemoryService;
  /** Ids of those that a note may be for. */
  readonly personas: () => readonly string[];
  readonly cleaner: TextCleaner;
  readonly output: Output;
  readonly signal: AbortSignal;
}

const ACTIONS = [
  ...(["list", "search", "add", "show", "forget", "trust"] as const),
  ...(["review", "export", "reindex", "verify"] as const),
];
/** Of a longer list the newest are shown. */
const MAX_LISTED = 50;
/** As many as a search finds. */
const MOST = 20;
/** Which actions an option has a meaning for; one that is left out is of all. */
const ACTIONS_OF: Readonly<Record<string, readonly (typeof ACTIONS)[number][]>> = {
  ...{ all: ["list", "export"], most: ["search"] },
  ...{ kind: ["add"], replaces: ["add"], for: ["add"], room: ["add"] },
};
const KINDS: readonly NoteKind[] = ["fact", "procedure", "insight"];

/**
 * `org memory`: what the user asks of notes and episodes, in the process that owns the home or through it.
 *
 * @returns 0, or 1 when `verify` finds something wrong.
 * @throws {OrgError} `USAGE`, `PERSONA_UNKNOWN`, and as the methods of `Memory`.
 */
export async function runMemoryCommand(
  line: Pick<CommandLine, "operands" | "options">,
  deps: MemoryDeps,
): Promise<number> {
  const [given = "list", ...words] = line.operands;
  const action = actionNamed("memory", ACTIONS, given);
  refuseOptions(action, line);
  const ask = async (request: MemoryRequest) => {
    const answer = await deps.memory(request, deps.signal);
    if (answer.notice !== undefined) deps.output.say(`! ${deps.cleaner.clean(answer.notice)}\n`);
    return answer;
  };
  const print = new Printer(deps, line.options.has("json"));
  switch (action) {
    case "list":
    case "review":
    case "export": {
      refuseExtra(words);
      const states = action === "review" ? (["staged"] as const) : statesOf(line);
      const { notes } = await ask({ kind: "list", states });
      const all = line.options.has("all") ? " --all" : "";
      if (action === "export" && line.options.has("md")) print.page(notes);
      else print.notes(notes, { action, all });
      return EXIT.done;
    }
    case "search":
      print.found(
        await ask({ kind: "search", query: textOf(words, "For what?"), ...mostOf(line) }),
      );
      return EXIT.done;
    case "add":
      print.added(await ask({ kind: "add", draft: draftOf(words, line, deps), ...roomOf(line) }));
      return EXIT.done;
    case "show":
      print.whole(await ask({ kind: "show", id: idOf(words) }));
      return EXIT.done;
    case "forget": {
      const id = idOf(words);
      const { notes } = await ask({ kind: "forget", id });
      print.done({ id, done: "forgotten" });
      const others = notes.map((note) => noteName(note.id)).join(", ");
      if (others !== "") deps.output.say(`The same words stand in ${others}.\n`);
      deps.output.say("Backups that were made before keep it.\n");
      return EXIT.done;
    }
    case "trust": {
      const id = idOf(words);
      const [note] = (await ask({ kind: "trust", id })).notes;
      print.done({ id, done: "trusted", note });
      return EXIT.done;
    }
    case "verify":
    case "reindex":
      refuseExtra(words);
      return print.report(await ask({ kind: action }));
    default:
      return unreachable(action);
  }
}

/** Titles of a page by the kinds of its notes. */
const PAGE = { fact: "Facts", procedure: "Procedures", insight: "Insights" } as const;

class Printer extends CleanPrinter {
  notes(
    notes: readonly Note[],
    { action, all }: { readonly action: keyof typeof ROWS; readonly all: string },
  ): void {
    const shown = action === "export" || this.isJson ? notes : notes.slice(0, MAX_LISTED);
    if (notes.length === 0) this.say(action === "review" ? NONE_WAITS : NO_NOTES);
    const row = ROWS[action];
    for (const note of shown) {
      if (this.isJson) this.json(note);
      else this.write(row(note));
    }
    const left = notes.length - shown.length;
    const whole = action === "review" ? "org memory review --json" : `export${all}`;
    if (left > 0) this.say(`… and ${left} more; ${whole} shows all`);
    if (action === "review" && notes.length > 0) this.say(HOW_TO_REVIEW);
  }

  /** What is not trusted is not part of it: the page is read as the user's own. */
  page(notes: readonly Note[]): void {
    this.write("# What is kept");
    for (const [kind, title] of Object.entries(PAGE)) {
      const all = notes.filter((note) => note.kind === kind && note.trust !== "untrusted");
      if (all.length > 0) this.write(`\n## ${title}\n`);
      for (const { id, text } of all) this.write(`- ${text.replaceAll(/\s+/g, " ")} (m${id})`);
    }
  }

  found({ notes, episodes }: MemoryAnswer): void {
    if (this.isJson) {
      this.json({ notes, episodes });
      return;
    }
    for (const note of notes) this.write(`${noteLine(note)}${stateOf(note)}`);
    for (const episode of episodes) this.write(episodeLine(episode));
    if (notes.length + episodes.length === 0) this.say("Nothing was found.");
  }

  added({ notes: [note, ...near], outcome }: MemoryAnswer): void {
    if (note === undefined || outcome === undefined) throw new Error("A note without an outcome");
    if (this.isJson) {
      this.json({ outcome, note, near });
      return;
    }
    const name = noteName(note.id);
    this.write(outcome === "seen-again" ? `${name} says this already` : `${name} ${outcome}`);
    if (near.length === 0) return;
    this.say("Near it; say with --replaces if it takes the place of one:");
    for (const other of near) this.say(`  ${noteLine(other)}`);
  }

  whole({ notes: [note], source }: MemoryAnswer): void {
    if (note === undefined) throw new Error("No note was shown");
    if (this.isJson) this.json({ note, source });
    else for (const row of rowsOf(note, source)) this.write(row);
  }

  done({
    id,
    done,
    note,
  }: {
    readonly id: number;
    readonly done: string;
    note?: Note | undefined;
  }): void {
    const by = note?.supersededBy;
    const why = by === undefined ? "" : `, and not found: ${noteName(by)} took its place`;
    if (this.isJson) this.json({ id, done, note });
    else this.write(`${noteName(id)} ${done}${why}`);
  }

  report({ report }: MemoryAnswer): number {
    if (report === undefined) throw new Error("The memory said nothing of itself");
    const { notes, staged, episodes, problems } = report;
    const figures = `notes: ${notes}, to review: ${staged}, episodes: ${episodes}`;
    if (this.isJson) this.json(report);
    else
      this.write(
        [problems.length === 0 ? `✔ ${figures}` : `✘ ${figures}`, ...problems].join("\n  "),
      );
    return problems.length === 0 ? EXIT.done : EXIT.failed;
  }
}

const NO_NOTES = 'No note is kept. → org memory add "…", or /memory add … in a room';
const NONE_WAITS = "No note waits for your review.";
const HOW_TO_REVIEW =
  "→ org memory trust mN makes it your word, org memory forget mN throws it away; after 30 days it goes by itself";

function stateOf({ state, supersededBy, proposes }: Note): string {
  if (supersededBy !== undefined) return ` (${noteName(supersededBy)} took its place)`;
  if (proposes !== undefined) return ` (for ${noteName(proposes)}, once you trust it)`;
  return state === "active" ? "" : ` (${state})`;
}

/** A note with where it came from, and the words there. */
function rowsOf(note: Note, source: MemoryAnswer["source"]): readonly string[] {
  const { text, scope, origin, room, quote, seen, used } = note;
  const words = source?.text ?? quote;
  return [
    `${noteHead(note)}${stateOf(note)}`,
    ...text.split("\n").map((row) => `  ${row}`),
    `from   ${origin}${room === undefined ? "" : ` in${placeOf(note)}`}`,
    ...(words === undefined ? [] : [`words  ${words.replace(/\s*\n\s*/g, "\n       ")}`]),
    `for    ${scope === "room" ? "everybody in this home" : scope}`,
    `saved  ${seen}×, recalled ${used}×`,
  ];
}

/** A note in a list; who decides about one wants to know where it was said. */
const ROWS: Readonly<Record<"list" | "review" | "export", (note: Note) => string>> = {
  list: (note) => `${noteLine(note)}${stateOf(note)}`,
  review: (note) => {
    const head = noteHead(note);
    const from = note.room === undefined ? "" : ` · from${placeOf(note)}`;
    return `${head}${from}${noteLine(note).slice(head.length)}${stateOf(note)}`;
  },
  export: (note) => `- ${noteLine(note)}${stateOf(note)}`,
};

/** Of a note that came from a room. */
function placeOf({ room = "", seq }: Note): string {
  return ` room ${room}${seq === undefined ? "" : `, line ${seq}`}`;
}

function statesOf({ options }: Pick<CommandLine, "options">): readonly NoteState[] {
  return options.has("all") ? ["active", "staged", "superseded"] : ["active"];
}

function draftOf(
  words: readonly string[],
  { options }: Pick<CommandLine, "options">,
  { personas }: Pick<MemoryDeps, "personas">,
): NoteDraft {
  const persona = options.get("for");
  if (persona !== undefined && !personas().includes(persona)) {
    throw unknownPersona(persona, personas(), {
      remedyOf: (one) => `org memory add --for ${one} "…"`,
      unchanged: "Nothing was kept.",
    });
  }
  const replaces = options.get("replaces");
  return {
    text: textOf(words, "What should be kept?"),
    kind: KINDS.find((kind) => kind === options.get("kind")) ?? "fact",
    ...(persona === undefined ? {} : { scope: `persona:${persona}` as const }),
    ...(replaces === undefined ? {} : { replaces: idOf([replaces]) }),
  };
}

function roomOf({ options }: Pick<CommandLine, "options">): { readonly room?: string } {
  const room = options.get("room");
  return room === undefined ? {} : { room };
}

function mostOf({ options }: Pick<CommandLine, "options">): { readonly most?: number } {
  const text = options.get("most");
  if (text === undefined) return {};
  const most = Number(text);
  if (Number.isInteger(most) && most >= 1 && most <= MOST) return { most };
  throw usage(`Invalid value for --most: ${echoed(text)} (1 to ${MOST})`);
}

function textOf(words: readonly string[], question: string): string {
  const text = words.join(" ").trim();
  if (text !== "") return text;
  throw usage(question);
}

/** "m12" or "12". */
function idOf([word, ...more]: readonly string[]): number {
  refuseExtra(more);
  if (word === undefined) throw usage("Which note?");
  if (/^m?\d{1,9}$/i.test(word)) return Number(word.replace(/^m/i, ""));
  throw usage(`${echoed(word)} is not a note`);
}

function refuseOptions(
  action: (typeof ACTIONS)[number],
  { options }: Pick<CommandLine, "options">,
): void {
  for (const [option, actions] of Object.entries(ACTIONS_OF)) {
    if (!options.has(option) || actions.includes(action)) continue;
    throw usage(`--${option} has a meaning only with ${actions.join(" and ")}`);
  }
}

function refuseExtra([word]: readonly string[]): void {
  if (word !== undefined) throw usage(`${echoed(word)} is one argument too many`);
}

function usage(message: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: ["org memory list", 'org memory add "…"', "org memory show m12"],
    unchanged: "Nothing was changed.",
  });
}
