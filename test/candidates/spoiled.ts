/** Pieces of honest tools that are written otherwise. */

export interface Spoiled {
  readonly id: string;
  /** The honest tool. */
  readonly name: string;
  readonly piece: string;
  readonly by: string;
}

type Rows = Readonly<Record<string, string>>;

/** The honest tool with this piece written otherwise, in each of these ways. */
export const instead =
  (name: string, piece: string) =>
  (rows: Rows): readonly Spoiled[] =>
    Object.entries(rows).map(([id, by]) => ({ id: `silent-${id}`, name, piece, by }));

/** The same with lines before that piece. */
export const before =
  (name: string, piece: string) =>
  (rows: Rows): readonly Spoiled[] =>
    instead(
      name,
      piece,
    )(Object.fromEntries(Object.entries(rows).map(([id, lines]) => [id, `${lines}\n${piece}`])));

/** What `caesar` does. */
export const MOVED = "return text.replace(/[A-Za-z]/g, (letter) => moved(letter, places));";
export const moved = (text: string): string => MOVED.replace("text", () => text);
