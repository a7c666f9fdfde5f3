/** Where a command writes: the answer or data to one side, everything else to the other. */
export interface Output {
  /** Standard output. */
  readonly write: (text: string) => void;
  /** Standard error. */
  readonly say: (text: string) => void;
  /** Standard output is a terminal: a user watches the text appear. */
  readonly live: boolean;
  /** Standard output for another program, byte for byte. @default it is a terminal, or a screen of ours */
  readonly writeBytes?: ((bytes: Uint8Array) => void) | undefined;
}
