/**
 * An error as every route of ours answers it: the shape of OpenAI's errors, so that clients of that interface read
 * them without a special case.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export interface Problem {
  readonly error: {
    readonly message: string;
    readonly type: string;
    /** The field that is wrong, where it is one. */
    readonly param: string | null;
    readonly code: string;
  };
}

export function problem(code: string, message: string, param: string | null = null): Problem {
  return { error: { message, type: TYPES[code] ?? "invalid_request_error", param, code } };
}

const TYPES: Readonly<Record<string, string | undefined>> = {
  UNAUTHORIZED: "authentication_error",
  FORBIDDEN: "permission_error",
  TOO_MANY: "rate_limit_error",
  BUDGET_SPENT: "insufficient_quota",
  BUSY: "server_error",
  INTERNAL: "server_error",
  HOME_BUSY: "server_error",
};
