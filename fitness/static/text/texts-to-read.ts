/** Texts of a tool that a model reads and that the rules for orders cannot judge: a human reads them first. */
import type { ToolCase } from "#tools/contract/cases.ts";
import type { Contract } from "#tools/contract/spec.ts";
import type { HeldText } from "#tools/contract/validation.ts";
import { englishShare, isForeign } from "../../oracle/foreign-language.ts";
import { leavesOf } from "../../oracle/near-inputs.ts";
import { talkIn } from "../../oracle/reader-talk.ts";
import { heldAsSkipped, type OnSkipped } from "../../oracle/skipped.ts";
import { vocabularyOf } from "../../oracle/statement-shape.ts";
import { type ProgramText, unjoinedTexts } from "./program-texts.ts";

const EXCERPT_CHARACTERS = 120;
/** The beginning of an answer is read as it is; of the rest the sentences that its input does not hold. */
const READ_CHARACTERS = 2000;
/** No answer says so much that is new; the rest is reported. */
const MOST_NEW = 20_000;
/** A part of an answer without a sentence's end, in characters. */
const LONGEST_PART = 400;
const DECIDES = "a human decides";
const FOREIGN = `is not English, and the rules for orders to a model cannot read it: ${DECIDES}; write it in English, or as a list of single words`;
const TALK = `speaks to its reader, or about tools and models: ${DECIDES}; say what the tool does, what the argument is or what is wrong with it`;

/** A schema says what its data are; a failure says what happened to them, as an answer does. */
const FIELD_KINDS: Readonly<Record<string, Pick<TextContext, "kind">>> = {
  input: { kind: "argument" },
  output: { kind: "argument" },
};

/** What the texts of a tool may speak of. */
export interface Subject {
  /** Names of tools. */
  readonly names: readonly string[];
  /** Words of its contract. */
  readonly vocabulary: ReadonlySet<string>;
}

export function subjectOf({ name, description, input, output, failures }: Contract): Subject {
  const schemas = leavesOf([input, output]).flatMap(({ path, value }) => [...path, value]);
  const texts = [description, ...failures.flatMap(({ code, when }) => [code, when]), ...schemas];
  return { names: [name], vocabulary: vocabularyOf(texts.map(String)) };
}

/** In the words of a contract, wherever they stand. */
export function contractToRead(contract: Contract): readonly HeldText[] {
  const { description, failures, properties, input, output } = contract;
  const beside = { failures: failures.map(({ when }) => when), properties, input, output };
  // A text cannot say itself what it may speak of.
  const subject = { names: [contract.name], vocabulary: vocabularyOf(namesIn(contract)) };
  const where = "spec.json, description";
  return [
    ...toRead(description, { where, subject, isAnswer: false, kind: "description" }),
    ...Object.entries(beside).flatMap(([field, value]) =>
      textsIn(value).flatMap((text) =>
        toRead(text, { where: `spec.json, ${field}`, subject, ...FIELD_KINDS[field] }),
      ),
    ),
  ];
}

/** What a contract calls the tool, its arguments and its results: "the slug is in lower case" speaks of a result. */
function namesIn({ name, input, output }: Contract): readonly string[] {
  return [name, ...leavesOf([input, output]).flatMap(({ path }) => path.map(String))];
}

/** In the answers that are declared, where the input does not hold them. */
export function answersToRead(cases: readonly ToolCase[], subject: Subject): readonly HeldText[] {
  return cases.flatMap((one, index) =>
    "error" in one
      ? []
      : answerToRead(one.input, one.output, { where: `cases.json, case ${index + 1}`, subject }),
  );
}

/**
 * In what a tool answered when it was called: sentences that are not made of words of the input.
 *
 * @param onSkipped receives an answer that is not read to its end.
 */
export function outputToRead(
  input: unknown,
  output: unknown,
  { contract, onSkipped }: { readonly contract: Contract; readonly onSkipped?: OnSkipped },
): readonly HeldText[] {
  const inputText = textsIn(input).join(" ").toLowerCase();
  const isNew = (text: string): boolean => {
    const words = text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
    const repeated = words.filter((word) => inputText.includes(word)).length;
    return words.length > 1 && repeated * 2 < words.length;
  };
  const subject = subjectOf(contract);
  return textsIn(output)
    .flatMap((text) => [
      text.slice(0, READ_CHARACTERS),
      ...laterSentences(text.slice(READ_CHARACTERS), inputText, onSkipped),
    ])
    .filter((text) => isNew(text) && talkIn(text, { isAnswer: true, ...subject }) !== undefined)
    .map((text) => heldFor(text, TALK, `an answer to ${JSON.stringify(input).slice(0, 100)}`));
}

/** English sentences that an input does not hold: what a tool makes of long texts is not an order, but for what it adds. */
function laterSentences(
  rest: string,
  inputText: string,
  onSkipped: OnSkipped | undefined,
): readonly string[] {
  if (rest === "") return [];
  const inputSentences = new Set(sentencesOf(inputText));
  const added = sentencesOf(rest).filter(
    (one) =>
      !inputSentences.has(one.toLowerCase()) && MORE_WORDS.test(one) && englishShare(one) >= 0.5,
  );
  const unheld = [...new Set(added)].filter((one) => !inputText.includes(one.toLowerCase()));
  let characters = 0;
  const read = unheld.filter((one) => {
    characters += one.length;
    return characters <= MOST_NEW;
  });
  if (read.length < unheld.length) {
    onSkipped?.(
      `an answer holds ${characters} new characters behind its beginning, and ${MOST_NEW} were read`,
    );
  }
  return read;
}

function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[.!?;:])\s+|\n+/)
    .flatMap((one) => one.match(PARTS) ?? [])
    .map((one) => one.trim());
}

const PARTS = new RegExp(`.{1,${LONGEST_PART}}(?:\\s|$)|.{1,${LONGEST_PART}}`, "gsu");
const MORE_WORDS = /\p{L}{2,}[^\p{L}]+\p{L}{2,}/u;

/** In an answer, where the input does not hold it. */
function answerToRead(input: unknown, answer: unknown, context: TextContext): readonly HeldText[] {
  const inputTexts = textsIn(input);
  if (inputTexts.some((text) => toRead(text, context).length > 0)) return [];
  const inputWords = wordsIn(inputTexts.join(" "));
  return textsIn(answer).flatMap((text) => toRead(text, { ...context, inputWords }));
}

/** A tool that sorts or joins the words of its caller has said nothing in their language. */
function withoutWords(text: string, excluded: ReadonlySet<string>): string {
  return text.replace(WORD, (word) => (excluded.has(word.toLowerCase()) ? "" : word));
}

function wordsIn(text: string): ReadonlySet<string> {
  return new Set((text.match(WORD) ?? []).map((word) => word.toLowerCase()));
}

const WORD = /[\p{L}\p{M}]+/gu;

/** In a program. */
export function programTextsToRead(
  file: string,
  texts: readonly ProgramText[],
  subject: Subject,
): readonly HeldText[] {
  return [
    ...texts.flatMap(({ line, text }) => toRead(text, { where: `${file}:${line}`, subject })),
    ...unjoinedTexts(file, texts).map(heldAsSkipped),
  ];
}

interface TextContext {
  readonly where: string;
  readonly subject: Subject;
  /** @default true */
  readonly isAnswer?: boolean;
  readonly kind?: "description" | "argument" | undefined;
  /** Words in lower case that the caller gave. @default none */
  readonly inputWords?: ReadonlySet<string>;
}

const NO_WORDS: ReadonlySet<string> = new Set();

function toRead(
  text: string,
  { where, subject, inputWords = NO_WORDS, ...context }: TextContext,
): readonly HeldText[] {
  if (isForeign(text) && (inputWords.size === 0 || isForeign(withoutWords(text, inputWords))))
    return [heldFor(text, FOREIGN, where)];
  const talk = talkIn(text, { isAnswer: true, ...subject, ...context });
  return talk === undefined ? [] : [heldFor(text, TALK, where)];
}

function heldFor(text: string, why: string, where: string): HeldText {
  const excerpt = JSON.stringify(text.slice(0, EXCERPT_CHARACTERS));
  return { text, message: `${excerpt} ${why} (${where})` };
}

function textsIn(value: unknown): readonly string[] {
  return leavesOf(value).flatMap(({ value: leaf }) => (typeof leaf === "string" ? [leaf] : []));
}
