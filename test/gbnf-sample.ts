/** Texts that a grammar of llama.cpp allows, drawn at random: what a model writes under it is one of them. */

/** Gives an integer from 0 to below `count`. */
export type Draw = (count: number) => number;

/** So many times at most is repeated what has no limit of its own. */
const MOST = 3;
/** Behind this depth every choice is the first one, which is the shortest in our grammars. */
const DEEP = 60;

/** One text that the grammar allows. @throws {Error} where it is not a grammar. */
export function sampleGbnf(grammar: string, draw: Draw): string {
  const rules = new Map(
    grammar
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [name = "", ...body] = line.split(" ::= ");
        return [name, body.join(" ::= ")] as const;
      }),
  );
  return new Sampler(rules, draw).rule("root", 0);
}

class Sampler {
  readonly #rules: ReadonlyMap<string, string>;
  readonly #draw: Draw;

  constructor(rules: ReadonlyMap<string, string>, draw: Draw) {
    this.#rules = rules;
    this.#draw = draw;
  }

  rule(name: string, depth: number): string {
    const body = this.#rules.get(name);
    if (body === undefined) throw new Error(`There is no rule "${name}"`);
    const choices = splitChoices(tokensOf(body));
    // The last alternatives of "any" are its leaves.
    const index = depth > DEEP ? choices.length - 1 : this.#draw(choices.length);
    return this.#sequence(choices[index] ?? [], depth + 1);
  }

  #sequence(tokens: readonly string[], depth: number): string {
    let text = "";
    for (let at = 0; at < tokens.length; ) {
      const end = tokens[at] === "(" ? closing(tokens, at) : at;
      const unit = tokens.slice(at, end + 1);
      const [least, most] = timesOf(tokens[end + 1]);
      const times = depth > DEEP ? least : least + this.#draw(most - least + 1);
      for (let index = 0; index < times; index += 1) text += this.#unit(unit, depth);
      at = end + (isTimes(tokens[end + 1]) ? 2 : 1);
    }
    return text;
  }

  #unit(unit: readonly string[], depth: number): string {
    const [first = ""] = unit;
    if (first === "(") {
      const choices = splitChoices(unit.slice(1, -1));
      return this.#sequence(choices[this.#draw(choices.length)] ?? [], depth + 1);
    }
    if (first.startsWith('"')) return JSON.parse(first) as string;
    if (first.startsWith("[^")) return ["a", "ü", " ", "7", "{"][this.#draw(5)] ?? "a";
    if (first.startsWith("[")) return characterOf(first.slice(1, -1), this.#draw);
    return this.rule(first, depth);
  }
}

function tokensOf(body: string): readonly string[] {
  const pattern = /"(?:[^"\\]|\\.)*"|\[(?:[^\]\\]|\\.)*\]|\{\d+,?\d*\}|[()|?*+]|[\w-]+/g;
  return body.match(pattern) ?? [];
}

function splitChoices(tokens: readonly string[]): readonly (readonly string[])[] {
  const choices: string[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (token === "|" && depth === 0) choices.push([]);
    else choices.at(-1)?.push(token);
  }
  return choices;
}

function closing(tokens: readonly string[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    if (tokens[at] === "(") depth += 1;
    if (tokens[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error("A parenthesis stays open");
}

function isTimes(token: string | undefined): boolean {
  return token !== undefined && /^([?*+]|\{.*\})$/.test(token);
}

function timesOf(token: string | undefined): readonly [number, number] {
  if (!isTimes(token)) return [1, 1];
  if (token === "?") return [0, 1];
  if (token === "*") return [0, MOST];
  if (token === "+") return [1, MOST];
  const [, least = "0", comma, most = ""] = /^\{(\d+)(,?)(\d*)\}$/.exec(token ?? "") ?? [];
  if (comma === "") return [Number(least), Number(least)];
  return [Number(least), most === "" ? Number(least) + MOST : Number(most)];
}

function characterOf(set: string, draw: Draw): string {
  const characters = [...set.matchAll(/(\\.|[^\\])(?:-(.))?/g)].flatMap(([, from = "", to]) => {
    const first = from.replace(/^\\(.)$/, "$1").charCodeAt(0);
    const last = to === undefined ? first : to.charCodeAt(0);
    return Array.from({ length: last - first + 1 }, (_, index) =>
      String.fromCharCode(first + index),
    );
  });
  return characters[draw(characters.length)] ?? "";
}
