/** What the search knows of a tool. */
export interface SearchDocument {
  readonly name: string;
  readonly description: string;
  /** How a person would ask for it. */
  readonly asks: readonly string[];
}

/** All texts about a tool. */
export function textOf({ name, description, asks }: SearchDocument): string {
  return [name, description, ...asks].join("\n");
}
