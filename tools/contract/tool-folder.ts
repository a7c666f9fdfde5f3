/** A tool as it lies on disk, read once: what is verified, hashed and run is always the same bytes. */

export interface ToolFolder {
  readonly name: string;
  /** Contents by file name, such as `spec.json`, `tool.ts`; without `metadata.json`. */
  readonly files: ReadonlyMap<string, string>;
}
