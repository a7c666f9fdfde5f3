/** A fixed set of strings that is looked for in text which arrives in pieces. */
export class Tokens {
  /** Longest first: an alternation takes the first branch that fits, and "<think>" is not "<thinking>". */
  readonly #tokens: readonly string[];
  readonly #firstUnits: ReadonlySet<number>;
  readonly #longest: number;
  // Made on first use: most sets of a process are never asked, and all of them took 9 ms of its first answer.
  #source: string | undefined;
  #next: RegExp | undefined;
  #here: RegExp | undefined;
  #prefixes: ReadonlySet<string> | undefined;

  constructor(tokens: Iterable<string>) {
    this.#tokens = [...new Set(tokens)].sort((a, b) => b.length - a.length);
    this.#firstUnits = new Set(this.#tokens.map((token) => token.charCodeAt(0)));
    this.#longest = this.#tokens[0]?.length ?? 0;
  }

  /** Source of a regular expression that matches any of them, the longest first. */
  get source(): string {
    this.#source ??= this.#tokens.map((token) => RegExp.escape(token)).join("|") || "(?!)";
    return this.#source;
  }

  /** Whether some token begins with this UTF-16 code unit. */
  beginsWith(unit: number): boolean {
    return this.#firstUnits.has(unit);
  }

  /** The longest token at `index`, or the empty string. */
  at(text: string, index: number): string {
    if (!this.#firstUnits.has(text.charCodeAt(index))) return "";
    this.#here ??= new RegExp(this.source, "y");
    this.#here.lastIndex = index;
    return this.#here.exec(text)?.[0] ?? "";
  }

  /** The first token at or after `from`. */
  find(text: string, from: number): { readonly index: number; readonly token: string } | undefined {
    this.#next ??= new RegExp(this.source, "g");
    this.#next.lastIndex = from;
    const match = this.#next.exec(text);
    return match === null ? undefined : { index: match.index, token: match[0] };
  }

  /** Whether the text from `index` to its end is the beginning, and only the beginning, of a token. */
  isOpen(text: string, index: number): boolean {
    return text.length - index < this.#longest && this.#beginsOne(text.slice(index));
  }

  /** Where the unfinished token at the end of the text begins; the text's length when there is none. */
  holdFrom(text: string, from: number): number {
    for (let i = Math.max(from, text.length - this.#longest + 1); i < text.length; i += 1) {
      if (this.#firstUnits.has(text.charCodeAt(i)) && this.#beginsOne(text.slice(i))) return i;
    }
    return text.length;
  }

  #beginsOne(end: string): boolean {
    this.#prefixes ??= properPrefixes(this.#tokens);
    return this.#prefixes.has(end);
  }
}

function properPrefixes(tokens: readonly string[]): ReadonlySet<string> {
  const prefixes = new Set<string>();
  for (const token of tokens) {
    let prefix = token.slice(0, -1);
    // Where one is known, all that are shorter are known as well.
    while (prefix !== "" && !prefixes.has(prefix)) {
      prefixes.add(prefix);
      prefix = prefix.slice(0, -1);
    }
  }
  return prefixes;
}
