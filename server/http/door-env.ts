import type { Judged } from "#platform/net/http-listener.ts";
import type { Caller, Denied, Pending } from "./auth/authenticator.ts";

/** What the door found out by the head of a request. */
export interface DoorJudged extends Judged {
  readonly claim?: Caller | Denied | Pending | undefined;
}

/** What every route of ours finds in its context. */
export interface DoorEnv {
  /** Empty where an app is asked without a port: then no caller is known. */
  readonly Bindings: Partial<DoorJudged>;
  readonly Variables: {
    /** Undefined for a caller that proves nothing. */
    caller: Caller | undefined;
    /** Goes into every log line and event that the request brings about. */
    requestId: string;
  };
}
