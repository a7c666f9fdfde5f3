/** What of a conversation goes into a prompt, and in which rendering. */

import { EDITS } from "./change-check.ts";
import { codeImport } from "./code-import.ts";
import { fitPrompt, messagesTokens } from "./context.ts";
import type { ModelProfile } from "./extract/extractor.ts";
import type { SharedView, View } from "./model.ts";
import { pendingChanges } from "./pending-changes.ts";
import type { Persona } from "./persona.ts";
import type { ChatMessage } from "./provider.ts";
import { NO_OUTPUT } from "./shaped-request.ts";
import { commonPrompt } from "./shared-prompt.ts";
import { isLean, systemPrompt } from "./system-prompt.ts";

export interface PromptLayout {
  readonly messages: readonly ChatMessage[];
  /** All of the history is in it. */
  readonly isWhole: boolean;
}

interface Prompted {
  readonly persona: Persona;
  /** All of the room, the one that answers without being named first. */
  readonly personas: readonly Persona[];
  readonly profile: ModelProfile;
  /** What the messages may take, in tokens. */
  readonly budgetTokens: number;
}

/**
 * Models whose replies are held to a shape get one rendering for all personas: rules and history first, who answers last, so
 * that a server with one prompt in its cache evaluates only what is new.
 */
export function layOutPrompt(view: View, prompted: Prompted): PromptLayout {
  const { shared, history, current, mayPass = true } = view;
  const { persona, personas, profile, budgetTokens } = prompted;
  let isWhole = false as boolean;
  function* whole(exchanges: View["history"]): Generator<readonly ChatMessage[], void> {
    yield* exchanges;
    isWhole = true;
  }
  if (profile.calls !== "shape" || shared === undefined) {
    const others = personas.filter((one) => one !== persona);
    const rules = systemPrompt(persona, others, { mayPass, isLean: isLean(profile) });
    const system = [rules, ...(shared?.project === undefined ? [] : [shared.project.about])].join(
      "\n\n",
    );
    const parts = [shared?.project?.map, view.recalled].filter((part) => part !== undefined);
    const exchanges = whole(followed(history, parts.join("\n\n") || undefined));
    const messages = fitPrompt({ system, history: exchanges, current, budgetTokens });
    return { messages, isWhole };
  }
  const { system, worked } = commonPrompt(shared, personas, profile.rawShapes);
  // Files stand behind the question, as results do.
  const isFar = current.length > 0 || shared.project?.opened !== undefined;
  const far =
    shared.project === undefined ? questionOf(shared, current) : reminderOf(shared, current);
  const reminder = isFar && far.length > 0 ? [...notesBehind(view), ...far] : [];
  const remaining = budgetTokens - messagesTokens([...worked, ...reminder]);
  const fitted = fitPrompt({
    ...{ system, current, budgetTokens: remaining },
    history: whole(followed(shared.history, shared.last)),
  });
  const messages = [...fitted.slice(0, 1), ...worked, ...fitted.slice(1), ...reminder];
  return { messages, isWhole };
}

/** Most of the request that is repeated, in characters. */
const LONGEST_REMINDER = 500;

/** The request, once more behind the last result: between the two stand the map and the files, and small models forget. */
function reminderOf(shared: SharedView, current: readonly ChatMessage[]): readonly ChatMessage[] {
  const userRequest = newestQuestion(shared);
  if (userRequest === "") return [];
  const text = userRequest.slice(0, LONGEST_REMINDER).toWellFormed();
  const isBegun = current.some((one) => one.role === "tool" && EDITS.has(one.name) && !one.failed);
  const code = current.length === 0 ? codeImport(userRequest, shared.project?.opened) : undefined;
  const how = RENAMES.test(userRequest)
    ? `\n${RENAMING}`
    : code === undefined
      ? ""
      : `\n${runs(code)}`;
  const pending = pendingChanges(userRequest, shared.project?.opened ?? "", current);
  return [
    {
      role: "user",
      content: isBegun ? `Your task was: ${text}\n${isDone(pending)}` : `Your task: ${text}${how}`,
    },
  ];
}

/** Their results are found out, and not looked at on the way to something else. */
const FINDS: ReadonlySet<string> = new Set(["table_query", "run_program", "python_run"]);

/**
 * @param project the repository that the turn works on, where results are steps on its way.
 * @returns the tool that found something out just now. A small model calls it again for the same alone: of 300 turns none had
 * two such calls that went well.
 */
export function foundBy(
  current: readonly ChatMessage[],
  project: SharedView["project"],
): string | undefined {
  const last = project === undefined ? current.at(-1) : undefined;
  const isFound = last?.role === "tool" && FINDS.has(last.name) && last.failed !== true;
  return isFound && !last.content.startsWith(NO_OUTPUT) ? last.name : undefined;
}

/**
 * What was asked, behind what was found out: a small model tells of the column that it chose, and not of what was asked. "Asked
 * was" before the question did not help a real one; "With this, answer" did.
 */
function questionOf(shared: SharedView, current: readonly ChatMessage[]): readonly ChatMessage[] {
  const text = foundBy(current, shared.project) === undefined ? "" : newestQuestion(shared).trim();
  // Of a longer one it is not known which part is the question.
  if (text === "" || text.length > LONGEST_REMINDER) return [];
  return [{ role: "user", content: `With this, answer: ${text}` }];
}

/** Notes stand behind the line; behind results a small model goes by what it said before, whatever a note says. */
function notesBehind({ recalled: content, current }: View): readonly ChatMessage[] {
  return content === undefined || current.length === 0 ? [] : [{ role: "user", content }];
}

/** What is to get another name is named in files that a small model does not think of. */
const RENAMES = /\brenam(?:e[ds]?|ing)\b/i;
const RENAMING =
  "A name is changed in all files at once with sh: grep -rlw --exclude-dir=.git OLD . | xargs sed -i 's/\\bOLD\\b/NEW/g'";

function runs(code: string): string {
  return `Find it out with python_run. Its code begins with: ${code}`;
}

/** A small model repeats itself when the request is repeated; where the prompt names other files, it writes one of those. */
function isDone(pending: readonly string[]): string {
  if (pending.length === 0) return "If the files do that now, answer in a sentence.";
  return `${pending.join(" and ")} did not change yet. Change what has to, then answer in a sentence.`;
}

/** Puts what belongs to the newest exchange behind it. */
function* followed(
  history: View["history"],
  last: string | undefined,
): Generator<readonly ChatMessage[], void> {
  let marker: readonly ChatMessage[] = last === undefined ? [] : [{ role: "user", content: last }];
  for (const exchange of history) {
    yield [...exchange, ...marker];
    marker = [];
  }
}

/** The newest line of the user; empty where there is none. */
export function newestQuestion({ history }: Pick<SharedView, "history">): string {
  const [newest = []] = history;
  return newest.findLast(({ role }) => role === "user")?.content ?? "";
}
