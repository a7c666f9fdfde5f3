import type { RequestVerdict } from "#platform/net/http-listener.ts";
import type { Caller, Denied, Pending } from "./auth/authenticator.ts";

/** What the gateway found out by the head of a request. */
export interface RequestHead extends RequestVerdict {
  readonly claim?: Caller | Denied | Pending | undefined;
}

/** What every route of ours finds in its context. */
export interface RequestEnv {
  /** Empty where an app is asked without a port: then no caller is known. */
  readonly Bindings: Partial<RequestHead>;
  readonly Variables: {
    /** Undefined for a caller that proves nothing. */
    caller: Caller | undefined;
    /** Goes into every log line and event that the request brings about. */
    requestId: string;
  };
}
