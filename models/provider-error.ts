import { OrgError, type OrgErrorOptions } from "#core/errors.ts";

/** Tokens that were sent and that the window holds, as far as the server says. */
export interface WindowNumbers {
  readonly sent: number | undefined;
  readonly window: number | undefined;
}

/** A refusal as the server wrote it, not fit for a screen. */
export interface ServerMessage {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface ProviderErrorOptions extends OrgErrorOptions {
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The connection broke: the server did not refuse, so the same request may succeed. */
  readonly isBroken?: boolean;
  /** The message of the server, where it refused a request. */
  readonly serverMessage?: ServerMessage | undefined;
  /** Of a prompt that did not fit. */
  readonly overflow?: WindowNumbers | undefined;
}

/** A failure of a provider, with what is to be known before the same request is sent once more. */
export class ProviderError extends OrgError {
  readonly retryAfterMs: number | undefined;
  readonly isBroken: boolean;
  readonly overflow: WindowNumbers | undefined;
  readonly serverMessage: ServerMessage | undefined;

  constructor(message: string, options: ProviderErrorOptions) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
    this.isBroken = options.isBroken ?? false;
    this.overflow = options.overflow;
    this.serverMessage = options.serverMessage;
  }
}
