/** What a runner says of one test. */

export type TestStatus = "passed" | "failed" | "skipped";

export interface TestResult {
  /** With its file, package or group in front, where the runner tells them. */
  readonly name: string;
  readonly status: TestStatus;
  /** Told by a report file alone. @default false */
  readonly isReported?: boolean | undefined;
}
