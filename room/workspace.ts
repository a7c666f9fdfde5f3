/** The only place on disk that a room writes to, as the room sees it. */
export interface Workspace {
  /**
   * Writes a whole file, atomically. @returns its size in bytes.
   *
   * @throws {OrgError} `PATH_REFUSED` for a path outside, `FILE_FAILED` when the disk says no.
   */
  write(path: string, text: string): Promise<number>;
  /** Adds to the end of a file. @returns how many bytes were added. */
  append(path: string, text: string): Promise<number>;
}
