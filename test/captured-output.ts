import type { Output } from "#ui/output.ts";

/** An output that keeps what it is given. */
export interface CapturedOutput extends Output {
  readonly stdout: string;
  readonly stderr: string;
}

export function capturedOutput(live = false): CapturedOutput {
  const captured = {
    stdout: "",
    stderr: "",
    live,
    write: (text: string) => {
      captured.stdout += text;
    },
    say: (text: string) => {
      captured.stderr += text;
    },
  };
  return captured;
}
