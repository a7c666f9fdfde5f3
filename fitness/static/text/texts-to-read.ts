/** Texts of a tool that a model reads and that the rules for orders cannot judge: a human reads them first. */
import type { ToolCase } from "#tools/contract/cases.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { HeldText } from "#tools/contract/validation.ts";
import { isForeign } from "../../oracle/foreign-language.ts";
import { leavesOf } from "../../oracle/near-inputs.ts";
import { talkIn } from "../../oracle/reader-talk.ts";
import type { ProgramText } from "./program-texts.ts";

const SHOWN_CHARACTERS = 120;
const DECIDES = "a human decides";
const FOREIGN = `is not English, and the rules for orders to a model cannot read it: ${DECIDES}; write it in English, or as a list of single words`;
const TALK = `speaks to its reader, or about tools and models: ${DECIDES}; say what the tool does, what the argument is or what is wrong with it`;

/** In the words of a contract, wherever they stand. */
export function wordsToRead({ name, ...contract }: Contract): readonly HeldText[] {
  const { description, failures, properties, input, output } = contract;
  const beside = { failures: failures.map(({ when }) => when), properties, input, output };
  return [
    ...toRead(description, { where: "spec.json, description", names: [name], isAnswer: false }),
    ...Object.entries(beside).flatMap(([field, value]) =>
      textsIn(value).flatMap((text) =>
        toRead(text, { where: `spec.json, ${field}`, names: [name] }),
      ),
    ),
  ];
}

/** In the answers that are declared, where the input does not hold them. @param names of tools. */
export function answersToRead(
  cases: readonly ToolCase[],
  names: readonly string[],
): readonly HeldText[] {
  return cases.flatMap((one, index) => {
    if ("error" in one) return [];
    const where = `cases.json, case ${index + 1}`;
    const given = textsIn(one.input).flatMap((text) => toRead(text, { where, names }));
    if (given.length > 0) return [];
    const known = wordsIn(textsIn(one.input).join(" "));
    return textsIn(one.output).flatMap((text) => toRead(text, { where, names, known }));
  });
}

/** A tool that sorts or joins the words of its caller has said nothing in their language. */
function withoutWords(text: string, known: ReadonlySet<string>): string {
  return text.replace(WORD, (word) => (known.has(word.toLowerCase()) ? "" : word));
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set((text.match(WORD) ?? []).map((word) => word.toLowerCase()));
}

const WORD = /[\p{L}\p{M}]+/gu;

/** In a program. @param names of tools. */
export function programTextsToRead(
  file: string,
  texts: readonly ProgramText[],
  names: readonly string[],
): readonly HeldText[] {
  return texts.flatMap(({ line, text }) => toRead(text, { where: `${file}:${line}`, names }));
}

interface Place {
  readonly where: string;
  readonly names?: readonly string[];
  /** @default true */
  readonly isAnswer?: boolean;
  /** Words in lower case that the caller gave. @default none */
  readonly known?: ReadonlySet<string>;
}

const NO_WORDS: ReadonlySet<string> = new Set();

function toRead(
  text: string,
  { where, names = [], isAnswer = true, known = NO_WORDS }: Place,
): readonly HeldText[] {
  const shown = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  if (isForeign(text) && (known.size === 0 || isForeign(withoutWords(text, known))))
    return [{ text, message: `${shown} ${FOREIGN} (${where})` }];
  const talk = talkIn(text, { isAnswer, names });
  return talk === undefined ? [] : [{ text, message: `${shown} ${TALK} (${where})` }];
}

function textsIn(value: unknown): readonly string[] {
  return leavesOf(value).flatMap(({ value: leaf }) => (typeof leaf === "string" ? [leaf] : []));
}
