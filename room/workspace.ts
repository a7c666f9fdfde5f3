/** The only folder that a room writes to, as the room sees it. */
export interface Workspace {
  /**
   * Replaces a whole file, atomically.
   *
   * @throws {OrgError} `PATH_REFUSED` for a path outside, `FILE_FAILED` when the system refuses.
   */
  write(path: string, text: string): Promise<WrittenFile>;
  /**
   * The beginning of a file, and how large all of it is; `undefined` where there is none.
   *
   * @param most so many bytes at most.
   * @throws {OrgError} `PATH_REFUSED` for a path outside, through a link, or of no regular file.
   */
  read(path: string, most: number): Promise<ReadFile | undefined>;
  /** Its files, without hidden ones and links. @param most so many paths at most. */
  list(most: number): Promise<{
    /** Relative to the workspace. */
    readonly paths: readonly string[];
    /** There are no others. */
    readonly isWhole: boolean;
  }>;
  /** What lies at a path, without following links; `undefined` for nothing, for what lies outside, and for anything else. */
  kindOf(path: string): Promise<"folder" | "file" | undefined>;
  /** Adds to the end of a file, or creates it. */
  append(path: string, text: string): Promise<WrittenFile>;
}

export interface ReadFile {
  /** Relative to the workspace, with needless parts removed. */
  readonly path: string;
  /** Size of the whole file. */
  readonly bytes: number;
  readonly data: Uint8Array;
}

export interface WrittenFile {
  /** Relative to the workspace, with needless parts removed. */
  readonly path: string;
  /** Size of the whole file in bytes. */
  readonly bytes: number;
}
