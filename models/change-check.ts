/** Whether what a turn changed was tested since, and by which call that is done. */
import type { ToolCall, ToolResult } from "#core/calls.ts";
import { fieldsOf } from "#core/json.ts";

/** The tools that change files by what the model writes in their call. */
export const EDITS: ReadonlySet<string> = new Set(["edit_file", "write_file"]);
/** Commands that change files. */
const CHANGING_COMMAND =
  /\bsed\s+(?:-\w+\s+)*(?:-i|--in-place)|\b(?:mv|cp|rm|tee|patch|touch|mkdir)\b/;
/** Into a file: not `2>&1`, `>/dev/null`, an arrow, nor `$3 > 5`. */
const REDIRECTION = /(?<![-=<>])>{1,2}(?![>=&]|\s*(?:\/dev\/|[\d('"$]*\d))/;
/** Programs of Python that change files. */
const CHANGING_PROGRAM =
  /\bopen\([^()]*,\s*(?:mode\s*=\s*)?['"][rbt]*[wax+]|\.write(?:lines|_text|_bytes)?\(|\b(?:os|shutil)\.(?:re(?:move|name|place)|unlink|mk|make|rm|copy|move)|\.(?:unlink|rename|touch|mkdir)\(/;
/** How often a turn gets a message about a test that fails. */
const MOST_CHECKS = 2;
/** So often the same is tried from the beginning, where a change can be reverted. */
const MOST_ATTEMPTS = 3;
/** What a model reads that answers although it has seen the test fail. */
const STILL_FAILS = "The test above still fails. Mend that, then answer.";
/** What a model reads that looked at files and answers, where something was to be done. */
const NOTHING_CHANGED =
  "No file has changed yet. Make the change with edit_file or write_file, then answer.";
/** A question, or a request to explain, is not a change. */
const QUESTION =
  /\?|^\W*(?:explain|describe|tell|show|list|summari[sz]e|find|count|compare|review|check|run|what|why|how|which|who|where|when)\b|\b(?:change|edit|modify|touch) (?:no|nothing|none)\b|\b(?:do not|don't) (?:change|edit|modify)\b/i;

/** Of a line that says so every file stays. */
const NO_CHANGE =
  /\b(?:change|edit|modify|touch) (?:no|none of the) files?\b(?!\s+(?:but|except|other|besides|apart|outside))|\b(?:change|edit|modify|touch) nothing\b|\b(?:do not|don't) (?:change|edit|modify|touch) (?:any|a|the) files?\b/i;

function isQuestion(line: string): boolean {
  return line.trim() === "" || QUESTION.test(line);
}

/** What a shell says of a program that is not there, or cannot be started. */
const NOT_STARTED: readonly number[] = [126, 127];

/** What a line requests and a turn has not done. */
export interface PendingChanges {
  readonly files: readonly string[];
  readonly values: readonly string[];
}

const NO_PENDING: PendingChanges = { files: [], values: [] };

/** Small models say that they are done without having looked; what fails then is their next instruction. */
export class ChangeCheck {
  readonly #command: string | undefined;
  #isDue = false as boolean;
  /** Likewise of the examples that the line has. */
  #areExamplesDue = false as boolean;
  #examples: string | undefined;
  #remaining = MOST_CHECKS;
  #fails = false as boolean;
  #hasEdited = false as boolean;
  #hasActed = false as boolean;
  #mayAskForChange: boolean;
  /** Files that were not changed are named once. */
  #mayAskForRest = true;
  #mayAskForValues = true;
  readonly #isReadOnly: boolean;
  #attempts = 1;
  /** So often the test failed behind a change of this attempt. */
  #failures = 0;
  #made = 0;

  /**
   * @param command by which the repository is tested; `undefined`: there is none, and no test is ever due.
   * @param userRequest the line that is answered.
   */
  constructor(command: string | undefined, userRequest = "") {
    this.#command = command;
    this.#mayAskForChange = command !== undefined && !isQuestion(userRequest);
    this.#isReadOnly = NO_CHANGE.test(userRequest);
  }

  /** Whether the request has a tool for this line: a small model that is to change no file writes one all the same. */
  offers(tool: string): boolean {
    return !(this.#isReadOnly && EDITS.has(tool));
  }

  /** Takes note of a call that ran. */
  note(call: ToolCall, { ok, exit, killed }: Pick<ToolResult, "ok" | "exit" | "killed">): void {
    this.#hasActed = true;
    const cmd = call.name === "sh" ? fieldsOf(call.arguments)["cmd"] : undefined;
    const isTest = cmd !== undefined && (cmd === this.#command || cmd === this.#examples);
    if (!isTest) {
      const isChange = ok && (EDITS.has(call.name) || changesFiles(call));
      if (isChange) {
        [this.#isDue, this.#hasEdited, this.#fails] = [true, true, false];
        this.#areExamplesDue = true;
      }
      return;
    }
    if (cmd === this.#command) this.#isDue = false;
    // What cannot be run here, or not within its limits, says nothing of the change.
    const hasRun = killed === undefined && exit !== undefined && !NOT_STARTED.includes(exit);
    // A test that failed before anything was changed may be what the user asked about.
    this.#fails = !ok && hasRun && this.#hasEdited;
    if (this.#fails) this.#failures += 1;
    if (!(ok || hasRun)) this.#remaining = 0;
  }

  /** Which attempt at the change this is, from 1. */
  get attempt(): number {
    return this.#attempts;
  }

  /** What was changed fails the test, and may be tried from the beginning. */
  get mayStartOver(): boolean {
    return this.#fails && this.#attempts < MOST_ATTEMPTS;
  }

  /** It failed again behind what was to mend it: another such step would be as much in vain. */
  get isLost(): boolean {
    return this.#failures > 1;
  }

  /** Notes that the change was reverted. @returns what the user reads of it. */
  startOver(): string {
    this.#attempts += 1;
    [this.#isDue, this.#hasEdited, this.#fails, this.#remaining] = [
      false,
      false,
      false,
      MOST_CHECKS,
    ];
    this.#areExamplesDue = false;
    this.#mayAskForChange = this.#command !== undefined;
    this.#failures = 0;
    return `The test fails: the change is reverted and made anew ⟲ ${this.#attempts} of ${MOST_ATTEMPTS}.`;
  }

  /** The test ran behind a change, and failed. */
  get fails(): boolean {
    return this.#fails;
  }

  /**
   * What a model reads instead of the end of its turn: it looked, changed nothing and answers, although the user requested
   * a change (once), it did not change files that have to change, or values in them (once each), or it has seen the
   * test fail and changed nothing since (as often as it reads of a test that fails).
   *
   * @param pending paths of files that surely have to change and did not, and what is missing in others as sentences.
   */
  reproach({ files, values }: PendingChanges = NO_PENDING): string | undefined {
    if (this.#mayAskForChange && this.#hasActed && !this.#hasEdited) {
      this.#mayAskForChange = false;
      return NOTHING_CHANGED;
    }
    if (this.#fails && this.#remaining > 0) {
      this.#remaining -= 1;
      return STILL_FAILS;
    }
    if (!this.#hasEdited) return undefined;
    if (files.length > 0 && this.#mayAskForRest) {
      this.#mayAskForRest = false;
      return `${files.join(" and ")} did not change yet, and the task asks for it. Change that, then answer.`;
    }
    if (values.length === 0 || !this.#mayAskForValues) return undefined;
    this.#mayAskForValues = false;
    return `${values.join(", and ")}: the task asks for it. Change that, then answer.`;
  }

  /**
   * The call that tests what was changed and not tested since; `undefined` where there is nothing to be tested.
   *
   * @param examples makes a command of what the line says that functions give; it runs behind the test.
   */
  next(examples: () => string | undefined = () => undefined): ToolCall | undefined {
    if (this.#isDue && this.#command !== undefined && this.#remaining > 0) {
      this.#remaining -= 1;
      return this.#call(this.#command);
    }
    if (!this.#areExamplesDue || this.#fails) return undefined;
    this.#areExamplesDue = false;
    this.#examples = examples();
    return this.#examples === undefined ? undefined : this.#call(this.#examples);
  }

  #call(cmd: string): ToolCall {
    this.#made += 1;
    return { id: `check${this.#made}`, name: "sh", arguments: { cmd } };
  }
}

function changesFiles({ name, arguments: args }: ToolCall): boolean {
  const { cmd, code } = fieldsOf(args);
  if (name === "python_run") return typeof code === "string" && CHANGING_PROGRAM.test(code);
  if (name !== "sh" || typeof cmd !== "string") return false;
  return CHANGING_COMMAND.test(cmd) || REDIRECTION.test(cmd);
}

/** Longer outputs of a failed test are shortened, in characters: about 300 tokens. */
const LONGEST = 1200;
/** Lines of the excerpt before the one that fails first, and behind it. */
const BEFORE = 3;
const BEHIND = 14;
const FAILURE =
  /\b(?:error|fail(?:ed|ure|s)?|expected|assert\w*|panicked|exception|traceback|not ok)\b|✗|✘|\^\^/i;
const COUNT_OF_NONE = /\b0 (?:errors?|fail(?:ed|ures?)?)\b/i;

/** What a model reads that begins anew. @param output of the test that failed before. */
export function afterRevert(output: string): string {
  return `A change was made and reverted, because the test failed:\n${firstFailure(output)}\nThe files are as they were. Change them in another way.`;
}

/** What a model reads of a test that failed: the first failure with the lines around it, and how it ended. */
export function firstFailure(output: string): string {
  if (output.length <= LONGEST) return output;
  const lines = output.split("\n");
  const at = lines.findIndex((line) => FAILURE.test(line) && !COUNT_OF_NONE.test(line));
  if (at < 0) return `…\n${output.slice(-LONGEST)}`;
  const from = Math.max(0, at - BEFORE);
  const to = Math.min(lines.length, at + BEHIND);
  const excerpt = lines.slice(from, to).join("\n").slice(0, LONGEST).toWellFormed();
  const last = to < lines.length - 1 ? `\n…\n${(lines.at(-1) ?? "").slice(0, 200)}` : "";
  return `${from > 0 ? "…\n" : ""}${excerpt}${last}`;
}
