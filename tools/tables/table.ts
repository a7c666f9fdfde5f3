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

/** What a cell of a database holds. */
export type SqlCell = string | number | null;

export interface SqlColumn {
  readonly name: string;
  readonly isNumeric: boolean;
}

export interface SqlTable {
  readonly name: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly columns: readonly SqlColumn[];
  readonly rows: readonly (readonly SqlCell[])[];
}
