/**
 * Cuts a stream of bytes into lines at `\n` and nowhere else: U+2028 may stand in a JSON string as it is,
 * and `node:readline` would cut there. A carriage return before the end goes.
 *
 * @param last whether a last line without an end is one, or only what its writer did not finish.
 */
export async function* textLines(
  stream: AsyncIterable<Uint8Array>,
  last: "counts" | "is-dropped" = "counts",
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  // Pieces of a line that is not complete: a long one must not be searched again with every piece.
  const pieces: string[] = [];
  for await (const bytes of stream) {
    const [end = "", ...others] = decoder.decode(bytes, { stream: true }).split("\n");
    pieces.push(end);
    for (const piece of others) {
      yield pieces.splice(0).join("").replace(/\r$/, "");
      pieces.push(piece);
    }
  }
  const rest = pieces.join("") + decoder.decode();
  if (rest !== "" && last === "counts") yield rest;
}
