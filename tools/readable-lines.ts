/** Puts words on lines, with never more space between them than the page meant. */
export class ReadableLines {
  readonly #parts: string[] = [];
  /** Space that the next word will need before it. */
  #gap: "" | " " | "\n" | "\n\n" = "";
  /** What the next word begins with: the sign of a list item or of a heading. */
  #sign = "";

  /** Adds text in which any run of white space is one space. */
  text(text: string): void {
    const collapsed = text.replace(/\s+/g, " ");
    if (collapsed.startsWith(" ")) this.#need(" ");
    this.#push(collapsed.trim());
    if (collapsed.endsWith(" ")) this.#need(" ");
  }

  /** Adds text as it is, as programs are printed. */
  verbatim(text: string): void {
    this.#push(text);
  }

  /** Lets the next word begin with a sign such as "- ". */
  sign(sign: string): void {
    this.#sign = sign;
  }

  /** Ends the line; two line ends make a paragraph. */
  end(lines: 1 | 2): void {
    this.#need(lines === 1 ? "\n" : "\n\n");
  }

  /** A position to go back to with {@link link}. */
  get position(): number {
    return this.#parts.length;
  }

  /** Makes a link of what was added since `position`; nothing was, nothing is. */
  link(position: number, target: string): void {
    const first = this.#parts[position];
    if (first === undefined) return;
    const [, space = "", label = ""] = /^(\s*)(.*)$/s.exec(first) ?? [];
    this.#parts[position] = `${space}[${label}`;
    this.#parts.push(`](${target})`);
  }

  toString(): string {
    return this.#parts.join("").trim();
  }

  #push(text: string): void {
    if (text === "") return;
    this.#parts.push(`${this.#parts.length === 0 ? "" : this.#gap}${this.#sign}${text}`);
    this.#gap = "";
    this.#sign = "";
  }

  #need(gap: " " | "\n" | "\n\n"): void {
    // A line end is more than a space, and a paragraph more than a line end.
    if (this.#gap === "" || (gap !== " " && gap.length >= this.#gap.length)) this.#gap = gap;
  }
}
