/** What the two processes of the engine say to each other, a line of JSON each; everything else goes over HTTP. */

/** Parent to child, once. The token stands on no command line and in no environment. */
export interface EngineOrder {
  /** A client that has it may ask. */
  readonly token: string;
  /** Where the packages of the library are. */
  readonly runtimeFolder: string;
  /** Name of the model. */
  readonly model: string;
  readonly modelPath: string;
  /** What the file was when it was installed. */
  readonly sha256: string;
  /** A small model: its answers are kept short, and from going round in circles. */
  readonly isSmall: boolean;
  /** It makes vectors of texts, and says nothing. */
  readonly embeds: boolean;
  readonly threads: number;
  /** Most tokens of a conversation; the model itself may know less. */
  readonly contextTokens: number;
  /** How many conversations are kept. */
  readonly conversations: number;
}

/** Child to parent, once. */
export type EngineReport =
  | {
      readonly type: "ready";
      readonly port: number;
      /** Of each conversation. */
      readonly contextTokens: number;
      /** How many conversations there was memory for. */
      readonly slots: number;
      /** Weights of the model. */
      readonly parameters: number;
    }
  /** `isDamaged`: the file is not the one that was installed, and was not loaded. */
  | { readonly type: "failed"; readonly why: string; readonly isDamaged: boolean };
