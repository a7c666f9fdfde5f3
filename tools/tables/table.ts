/** Files as tables. */

/** What a cell holds; of JSON also the items of an array. */
export type Cell = string | number | boolean | null | readonly Cell[];
export type Row = Readonly<Record<string, Cell>>;

export interface Table {
  /** Relative to the workspace. */
  readonly path: string;
  /** In the order in which they are met; at least one. */
  readonly columns: readonly string[];
  /** At least one. */
  readonly rows: readonly Row[];
}
