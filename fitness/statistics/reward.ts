/** How well the room's tools serve it, in windows of uses; a fall is laid at the newest promotion's door. */

/** Uses in a window. */
export const WINDOW_USES = 100;

/** A fall of the mean reward by more than this part of what it was is an alarm. */
const ALLOWED_FALL = 0.05;

/** From 1 to 0.95 is exactly what is allowed, and as doubles a little more. */
const ROUNDING = 1e-9;

export interface RewardAlarm {
  /** Mean reward of the last two windows, from 0 to 1. */
  readonly before: number;
  readonly after: number;
  /** Part of `before` that was lost. */
  readonly fall: number;
}

/** Takes rewards from 0 to 1, one a use; looks at them whenever a window is full. */
export class RewardWatch {
  #before: number | undefined;
  #sum = 0;
  #uses = 0;

  /** @returns an alarm when this use completes a window that is worse than the one before. */
  push(reward: number): RewardAlarm | undefined {
    if (!(reward >= 0 && reward <= 1)) throw new RangeError(`No reward: ${reward}`);
    this.#sum += reward;
    this.#uses += 1;
    if (this.#uses < WINDOW_USES) return undefined;
    const after = this.#sum / WINDOW_USES;
    const before = this.#before;
    [this.#before, this.#sum, this.#uses] = [after, 0, 0];
    if (before === undefined || before === 0) return undefined;
    const fall = (before - after) / before;
    return fall > ALLOWED_FALL + ROUNDING ? { before, after, fall } : undefined;
  }

  /** After a promotion or a rollback: what went before is no measure any more. */
  restart(): void {
    [this.#before, this.#sum, this.#uses] = [undefined, 0, 0];
  }
}
