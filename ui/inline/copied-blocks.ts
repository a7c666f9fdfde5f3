import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { BlockSplitter } from "./block-splitter.ts";

/** So many blocks can be copied, the newest ones. */
const MAX_BLOCKS = 100;

export interface CopiedBlock {
  readonly persona: string;
  readonly kind: "code" | "answer";
  readonly text: string;
}

/** Remembers what personas wrote, byte for byte, for `/copy`. */
export class CopiedBlocks {
  readonly #code: CopiedBlock[] = [];
  readonly #answers: CopiedBlock[] = [];

  take(event: RoomEvent): void {
    if (event.type !== "answer" || event.text.trim() === "") return;
    const { persona, text } = event;
    keep(this.#answers, { persona, kind: "answer", text });
    for (const code of codeOf(text)) keep(this.#code, { persona, kind: "code", text: code });
  }

  /**
   * The N-th last code block; where there is none, the N-th last answer.
   *
   * @throws {OrgError} `USAGE` when there are not so many.
   */
  last(nth: number): CopiedBlock {
    const blocks = this.#code.length > 0 ? this.#code : this.#answers;
    const block = blocks.at(-nth);
    if (block !== undefined) return block;
    throw new OrgError(`There is no block ${nth} to copy`, {
      code: "USAGE",
      why: `${blocks.length} can be copied since the room was opened here`,
      remedies: blocks.length === 0 ? ["/export md"] : [`/copy ${blocks.length}`],
      unchanged: "The clipboard was not changed.",
    });
  }
}

function codeOf(answer: string): readonly string[] {
  const splitter = new BlockSplitter();
  const blocks = [...splitter.push(answer), ...splitter.end()];
  const found: string[] = [];
  let lines: string[] | undefined;
  for (const { kind, text } of blocks) {
    if (kind === "code") lines?.push(`${text}\n`);
    if (kind !== "fence") continue;
    if (lines !== undefined) found.push(lines.join(""));
    lines = lines === undefined ? [] : undefined;
  }
  return found.filter((code) => code !== "");
}

function keep(blocks: CopiedBlock[], block: CopiedBlock): void {
  blocks.push(block);
  if (blocks.length > MAX_BLOCKS) blocks.shift();
}
