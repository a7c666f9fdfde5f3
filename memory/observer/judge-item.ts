/** Decides what becomes of what a model offers to keep: its words decide nothing, the human's line does. */
import type { NoteKind, Scope } from "#core/memory.ts";
import type { Foreign, HumanLine } from "./human-lines.ts";
import { plainText, UPDATE } from "./phrases.ts";
import { repeats } from "./repeated.ts";
import {
  hasFence,
  isCourtesy,
  isHypothetical,
  isOfTheHour,
  isPasted,
  isQuestion,
  isQuoted,
  isReported,
  isRequest,
  isTooLong,
  isTooShort,
  isWithdrawn,
  LEAST_WORDS,
  tellsSecret,
} from "./rules.ts";
import { sentencesAround, sentencesOf, spansOf } from "./sentences.ts";
import { hasForms, isRemark, isStatement } from "./statements.ts";
import { wordSpans } from "./words.ts";

/** What a model offers. */
export interface Offer {
  readonly quote: string;
  readonly kind: NoteKind;
}

/** Why it is not stored. */
export type Refusal =
  | "short"
  | "not-said"
  | "long-line"
  | "pasted"
  | "erased"
  | "question"
  | "hypothetical"
  | "request"
  | "of-the-hour"
  | "courtesy"
  | "reported"
  | "withdrawn"
  | "secret"
  | "no-statement"
  | "repeated";

/** The note to store: the human's sentence. */
export interface Lesson {
  readonly text: string;
  readonly kind: NoteKind;
  readonly quote: string;
  readonly scope: Scope;
  readonly seq: number;
  /** It sounds as if it replaced something. */
  readonly isUpdate: boolean;
}

/** What a judgement looks at. */
export interface Observed {
  /** Those that may be learnt from, in their order. */
  readonly lines: readonly HumanLine[];
  /** What the human said right after a line. */
  readonly next: (line: HumanLine) => HumanLine | undefined;
  /** What others said in the room before an entry. */
  readonly before: (seq: number) => readonly Foreign[];
  readonly holdsSecret: (text: string) => boolean;
  /** Whether the human had it forgotten. */
  readonly isErased: (line: HumanLine, text: string) => boolean;
  /** The model cannot tell a remark from a fact: only what has the form of a lasting statement is kept of it. */
  readonly statementsOnly: boolean;
}

/** What says of a line and of a sentence by itself whether it can be kept. */
export type LineRules = Pick<Observed, "holdsSecret" | "isErased" | "statementsOnly">;

/** Longest part of a line that is one note, in sentences. */
const MOST_SENTENCES = 3;

/** @returns the lesson, or why there is none: the reason of the last line in which the words stand. */
export function judgeItem({ quote, kind }: Offer, observed: Observed): Lesson | Refusal {
  const words = wordSpans(quote).map(({ word }) => word);
  if (words.length < LEAST_WORDS) return "short";
  let refusal: Refusal = "not-said";
  for (const line of observed.lines) {
    for (const span of spansOf(line.text, words)) {
      const match = line.text.slice(span.start, span.end);
      const sentences = sentencesAround(line.text, span);
      const found = { line, quote: match, sentences: sentences.slice(0, MOST_SENTENCES) };
      const why = sentences.length > MOST_SENTENCES ? "long-line" : refusalOf(found, observed);
      if (why === undefined) return lessonOf(found, kind);
      refusal = why;
    }
  }
  return refusal;
}

interface Found {
  readonly line: HumanLine;
  /** As the human wrote it. */
  readonly quote: string;
  readonly sentences: readonly string[];
}

function lessonOf({ line, quote, sentences }: Found, kind: NoteKind): Lesson {
  const text = sentences.join(" ");
  const isUpdate = UPDATE.test(plainText(text));
  // What was concluded from other notes is said by no human.
  const noteKind = kind === "insight" ? "fact" : kind;
  return { text, kind: noteKind, quote, scope: line.scope, seq: line.seq, isUpdate };
}

/** @returns `undefined` where no rule refuses. */
function refusalOf(found: Found, observed: Observed): Refusal | undefined {
  const { line, sentences } = found;
  return (
    refusalOfLine(line, observed) ??
    sentences.map((sentence) => refusalOfSentence(sentence, found, observed)).find((why) => why) ??
    refusalOfText(found, observed)
  );
}

/** The sentences of a line that could be kept: only of these a model need be asked. */
export function keepableIn(line: HumanLine, observed: LineRules): readonly string[] {
  if (refusalOfLine(line, observed) !== undefined) return [];
  return sentencesOf(line.text)
    .map(({ start, end }) => line.text.slice(start, end))
    .filter((text) => {
      const found = { line, quote: "", sentences: [text] };
      return !isTooShort(text) && refusalOfSentence(text, found, observed) === undefined;
    });
}

/** What says already that nothing of a line is kept. */
function refusalOfLine(line: HumanLine, { holdsSecret, isErased }: LineRules): Refusal | undefined {
  if (isTooLong(line.text)) return "long-line";
  if (hasFence(line.text) || isPasted(line.text)) return "pasted";
  if (line.inGame) return "hypothetical";
  // What a secret is shows the whole line: a part of it may look like any other sentence.
  if (holdsSecret(line.text)) return "secret";
  if (isErased(line, line.text)) return "erased";
  return isTooShort(line.text) ? "short" : undefined;
}

function refusalOfSentence(
  sentence: string,
  { line, quote, sentences }: Found,
  { statementsOnly }: LineRules,
): Refusal | undefined {
  if (isQuestion(sentence)) return "question";
  if (isHypothetical(sentence, line.text)) return "hypothetical";
  if (isRequest(sentence) && !isReasonOf(sentence)) return "request";
  if (isOfTheHour(sentence)) return "of-the-hour";
  if (isCourtesy(sentence)) return "courtesy";
  if (isReported(sentence) || isQuoted(quote, sentence)) return "reported";
  if (tellsSecret(sentence)) return "secret";
  // "Then two people review it." What stands behind another sentence may point back at it.
  if (sentences[0] === sentence && isRemark(sentence)) return "no-statement";
  return statementsOnly && hasForms(sentence) && !isStatement(sentence)
    ? "no-statement"
    : undefined;
}

/** "I am left-handed, so please mirror it": a lasting reason, behind which stands what is wanted for it. */
function isReasonOf(sentence: string): boolean {
  const [reason = "", ...rest] = sentence.split(
    /,? so (?:please )?|,? and please |,? and (?=(?:I|we) (?:need|want)\s)/i,
  );
  return rest.length > 0 && !isRequest(reason) && hasForms(reason) && isStatement(reason);
}

function refusalOfText({ line, sentences }: Found, observed: Observed): Refusal | undefined {
  const text = sentences.join(" ");
  if (isTooShort(text)) return "short";
  if (isWithdrawn(sentences.at(-1) ?? "", line.text, observed.next(line)?.text)) {
    return "withdrawn";
  }
  if (observed.isErased(line, text)) return "erased";
  const before = observed.before(line.seq);
  // Each sentence by itself: one of one's own does not make another's one's own.
  return sentences.some((sentence) => repeats(sentence, before)) ? "repeated" : undefined;
}
