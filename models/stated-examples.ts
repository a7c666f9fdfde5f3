/** Examples in a line of the user, such as `slug("A b") is "a-b"`, as a command that holds the written function to them. */
import type { ToolCall } from "#core/calls.ts";
import { fieldsOf, textOf } from "#core/json.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { EDITS } from "./change-check.ts";
import { type Literal, listAt, literalAt } from "./literal.ts";
import { FILES } from "./pending-changes.ts";
import type { ChatMessage } from "./provider.ts";

/** What a call of a function is to give. */
export interface StatedExample {
  readonly name: string;
  readonly args: readonly Literal[];
  readonly value: Literal;
  /** It gives this now, and must not: where the line complains of it. */
  readonly isWrong: boolean;
}

/** A method belongs to an object, which no example tells how to make. */
const CALL = /(?<![\w.$#])(?<name>[A-Za-z_$][\w$]{0,63})\(/g;
/** Between a call and what it is to give. What it "gives" or "returns" may be the mistake. */
const IS =
  /^`?\s{0,4}(?:is|equals|(?:should|must|has to|ought to|shall) (?:be|give|return|equal)|[-=]>|→|===?)\s{1,4}`?/;
const GIVES = /^`?\s{0,4}(?:gives|returns|yields|is|prints)\s{1,4}`?/;
/** The wrong one, before the right one. */
const RATHER = /^`?,?\s{1,4}(?:where|instead of|rather than|not)\s{1,4}`?/;
/** Behind a value that ends there; a number may have a unit, and what follows may take it back. */
const END =
  /^`?(?:\s{0,4}(?:$|[;:.!?)](?!\w))|,?\s{1,4}(?:and|while|is right)\b|,(?!\s{0,4}(?:but|so|yet|although|though|which|instead|where|not|even)\b))/;
/** What a line says that asks to mend something, and what tells the state behind it. */
const MENDS = /\b(?:fix|mend|repair|correct|wrong|bug)\b/i;
const AFTERWARDS =
  /\b(?:so that|such that|until|make|makes|ensure|then|should|must|after(?:wards)?|add|adds|write)\b[^.;!?]{0,200}$/i;
const COMPLAINT = /^`?(?:\s{0,4}(?:$|[.:;!](?!\w))|,\s{1,4}(?:but|so|although|though|which|yet)\b)/;
const MOST_EXAMPLES = 10;

/** @param userRequest the line of the user. */
export function statedExamples(userRequest: string): readonly StatedExample[] {
  const found: StatedExample[] = [];
  for (const { index, 0: head, groups } of userRequest.matchAll(CALL)) {
    const args = listAt(userRequest, index + head.length - 1);
    const value = args && valueBehind(userRequest, args.end);
    if (args === undefined || value === undefined) continue;
    const { value: expected, isWrong } = value;
    if (isWrong && AFTERWARDS.test(userRequest.slice(Math.max(0, index - 240), index))) continue;
    found.push({ name: groups?.["name"] ?? "", args: args.value, value: expected, isWrong });
  }
  return found.slice(0, MOST_EXAMPLES);
}

function valueBehind(
  text: string,
  at: number,
): Pick<StatedExample, "value" | "isWrong"> | undefined {
  const gives = GIVES.exec(text.slice(at));
  const stated = gives === null ? undefined : literalAt(text, at + gives[0].length);
  const behind = stated === undefined ? "" : text.slice(stated.end);
  const rather = RATHER.exec(behind);
  if (stated !== undefined && rather !== null) {
    const right = literalAt(text, stated.end + rather[0].length);
    const ends = right !== undefined && END.test(text.slice(right.end));
    return ends ? { value: right.value, isWrong: false } : undefined;
  }
  if (stated !== undefined && COMPLAINT.test(behind) && !IS.test(text.slice(at))) {
    return MENDS.test(text) ? { value: stated.value, isWrong: true } : undefined;
  }
  const is = IS.exec(text.slice(at));
  const value = is === null ? undefined : literalAt(text, at + is[0].length);
  const ends = value !== undefined && END.test(text.slice(value.end));
  return ends ? { value: value.value, isWrong: false } : undefined;
}

/** The facts of a turn that examples need. */
export interface ExamplesInput {
  readonly userRequest: string;
  /** The files behind the line in the prompt. */
  readonly opened: string;
  /** The turn so far. */
  readonly current: readonly ChatMessage[];
}

/**
 * @returns a shell command that ends with 1 where a function of one file gives another value than the line says, and prints
 *   both; with 0 also where the file cannot be loaded. `undefined` where the line has no example of a function that is known.
 */
export function examplesCommand({
  userRequest,
  opened,
  current,
}: ExamplesInput): string | undefined {
  const examples = statedExamples(userRequest);
  if (examples.length === 0) return undefined;
  const texts = [...writtenTexts(current), ...openedTexts(opened)];
  for (const { path, text } of texts) {
    const language = languageOf(path);
    const here = examples.filter(({ name }) => language?.defines(name).test(text));
    if (language === undefined || here.length === 0) continue;
    const examplesJson = JSON.stringify(
      here.map(({ name, args, value, isWrong }) => [name, args, value, isWrong]),
    );
    const argv = [...language.runner, language.program, `./${path}`, examplesJson];
    return argv.map(shellWord).join(" ");
  }
  return undefined;
}

interface FileText {
  readonly path: string;
  readonly text: string;
}

/** The newest first. */
function writtenTexts(current: readonly ChatMessage[]): readonly FileText[] {
  const calls = current.flatMap((one): readonly ToolCall[] =>
    one.role === "assistant" ? (one.calls ?? []) : [],
  );
  const edits = calls.filter(({ name }) => EDITS.has(name)).toReversed();
  return edits.map(({ arguments: args }) => {
    const { path, content, replace } = fieldsOf(args);
    return {
      path: textOf(path).replace(/^(?:\.\/)+/, ""),
      text: `${textOf(content)}\n${textOf(replace)}`,
    };
  });
}

function openedTexts(opened: string): readonly FileText[] {
  return [...opened.matchAll(FILES)].map(({ groups }) => ({
    path: groups?.["path"] ?? "",
    text: groups?.["text"] ?? "",
  }));
}

interface Language {
  readonly defines: (name: string) => RegExp;
  /** Words before the program. */
  readonly runner: readonly string[];
  /** Is given a path and examples as JSON. */
  readonly program: string;
}

function languageOf(path: string): Language | undefined {
  if (/(?:^|\/)\.{2}(?:\/|$)|^\/|["'\\]/.test(path)) return undefined;
  if (/\.py$/.test(path)) return PYTHON;
  return /\.[cm]?[jt]sx?$/.test(path) ? JAVASCRIPT : undefined;
}

const PYTHON: Language = {
  defines: (name) => new RegExp(`^(?:async )?def ${RegExp.escape(name)}\\(`, "m"),
  runner: ["python3", "-B", "-c"],
  program: `import importlib, json, os, sys
path, told = sys.argv[1:]
sys.path[:0] = [".", os.path.dirname(path)]
try:
    module = importlib.import_module(path[2:-3].replace("/", "."))
except BaseException:
    sys.exit(0)
bad = 0
for name, args, wanted, wrong in json.loads(told):
    if not hasattr(module, name): continue
    call = name + "(" + ", ".join(map(repr, args)) + ")"
    try:
        value = getattr(module, name)(*args)
        if ((list(value) if isinstance(value, tuple) else value) == wanted) != wrong: continue
        given = repr(value)
    except Exception as error:
        if wrong: continue
        given = "the error " + repr(error)
    bad += 1
    print(call, "still gives" if wrong else "gives", given[:200] + ("." if wrong else ", and is to give " + repr(wanted) + "."))
sys.exit(1 if bad else 0)`,
};

const JAVASCRIPT: Language = {
  defines: (name) => {
    const one = RegExp.escape(name);
    const exported = `export (?:async )?(?:function\\*? |const |let )${one}\\b|exports\\.${one}\\s*=`;
    return new RegExp(`^(?:${exported})`, "m");
  },
  // Every sandbox has it.
  runner: ["bun", "--no-install", "-e"],
  program: `const [path, told] = process.argv.slice(-2);
const all = await import(path).catch(() => process.exit(0));
let bad = 0;
for (const [name, args, wanted, wrong] of JSON.parse(told)) {
  const one = all[name] ?? all.default?.[name];
  if (typeof one !== "function") continue;
  let given;
  try { given = JSON.stringify(await one(...args)) ?? "undefined"; }
  catch (error) { given = "the error " + error; }
  if ((given === JSON.stringify(wanted)) !== wrong) continue;
  bad += 1;
  const call = name + "(" + JSON.stringify(args).slice(1, -1) + ")";
  console.log(call + (wrong ? " still gives " : " gives ") + given.slice(0, 200) + (wrong ? "." : ", and is to give " + JSON.stringify(wanted) + "."));
}
process.exit(bad === 0 ? 0 : 1);`,
};
