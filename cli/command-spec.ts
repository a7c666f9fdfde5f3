/** What a command line is made of. */

export interface OptionSpec {
  /** Long name without dashes. */
  readonly name: string;
  readonly short?: string;
  /** Name of its value; absent: it is a switch. */
  readonly value?: string;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** May be given several times; every value counts. */
  readonly repeatable?: boolean;
  readonly summary: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What may follow, as shown in the usage line. */
  readonly operands?: string;
  /** Most operands; absent: none. */
  readonly maxOperands?: number;
  /**
   * Words that have a meaning as the first operand. Others are refused, unless `operands` has an alternative
   * in capitals at its beginning, which stands for any text.
   */
  readonly actions?: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly details?: readonly string[];
  readonly examples: readonly string[];
}

/** A command line that was read. */
export interface CommandLine {
  readonly command: CommandSpec;
  readonly operands: readonly string[];
  /** Values by long name; switches are present with an empty value. */
  readonly options: ReadonlyMap<string, string>;
  /** All values of the options that may be given several times, by long name. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
}
