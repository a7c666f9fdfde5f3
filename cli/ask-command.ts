import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { AskRequest, HomeService } from "#server/socket/home-service.ts";
import { exitCodeOfEvent } from "#ui/outcome.ts";
import type { Output } from "#ui/output.ts";
import { AnswerPrinter } from "./ask-printer.ts";

export interface AskOptions {
  readonly request: AskRequest;
  /** Print every event as a line of JSON instead of the answer. */
  readonly json: boolean;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/**
 * Asks once and prints the answer: as it comes on a terminal, else when it is certain that it is the
 * answer and not something said before a tool call.
 *
 * @returns the exit code: 0 when every turn came to its end and every file was written, else that of
 *   the first failure.
 * @throws {OrgError} `OWNER_LOST` when the answer stops before that without a reason.
 */
export async function runAsk(home: HomeService, options: AskOptions): Promise<number> {
  const { request, json, output, signal } = options;
  const printer = json ? undefined : new AnswerPrinter(output);
  let exit: number = EXIT.done;
  const ends = new TurnEnds();
  for await (const event of home.ask(request, signal)) {
    ends.take(event);
    if (printer === undefined) output.write(jsonLine(event));
    else printer.take(event);
    if (exit === EXIT.done) exit = exitCodeOfEvent(event);
  }
  // Silence must not look like an answer.
  if (exit === EXIT.done && !ends.areAll) throw brokenOff();
  return exit;
}

/** Whether every turn that was to come has come to its end. */
class TurnEnds {
  readonly #open = new Set<string>();
  /** Until the first turn has ended, where a persona was addressed. */
  #isToCome = true;

  get areAll(): boolean {
    return this.#open.size === 0 && !this.#isToCome;
  }

  take(event: RoomEvent): void {
    if (event.type === "message" && event.from === "user" && event.to.length === 0)
      this.#isToCome = false;
    if (event.type === "turn-start") this.#open.add(event.turn);
    if (event.type !== "turn-end") return;
    this.#open.delete(event.turn);
    this.#isToCome = false;
  }
}

function brokenOff(): OrgError {
  return new OrgError("The answer was interrupted", {
    code: "OWNER_LOST",
    why: "The process that wrote it ended before the turn did.",
    remedies: ["run the same command again", "org log   # what was written down"],
    unchanged: "Finished turns are in the journal.",
  });
}

/**
 * The message of `org ask`: what stands on the command line, else the input, else both with `-`.
 *
 * @throws {OrgError} `USAGE` when there is nothing to ask, `INPUT_MISSING` when the input is empty,
 *   `INPUT_INVALID` when it is not text or too long to be one.
 */
export async function askText(
  operands: readonly string[],
  input: { readonly isTerminal: boolean; readonly read: () => Promise<string> },
): Promise<string> {
  const [first, second] = operands;
  if (second !== undefined && second !== "-")
    throw noMessage(`"${second}" is a second message: quote the whole message`);
  const wantsInput = first === undefined || first === "-" || second === "-";
  if (wantsInput && input.isTerminal) throw noMessage("nothing was piped into the command");
  const piped = wantsInput ? checked(await input.read()).trim() : "";
  const lineArgument = first === undefined || first === "-" ? "" : first.trim();
  const text = [lineArgument, piped].filter((part) => part !== "").join("\n\n");
  if (text === "" && wantsInput) throw noInput();
  if (text === "") throw noMessage("the message is empty");
  return text;
}

/** Most input that a message can hold, in UTF-16 code units: far more than any model reads. */
const LONGEST_INPUT = 4 * 1024 * 1024;
/** A character of UTF-16 has at most three bytes in UTF-8: what is longer is refused before it is read whole. */
export const LONGEST_INPUT_BYTES: number = 3 * LONGEST_INPUT;

function checked(text: string): string {
  if (text.length > LONGEST_INPUT) {
    const length = text.length.toLocaleString("en");
    throw badInput(
      `it has ${length} characters, the limit is ${LONGEST_INPUT.toLocaleString("en")}`,
    );
  }
  // As Git and grep do: text has no NUL, and hardly anything else is without one.
  const binary = text.indexOf("\0");
  if (binary !== -1) throw badInput(`it is not text: character ${binary + 1} is a NUL`);
  return text;
}

function badInput(why: string): OrgError {
  return new OrgError("The input cannot be sent", {
    code: "INPUT_INVALID",
    why,
    remedies: ['head -c 10000 FILE | org ask "What is this?" -', "name the file in the message"],
    unchanged: "Nothing was sent.",
  });
}

function noInput(): OrgError {
  return new OrgError("There is no message to send", {
    code: "INPUT_MISSING",
    why: "the input is empty",
    remedies: ['org ask "What is in this folder?"', "echo hello | org ask"],
    unchanged: "Nothing was sent.",
  });
}

function noMessage(why: string): OrgError {
  return new OrgError("There is no message to send", {
    code: "USAGE",
    why,
    remedies: ['org ask "What is in this folder?"', "echo hello | org ask"],
    unchanged: "Nothing was sent.",
  });
}
