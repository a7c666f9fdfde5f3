import { EXIT } from "#core/error-codes.ts";
import { OrgError, unreachable } from "#core/errors.ts";
import type { NoteDraft, NoteKind, NoteState } from "#core/memory.ts";
import { unknownPersona } from "#core/mode.ts";
import { echoed } from "#core/text/echoed.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { noteName } from "#room/memory-text.ts";
import type { MemoryRequest, MemoryService } from "#server/socket/memory-service.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";
import { MemoryPrinter } from "./memory-printer.ts";

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
/** As many as a search finds. */
const MOST = 20;
/** Which actions an option has a meaning for; one that is left out is of all. */
const ACTIONS_OF: Readonly<Record<string, readonly (typeof ACTIONS)[number][]>> = {
  ...{ all: ["list", "export"], most: ["search"] },
  ...{ verify: ["reindex"], kind: ["add"], replaces: ["add"], for: ["add"], room: ["add"] },
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
  const [actionName = "list", ...operands] = line.operands;
  const action = actionNamed("memory", ACTIONS, actionName);
  refuseOptions(action, line);
  const ask = async (request: MemoryRequest) => {
    const answer = await deps.memory(request, deps.signal);
    if (answer.notice !== undefined) deps.output.say(`! ${deps.cleaner.clean(answer.notice)}\n`);
    return answer;
  };
  const print = new MemoryPrinter(deps, line.options.has("json"));
  switch (action) {
    case "list":
    case "review":
    case "export": {
      refuseExtra(operands);
      const states = action === "review" ? (["staged"] as const) : statesOf(line);
      const { notes } = await ask({ kind: "list", states });
      const all = line.options.has("all") ? " --all" : "";
      if (action === "export" && line.options.has("md")) print.page(notes);
      else print.notes(notes, { action, all });
      return EXIT.done;
    }
    case "search":
      print.found(
        await ask({ kind: "search", query: textOf(operands, "For what?"), ...mostOf(line) }),
      );
      return EXIT.done;
    case "add": {
      const draft = draftOf(operands, line, deps);
      print.added(await ask({ kind: "add", draft, ...roomOf(line) }), draft.replaces);
      return EXIT.done;
    }
    case "show":
      print.whole(await ask({ kind: "show", id: idOf(operands) }));
      return EXIT.done;
    case "forget": {
      const id = idOf(operands);
      const { notes } = await ask({ kind: "forget", id });
      print.done({ id, done: "forgotten" });
      const others = notes.map((note) => noteName(note.id)).join(", ");
      if (others !== "") deps.output.say(`The same words are also in ${others}.\n`);
      deps.output.say("Older backups keep it.\n");
      return EXIT.done;
    }
    case "trust": {
      const id = idOf(operands);
      const [note] = (await ask({ kind: "trust", id })).notes;
      print.done({ id, done: "trusted", note });
      return EXIT.done;
    }
    case "verify":
    case "reindex":
      refuseExtra(operands);
      return print.report(await ask(reportRequest(action, line)));
    default:
      return unreachable(action);
  }
}

function statesOf({ options }: Pick<CommandLine, "options">): readonly NoteState[] {
  return options.has("all") ? ["active", "staged", "superseded"] : ["active"];
}

function draftOf(
  operands: readonly string[],
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
    text: textOf(operands, "Which text should be kept?"),
    kind: KINDS.find((kind) => kind === options.get("kind")) ?? "fact",
    ...(persona === undefined ? {} : { scope: `persona:${persona}` as const }),
    ...(replaces === undefined ? {} : { replaces: idOf([replaces]) }),
  };
}

function reportRequest(kind: "verify" | "reindex", { options }: Pick<CommandLine, "options">) {
  return kind === "verify" ? { kind } : { kind, compares: options.has("verify") };
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

function textOf(operands: readonly string[], question: string): string {
  const text = operands.join(" ").trim();
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
    throw usage(`--${option} is only for ${actions.join(" and ")}`);
  }
}

function refuseExtra([word]: readonly string[]): void {
  if (word !== undefined) throw usage(`Unexpected argument ${echoed(word)}`);
}

function usage(message: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: ["org memory list", 'org memory add "…"', "org memory show m12"],
    unchanged: "Nothing was changed.",
  });
}
