/** An entry that differs between two states of a tree. */
export interface EntryChange {
  readonly status: "A" | "M" | "D" | "T" | "U" | "X";
  /** Relative to the top of the tree, one character a byte (Latin-1): a name need not be UTF-8. */
  readonly path: string;
  /** Six octal digits; `000000` where there is none. */
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  /** All zeros where Git did not look at the content. */
  readonly newId: string;
}
