/** How the model, its server and a tool behave in one cycle; what is absent is well-behaved. */
export interface Behaviour {
  /** The tool that the model calls. @default "write" */
  readonly action?: string | undefined;
  /** Its arguments as JSON. @default some that were not there before */
  readonly args?: string | undefined;
  /** The reply to the letter, instead of an action. */
  readonly reply?: string | undefined;
  /** It says that the goal is reached. */
  readonly done?: boolean | undefined;
  /** Milliseconds until the first word; null: for ever. */
  readonly ms?: number | null | undefined;
  /** The stream does not end at an abort. */
  readonly deaf?: boolean | undefined;
  /** So many pieces of so many characters follow the reply, each after some milliseconds. */
  readonly flood?: Readonly<Record<"pieces" | "size" | "ms", number>> | undefined;
  /** What the server says of its usage. */
  readonly usage?: { readonly prompt: number; readonly completion: number } | undefined;
  /** The code that the server fails with. */
  readonly fails?: string | undefined;
  /** The stream breaks off without an end. */
  readonly cut?: boolean | undefined;
  readonly tool?: ToolBehaviour | undefined;
}

interface ToolBehaviour {
  /** Milliseconds; null: for ever. */
  readonly ms?: number | null | undefined;
  readonly deaf?: boolean | undefined;
  readonly outcome?: "done" | "failed" | "refused" | undefined;
  /** @default something that was not there before */
  readonly output?: string | undefined;
  /** Characters of its output. */
  readonly size?: number | undefined;
}

/** A delay, for the fake clock. */
export function delayOf(ms: number | null | undefined): number {
  return ms === null ? Number.POSITIVE_INFINITY : (ms ?? 0);
}
