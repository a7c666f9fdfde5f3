/** The only folder that a room writes to, as the room sees it. */
export interface Workspace {
  /**
   * Replaces a whole file, atomically.
   *
   * @throws {OrgError} `PATH_REFUSED` for a path outside, `FILE_FAILED` when the disk says no.
   */
  write(path: string, text: string): Promise<WrittenFile>;
  /** Adds to the end of a file, or creates it. */
  append(path: string, text: string): Promise<WrittenFile>;
}

export interface WrittenFile {
  /** Relative to the workspace, with needless parts removed. */
  readonly path: string;
  /** Size of the whole file in bytes. */
  readonly bytes: number;
}
