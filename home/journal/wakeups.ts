/** Readers that wait for the next entry of a room. */
export class Wakeups {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Resolves when the room is woken or the signal is aborted. */
  wait(room: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(room) ?? new Set();
      this.#waiting.set(room, waiting);
      const goOn = () => {
        // The signal may outlive thousands of waits; without this each would leave a listener on it.
        signal?.removeEventListener("abort", goOn);
        waiting.delete(goOn);
        resolve();
      };
      waiting.add(goOn);
      signal?.addEventListener("abort", goOn);
    });
  }

  wake(room: string): void {
    const waiting = this.#waiting.get(room);
    this.#waiting.delete(room);
    for (const goOn of waiting ?? []) goOn();
  }

  wakeAll(): void {
    for (const room of [...this.#waiting.keys()]) this.wake(room);
  }
}
