/** An error as every route of ours answers it. */
export interface Problem {
  readonly error: { readonly code: string; readonly message: string };
}

export function problem(code: string, message: string): Problem {
  return { error: { code, message } };
}
