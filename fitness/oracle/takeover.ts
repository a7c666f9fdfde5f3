/**
 * Texts that give a model orders, wherever it reads them: descriptions, words on an argument, results, errors.
 *
 * @see Invariant Labs, "MCP Security Notification: Tool Poisoning Attacks" (2025).
 */

import { leavesOf } from "./near-inputs.ts";
import { ORDERS_ANYWHERE, ORDERS_ON_A_TOOL } from "./order-rules.ts";
import { readings } from "./readings.ts";

/** What is refused in a text, and the message about it. */
export interface TextRule {
  readonly pattern: RegExp;
  readonly message: string;
}

/** The message about a text that orders its reader about. */
export const ORDERS: string =
  "gives its reader orders; say what the tool does, not when or how it must be called";

/** English that takes a model over, wherever it reads it. */
const ENGLISH: readonly TextRule[] = [
  {
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass|discard)\s+(?:(?:all|any|the|your|of|these|those|every|previous|prior|earlier|above|other)\s+)*(?:(?:system|safety|previous|prior|earlier)\s+)?(?:instructions?|prompts?|guidelines?|polic(?:y|ies)|context|conversation)\b/i,
    message: ORDERS,
  },
  {
    pattern:
      /\b(?:system prompt|system message|developer message|jailbreak|you are now|as an ai|dear (?:model|assistant|ai)|(?:model|assistant|llm|agent)s? (?:must|should|shall|has to|have to)|without (?:asking|telling|informing|mentioning) the (?:user|human)|do not (?:tell|inform|mention (?:this|it) to) the (?:user|human))\b/i,
    message: ORDERS,
  },
  {
    pattern:
      /<\/?(?:system|important|instructions?|assistant|secret|tool[\w-]*)\b[^>]*>|\[\/?(?:INST|SYSTEM)\]|<\|/i,
    message: "holds markup that models take for orders",
  },
];

/** "Ignore your instructions", "always call … first", "before any other tool" in further languages. */
const OTHER_LANGUAGES: readonly RegExp[] = [
  /\b(?:ignorier|vergiss|vergess|missacht)\w*\s.{0,30}(?:anweisung|vorgabe|regel|befehl)/i,
  /\b(?:rufe?|verwende|benutze|nutze)\s.{0,40}\b(?:immer|zuerst|stets|bevor|vor (?:jede|alle)\w*)\b|\bvor (?:jedem|allen) anderen (?:werkzeug|tool)|\b(?:immer|zuerst|stets)\b.{0,20}\b(?:aufrufen|verwenden|benutzen)\b/i,
  /\b(?:ignore[zr]?|oublie[zr]?)\s.{0,30}(?:instructions|consignes)|\bavant tout autre outil\b|\b(?:appelle|utilise|appelez|utilisez)\s.{0,30}\b(?:toujours|d'abord|avant)\b|\b(?:toujours|d'abord)\b.{0,12}\b(?:appele[rz]|utilise[rz])\b/i,
  /\b(?:ignora|olvida)\w*\s.{0,30}instrucciones|\b(?:llama|usa|utiliza)\w*\s.{0,30}\b(?:siempre|primero|antes de)\b|\bantes de (?:cualquier|toda) otra herramienta|\bsiempre\s(?:llama|usa|utiliza)/i,
  /\b(?:ignora|dimentica)\w*\s.{0,30}istruzioni|\b(?:chiama|usa|utilizza)\w*\s.{0,30}\b(?:sempre|prima di)\b|\bprima di (?:ogni|qualsiasi) altro strumento/i,
  /\b(?:ignor|esque[çc])\w*\s.{0,30}instru[çc][õo]es|\b(?:chame|use|utilize)\s.{0,30}\b(?:sempre|primeiro|antes de)\b|\bantes de qualquer outra ferramenta/i,
  /\b(?:negeer|vergeet)\s.{0,30}(?:instructies|aanwijzingen)|\b(?:roep|gebruik)\s.{0,30}\b(?:altijd|eerst)\b/i,
  /(?:zignoruj|ignoruj|zapomnij)\s.{0,30}(?:instrukcj|polece)|(?:wywołaj|użyj|używaj)\s.{0,30}(?:zawsze|najpierw|przed)/i,
  /(?:игнорируй|забудь|не обращай внимания)\S*\s.{0,30}(?:инструкци|указани|правил)|(?:вызови|вызывай|используй|используйте|вызовите)\S*\s.{0,30}(?:сначала|первым|всегда|перед|прежде)|(?:сначала|всегда|прежде).{0,20}(?:вызови|вызывай|используй|вызовите)/i,
  /(?:忽略|无视|無視|忘记|忘記).{0,10}(?:指令|指示|提示|说明|規則|规则)|(?:必须|必須|总是|始终|請先|请先|首先|务必).{0,8}(?:调用|呼叫|使用)|(?:任何|其他).{0,4}工具.{0,4}(?:之前|以前)/,
  /(?:指示|命令|ルール).{0,8}(?:無視|忘れ)|(?:必ず|常に|最初に|先に).{0,14}(?:呼び出|呼んで|使用|使って|実行)|他の(?:ツール|道具).{0,6}前に/,
  /(?:지시|명령|지침).{0,8}(?:무시|잊)|(?:반드시|항상|먼저).{0,14}(?:호출|사용|실행)/,
  /تجاهل.{0,30}(?:التعليمات|الأوامر)|(?:دائما|أولا|قبل أي).{0,20}(?:استخدم|استدع|أداة)/,
  /(?:पिछले|सभी).{0,12}निर्देश.{0,16}(?:अनदेखा|भूल)|(?:हमेशा|पहले).{0,20}(?:कॉल|उपयोग) कर/,
];

/** In English, beside what {@link ENGLISH} knows: an order of calls. */
const FIRST: readonly RegExp[] = [
  /\b(?:before|prior to)\s+(?:using\s+|calling\s+|running\s+|invoking\s+)?(?:any|every|each|all)\s+(?:other\s+)?(?:tools?|functions?|answers?|repl(?:y|ies))\b/i,
  /\b(?:call|invoke|run|use)\s+(?:the\s+)?[\w-]+\s+(?:tool\s+)?(?:first\b|before\s+(?:any|every|answering|replying|you))/i,
  /\b(?:send|forward|post|upload|paste|include)\s+(?:the\s+|all\s+|your\s+|this\s+)*(?:conversation|chat|history|system prompt|api keys?|credentials?|secrets?|passwords?)\b/i,
];

/** What takes a model over in an answer, where "you must give a date" is an ordinary error. */
const ANSWERS: readonly TextRule[] = [
  ...ENGLISH,
  ...[...FIRST, ...ORDERS_ANYWHERE, ...OTHER_LANGUAGES].map((pattern) => ({
    pattern,
    message: ORDERS,
  })),
];

/** What takes a model over in the words on a tool, which talk about the tool alone. */
export const TAKEOVERS: readonly TextRule[] = [
  ...ANSWERS,
  ...ORDERS_ON_A_TOOL.map((pattern) => ({ pattern, message: ORDERS })),
  {
    pattern:
      /\b(?:you (?:must|should|shall|have to|need to|are required to)|no matter what|without (?:asking|telling|informing|mentioning)|do not (?:tell|inform|mention))\b/i,
    message: ORDERS,
  },
];

/** Whether a text that a model reads in passing, such as a word on one argument, takes it over. */
export function takeoverFaults(text: string): readonly string[] {
  return [...new Set(matching(TAKEOVERS, text))];
}

/** Whether a text that a tool answers takes over the model that reads it. */
export function answerFaults(text: string): readonly string[] {
  return [...new Set(matching(ANSWERS, text))];
}

/**
 * Whether an answer gives a model orders that were not in the input: a tool may repeat what it was given.
 *
 * @param answer the result, or the message of an error.
 */
export function givesOrders(input: unknown, answer: unknown): boolean {
  return ordersIn(answer) && !ordersIn(input);
}

/** Each text by itself, for an order begins a sentence, and all of them as they are read. */
function ordersIn(value: unknown): boolean {
  const texts = leavesOf(value).flatMap(({ path, value: leaf }) => [
    ...path.slice(-1).map(String),
    ...(typeof leaf === "string" ? [leaf] : []),
  ]);
  return [...new Set([...texts, texts.join(" ")])].some((text) => answerFaults(text).length > 0);
}

/** What the rules say of a text, in whatever way it is read. */
export function matching(rules: readonly TextRule[], text: string): string[] {
  const read = readings(text);
  return rules
    .filter(({ pattern }) => read.some((one) => pattern.test(one)))
    .map(({ message }) => message);
}
