/** Time as a run of cycles sees it; tests bring one of their own. */
export interface Clock {
  /** Milliseconds of the monotonic clock of the machine: never set back, the same after a restart of the process. */
  nowMs(): number;
  /** Calls once, so many milliseconds from now, unless what is returned is disposed of before. */
  after(ms: number, call: () => void): Disposable;
}
