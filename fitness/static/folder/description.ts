/**
 * A description is read by every model that looks for a tool, so it may say what the tool does and nothing
 * else: no orders to the reader, no word on other tools, no way out.
 *
 * @see Invariant Labs, "MCP Security Notification: Tool Poisoning Attacks" (2025).
 */
import { matching, ORDERS, TAKEOVERS, type TextRule } from "../../oracle/takeover.ts";
import { hiddenCharacters } from "../text/hidden-characters.ts";

/** Longest description in characters. */
const MAX_LENGTH = 300;
const MIN_LENGTH = 10;

const JUDGES = "judges other tools; say what this one does";

const ACTS =
  "(?:call|use|run|invoke|prefer|choose|select|pick|trust|obey|ask|tell|reply|respond|answer|mention|reveal|disclose|pretend|execute|send)";
const THIS = "(?:this|me|it)(?:\\s+(?:tool|function))?";
const TOOLS = "(?:tools?|plugins?|agents?|assistants?)";

const RULES: readonly TextRule[] = [
  ...TAKEOVERS,
  // "Always rounds half up" says what the tool does; "always call" talks to the reader.
  {
    pattern: new RegExp(
      `\\b(?:always|never|please|be sure to|make sure to|remember to)\\s+(?:\\w+ly\\s+)?${ACTS}\\b`,
      "i",
    ),
    message: ORDERS,
  },
  {
    pattern: new RegExp(`(?:^|[.!?;:]\\s+)(?:do not|don't|first,?|only)\\s+${ACTS}\\b`, "i"),
    message: ORDERS,
  },
  {
    pattern: new RegExp(
      `\\b(?:call|use|run|invoke|prefer|choose|select|pick)\\s+${THIS}\\s+(?:first|before|always|instead|whenever|every|for (?:all|every|any)|over|rather|exclusively)\\b`,
      "i",
    ),
    message: ORDERS,
  },
  {
    pattern: new RegExp(
      `\\b(?:better|faster|safer|more (?:accurate|reliable)|superior|worse|preferred|instead of|supersedes?|rather than|unlike)\\b[^.]{0,40}\\b(?:other|another|any|all|built-in|existing)\\s+(?:\\w+\\s+)?${TOOLS}\\b`,
      "i",
    ),
    message: JUDGES,
  },
  {
    pattern: new RegExp(
      `\\b(?:other|any other|existing|built-in) ${TOOLS} (?:is|are|fails?|cannot|should|do not|must)\\b|\\b(?:best|preferred|only (?:correct|safe|trusted)) ${TOOLS}\\b`,
      "i",
    ),
    message: JUDGES,
  },
  {
    pattern: /\b(?:https?|ftp|file):\/\/|\bjavascript:|\bdata:\w+\/|\bwww\.\w/i,
    message: "holds an address; describe what the tool does without one",
  },
];

/** What is wrong with the text that a model reads to choose a tool; nothing for an ordinary one. */
export function descriptionFaults(text: string): readonly string[] {
  const faults = matching(RULES, text);
  if (text.length > MAX_LENGTH) {
    faults.push(`has ${text.length} characters; ${MAX_LENGTH} is the most`);
  }
  if (text.trim().length < MIN_LENGTH) faults.push("says nothing; write what the tool does");
  return [...new Set([...faults, ...invisible(text)])];
}

/** What is wrong with a text beside the description, such as a way to ask; orders are ordinary there. */
export function sideTextFaults(text: string): readonly string[] {
  return [...new Set([...matching(TAKEOVERS, text), ...invisible(text)])];
}

function invisible(text: string): string[] {
  const names = hiddenCharacters(text).map(({ name }) => `holds the invisible character ${name}`);
  return /[\n\r\t]/.test(text) ? [...names, "holds line ends or tabs; write one line"] : names;
}
