/** As long as it is held, what is written goes to the log beside the file of a database, and the file stays as it is. */
export interface FrozenFile extends Disposable {
  readonly path: string;
  /** False once something had to be written into the file: what was read until then is worth nothing. */
  readonly isWhole: () => boolean;
}
