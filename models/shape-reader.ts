/** Reads a reply that is held to a shape while it streams: the answer's text as it comes, an action at its end. */
import type { ToolSchema } from "#core/calls.ts";
import { fieldsOf, isFields, parseJson } from "#core/json.ts";
import { createExtractor } from "./extract/create.ts";
import type { EndOptions, ExtractEvent, Extractor, ExtractorOptions } from "./extract/extractor.ts";
import { readFences } from "./fenced-texts.ts";
import { JsonStringReader } from "./json-string-reader.ts";
import { RepetitionGuard } from "./repetition-guard.ts";
import { ANSWER, readAction, withFences } from "./turn-shape.ts";

/** The beginning of an answer: what follows is its text. Also in a fence, where the server holds to no shape. */
const ANSWER_START = /^\s*(?:```(?:json)?\s*)?\{\s*"action"\s*:\s*"answer"\s*,\s*"text"\s*:\s*"/;
/** The beginning of any reply of a shape. */
const ACTION_START = /^\s*(?:```(?:json)?\s*)?\{\s*"action"\s*:\s*"(?<name>[^"\\]{1,128})"/;
/** No small model writes a longer action that comes to an end, in characters. */
const LONGEST_ACTION = 8000;
/** A program that repeats one piece for so many characters does not end by itself: fewer than in an answer. */
const LONGEST_REPETITION = 600;
/** So much of a reply tells whether it has the shape, in characters. */
const DECIDED_BY = 240;

/** An extractor for replies of a shape. What has no shape is read as the text of any other model is. */
export class ShapeReader implements Extractor {
  readonly #options: ExtractorOptions;
  /** All that came while it is not decided what it is, then the object of an action. */
  #pieces: string[] = [];
  #start = "";
  #kind: "unknown" | "answer" | "action" | "prose" = "unknown";
  readonly #answer = new JsonStringReader();
  readonly #repetition = new RepetitionGuard(LONGEST_REPETITION);
  #actionLength = 0;
  #prose: Extractor | undefined;

  constructor(options: ExtractorOptions) {
    this.#options = options;
  }

  /** Whether the reply had the shape, once it has ended; an empty one shows nothing. */
  get hasShape(): boolean | undefined {
    if (this.#kind === "answer" || this.#kind === "action") return true;
    return isOnlyMarkup(this.#start) ? undefined : false;
  }

  /** The action goes on and on: what is still to come is dropped, and the call that was begun is cut off. */
  get isOver(): boolean {
    return this.#actionLength > LONGEST_ACTION || this.#repetition.repeated !== undefined;
  }

  push(text: string): readonly ExtractEvent[] {
    switch (this.#kind) {
      case "answer":
        return textEvents(this.#answer.push(text));
      case "action":
        this.#pieces.push(text);
        this.#actionLength += text.length;
        this.#repetition.push(text);
        return [];
      case "prose":
        return this.#prose?.push(text) ?? [];
      default:
        return this.#decide(text);
    }
  }

  end(options?: EndOptions): readonly ExtractEvent[] {
    if (this.#kind === "answer") return textEvents(this.#answer.end());
    if (this.#kind === "action") return this.#action(this.#pieces.join(""));
    if (this.#kind === "unknown") {
      // Cut off before its text: nothing of it is for a person.
      if (isOnlyMarkup(this.#start)) return [];
      const rest = this.#asProse();
      return [...rest, ...(this.#prose?.end(options) ?? [])];
    }
    return this.#prose?.end(options) ?? [];
  }

  #decide(text: string): readonly ExtractEvent[] {
    this.#start += text;
    const answer = ANSWER_START.exec(this.#start);
    if (answer !== null) {
      this.#kind = "answer";
      return textEvents(this.#answer.push(this.#start.slice(answer[0].length)));
    }
    const name = ACTION_START.exec(this.#start)?.groups?.["name"];
    if (name !== undefined && name !== ANSWER) {
      this.#kind = "action";
      this.#pieces.push(this.#start);
      return [];
    }
    return couldBeShape(this.#start) ? [] : this.#asProse();
  }

  #asProse(): readonly ExtractEvent[] {
    this.#kind = "prose";
    this.#prose = createExtractor(this.#options);
    return this.#prose.push(this.#start);
  }

  #action(raw: string): readonly ExtractEvent[] {
    return this.#fenced(raw) ?? this.#plainAction(raw);
  }

  /** An action whose texts stand behind it. */
  #fenced(raw: string): readonly ExtractEvent[] | undefined {
    const fences = readFences(raw.trimStart());
    const parsed = fences && parseJson(withRegexEscapes(fences.head));
    const { tools } = this.#options;
    const action = isFields(parsed) ? readAction(parsed, tools) : undefined;
    if (fences === undefined || action === undefined) return undefined;
    // A whole reply where the text of a file should be: it is the model's answer.
    const within = fences.texts.find(({ text }) => this.#isReply(text));
    if (within !== undefined) return this.#asReply(within.text);
    const cut = fences.isCut ? { truncated: true } : {};
    const call = { ...withFences(action, fences, tools), dialect: DIALECT, raw, ...cut };
    return [{ type: "call", call }];
  }

  #isReply(text: string): boolean {
    const reply = parseJson(withRegexEscapes(text));
    const name = isFields(reply) ? reply["action"] : undefined;
    return name === ANSWER || this.#options.tools.some((tool) => tool.name === name);
  }

  #asReply(text: string): readonly ExtractEvent[] {
    const reply = parseJson(withRegexEscapes(text));
    const answer = isFields(reply) && reply["action"] === ANSWER ? reply["text"] : undefined;
    return typeof answer === "string" ? textEvents(answer) : this.#plainAction(text);
  }

  #plainAction(raw: string): readonly ExtractEvent[] {
    const text = raw.replace(/^\s*```(?:json)?\s*/, "").replace(/\s*```\s*$/, "");
    const parsed = parseJson(withRegexEscapes(text));
    const action = isFields(parsed) ? readAction(parsed, this.#options.tools) : undefined;
    if (action !== undefined) return [{ type: "call", call: { ...action, dialect: DIALECT, raw } }];
    const name = ACTION_START.exec(raw)?.groups?.["name"] ?? "";
    const loose = looseArguments(text, name, this.#options.tools);
    if (loose !== undefined)
      return [{ type: "call", call: { name, arguments: loose, dialect: DIALECT, raw } }];
    const args = truncatedArguments(text, name, this.#options.tools);
    return [
      { type: "call", call: { name, arguments: args, dialect: DIALECT, raw, truncated: true } },
    ];
  }
}

const DIALECT = "shape";

/** Whether more text could still make it a reply of the shape. */
function couldBeShape(start: string): boolean {
  return (
    start.length <= DECIDED_BY && /^\s*(?:`{0,3}$|```(?:j|js|jso|json)?\s*(?:\{|$)|\{)/.test(start)
  );
}

/** What stands before the text of an answer, without blanks. */
const MARKUP = `{"action":"${ANSWER}","text":"`;

/** Whether nothing has come but the beginning of a reply of the shape, or an answer without a text. */
function isOnlyMarkup(start: string): boolean {
  const compact = start
    .replace(/^\s*`{1,3}(?:j|js|jso|json)?(?=\s|\{|$)/, "")
    .replaceAll(/\s+/g, "");
  if (MARKUP.startsWith(compact) || compact === `{"action":"${ANSWER}"}`) return true;
  return /^\{"action":"[^"\\]{0,128}$/.test(compact);
}

function textEvents(text: string): readonly ExtractEvent[] {
  return text === "" ? [] : [{ type: "text", text }];
}

/**
 * What JSON has no escape for is meant as it stands: `\d` in a regular expression. So are `\b` and `\f`, for no program
 * holds a backspace or a form feed.
 */
function withRegexEscapes(json: string): string {
  const escaped = /\\(?:(?<known>u[0-9a-fA-F]{4}|["\\/nrt])|.)/gs;
  return json.replaceAll(escaped, (pair, validEscape) =>
    validEscape === undefined ? `\\${pair}` : pair,
  );
}

/** An action with one text, from its name on. */
const LONE_TEXT =
  /^\s*\{\s*"action"\s*:\s*"[^"\\]{1,128}"\s*,\s*(?<key>"[\w-]{1,64}")\s*:\s*"(?<text>.*)"\s*\}$/s;

/** The text of a tool that takes one alone, with quotation marks that were not escaped: nothing else can stand behind them. */
function looseArguments(
  action: string,
  name: string,
  tools: readonly ToolSchema[],
): Readonly<Record<string, unknown>> | undefined {
  const { key = "", text = "" } = LONE_TEXT.exec(action)?.groups ?? {};
  const properties = tools.find((tool) => tool.name === name)?.parameters["properties"];
  if (JSON.stringify(Object.keys(fieldsOf(properties))) !== `[${key}]`) return undefined;
  const escaped = text.replaceAll(/\\.|"/gs, (part) => (part === '"' ? '\\"' : part));
  const parsed = parseJson(withRegexEscapes(`{${key}: "${escaped}"}`));
  return isFields(parsed) ? parsed : undefined;
}

/** What was written of a lone text argument before the reply was cut off; it is displayed, and not run. */
function truncatedArguments(
  text: string,
  name: string,
  tools: readonly ToolSchema[],
): Readonly<Record<string, unknown>> {
  const required = tools.find((tool) => tool.name === name)?.parameters["required"];
  const [key] = Array.isArray(required) ? required : [];
  if (typeof key !== "string") return {};
  const marker = `${JSON.stringify(key)}: "`;
  const at = text.indexOf(marker);
  if (at === -1) return {};
  const reader = new JsonStringReader();
  return { [key]: reader.push(text.slice(at + marker.length)) + reader.end() };
}
